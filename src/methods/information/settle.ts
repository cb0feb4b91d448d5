// Looks at all training pictures: at first where their codes lie; at last that, what maps show, and how the energies of pictures vary.
import { noGrad } from '../../autograd/tape.ts';
import { copyStep, gather } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { InformationNetwork, NetworkOptions } from './network.ts';
import { judge } from './score.ts';

/** Every so many pictures one is kept from the density: how energies vary is to be seen on pictures that are not in it. */
const heldEvery = 8;
/** Of fewer pictures all show how energies vary, those in the density too: a handful would say too little. */
const fewest = 64;

/** Passes of `OnePass`, for one training. */
export class Settling {
  private seen = 0;
  private passed = 0;

  readonly passes = (): readonly string[] => ['codes', 'energies'];

  readonly observe = async (
    model: InformationNetwork,
    images: Tensor,
    h: NetworkOptions,
    random: Random,
    pass: string,
    signal?: AbortSignal,
  ): Promise<void> => {
    const [count] = images.shape;
    const from = pass === 'codes' ? this.seen : this.passed;
    const few = pass === 'energies' && this.seen < fewest;
    const wanted = Array.from({ length: count }, (_, i) => i).filter((i) => few || ((from + i) % heldEvery === heldEvery - 1) === (pass === 'energies'));
    if (pass === 'codes') this.seen += count;
    else this.passed += count;
    if (!wanted.length) return;
    const chosen = scope(() => gather(images, tensor(Int32Array.from(wanted), [wanted.length], { dtype: 'i32' })));
    try {
      if (pass === 'codes') await this.gather(model, chosen, h, random, signal);
      else {
        const energies = scope(() => noGrad(() => judge(model, chosen, h).energies));
        const numbers = energies.read() as Promise<Float32Array>;
        energies.dispose();
        model.scale.observe(await numbers);
      }
    } finally {
      chosen.dispose();
    }
  };

  readonly finish = async (model: InformationNetwork, h: NetworkOptions, _random: Random, pass: string, signal?: AbortSignal): Promise<void> => {
    if (pass === 'energies') return model.scale.settle();
    model.reference?.settle();
    await model.density?.settle(h.centre === 'mean' ? null : model.centre, signal);
  };

  private async gather(model: InformationNetwork, images: Tensor, h: NetworkOptions, random: Random, signal?: AbortSignal): Promise<void> {
    const codes = scope(() =>
      noGrad(() => {
        const { codes, map } = judge(model, images, h, false);
        model.reference?.observe(map);
        return codes;
      }),
    );
    try {
      await model.density?.observe(codes, random, signal);
    } finally {
      codes.dispose();
    }
  }
}

/** Numbers of a centre nearer to 0 are moved away from it: a weight of 0 would reach them too easily (Ruff et al. 2018). */
const leastOfCentre = 0.1;

/** The centre of Deep SVDD: the mean code before any training. Of one training. */
export class Centring {
  private sums: Float64Array | null = null;
  private count = 0;

  readonly observe = async (model: InformationNetwork, images: Tensor): Promise<void> => {
    const codes = scope(() => noGrad(() => model.encode(images).code));
    const [count, width] = codes.shape;
    const read = codes.read() as Promise<Float32Array>;
    codes.dispose();
    const numbers = await read;
    const sums = this.sums ?? new Float64Array(width);
    this.sums = sums;
    numbers.forEach((x, i) => {
      sums[i % width] += x;
    });
    this.count += count;
  };

  readonly finish = (model: InformationNetwork): void => {
    if (!this.sums) return;
    const mean = Float32Array.from(this.sums, (sum) => sum / this.count);
    const away = mean.map((x) => (Math.abs(x) >= leastOfCentre ? x : x < 0 ? -leastOfCentre : leastOfCentre));
    scope(() => copyStep(model.centre, tensor(away)));
  };
}
