// Runs the peers that are installed and reports the others as skipped.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One figure of one peer. */
export interface MeasuredRow {
  peer: string;
  version: string;
  mode: string;
  threads: number;
  isa: string;
  /** Median over the repeats, after warm-up. */
  ms: number;
  /** Interquartile range over the median. */
  spread: number;
  gflops: number;
  /** Highest resident memory (VmHWM) of the process, which ran this mode only. */
  peakRssMb: number;
  repeats: number;
  minMs?: number;
  /** Page faults in one step. */
  faults?: number;
  /** The kernel's part of the CPU time. */
  systemShare?: number;
  atenIsa?: string;
}

/** A peer that could not be measured, with the reason and what would install it. */
export interface SkippedRow {
  peer: string;
  mode?: string;
  isa?: string;
  version?: string;
  skipped: string;
}

export type Row = MeasuredRow | SkippedRow;

export type Isa = 'native' | 'avx2';

export interface PeerOptions {
  isa?: Isa;
  threads?: number;
  batch?: number;
  size?: number;
  repeats?: number;
  /**
   * Also the forms that an eager user does not run by default: channels last, torch.compile, a heap that is kept. A list
   * of flags keeps to the forms made of them.
   */
  variants?: boolean | readonly string[];
}

interface Run {
  peer: string;
  mode: string;
  command: string;
  args: string[];
}

interface Outcome {
  code: number | null;
  signal?: string | null;
  stdout: string;
  stderr: string;
}

const SETUP = 'bash benchmarks/compare/setup-peers.sh';
const RUN_LIMIT_MS = 20 * 60 * 1000;

/** The folder of the scripts, also when this file was compiled into another one. */
function scriptFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'blemish') {
      return join(folder, 'benchmarks', 'compare');
    }
    if (dirname(folder) === folder) return dirname(fileURLToPath(import.meta.url));
    folder = dirname(folder);
  }
}

function execute(command: string, args: string[], limitMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => resolve({ code: null, stdout, stderr: error.message }));
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** The virtual environment's Python if it has the module, else the system's if that has it. */
async function findPython(folder: string, module = 'torch'): Promise<string | undefined> {
  for (const python of [join(folder, '.venv', 'bin', 'python'), 'python3']) {
    if (python.includes('/') && !existsSync(python)) continue;
    if ((await execute(python, ['-c', `import ${module}`], 2 * 60 * 1000)).code === 0) return python;
  }
  return undefined;
}

function parseRows(stdout: string): Row[] {
  const rows: Row[] = [];
  for (const line of stdout.split('\n')) {
    if (!line.startsWith('{')) continue;
    try {
      rows.push(JSON.parse(line) as Row);
    } catch {
      // Not one of ours.
    }
  }
  return rows;
}

async function perform(run: Run, isa: Isa): Promise<Row[]> {
  const outcome = await execute(run.command, run.args, RUN_LIMIT_MS);
  const rows = parseRows(outcome.stdout);
  if (outcome.code === 0 && rows.length > 0) return rows;
  const last = outcome.stderr.trim().split('\n').pop() ?? '';
  const reason = `${[run.command, ...run.args].join(' ')} ended with ${outcome.code ?? outcome.signal ?? 'no exit status'}${last ? `: ${last}` : ''}`;
  return [...rows, { peer: run.peer, mode: run.mode, isa, skipped: reason }];
}

const TORCH_MODES: Record<string, { plain: string[][]; variants: string[][] }> = {
  train: {
    plain: [['train']],
    variants: [
      ['train', '--channels-last'],
      ['train', '--keep-heap'],
      ['train', '--channels-last', '--keep-heap'],
      ['train', '--compile'],
    ],
  },
  infer: {
    plain: [['infer']],
    variants: [
      ['infer', '--channels-last'],
      ['infer', '--keep-heap'],
      ['infer', '--channels-last', '--keep-heap'],
      ['infer', '--compile'],
      ['infer', '--compile', '--freeze'],
    ],
  },
  sgemm: { plain: [['sgemm']], variants: [] },
};

