// Features of any ONNX network, computed by onnxruntime-node where that is installed.
import { BlemishError, must, type OwnCode } from '../errors.ts';
import { stateBuffer } from '../nn/parameter.ts';
import type { State } from '../nn/state.ts';
import { type OnnxSession, openSession } from '../onnx/runtime.ts';
import { concat, full } from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { type FeatureLevel, FeatureSource, type SourceOptions } from './source.ts';

const failed = (wrong: string, cause?: unknown): never => {
  throw new BlemishError<OwnCode>('RUNTIME_MISSING', `source onnx: ${wrong}`, { cause });
};

/** Side of the square picture that a network is tried with; a multiple of every usual stride. */
const probe = 224;

/** What a network gives for pictures f32 [N 3 H W] within 0 … 1, normalised as ImageNet's are. */
async function outputsOf(
  { library, session }: OnnxSession,
  images: Float32Array,
  shape: readonly number[],
): Promise<{ data: Float32Array; dims: readonly number[] }[]> {
  const plane = shape[2] * shape[3];
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const normalised = images.map((value, i) => (value - mean[Math.floor(i / plane) % 3]) / deviation[Math.floor(i / plane) % 3]);
  try {
    const found = await session.run({ [session.inputNames[0]]: new library.Tensor('float32', normalised, shape) });
    return session.outputNames.flatMap((name) => {
      const { data, dims } = found[name];
      return dims.length === 4 && data instanceof Float32Array && dims[0] === shape[0] ? [{ data, dims }] : [];
    });
  } catch (error) {
    return failed(`the network cannot be run on f32[${shape.join(' ')}] (${(error as Error).message}); expected one input [N 3 H W] of any extents`, error);
  }
}

/** The arrays that an `OnnxSource` is built from: the file, and what its outputs are, found out by running it once. */
export async function onnxState(model: Uint8Array<ArrayBuffer>, where: string): Promise<State> {
  const open = await openSession('source onnx', model);
  try {
    const outputs = await outputsOf(open, new Float32Array(3 * probe * probe).fill(0.5), [1, 3, probe, probe]);
    const rows = outputs
      .map(({ dims: [, channels, p] }, i) => [i, channels, Math.round(probe / p)])
      .filter(([, , stride]) => stride >= 1)
      .sort((a, b) => a[2] - b[2]);
    if (!rows.length) {
      const wrong = `source onnx: ${where}: none of its outputs (${open.session.outputNames.join(', ')}) is a map f32 [N C P Q]`;
      throw new BlemishError<OwnCode>('STATE_INVALID', `${wrong}; expected at least one`);
    }
    return new Map([
      ['model', { dtype: 'u8', shape: [model.length], data: model }],
      ['outputs', { dtype: 'f32', shape: [rows.length, 3], data: Float32Array.from(rows.flat()) }],
    ]);
  } finally {
    await open.session.release?.();
  }
}

/**
 * Those outputs of an ONNX network that are maps f32 [N C P Q]; the input is [N 3 H W], red, green, blue, normalised by ImageNet's means
 * and deviations. Pictures go through it one by one. The file becomes part of the detector.
 */
export class OnnxSource extends FeatureSource {
  readonly levels: readonly FeatureLevel[];
  /** u8: the ONNX file. */
  readonly model: Tensor;
  /** f32 [L 3]: position among the outputs that are maps, channels, stride. */
  readonly outputs: Tensor;
  override readonly foreign = true;
  private readonly taken: readonly number[];
  private session: Promise<OnnxSession> | null = null;

  constructor({ weights, learnt, finest, coarsest }: SourceOptions) {
    super();
    const given = learnt ?? weights;
    const [model, outputs] = ['model', 'outputs'].map((name) => given?.get(name));
    if (!model || !outputs || model.dtype !== 'u8' || outputs.shape.length !== 2 || outputs.shape[1] !== 3)
      throw new BlemishError<OwnCode>('WEIGHTS_MISSING', 'source onnx: no network was given; expected the path of an ONNX file as weights');
    const rows = Array.from({ length: outputs.shape[0] }, (_, i) => Array.from(outputs.data.subarray(3 * i, 3 * i + 3)));
    // The last of each stride, as deep as that stride goes.
    const offered = new Map(rows.map((row) => [row[2], row]));
    const wanted = [...offered.values()].filter(([, , stride]) => stride >= 2 ** finest && stride <= 2 ** coarsest);
    must(
      wanted.length > 0,
      `source onnx: there is no output of a stride from ${2 ** finest} to ${2 ** coarsest}; expected some of ${[...offered.keys()].join(', ')}`,
    );
    this.model = stateBuffer(tensor(model.data, model.shape, { dtype: 'u8' }));
    this.outputs = stateBuffer(tensor(outputs.data, outputs.shape, { dtype: 'f32' }));
    this.taken = wanted.map(([at]) => at);
    this.levels = wanted.map(([at, channels, stride]) => ({ name: `output${at}`, channels, stride, origin: (stride - 1) / 2 }));
  }

  override forward(): Tensor[] {
    throw new BlemishError<OwnCode>('ARGUMENT_INVALID', 'source onnx: forward computes here, and the network does not; expected compute, and to wait for it');
  }

  override async compute(images: Tensor): Promise<Tensor[]> {
    const reading = scope(() => ({ numbers: (images.shape[1] === 3 ? images : concat([images, images, images], 1)).read() })).numbers;
    const [n, , height, width] = images.shape;
    const pixels = (await reading) as Float32Array;
    this.session ??= this.model.read().then((bytes) => openSession('source onnx', bytes as Uint8Array));
    const open = await this.session;
    const each: { data: Float32Array; dims: readonly number[] }[][] = [];
    const size = 3 * height * width;
    for (let i = 0; i < n; i++) each.push(await outputsOf(open, pixels.subarray(i * size, (i + 1) * size), [1, 3, height, width]));
    return this.taken.map((at) =>
      scope(() => {
        const parts = each.map((outputs) => tensor(outputs[at].data, outputs[at].dims));
        return parts.length ? concat(parts) : full([0, 1, 1, 1], 0);
      }),
    );
  }

  override release(): void {
    this.session?.then(({ session }) => session.release?.()).catch(() => {});
    this.session = null;
  }
}
