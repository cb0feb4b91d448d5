// Finds and loads the binary, explains failure, links it to the shared arrays and to BlemishError.
import { createRequire } from 'node:module';
import { BlemishError } from '../src/errors.ts';
import { packageRoot } from '../src/package.ts';
import { diagnose, thisMachine } from './diagnosis.ts';

export { packageRoot } from '../src/package.ts';

/** Kinds of numbers a tensor may hold. */
export type Dtype = 'f32' | 'f64' | 'u8' | 'i32';
/** The array of each kind of number. */
export type TypedArray = Float32Array | Float64Array | Uint8Array | Int32Array;

export interface AttributeInfo {
  name: string;
  kind: 'integer' | 'real' | 'boolean' | 'choice' | 'integers' | 'reals';
  required: boolean;
  infinite: boolean;
  fixedLength: boolean;
  fallback: number[];
  words: string[];
}

export interface InputInfo {
  name: string;
  optional: boolean;
  inPlace: boolean;
  list: boolean;
  pattern: string;
}

/** One operation as its sentence in the C++ file tells it. */
export interface OpInfo {
  name: string;
  sentence: string;
  doc: string;
  room: string;
  stem: string;
  cuda: boolean;
  inputs: InputInfo[];
  attributes: AttributeInfo[];
  outputs: { name: string; pattern: string }[];
}

/** What a device's memory holds. */
export interface Memory {
  liveTensors: number;
  liveBlocks: number;
  liveBytes: number;
  peakBytes: number;
  reservedBytes: number;
}

/** What the addon was built with and what it uses here. */
export interface Build {
  isa: string;
  onednn: string;
  onednnIsa: string;
  threads: number;
  compiler: string;
  cuda: boolean;
}

interface Addon {
  link(inputs: Float64Array, attributes: Float64Array, outputs: Float64Array, makeError: (code: string, message: string) => Error): void;
  run(op: number, inputs: number, attributes: number): void;
  fromHost(device: string, dtype: number, shape: readonly number[], data: TypedArray, lend?: boolean): number;
  toHost(handle: number): Promise<TypedArray>;
  toHostSync(handle: number): TypedArray;
  reshape(handle: number, shape: readonly number[]): number;
  free(count: number): void;
  open(device: string): void;
  sync(device: string): Promise<void>;
  memory(device: string, resetPeak: boolean): Memory;
  setThreads(threads: number): void;
  close(): void;
  schema(): { ops: OpInfo[]; codes: { name: string; sentence: string }[] };
  build(): Build;
}

export const dtypes: readonly Dtype[] = ['f32', 'f64', 'u8', 'i32'];

function load(): Addon {
  const loading = createRequire(import.meta.url);
  // Read when the addon's OpenMP runtime is loaded. Threads that spin while they wait for one another starve on a busy machine: there a
  // training step took thirty times as long as with threads that sleep. Whoever sets it otherwise is not overruled.
  process.env.OMP_WAIT_POLICY ??= 'passive';
  let found: string | null = null;
  try {
    const loader = loading('node-gyp-build') as { resolve(folder: string): string };
    found = loader.resolve(packageRoot());
    return loading(found) as Addon;
  } catch (cause) {
    // The loader's own way to look elsewhere.
    const root = process.env.BLEMISH_PREBUILD ?? packageRoot();
    const reason = String((cause as Error).message);
    throw new BlemishError('BINARY_MISSING', diagnose({ ...thisMachine(), root, found, reason }), { cause });
  }
}

export const native = load();

/** Handles, attributes and results of one call travel through these three; see `call.ts`. */
export const sharedInputs = new Float64Array(65536);
export const sharedAttributes = new Float64Array(4096);
export const sharedOutputs = new Float64Array(512);
native.link(sharedInputs, sharedAttributes, sharedOutputs, (code, message) => new BlemishError(code, message));

// process.exit() runs no clean-up hook of the addon, and takes oneDNN's code down while a stream may be running it.
process.once('exit', () => native.close());

export const schema = native.schema();
