// A fitted method as an ONNX file.

import type { InputSpec } from '../data/input.ts';
import { BlemishError, type OwnCode } from '../errors.ts';
import { exportFunction } from '../onnx/export.ts';
import { openSession } from '../onnx/runtime.ts';
import { add, resize2d, uniform } from '../ops/index.ts';
import { Random } from '../tensor/random.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Fitted, scored } from './passes.ts';
import { versions } from './versions.ts';

/** What the file tells of the detector besides its network. */
export interface OnnxFacts {
  readonly id: string;
  readonly threshold: number | null;
  readonly pixelThreshold: number | null;
}

/** How a picture becomes the input, in words: what `toInput` does. */
const preparation =
  'RGB or grey (0.299 R + 0.587 G + 0.114 B), numbers within 0 ... 1, resampled to the input by an antialiased bilinear filter on the gamma-encoded numbers; ' +
  'with fit pad in proportion, centred, the border repeated';

/** Largest difference of any number of an output over the largest number of it, by output. */
export type OnnxDifferences = Readonly<Record<string, number>>;

/** What the network gives, by the names that it has in the file. */
function outputsOf(fitted: Fitted, images: Tensor): Record<string, Tensor> {
  const { map, scores, reconstruction } = scored(fitted, images);
  return { score: scores, map, ...(reconstruction ? { reconstruction } : {}) };
}

/**
 * Scores the same pictures here and by the file, through onnxruntime-node.
 *
 * Rejects with RUNTIME_MISSING where that is not installed or does not read the file.
 *
 * @param images f32 [N C H W] with the file's N; not disposed
 */
export async function compareWithOnnx(fitted: Fitted, file: Uint8Array, images: Tensor): Promise<OnnxDifferences> {
  const { library, session } = await openSession('toOnnx', file);
  const own = scope(() => outputsOf(fitted, images));
  try {
    const theirs = await session.run({ images: new library.Tensor('float32', (await images.read()) as Float32Array, images.shape) });
    const found: Record<string, number> = {};
    for (const [name, tensor] of Object.entries(own)) {
      const [a, b] = [await tensor.read(), theirs[name].data as Float32Array];
      let [largest, away] = [0, a.length === b.length ? 0 : Number.POSITIVE_INFINITY];
      for (let i = 0; i < a.length; i++) {
        largest = Math.max(largest, Math.abs(a[i]));
        away = Math.max(away, Math.abs(a[i] - b[i]));
      }
      found[name] = away / (largest || 1);
    }
    return found;
  } finally {
    for (const tensor of Object.values(own)) tensor.dispose();
    await session.release?.();
  }
}

/** Pictures of noise, coarse and fine, f32 [N C H W] within 0 … 1; the caller's. */
export function noise({ channels, height, width }: InputSpec, count: number): Tensor {
  return scope(() => {
    const random = new Random(7);
    const coarse = uniform([count, channels, 5, 5], random.split('coarse'), { low: 0.2, high: 0.8 });
    const fine = uniform([count, channels, height, width], random.split('fine'), { low: -0.1, high: 0.1 });
    return add(resize2d(coarse, { height, width, mode: 'bilinear' }), fine);
  });
}

/** See `Detector.toOnnx`. */
export async function onnxOf(fitted: Fitted, count: number, { id, threshold, pixelThreshold }: OnnxFacts): Promise<Uint8Array<ArrayBuffer>> {
  const { method, input, hyper, model } = fitted;
  const shape = [count, input.channels, input.height, input.width];
  const tries = [1, 2].map((seed) => uniform(shape, new Random(seed)));
  const [first, second] = tries;
  const facts = { method: method.name, id, threshold, pixelThreshold, input: { ...input, preparation }, hyper, versions: versions() };
  const metadata = Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [`blemish.${key}`, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
  try {
    const foreign = method.before?.(model, first, hyper);
    if (foreign) {
      for (const one of await foreign) one.dispose();
      const wrong = 'its features are computed by another runtime';
      throw new BlemishError<OwnCode>('EXPORT_UNSUPPORTED', `toOnnx: ${method.name}: ${wrong}; expected a source of features of this library`);
    }
    return await exportFunction([first, second], (images) => outputsOf(fitted, images), { name: method.name, version: versions().blemish ?? '', metadata });
  } finally {
    for (const one of tries) one.dispose();
  }
}
