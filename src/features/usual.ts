// What numbers of normal pictures come to at each position: where a picture is always far from others, far is no news.
import { Module } from '../nn/module.ts';
import { stateBuffer } from '../nn/parameter.ts';
import type { State } from '../nn/state.ts';
import { add, affine, copyStep, div, full, gaussianBlur, maximum, mean, sum } from '../ops/index.ts';
import { keep, scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';

// Pictures that the mean over all positions counts for: few pictures say little about a single position.
const priorPictures = 10;
// Standard deviation in positions of the blur over the means: parts lie never quite alike.
const blur = 1;
// Nothing is divided by less: of identical pictures all would be 0.
const least = 1e-3;

/**
 * Maps f32 [N 1 P Q] → the same over what is usual at each position: the mean over normal pictures, blurred a little and drawn towards the mean
 * over all positions as if `priorPictures` more pictures had shown that. Before anything was observed maps pass unchanged.
 */
export class UsualLevel extends Module {
  /** f32 [1 1 P Q]: sums over the pictures; of no position before it has learnt. */
  sums: Tensor;
  /** f64 [1]: pictures so far. */
  readonly seen: Tensor;
  // No members of the module: they follow from the sums.
  #count: number;
  #usual: Tensor | null = null;

  /** @param learnt its own arrays, of a network that is read from a file */
  constructor(learnt: State | null) {
    super();
    this.sums = stateBuffer(full([...(learnt?.get('sums')?.shape ?? [1, 1, 0, 0])], 0));
    this.seen = stateBuffer(scope(() => tensor(new Float64Array(1))));
    this.#count = learnt?.get('seen')?.data[0] ?? 0;
  }

  /** Takes in maps of normal pictures that are not among what they are compared with; always of the same positions. */
  observe(maps: Tensor): void {
    const [pictures, , rows, columns] = maps.shape;
    if (!this.#count) {
      this.sums.dispose();
      this.sums = stateBuffer(full([1, 1, rows, columns], 0));
    }
    this.#count += pictures;
    scope(() => {
      copyStep(this.sums, add(this.sums, sum(maps, 0, { keepDims: true })));
      copyStep(this.seen, tensor(Float64Array.of(this.#count)));
    });
    this.release();
  }

  /** f32 [1 1 P Q] */
  private usual(): Tensor {
    this.#usual ??= scope(() => {
      const smooth = gaussianBlur(affine(this.sums, { scale: 1 / this.#count }), blur);
      const all = mean(smooth, [0, 1, 2, 3], { keepDims: true });
      const weight = priorPictures / (this.#count + priorPictures);
      return keep(maximum(add(affine(smooth, { scale: 1 - weight }), affine(all, { scale: weight })), least));
    });
    return this.#usual;
  }

  override forward(map: Tensor): Tensor {
    return this.#count ? div(map, this.usual()) : map;
  }

  override release(): void {
    this.#usual?.dispose();
    this.#usual = null;
  }
}
