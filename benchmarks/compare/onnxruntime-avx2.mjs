// Makes a copy of onnxruntime-node whose kernels stop at AVX2 (Linux, x64), for comparison only.
//
// ONNX Runtime picks its kernels (MLAS) from what the CPU reports and has no setting that
// limits them. In the shipped library one place decides on AVX-512:
//
//   test $0x10000, %r10d   AVX-512 Foundation?     je   past the AVX-512 kernels
//   mov  %r8, %rax         and does the system
//   not  %rax              save the wide
//   test $0xe0, %al        registers?
//
// The copy has the `je` made a `jmp`. The bytes must occur exactly once, else nothing is
// written: another version of the library then needs another look.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '.ort-avx2');

function stop(reason) {
  console.error(`onnxruntime-avx2: not made: ${reason}`);
  process.exit(1);
}

if (process.platform !== 'linux' || process.arch !== 'x64') stop('only for Linux on x64');
let source;
try {
  source = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
} catch {
  stop('onnxruntime-node is not installed; run: bash benchmarks/compare/setup-peers.sh');
}

const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
const stamp = join(target, 'version');
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) {
  console.log(`onnxruntime-avx2: the copy of ${version} is already there`);
  process.exit(0);
}

const binaries = join('bin', 'napi-v6', 'linux', 'x64');
const library = readFileSync(join(source, binaries, 'libonnxruntime.so.1'));
const pattern = Buffer.from('41f7c20000010074' + '0e' + '4c89c048f7d0a8e0', 'hex');
const branch = 7; // where the `je` stands in the pattern
const at = library.indexOf(pattern);
if (at < 0 || library.indexOf(pattern, at + 1) >= 0) stop(`the place that chooses AVX-512 was not recognised in version ${version}`);
library[at + branch] = 0xeb;

rmSync(target, { recursive: true, force: true });
const copy = join(target, 'onnxruntime-node');
for (const part of ['package.json', 'dist', binaries]) cpSync(join(source, part), join(copy, part), { recursive: true });
writeFileSync(join(copy, binaries, 'libonnxruntime.so.1'), library);
writeFileSync(stamp, version);
console.log(`onnxruntime-avx2: made a copy of ${version} with its AVX-512 kernels left out`);
