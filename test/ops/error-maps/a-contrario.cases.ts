// The binomial tail of how many numbers of a neighbourhood are large: radii, probabilities, channels, both tails.
import { type Attrs, type OpCase, opCases } from '../../support/cases.ts';
import { at, build, type NdArray } from '../../support/reference.ts';
import { pixelAt } from './reference.ts';

/** log10 P(B(n, p) ≥ k), term by term. */
function logTail(n: number, p: number, k: number): number {
  if (k <= 0) return 0;
  let sum = 0;
  let term = (1 - p) ** n;
  for (let i = 0; i <= n; i++) {
    if (i >= k) sum += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return Math.log10(sum);
}

function tails(x: NdArray, { threshold, probability, radius, strict, border }: Attrs): NdArray {
  const [n, c, h, w] = x.shape;
  return build([n, 1, h, w], ([picture, , i, j]) => {
    let [count, all] = [0, 0];
    for (let k = 0; k < c; k++) {
      for (let p = -radius; p <= radius; p++) {
        for (let q = -radius; q <= radius; q++) {
          const [row, column] = [pixelAt(border, i + p, h), pixelAt(border, j + q, w)];
          if (row < 0 || column < 0) continue;
          if (k === 0) all++;
          if (x.data[at(x.shape, [picture, k, row, column])] >= threshold) count++;
        }
      }
    }
    const least = strict ? Math.floor(count / c) + 1 : Math.ceil(count / c);
    return logTail(all, probability, Math.min(least, all));
  });
}

const cases: OpCase[] = [
  { inputs: { x: [2, 3, 9, 7] }, attrs: { threshold: 0.8 } },
  { inputs: { x: [1, 1, 40, 35] }, attrs: { threshold: 0.5, radius: 1, probability: 0.3 } },
  { inputs: { x: [1, 2, 9, 8] }, attrs: { threshold: 0, radius: 3, probability: 0.5, strict: false } },
  { inputs: { x: [1, 1, 3, 2] }, attrs: { threshold: 0.2, radius: 4, probability: 0.4 } },
  { inputs: { x: [1, 1, 4, 4] }, attrs: { threshold: -100, probability: 0.05 } },
  { inputs: { x: [1, 1, 4, 4] }, attrs: { threshold: 100, radius: 0, strict: false } },
  { inputs: { x: [1, 5, 4, 4] }, attrs: { threshold: 0, radius: 0, probability: 0.9 } },
  { inputs: { x: [2, 2, 9, 7] }, attrs: { threshold: 0.8, border: 'inside' } },
  { inputs: { x: [1, 1, 40, 35] }, attrs: { threshold: 0.5, radius: 3, probability: 0.3, border: 'inside', strict: false } },
  { inputs: { x: [1, 1, 3, 2] }, attrs: { threshold: 0.2, radius: 4, probability: 0.4, border: 'inside' } },
  { inputs: { x: [0, 1, 4, 4] }, attrs: { threshold: 1 } },
];
const timed: OpCase[] = [
  { inputs: { x: [1, 1, 512, 512] }, attrs: { threshold: 1.3 }, bench: true },
  { inputs: { x: [8, 3, 256, 256] }, attrs: { threshold: 1.3 }, bench: true },
];
const inDouble = cases.map(({ inputs, attrs }): OpCase => ({ inputs: { x: { shape: inputs.x as number[], dtype: 'f64' } }, attrs }));
const area = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

export default [
  opCases('binomialTailMap', {
    reference: ({ x }, attrs) => tails(x, attrs),
    work: ({ x }) => ({ bytes: 4 * area(x) + (4 * area(x)) / x[1] }),
    cases: [...cases, ...timed],
  }),
  opCases('binomialTailMap', { reference: ({ x }, attrs) => tails(x, attrs), cases: inDouble, tolerance: 1e-13 }),
];
