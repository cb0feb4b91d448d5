#!/usr/bin/env node
// Stands in for node-gyp, so that prebuildify builds through cmake-js: brings the checkout's addon up to date and lays it,
// with the libraries that a machine may lack, into build/Release of the folder in which prebuildify calls this.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const arch = process.argv.find((argument) => argument.startsWith('--arch='))?.slice('--arch='.length);
if (arch && arch !== process.arch) {
  process.stderr.write(`prebuild: ${arch} was asked for on ${process.arch}; expected a build on a machine of that kind\n`);
  process.exit(3);
}

// Node-API is the same for every Node and Electron: the target's version does not matter.
execFileSync(process.execPath, [join(root, 'node_modules/cmake-js/bin/cmake-js'), 'build', '--log-level', 'warn', '-d', root], { stdio: 'inherit' });

const target = join(process.cwd(), 'build/Release');
mkdirSync(target, { recursive: true });
const addon = join(root, 'build/Release/addon.node');
copyFileSync(addon, join(target, 'addon.node'));
// oneDNN and what it needs; the C and C++ runtimes belong to the machine.
for (const [, name, path] of execFileSync('ldd', [addon], { encoding: 'utf8' }).matchAll(/^\s*(\S+) => (\S+)/gm)) {
  if (/^lib(dnnl|gomp|OpenCL)\.so/.test(name)) copyFileSync(path, join(target, basename(name)));
}
