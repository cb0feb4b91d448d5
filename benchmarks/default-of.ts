// What a compiled file exports, in a checkout and in the package.
import { pathToFileURL } from 'node:url';

/** The default export of the file at a path; of CommonJS, as which the package delivers it, that stands one level deeper. */
export async function defaultOf<T extends object>(path: string): Promise<T> {
  const url = pathToFileURL(path);
  const { default: found } = (await import(url.href)) as { default: T | { default: T } };
  return 'default' in found ? found.default : found;
}
