// Moments of positions in batches, whitenings with every shrinkage, Mahalanobis maps and their gradient.
import { type Attrs, type OpCase, type Operand, opCases } from '../../support/cases.ts';
import { choleskyOf, identity, type Matrix, make, solveTriangle } from '../../support/matrices.ts';
import { at, build, type NdArray, nd } from '../../support/reference.ts';

const triangle = (n: number) => (n * (n + 1)) / 2;
/** Where number i, j of a lower triangle of n rows stands, by columns. */
const byColumns = (n: number, i: number, j: number) => triangle(n) - triangle(n - j) + i - j;
const f64 = (shape: number[], values?: (position: number, uniform: () => number) => number): Operand => ({ shape, dtype: 'f64', values });
const zeros = (shape: number[]): Operand => f64(shape, () => 0);

/** From vectors alone: the moments of the first `seen`, made up here, are those of no vectors. */
function momentsOf({ x, mean, scatter, third, fourth }: Record<string, NdArray>): NdArray[] {
  const [pictures, channels, , width] = x.shape;
  const out = [mean, scatter, third, fourth].map((moment) => moment && nd(moment.shape));
  for (let p = 0; p < mean.shape[0]; p++) {
    const vectors = Array.from({ length: pictures }, (_, n) =>
      Array.from({ length: channels }, (_, c) => x.data[at(x.shape, [n, c, Math.floor(p / width), p % width])]),
    );
    const m = Array.from({ length: channels }, (_, c) => vectors.reduce((sum, v) => sum + v[c], 0) / pictures);
    for (const v of vectors) {
      const d = v.map((value, c) => value - m[c]);
      const square = d.reduce((sum, value) => sum + value * value, 0);
      d.forEach((a, i) => {
        for (let j = 0; j <= i; j++) out[1].data[p * triangle(channels) + triangle(i) + j] += a * d[j];
        if (third) out[2].data[p * channels + i] += square * a;
      });
      if (third) out[3].data[p] += square * square;
    }
    out[0].data.set(pictures ? m : m.map(() => 0), p * channels);
  }
  return out.filter((moment) => moment);
}

const moments = (x: number[], higher = false, values?: (position: number, uniform: () => number) => number): OpCase => {
  const [, c, h, w] = x;
  return {
    inputs: {
      x: { shape: x, values },
      mean: zeros([h * w, c]),
      scatter: zeros([h * w, triangle(c)]),
      third: higher ? zeros([h * w, c]) : null,
      fourth: higher ? zeros([h * w]) : null,
    },
  };
};

function whiteningOf({ mean, scatter, fourth }: Record<string, NdArray>, { count, shrinkage, epsilon }: Attrs): NdArray[] {
  const [positions, n] = mean.shape;
  const [whitening, amounts, logDets] = [nd([positions, triangle(n)]), nd([positions]), nd([positions])];
  for (let p = 0; p < positions; p++) {
    const packed = (i: number, j: number) => scatter.data[p * triangle(n) + triangle(Math.max(i, j)) + Math.min(i, j)];
    let s: Matrix = make(n, n, (i, j) => packed(i, j) / (shrinkage === 'none' ? Math.max(count - 1, 1) : count));
    const mu = s.reduce((sum, row, i) => sum + row[i], 0) / n;
    const squares = s.flat().reduce((sum, value) => sum + value * value, 0);
    if (shrinkage === 'ledoitWolf') {
      const delta = s.flatMap((row, i) => row.map((value, j) => (value - (i === j ? mu : 0)) ** 2)).reduce((a, b) => a + b, 0) / n;
      const beta = Math.min((fourth.data[p] / count - squares) / (n * count), delta);
      amounts.data[p] = beta <= 0 ? 0 : beta / delta;
    } else if (shrinkage === 'oas') {
      const alpha = squares / n ** 2;
      amounts.data[p] = Math.min(1, (alpha + mu ** 2) / ((count + 1) * (alpha - mu ** 2 / n)));
    }
    const amount = amounts.data[p];
    s = make(n, n, (i, j) => (1 - amount) * s[i][j] + (i === j ? amount * mu + epsilon : 0));
    const l = choleskyOf(s);
    solveTriangle(l, identity(n)).forEach((row, i) => {
      for (let j = 0; j <= i; j++) whitening.data[p * triangle(n) + byColumns(n, i, j)] = row[j];
    });
    logDets.data[p] = l.reduce((sum, row, i) => sum + 2 * Math.log(row[i]), 0);
  }
  return [whitening, amounts, logDets];
}

