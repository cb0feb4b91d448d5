// From trained networks and pictures to a map: errors of pixels and of the critic's features.
import { fromSigned, toSigned } from '../../nn/networks/index.ts';
import { add, gaussianBlur, l2Map, mul, resize2d } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import type { SkipGenerator } from './network.ts';

export interface ScoreOptions {
  readonly lambda: number;
  readonly smooth: number;
}

/**
 * lambda (x - x̂)² + (1 - lambda) (f(x) - f(x̂))², each the mean over channels, the features' brought to the pictures' extents; so the mean of
 * the map before it is smoothed is the paper's score.
 *
 * @param images f32 [N C H W] within 0 … 1
 */
export function score(model: SkipGenerator, images: Tensor, h: ScoreOptions): Scored {
  return scope(() => {
    const x = toSigned(images);
    const output = model.forward(x);
    const [height, width] = x.shape.slice(2);
    const [real, made] = [x, output].map((pictures) => model.critic.judge(pictures).features);
    const features = resize2d(l2Map(real, made), { height, width, mode: 'nearest' });
    const map = add(mul(l2Map(x, output), h.lambda), mul(features, 1 - h.lambda));
    return { map: gaussianBlur(map, h.smooth), reconstruction: fromSigned(output) };
  });
}
