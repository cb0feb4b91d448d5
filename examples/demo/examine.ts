// What the trained network makes of pictures that it has not seen: reconstructions, maps of errors, one number for each.
import { type nn, noGrad, ops, scope, type Tensor, tensor } from '../../src/index.ts';
import type { SurfacePicture } from '../surfaces.ts';
import { batchOf, pictureOf } from './pictures.ts';

export interface Examined {
  readonly picture: SurfacePicture;
  /** u8 [size size 3] */
  readonly reconstruction: Uint8Array;
  /** f32 [size size]: squared error, averaged over colours and smoothed. */
  readonly errors: Float32Array;
  /** Mean of the largest hundredth of `errors`. */
  readonly topError: number;
}

/** A Gaussian as a kernel f32[1 1 2r+1 2r+1] of sum 1. */
function gaussian(deviation: number): Tensor {
  const reach = Math.ceil(2.5 * deviation);
  const line = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)));
  const sum = line.reduce((a, b) => a + b, 0);
  return tensor(
    line.flatMap((a) => line.map((b) => (a * b) / sum ** 2)),
    [1, 1, line.length, line.length],
  );
}

/** Runs pictures through the network in batches. */
export async function examine(network: nn.Sequential, pictures: readonly SurfacePicture[], size: number, batch: number): Promise<Examined[]> {
  const found: Examined[] = [];
  network.eval();
  for (let from = 0; from < pictures.length; from += batch) {
    const chosen = pictures.slice(from, from + batch);
    const results = scope(() =>
      noGrad(() => {
        const x = batchOf(chosen, size);
        const y = network.forward(x);
        const kernel = gaussian(size / 40);
        const errors = ops.conv2d(ops.mean(ops.square(ops.sub(x, y)), 1, { keepDims: true }), kernel, null, {
          padding: (kernel.shape[2] - 1) / 2,
          mode: 'replicate',
        });
        return [y, errors, ops.topKMean(errors, [1, 2, 3], { fraction: 0.01 })];
      }),
    );
    const [y, errors, top] = await Promise.all(results.map((one) => one.read()));
    for (const one of results) one.dispose();
    chosen.forEach((picture, n) => {
      const map = (errors as Float32Array).slice(n * size * size, (n + 1) * size * size);
      found.push({ picture, reconstruction: pictureOf(y, n, size), errors: map, topError: top[n] });
    });
  }
  return found;
}

/** Chance that a defective picture has a larger number than a good one, ties counting half: the area under the ROC curve. */
export function auroc(good: readonly number[], defective: readonly number[]): number {
  let above = 0;
  for (const d of defective) for (const g of good) above += d > g ? 1 : d === g ? 0.5 : 0;
  return above / (good.length * defective.length);
}
