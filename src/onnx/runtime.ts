// ONNX files run by onnxruntime-node, where that is installed; the only importer of it.
import { BlemishError, type OwnCode } from '../errors.ts';

/** What is used of the package; it is no dependency, and has types of its own only where it is installed. */
interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options?: object): Promise<Session> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, unknown>): Promise<Record<string, { readonly data: unknown; readonly dims: readonly number[]; readonly type: string }>>;
  release?(): Promise<void>;
}

/** A network that is ready, and the package that runs it. */
export interface OnnxSession {
  readonly library: Runtime;
  readonly session: Session;
}

async function runtime(where: string): Promise<Runtime> {
  // A name that compilers do not follow: the package may be absent.
  const name: string = 'onnxruntime-node';
  try {
    const found = (await import(name)) as Partial<Runtime> & { readonly default?: Runtime };
    return found.InferenceSession ? (found as Runtime) : (found.default as Runtime);
  } catch (cause) {
    const wrong = 'onnxruntime-node is not installed; expected it beside this package: npm install onnxruntime-node';
    throw new BlemishError<OwnCode>('RUNTIME_MISSING', `${where}: ${wrong}`, { cause });
  }
}

/** Opens a network. Rejects with RUNTIME_MISSING where the package is not installed or cannot read the file. */
export async function openSession(where: string, model: Uint8Array): Promise<OnnxSession> {
  const library = await runtime(where);
  try {
    // One thread: results must not depend on how many there are.
    return { library, session: await library.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 }) };
  } catch (cause) {
    const wrong = `onnxruntime-node cannot read the network (${(cause as Error).message}); expected an ONNX file`;
    throw new BlemishError<OwnCode>('RUNTIME_MISSING', `${where}: ${wrong}`, { cause });
  }
}
