// What maps of normal pictures look like at each position: where a picture is always busy, much is no news.
import { Module } from '../../nn/module.ts';
import { stateBuffer } from '../../nn/parameter.ts';
import { add, affine, copyStep, div, full, gaussianBlur, mean, sqrt, sub } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { RunningMoments } from '../parts/moments.ts';

// Pictures that the mean over all positions counts for: few pictures say little about a single position.
const priorPictures = 20;
// Standard deviation in pixels of the blur over both maps: parts lie never quite alike.
const blur = 2;
// No map of real pictures varies less; of identical pictures it would.
const leastDeviation = 1e-3;

/**
 * Mean and standard deviation of the maps of normal pictures by position, each drawn towards its mean over all positions as if
 * `priorPictures` more pictures had shown that. Until `settle`, maps pass unchanged.
 */
export class PositionReference extends Module {
  /** f32 [1 1 H W] */
  readonly expected: Tensor;
  /** f32 [1 1 H W] */
  readonly deviation: Tensor;
  readonly #moments: RunningMoments;

  constructor(height: number, width: number) {
    super();
    this.expected = stateBuffer(full([1, 1, height, width], 0));
    this.deviation = stateBuffer(full([1, 1, height, width], 1));
    this.#moments = new RunningMoments(this.expected, this.deviation);
  }

  /** f32 [N 1 H W] → the same in deviations above what is expected there. */
  override forward(map: Tensor): Tensor {
    return div(sub(map, this.expected), this.deviation);
  }

  /** Takes in maps of normal pictures, f32 [N 1 H W], before any reference; the squares so far stand in `deviation`. */
  observe(maps: Tensor): void {
    this.#moments.observe(maps);
  }

  /** From then on maps are compared with what was observed. */
  settle(): void {
    const seen = this.#moments.count;
    if (!seen) return;
    scope(() => {
      const drawn = (map: Tensor) => {
        const smooth = gaussianBlur(map, blur);
        const all = mean(smooth, [0, 1, 2, 3], { keepDims: true });
        return affine(add(affine(smooth, { scale: seen }), affine(all, { scale: priorPictures })), { scale: 1 / (seen + priorPictures) });
      };
      const spread = drawn(affine(this.deviation, { scale: 1 / seen }));
      copyStep(this.deviation, affine(sqrt(spread), { shift: leastDeviation }));
      copyStep(this.expected, drawn(this.expected));
    });
    this.#moments.settle();
  }
}
