// Entropy of grey levels: disks and boxes, smaller and larger than the picture, levels of other ranges, NaN.
import { type Attrs, type OpCase, opCases } from '../../support/cases.ts';
import { at, build, type NdArray } from '../../support/reference.ts';

function entropies(x: NdArray, { radius: [above, aside], footprint, range }: Attrs, bytes: boolean): NdArray {
  const [, , height, width] = x.shape;
  const levelOf = (value: number) => (bytes || Number.isNaN(value) ? value : Math.floor(Math.min(Math.max((value * 255) / range, 0), 255) + 0.5));
  return build(x.shape, ([n, c, i, j]) => {
    const counts = new Map<number, number>();
    let total = 0;
    for (let p = -above; p <= above; p++) {
      for (let q = -aside; q <= aside; q++) {
        if (footprint === 'disk' && p * p + q * q > above * above) continue;
        if (i + p < 0 || i + p >= height || j + q < 0 || j + q >= width) continue;
        const level = levelOf(x.data[at(x.shape, [n, c, i + p, j + q])]);
        if (Number.isNaN(level)) return Number.NaN;
        counts.set(level, (counts.get(level) ?? 0) + 1);
        total++;
      }
    }
    let sum = 0;
    for (const count of counts.values()) sum -= (count / total) * Math.log2(count / total);
    return sum;
  });
}

type Fill = (position: number, uniform: () => number) => number;
const noise: Fill = (_, uniform) => 256 * uniform() - 0.5;
const few: Fill = (_, uniform) => Math.floor(4 * uniform()) * 60;
const picture = (shape: number[], values: Fill = noise) => ({ x: { shape, dtype: 'u8' as const, values } });
const real = (shape: number[], dtype: 'f32' | 'f64', values: Fill) => ({ x: { shape, dtype, values } });
const fraction: Fill = (_, uniform) => 1.2 * uniform() - 0.1;

const cases: OpCase[] = [
  { inputs: picture([2, 3, 17, 23]) },
  { inputs: picture([1, 1, 40, 19], few) },
  { inputs: picture([1, 2, 9, 8], few), attrs: { radius: 1 } },
  { inputs: picture([1, 1, 3, 4]), attrs: { radius: 6 } },
  { inputs: picture([1, 1, 5, 6]), attrs: { radius: 0 } },
  { inputs: picture([1, 1, 21, 33], few), attrs: { radius: 2, footprint: 'box' } },
  { inputs: picture([1, 1, 18, 7], few), attrs: { radius: [1, 4], footprint: 'box' } },
  { inputs: picture([2, 1, 6, 5]), attrs: { radius: [20, 9], footprint: 'box' } },
  { inputs: picture([1, 1, 20, 20], few), attrs: { radius: [0, 3], footprint: 'box' } },
  { inputs: picture([1, 1, 3, 2], few), attrs: { radius: 127, footprint: 'box' } },
  { inputs: picture([1, 1, 12, 12], () => 7), attrs: { radius: 3 } },
  { inputs: picture([0, 1, 4, 4]) },
  { inputs: picture([1, 1, 0, 4]) },
];
const reals: OpCase[] = [
  { inputs: real([1, 1, 18, 21], 'f32', fraction), attrs: { radius: 3 } },
  { inputs: real([1, 2, 11, 9], 'f64', fraction), attrs: { radius: 2 } },
  { inputs: real([1, 1, 15, 15], 'f32', noise), attrs: { radius: 4, range: 255 } },
  { inputs: real([1, 1, 12, 14], 'f32', (i, uniform) => (i === 30 ? Number.NaN : i === 90 ? Number.POSITIVE_INFINITY : uniform())), attrs: { radius: 2 } },
];
const timed: OpCase[] = [
  { inputs: picture([1, 1, 512, 512]), bench: true },
  { inputs: picture([1, 1, 1024, 1024]), bench: true },
  { inputs: picture([1, 1, 512, 512]), attrs: { footprint: 'box' }, bench: true },
];

export default [
  opCases('patchEntropyMap', {
    reference: ({ x }, attrs) => entropies(x, attrs, true),
    tolerance: 1e-7,
    work: ({ x }) => ({ bytes: 5 * x.reduce((a, b) => a * b, 1) }),
    cases: [...cases, ...timed],
  }),
  opCases('patchEntropyMap', { reference: ({ x }, attrs) => entropies(x, attrs, false), tolerance: 1e-7, cases: reals }),
];
