// The package in an empty folder, as npm would put it there: packed, unpacked, its dependencies beside it.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../bindings/native.ts';

export const run = promisify(execFile);
export const root = packageRoot();
/** An empty folder of somebody's own, and the package within it. */
export const folder = mkdtempSync(join(tmpdir(), 'blemish-package-'));
export const installed = join(folder, 'node_modules/blemish');
/** The file that would be published. */
export let archive = '';

export async function install(): Promise<void> {
  mkdirSync(installed, { recursive: true });
  await run('bash', ['scripts/package.sh', folder], { cwd: root });
  archive = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) as string);
  await run('tar', ['-xzf', archive, '-C', installed, '--strip-components=1']);
  // These are what the registry gives: links will do, so that it is not asked.
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) {
    const place = join(folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(realpathSync(join(root, 'node_modules', name)), place);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
}

export const remove = (): void => rmSync(folder, { recursive: true, force: true });

/** Runs a program of one line there, and gives the JSON that it prints. */
export async function node(script: string, { type = 'module', env = {} }: { type?: 'module' | 'commonjs'; env?: NodeJS.ProcessEnv } = {}) {
  const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', script], { cwd: folder, env: { ...process.env, ...env } });
  return JSON.parse(stdout);
}
