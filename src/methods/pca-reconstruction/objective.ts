// How pca-reconstruction learns: sums over all vectors, and at the end their principal components.
import { stateBuffer } from '../../nn/parameter.ts';
import { copyStep, toVectors } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { FeatureComponents } from './network.ts';

/** Takes in vectors of normal pictures, f32 [N D P Q]. */
export function observe(model: FeatureComponents, maps: Tensor): void {
  model.scale.observe(maps);
  scope(() => model.moments.addVectors(toVectors(model.scale.forward(maps))));
}

/**
 * As many components as explain a share of the variance, at least one, and never all: what is left out is what a defect shows in.
 *
 * @param share of the variance, 0 … 1
 */
export async function finish(model: FeatureComponents, share: number): Promise<void> {
  const { variances, vectors, mean } = await model.moments.components();
  const width = variances.length;
  const total = variances.reduce((sum, v) => sum + v, 0);
  let count = 0;
  let explained = 0;
  while (count < Math.max(1, width - 1) && (count === 0 || explained < share * total)) explained += variances[count++];
  const left = Math.max(0, total - explained) / Math.max(1, width - count);
  const largest = variances[0];
  model.components.dispose();
  model.variances.dispose();
  model.components = stateBuffer(tensor(Float32Array.from(vectors.subarray(0, count * width)), [count, width]));
  model.variances = stateBuffer(tensor(Float32Array.from(variances.subarray(0, count))));
  scope(() => {
    copyStep(model.mean, tensor(Float32Array.from(mean)));
    // Pictures without any variety leave nothing to compare with; then a millionth of what there is counts, and at last one.
    copyStep(model.noise, tensor(Float32Array.of(Math.max(left, 1e-6 * largest) || 1)));
  });
}
