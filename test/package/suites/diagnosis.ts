// What is said where the addon cannot be loaded: without a binary, with one of another machine, without one of its libraries.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { folder, installed, node } from '../installed.ts';

const kind = `${process.platform}-${process.arch}`;
const prebuilds = join(installed, 'prebuilds');
const binary = join(prebuilds, kind, 'blemish.glibc.node');
const spare = join(folder, 'spare');

/** The message of the error with which the import fails, this machine's own facts replaced. */
async function said(): Promise<string> {
  const { code, message } = await node(`import('blemish').catch(({ code, message }) => console.log(JSON.stringify({ code, message })));`);
  expect(code).toBe('BINARY_MISSING');
  return message
    .replaceAll(installed, 'PACKAGE')
    .replaceAll(kind, 'KIND')
    .replaceAll(process.platform, 'PLATFORM')
    .replace(/glibc [\d.]+/, 'glibc V')
    .replace(/Node [\d.]+/, 'Node V')
    .replace(/reason: .*/, (line: string) => line.replace(/found for .*/, 'found for …'));
}

/** Changes bytes of the binary. */
function patched(change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(binary);
  change(bytes);
  rmSync(binary);
  writeFileSync(binary, bytes);
}

export function diagnosis(): void {
  beforeAll(() => cpSync(prebuilds, spare, { recursive: true }));
  afterEach(() => {
    rmSync(prebuilds, { recursive: true, force: true });
    cpSync(spare, prebuilds, { recursive: true });
  });

  it('for want of a binary', async () => {
    expect(existsSync(join(installed, 'build'))).toBe(false);
    rmSync(prebuilds, { recursive: true });
    expect(await said()).toMatchInlineSnapshot(`
      "native addon: there is no binary at all; expected one in prebuilds/KIND or build/Release
        machine: KIND, glibc V, Node V
        looked in: PACKAGE
          build/Release/*.node: nothing
          prebuilds/: nothing
          prebuilds/KIND/: nothing
        reason: No native build was found for …
        fix: the package is incomplete: npm install blemish --force, on this machine"
    `);
  });

  it('with binaries for other machines alone', async () => {
    renameSync(join(prebuilds, kind), join(prebuilds, 'darwin-arm64'));
    expect(await said()).toMatchInlineSnapshot(`
      "native addon: there is no binary for KIND, only for darwin-arm64; expected one in prebuilds/KIND or build/Release
        machine: KIND, glibc V, Node V
        looked in: PACKAGE
          build/Release/*.node: nothing
          prebuilds/: darwin-arm64
          prebuilds/KIND/: nothing
        reason: No native build was found for …
        fix: node_modules that were installed on another kind of machine do not serve here: npm install blemish --force, on this machine; where this version has no binary for KIND, build it from source: in a checkout, npm run setup"
    `);
  });

  it('with a binary for another C library alone', async () => {
    renameSync(binary, binary.replace('glibc', 'musl'));
    expect(await said()).toMatchInlineSnapshot(`
      "native addon: there is no binary for KIND with glibc V, only for another C library; expected one in prebuilds/KIND or build/Release
        machine: KIND, glibc 2.36, Node V
        looked in: PACKAGE
          build/Release/*.node: nothing
          prebuilds/: KIND
          prebuilds/KIND/: blemish.musl.node, libOpenCL.so.1, libOpenCL.so.1.licence.txt, libdnnl.so.2, libdnnl.so.2.licence.txt, libgomp.so.1, libgomp.so.1.licence.txt
        reason: No native build was found for …
        fix: build it from source: in a checkout, npm run setup"
    `);
  });

  it('with a binary of another processor in the place of its own', async () => {
    // The header's word for the machine: 183 is AArch64, 62 x86-64.
    patched((bytes) => bytes.writeUInt16LE(bytes.readUInt16LE(18) === 183 ? 62 : 183, 18));
    expect(await said()).toMatchInlineSnapshot(`
      "native addon: the binary for KIND could not be loaded; expected it to load
        machine: KIND, glibc V, Node V
        looked in: PACKAGE
          build/Release/*.node: nothing
          prebuilds/: KIND
          prebuilds/KIND/: blemish.glibc.node, libOpenCL.so.1, libOpenCL.so.1.licence.txt, libdnnl.so.2, libdnnl.so.2.licence.txt, libgomp.so.1, libgomp.so.1.licence.txt
        found: prebuilds/KIND/blemish.glibc.node
        reason: PACKAGE/prebuilds/KIND/blemish.glibc.node: cannot open shared object file: No such file or directory
        fix: npm install blemish --force, on this machine"
    `);
  });

  it('with a file that is no binary', async () => {
    rmSync(binary);
    writeFileSync(binary, 'MZ? no');
    expect(await said()).toMatchInlineSnapshot(`
      "native addon: the binary found is none that this machine can run; expected one for KIND
        machine: KIND, glibc V, Node V
        looked in: PACKAGE
          build/Release/*.node: nothing
          prebuilds/: KIND
          prebuilds/KIND/: blemish.glibc.node, libOpenCL.so.1, libOpenCL.so.1.licence.txt, libdnnl.so.2, libdnnl.so.2.licence.txt, libgomp.so.1, libgomp.so.1.licence.txt
        found: prebuilds/KIND/blemish.glibc.node
        reason: PACKAGE/prebuilds/KIND/blemish.glibc.node: file too short
        fix: npm install blemish --force, on this machine"
    `);
  });

  it('without a library that it brings', async () => {
    // A name that the system does not have either.
    patched((bytes) => bytes.write('libdnnl.so.9', bytes.indexOf('libdnnl.so.2\0')));
    expect(await said()).toMatchInlineSnapshot(`
      "native addon: its library libdnnl.so.9 was not found; expected it beside the binary
        machine: KIND, glibc V, Node V
        looked in: PACKAGE
          build/Release/*.node: nothing
          prebuilds/: KIND
          prebuilds/KIND/: blemish.glibc.node, libOpenCL.so.1, libOpenCL.so.1.licence.txt, libdnnl.so.2, libdnnl.so.2.licence.txt, libgomp.so.1, libgomp.so.1.licence.txt
        found: prebuilds/KIND/blemish.glibc.node
        reason: libdnnl.so.9: cannot open shared object file: No such file or directory
        fix: npm install blemish --force, on this machine"
    `);
  });

  it('looks where it is told to, and says so', async () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    const { message } = await node(`import('blemish').catch(({ message }) => console.log(JSON.stringify({ message })));`, {
      env: { BLEMISH_PREBUILD: elsewhere },
    });
    expect(message).toContain(`looked in: ${elsewhere}\n`);
  });

  it('is told by the command line in a line, and by the doctor with the fix', () => {
    rmSync(prebuilds, { recursive: true });
    const blemish = (...words: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(installed, 'dist/cjs/src/cli/bin.js'), ...words], { cwd: folder, encoding: 'utf8' });
      return { status, stdout, stderr };
    };
    const doctor = blemish('doctor');
    expect(doctor.status).toBe(3);
    expect(doctor.stdout).toMatch(
      /^✗ native addon +native addon: there is no binary at all; .*; looked in: .*; reason: .*\n +→ the package is incomplete: npm install blemish/m,
    );
    const methods = blemish('methods');
    expect([methods.status, methods.stdout]).toEqual([3, '']);
    expect(methods.stderr).toMatch(
      /^blemish methods: native addon: there is no binary at all; expected one in prebuilds\/\S+ or build\/Release \(BINARY_MISSING\); blemish doctor tells what is missing\n$/,
    );
    expect(blemish('--help').status).toBe(0);
  });
}
