// From a trained network and pictures to maps of disagreement.
import type { AnyModule } from '../../nn/module.ts';
import { averagePool2d, mean, square, sub } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import { inLight, type Light } from './light.ts';

export interface ScoreOptions {
  readonly light: Light;
  readonly filterSize: number;
  readonly filterRepeats: number;
}

export function score(model: AnyModule, images: Tensor, h: ScoreOptions): Scored {
  return scope(() => {
    const [x] = inLight(h.light, images);
    const reconstruction = (model.forward as (x: Tensor) => Tensor)(x);
    let map = mean(square(sub(x, reconstruction)), 1, { keepDims: true });
    for (let i = 0; i < h.filterRepeats; i++) {
      map = averagePool2d(map, h.filterSize, { stride: 1, padding: (h.filterSize - 1) / 2, countIncludePad: false });
    }
    return { map, reconstruction };
  });
}
