// What a machine is asked by `blemish doctor`: each question with what was found, what is needed, and the fix.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { BlemishError } from '../errors.ts';
import { packageFacts } from '../package.ts';
import { bytesText } from './text.ts';

export interface Finding {
  readonly name: string;
  /** fine; slow: works, but could be faster; absent: something optional is not there; missing: nothing goes without it. */
  readonly state: 'fine' | 'slow' | 'absent' | 'missing';
  readonly found: string;
  /** What to do about it; null where nothing need be done. */
  readonly fix: string | null;
}

const finding = (name: string, state: Finding['state'], found: string, fix: string | null = null): Finding => ({ name, state, found, fix });

/** All findings, in the order in which one thing needs another. Never rejects: what cannot be asked is a finding. */
export async function examine(): Promise<Finding[]> {
  const native = await examineNative();
  return [examineNode(), ...native, await examinePictures(), examineMemory(), examineCuda(native[0].state === 'missing')];
}

function examineNode(): Finding {
  const { engines } = packageFacts();
  const least = engines.node.replace('>=', '').split('.').map(Number);
  const here = process.versions.node.split('.').map(Number);
  const fits = here[0] > least[0] || (here[0] === least[0] && here[1] >= (least[1] ?? 0));
  const found = `${process.versions.node}, ${process.platform}-${process.arch}`;
  return fits ? finding('Node.js', 'fine', found) : finding('Node.js', 'missing', found, `install Node.js ${least.join('.')} or newer, see nodejs.org`);
}

async function examineNative(): Promise<Finding[]> {
  try {
    const { build } = await import('../tensor/device.ts');
    const { isa, onednn, onednnIsa, threads, compiler } = build();
    const cores = availableParallelism();
    const slow = isa === 'baseline';
    return [
      finding('native addon', 'fine', `loaded, built by ${compiler}`),
      finding('instruction set', slow ? 'slow' : 'fine', isa, slow ? 'a processor with AVX2 is several times faster' : null),
      finding('oneDNN', 'fine', `${onednn}, ${onednnIsa}`),
      finding(
        'threads',
        threads < cores ? 'slow' : 'fine',
        `${threads} of ${cores}`,
        threads < cores ? 'OMP_NUM_THREADS or the affinity of the process holds it to fewer; unset it to use all' : null,
      ),
      await examineArithmetic(),
    ];
  } catch (error) {
    // The message brings what was looked for, line by line, and ends with what to do.
    const [text, fix = 'npm install blemish --force'] = (error instanceof Error ? error.message : String(error)).split(/\n\s*fix: /);
    return [finding('native addon', 'missing', text.trim().replace(/\s*\n\s*/g, '; '), fix)];
  }
}

/** A product whose result is known: an addon that loads may still be one that this processor cannot run. */
async function examineArithmetic(): Promise<Finding> {
  const [{ matmul }, { scope }, { tensor }] = await Promise.all([import('../ops/index.ts'), import('../tensor/scope.ts'), import('../tensor/tensor.ts')]);
  const n = 96;
  // All integers: exact in float32, in whatever order they are added.
  const [a, b] = [1, 2].map((k) => Float32Array.from({ length: n * n }, (_, i) => ((i * (2 * k + 5)) % 11) - 5));
  const product = scope(() => matmul(tensor(a, [n, n]), tensor(b, [n, n])));
  try {
    const c = await product.read();
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
        if (c[i * n + j] !== sum)
          return finding('arithmetic', 'missing', `a product gave ${c[i * n + j]}; expected ${sum}`, 'report this, with all these lines');
      }
    }
    return finding('arithmetic', 'fine', 'a matrix product gave what it should');
  } finally {
    product.dispose();
  }
}

async function examinePictures(): Promise<Finding> {
  try {
    const { pictureFormats } = await import('../tensor/pictures.ts');
    const { library, formats } = await pictureFormats();
    return finding('pictures', 'fine', `${library}: ${formats.join(', ')}`);
  } catch (error) {
    return finding('pictures', 'missing', reason(error), 'npm install sharp');
  }
}

function examineMemory(): Finding {
  // A container may be given less than the machine has.
  const limits = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'].map(numberIn).filter((limit) => limit !== null);
  const total = Math.min(totalmem(), ...limits);
  const free = Math.min(freeMemory(), total);
  const found = `${bytesText(free)} free of ${bytesText(total)}`;
  const small = free < 2 ** 30;
  return finding('memory', small ? 'slow' : 'fine', found, small ? 'training wants 1 GiB or more: close something, or train with a smaller --size' : null);
}

/** What can be had, with what the kernel keeps of files and would give back; Node's own figure leaves that out on Linux. */
function freeMemory(): number {
  try {
    const [, kib] = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
    return kib ? Number(kib) * 1024 : freemem();
  } catch {
    return freemem();
  }
}

function numberIn(path: string): number | null {
  try {
    const value = Number(readFileSync(path, 'utf8').trim());
    return Number.isFinite(value) && value > 0 ? value : null;
  } catch {
    return null;
  }
}

function examineCuda(unknown: boolean): Finding {
  const driver = existsSync('/proc/driver/nvidia/version') || existsSync('/dev/nvidiactl');
  if (unknown) return finding('CUDA', 'absent', 'unknown without the addon');
  return finding('CUDA', 'absent', `not built: this version computes on the CPU alone${driver ? ', though this machine has an NVIDIA driver' : ''}`);
}

const reason = (error: unknown): string =>
  error instanceof BlemishError || error instanceof Error ? error.message.trim().replace(/\s*\n\s*/g, ' ') : String(error);
