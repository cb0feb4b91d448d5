// The package as it is delivered: a prebuilt binary and the built files in an empty folder, without checkout or system library.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot, schema } from '../../bindings/native.ts';

const run = promisify(execFile);
const root = packageRoot();
const folder = mkdtempSync(join(tmpdir(), 'blemish-package-'));
const installed = join(folder, 'node_modules/blemish');

beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  await run('bash', ['scripts/prebuild.sh', installed], { cwd: root });
  // What `npm pack` would take, laid out as npm would install it.
  for (const part of ['package.json', 'dist/src', 'dist/bindings']) cpSync(join(root, part), join(installed, part), { recursive: true });
  cpSync(join(root, 'node_modules/node-gyp-build'), join(folder, 'node_modules/node-gyp-build'), { recursive: true, dereference: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const node = async (script: string) => JSON.parse((await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder })).stdout);

it('holds one binary and the libraries it brings', () => {
  const kind = `${process.platform}-${process.arch}`;
  expect(readdirSync(join(installed, 'prebuilds'))).toEqual([kind]);
  expect(readdirSync(join(installed, 'prebuilds', kind)).sort()).toEqual(expect.arrayContaining(['blemish.node', 'libdnnl.so.2', 'libgomp.so.1']));
});

it('is found and loaded by node-gyp-build, its libraries from its own folder', async () => {
  const { ops, mapped } = await node(`
    import { createRequire } from 'node:module';
    import { readFileSync } from 'node:fs';
    const addon = createRequire(import.meta.url)('node-gyp-build')('node_modules/blemish');
    const mapped = readFileSync('/proc/self/maps', 'utf8').split('\\n').map((line) => line.split(/\\s+/)[5] ?? '').filter((path) => /blemish\\.node|libdnnl|libgomp/.test(path));
    console.log(JSON.stringify({ ops: addon.schema().ops.length, mapped: [...new Set(mapped)] }));
  `);
  expect(ops).toBe(schema.ops.length);
  expect(mapped.length).toBeGreaterThanOrEqual(3);
  for (const path of mapped) expect(path.startsWith(installed)).toBe(true);
});

it('computes through the public entry', async () => {
  const numbers = await node(`
    import { ops, scope, tensor } from 'blemish';
    const y = scope(() => { const x = tensor([1, 2, 3]); return ops.mul(x, x); });
    console.log(JSON.stringify(Array.from(await y.read())));
  `);
  expect(numbers).toEqual([1, 4, 9]);
});

it("runs the README's example, which learns", async () => {
  const [, example] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', example], { cwd: folder });
  const losses = stdout.trim().split('\n').map(Number);
  expect(losses).toHaveLength(3);
  expect(losses[2]).toBeLessThan(losses[0]);
  expect(losses[2]).toBeLessThan(2e-3);
});

it('says what is missing where there is no binary', async () => {
  expect(existsSync(join(folder, 'node_modules/blemish/build'))).toBe(false);
  rmSync(join(installed, 'prebuilds'), { recursive: true });
  const { code, message } = await node(`
    try { await import('blemish'); } catch (error) { console.log(JSON.stringify({ code: error.code, message: error.message })); }
  `);
  expect(code).toBe('BINARY_MISSING');
  expect(message.replace(/for platform=.*? \(/, 'for … (').replace(/platform \S+, Node [\d.]+/, 'platform, Node')).toBe(
    "native addon: No native build was found for … (platform, Node, looked in build/Release and prebuilds); expected a binary for this platform: in a checkout type 'npm run setup'",
  );
});
