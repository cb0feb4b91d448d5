// Where this package lies, and what its package.json says.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What of package.json the package itself goes by. */
export interface PackageFacts {
  readonly version: string;
  readonly engines: { readonly node: string };
}

// Some folders on the way say in a package.json no more than which kind of modules they hold.
const isPackage = (path: string): boolean => existsSync(path) && 'name' in JSON.parse(readFileSync(path, 'utf8'));

/** The package's own folder, from the sources as from the built files. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!isPackage(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** Read from the file and not by the package's name, which not every way of installing resolves from within. */
export const packageFacts = (): PackageFacts => JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as PackageFacts;
