// From a trained network and pictures to maps of disagreement.
import { inLight, inOwnLight, type Light } from '../../features/light.ts';
import { add, boxFilter, gaussianBlur, l1Map, l2Map, mean, msgmsMap, mul, neg, sigmoid, slice, softplus, ssimMap, sub, transpose } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import type { Filtered, FilteringAutoencoder } from './network.ts';

export interface ScoreOptions {
  readonly light: Light;
  readonly discrepancy: 'l2' | 'l1' | 'ssim' | 'gms' | 'surprise' | 'replaced' | 'weighted';
  readonly filter: 'box' | 'gaussian' | 'none';
  readonly filterSize: number;
  readonly filterRepeats: number;
  readonly passes: number;
  readonly views: 'one' | 'mirrored' | 'turned' | 'both';
}

/** f32 [N 1 H W]: how much picture and reconstruction disagree at every pixel, before any filter. */
function disagreement(kind: ScoreOptions['discrepancy'], x: Tensor, { output, keep }: Filtered): Tensor {
  if (kind === 'l1') return l1Map(x, output);
  if (kind === 'ssim') return sub(1, mean(ssimMap(x, output), 1, { keepDims: true }));
  if (kind === 'gms') return msgmsMap(x, output);
  if (keep && kind === 'replaced') return sigmoid(neg(keep));
  if (keep && kind === 'surprise') return softplus(neg(keep));
  if (keep && kind === 'weighted') return mul(sigmoid(neg(keep)), l1Map(x, output));
  return l2Map(x, output);
}

function smooth(map: Tensor, h: ScoreOptions): Tensor {
  if (h.filter === 'box') return boxFilter(map, h.filterSize | 1, { times: h.filterRepeats });
  return h.filter === 'gaussian' ? gaussianBlur(map, h.filterSize / 4) : map;
}

/** Axis 3 mirrored. */
const mirrored = (x: Tensor): Tensor => slice(x, [0, 0, 0, x.shape[3] - 1], x.shape, [1, 1, 1, -1]);
/** By a right angle, and by one the other way. */
const turned = (x: Tensor): Tensor => mirrored(transpose(x, [0, 1, 3, 2]));
const turnedBack = (x: Tensor): Tensor => transpose(mirrored(x), [0, 1, 3, 2]);

const times = (count: number, change: (x: Tensor) => Tensor, x: Tensor): Tensor => Array.from({ length: count }).reduce<Tensor>((value) => change(value), x);

/** Right angles that a view is turned by, and whether it is mirrored before. */
const viewsOf: Record<ScoreOptions['views'], readonly (readonly [turns: number, mirror: boolean])[]> = {
  one: [[0, false]],
  mirrored: [false, true].map((mirror) => [0, mirror]),
  turned: [0, 1, 2, 3].map((turns) => [turns, false]),
  both: [0, 1, 2, 3].flatMap((turns) => [false, true].map((mirror) => [turns, mirror] as const)),
};

/** The smoothed map as it is, and the reconstruction in the light of the pictures. */
function compare(model: FilteringAutoencoder, images: Tensor, h: ScoreOptions): Scored {
  return scope(() => {
    const once = (given: Tensor): { map: Tensor; reconstruction: Tensor } => {
      const lit = inLight(h.light, given);
      const [x] = lit.pictures;
      let filtered = model.filter(x);
      for (let pass = 1; pass < h.passes; pass++) filtered = { ...filtered, output: model.forward(filtered.output) };
      return { map: disagreement(h.discrepancy, x, filtered), reconstruction: inOwnLight(filtered.output, given, lit) };
    };
    const straight = once(images);
    const others = viewsOf[h.views].slice(1).map(([turns, mirror]) =>
      scope(() => {
        const { map } = once(times(turns, turned, mirror ? mirrored(images) : images));
        const upright = times(turns, turnedBack, map);
        return mirror ? mirrored(upright) : upright;
      }),
    );
    const map = others.length
      ? mul(
          others.reduce((sum, other) => add(sum, other), straight.map),
          1 / (1 + others.length),
        )
      : straight.map;
    return { map: smooth(map, h), reconstruction: straight.reconstruction };
  });
}

/**
 * @param images f32 [N C H W] within 0 … 1
 * @returns the smoothed map, compared with what is expected at each position where the network has that; and the reconstruction
 */
export function score(model: FilteringAutoencoder, images: Tensor, h: ScoreOptions): Scored {
  return scope(() => {
    const { map, reconstruction } = compare(model, images, h);
    return { map: model.reference ? model.reference.forward(map) : map, reconstruction };
  });
}

/** Takes in what the finished network makes of normal pictures. */
export function observe(model: FilteringAutoencoder, images: Tensor, h: ScoreOptions): void {
  scope(() => model.reference?.observe(compare(model, images, h).map));
}