// The scatter of 3 n vectors, made of them so that it is one.
const scatterValues = (n: number) => (position: number, uniform: () => number) => {
  const within = position % triangle(n);
  const i = Math.floor((Math.sqrt(8 * within + 1) - 1) / 2);
  return within === triangle(i) + i ? 3 * n * (1 + uniform()) : 2 * (uniform() - 0.5);
};
const whitening = (positions: number, n: number, attrs: Record<string, unknown> = {}): OpCase => ({
  inputs: {
    mean: zeros([positions, n]),
    scatter: f64([positions, triangle(n)], scatterValues(n)),
    fourth: attrs.shrinkage === 'ledoitWolf' ? f64([positions], (_, uniform) => 30 * n ** 3 * (1 + uniform())) : null,
  },
  attrs: { count: 3 * n, ...attrs },
});

function distancesOf({ x, mean, whitening: w }: Record<string, NdArray>): NdArray {
  const [pictures, channels, height, width] = x.shape;
  return build([pictures, 1, height, width], ([n, , i, j]) => {
    const p = mean.shape[0] === 1 ? 0 : i * width + j;
    let square = 0;
    for (let r = 0; r < channels; r++) {
      let y = 0;
      for (let c = 0; c <= r; c++)
        y += w.data[p * triangle(channels) + byColumns(channels, r, c)] * (x.data[at(x.shape, [n, c, i, j])] - mean.data[p * channels + c]);
      square += y * y;
    }
    return Math.sqrt(square);
  });
}

const map = (x: number[], positions = x[2] * x[3]): OpCase => ({ inputs: { x, mean: [positions, x[1]], whitening: [positions, triangle(x[1])] } });
const maps = [map([2, 3, 2, 5]), map([1, 20, 5, 7]), map([18, 33, 1, 2]), map([3, 5, 4, 5], 1), map([1, 1, 1, 1]), map([0, 3, 2, 2])];
const withDy = (one: OpCase): OpCase => {
  const [n, , h, w] = one.inputs.x as number[];
  return { ...one, inputs: { ...one.inputs, dy: [n, 1, h, w] } };
};

export default [
  opCases('positionMomentsStep', {
    reference: momentsOf,
    tolerance: 1e-12,
    work: ({ x }) => ({ flops: x[0] * x[1] * (x[1] + 1) * x[2] * x[3], bytes: 4 * x[0] * x[1] * x[2] * x[3] + 16 * triangle(x[1]) * x[2] * x[3] }),
    cases: [
      moments([4, 3, 2, 5]),
      moments([4, 3, 2, 5], true),
      moments([1, 2, 1, 1]),
      moments([9, 30, 3, 7], true),
      moments([300, 5, 1, 1], true),
      moments([140, 50, 1, 1]),
      moments([3, 1, 5, 5], true),
      moments([0, 3, 2, 2], true),
      // Far from 0, where sums of squares would keep no digit of the variance.
      moments([20, 3, 2, 2], true, (_, uniform) => 4096 + uniform()),
      { ...moments([32, 100, 56, 56]), label: 'PaDiM', bench: true },
      { ...moments([4096, 512, 1, 1]), label: 'one covariance', bench: true },
    ],
  }),
  opCases('gaussianWhitening', {
    reference: whiteningOf,
    tolerance: 1e-6,
    work: ({ mean }) => ({ flops: (2 * mean[0] * mean[1] ** 3) / 3 }),
    cases: [
      ...['none', 'ledoitWolf', 'oas'].flatMap((shrinkage) => [1, 2, 7, 30].map((n) => whitening(3, n, { shrinkage }))),
      whitening(1, 120, { shrinkage: 'oas', epsilon: 0 }),
      whitening(2, 49, { epsilon: 2.5 }),
      whitening(2, 3, { count: 1 }),
      whitening(0, 3),
      { ...whitening(3136, 100), label: 'PaDiM', bench: true },
    ],
  }),
  opCases('mahalanobisMap', {
    reference: distancesOf,
    differentiate: ['x', 'mean'],
    work: ({ x, whitening: w }) => ({ flops: x[0] * x[1] * (x[1] + 1) * x[2] * x[3], bytes: 4 * (w[0] * w[1] + x[0] * x[1] * x[2] * x[3]) }),
    cases: [...maps, { ...map([1, 100, 56, 56]), label: 'PaDiM', bench: true }, { ...map([8, 100, 56, 56]), label: 'PaDiM', bench: true }],
  }),
  opCases('mahalanobisMapGradX', {
    reference: ({ x, mean, whitening: w, dy }) => {
      const dx = nd(x.shape);
      const total = (moved: NdArray) => distancesOf({ x: moved, mean, whitening: w }).data.reduce((sum, value, i) => sum + value * dy.data[i], 0);
      for (let i = 0; i < x.data.length; i++) {
        const shift = (by: number) =>
          total(
            nd(
              x.shape,
              x.data.map((value, j) => (j === i ? value + by : value)),
            ),
          );
        dx.data[i] = (shift(1e-5) - shift(-1e-5)) / 2e-5;
      }
      return dx;
    },
    cases: maps.map(withDy),
  }),
];