/**
 * Measures the peers one after the other, each figure in a process of its own.
 * `what` is 'train', 'infer', 'sgemm' or 'all'. Whatever cannot run here comes
 * back as a row with `skipped`; only an unknown `what` throws.
 */
export async function runPeers(what: string, options: PeerOptions = {}): Promise<Row[]> {
  const wanted = what === 'all' ? Object.keys(TORCH_MODES) : [what];
  for (const mode of wanted) {
    if (!Object.hasOwn(TORCH_MODES, mode)) throw new Error(`unknown benchmark of the peers: ${mode}`);
  }
  const isa = options.isa ?? 'native';
  const common = ['--isa', isa, '--threads', String(options.threads ?? 2)];
  const shape = ['--batch', String(options.batch ?? 8), '--size', String(options.size ?? 256)];
  if (options.repeats !== undefined) common.push('--repeats', String(options.repeats));

  const folder = scriptFolder();
  const rows: Row[] = [];
  const python = await findPython(folder);
  for (const mode of wanted) {
    if (python === undefined) {
      rows.push({ peer: 'torch', mode, isa, skipped: `no Python with PyTorch was found; install it with: ${SETUP}` });
      continue;
    }
    const { plain, variants } = TORCH_MODES[mode];
    const flags = options.variants;
    const further = Array.isArray(flags) ? variants.filter((form) => form.slice(1).every((flag) => flags.includes(flag))) : flags ? variants : [];
    for (const form of [...plain, ...further]) {
      const args = [join(folder, 'reference_autoencoder.py'), ...form, ...common, ...shape];
      rows.push(...(await perform({ peer: 'torch', mode: form.join(' '), command: python, args }, isa)));
    }
  }

  if (wanted.includes('infer')) {
    const peer = 'onnxruntime-node';
    if (!existsSync(join(folder, 'node_modules', 'onnxruntime-node'))) {
      rows.push({ peer, mode: 'infer', isa, skipped: `onnxruntime-node is not installed; install it with: ${SETUP}` });
    } else {
      const args = [join(folder, 'onnxruntime-autoencoder.mjs'), ...common, ...shape];
      rows.push(...(await perform({ peer, mode: 'infer', command: process.execPath, args }, isa)));
    }
  }
  return rows;
}

/** The rows of a Python script of this folder that needs a module; a skipped one where no Python has it. */
export async function runPython(peer: string, module: string, script: string, args: readonly string[]): Promise<Row[]> {
  const folder = scriptFolder();
  const python = await findPython(folder, module);
  if (python === undefined) return [{ peer, skipped: `no Python with ${module} was found; install it with: ${SETUP}` }];
  return perform({ peer, mode: script, command: python, args: [join(folder, script), ...args] }, 'native');
}

/** What PyTorch makes of a network that was written down for it; see `reference_autoencoder.py check`. */
export interface Agreement {
  peer: string;
  version: string;
  maxAbsDifference: number;
  /** Norm of the difference of the outputs over the norm of PyTorch's. */
  relativeError: number;
  /** PyTorch's losses of the training steps that follow, as many as the folder's manifest holds. */
  losses: number[];
}

/** Gives the folder to PyTorch; a skipped row where there is none. */
export async function checkWithTorch(source: string): Promise<Agreement | SkippedRow> {
  const folder = scriptFolder();
  const python = await findPython(folder);
  if (python === undefined) return { peer: 'torch', mode: 'check', skipped: `no Python with PyTorch was found; install it with: ${SETUP}` };
  const args = [join(folder, 'reference_autoencoder.py'), 'check', '--from', source];
  const [row] = await perform({ peer: 'torch', mode: 'check', command: python, args }, 'native');
  return row as unknown as Agreement | SkippedRow;
}
