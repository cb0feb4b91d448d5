// Convolution and its gradients.
import { opCases } from '../../support/cases.ts';
import { at, eachIndex, type NdArray, nd } from '../../support/reference.ts';

interface Window {
  stride: number[];
  padding: number[];
  dilation: number[];
  groups: number;
}

/** Calls `visit` for every product of a convolution: positions in x, weight and y. */
function eachProduct(
  x: readonly number[],
  w: readonly number[],
  y: readonly number[],
  { stride, padding, dilation, groups }: Window,
  visit: (ix: number, iw: number, iy: number) => void,
): void {
  const perGroup = w[0] / groups;
  eachIndex(y, ([n, k, p, q], iy) => {
    for (let c = 0; c < w[1]; c++) {
      for (let r = 0; r < w[2]; r++) {
        for (let s = 0; s < w[3]; s++) {
          const i = p * stride[0] + r * dilation[0] - padding[0];
          const j = q * stride[1] + s * dilation[1] - padding[2];
          if (i < 0 || j < 0 || i >= x[2] || j >= x[3]) continue;
          visit(at(x, [n, Math.floor(k / perGroup) * w[1] + c, i, j]), at(w, [k, c, r, s]), iy);
        }
      }
    }
  });
}

const slid = (extent: number, kernel: number, axis: number, { stride, padding, dilation }: Window) =>
  Math.floor((extent + padding[2 * axis] + padding[2 * axis + 1] - dilation[axis] * (kernel - 1) - 1) / stride[axis]) + 1;

function forward(x: NdArray, weight: NdArray, bias: NdArray | undefined, window: Window): NdArray {
  const y = nd([x.shape[0], weight.shape[0], slid(x.shape[2], weight.shape[2], 0, window), slid(x.shape[3], weight.shape[3], 1, window)]);
  if (bias)
    eachIndex(y.shape, ([, k], i) => {
      y.data[i] = bias.data[k];
    });
  eachProduct(x.shape, weight.shape, y.shape, window, (ix, iw, iy) => {
    y.data[iy] += x.data[ix] * weight.data[iw];
  });
  return y;
}

const activations: Record<string, (x: number, alpha: number) => number> = {
  identity: (x) => x,
  relu: (x) => Math.max(x, 0),
  leakyRelu: (x, a) => (x > 0 ? x : a * x),
  elu: (x, a) => (x > 0 ? x : a * Math.expm1(x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  silu: (x) => x / (1 + Math.exp(-x)),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
};

/** By its series; beyond 5 it is 1 to the last digit. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const shapes = [
  { x: [2, 3, 7, 5], weight: [4, 3, 3, 3], attrs: { padding: 1 } },
  { x: [1, 2, 9, 8], weight: [3, 2, 3, 2], attrs: { stride: [2, 1], padding: [0, 2, 1, 0] } },
  { x: [2, 2, 11, 9], weight: [2, 2, 3, 3], attrs: { dilation: [2, 3], padding: 3 } },
  { x: [2, 4, 6, 5], weight: [6, 2, 3, 3], attrs: { groups: 2, padding: 1 } },
  { x: [1, 4, 6, 5], weight: [4, 1, 3, 3], attrs: { groups: 4, padding: 1 } },
  { x: [2, 5, 4, 4], weight: [3, 5, 1, 1], attrs: {} },
  { x: [1, 3, 5, 5], weight: [2, 3, 5, 5], attrs: {} },
  { x: [2, 16, 6, 5], weight: [32, 16, 3, 3], attrs: { padding: 1 } },
  { x: [1, 32, 5, 6], weight: [16, 32, 3, 3], attrs: { padding: 2, dilation: 2 } },
  { x: [0, 2, 5, 5], weight: [3, 2, 3, 3], attrs: {} },
];
const withDefaults = (attrs: Record<string, number | number[]>): Window => {
  const list = (name: string, n: number, fallback: number) => {
    const v = attrs[name] ?? fallback;
    return typeof v === 'number' ? new Array<number>(n).fill(v) : v;
  };
  return { stride: list('stride', 2, 1), padding: list('padding', 4, 0), dilation: list('dilation', 2, 1), groups: (attrs.groups as number) ?? 1 };
};
const resultOf = (s: (typeof shapes)[number]): number[] => {
  const w = withDefaults(s.attrs as never);
  return [s.x[0], s.weight[0], slid(s.x[2], s.weight[2], 0, w), slid(s.x[3], s.weight[3], 1, w)];
};

const hot: [number, number, number, number][] = [
  [32, 32, 256, 1],
  [64, 64, 128, 1],
  [128, 128, 64, 1],
  [256, 256, 32, 2],
];
const work = ({ N, C, side, K }: { N: number; C: number; side: number; K: number }) => ({ flops: 2 * N * K * C * 9 * side * side });

export default [
  opCases('conv2d', {
    reference: ({ x, weight, bias }, attrs) => forward(x, weight, bias, attrs as never),
    twice: true,
    work: ({ x, weight }) => work({ N: x[0], C: x[1], side: x[2], K: weight[0] }),
    cases: [
      ...shapes.map(({ x, weight, attrs }, i) => ({ inputs: { x, weight, bias: i % 2 ? null : [weight[0]] }, attrs })),
      ...hot.map(([c, k, side, dilation]) => ({
        inputs: { x: [8, c, side, side], weight: [k, c, 3, 3] },
        attrs: { padding: dilation, dilation },
        bench: true,
      })),
    ],
  }),
  opCases('conv2dFused', {
    reference: ({ x, weight, bias, addend }, attrs) => {
      const y = forward(x, weight, bias, attrs as never);
      return nd(
        y.shape,
        y.data.map((v, i) => activations[attrs.activation](v + (addend?.data[i] ?? 0), attrs.alpha)),
      );
    },
    cases: Object.keys(activations).flatMap((activation) => [
      { inputs: { x: [2, 16, 6, 5], weight: [32, 16, 3, 3], bias: [32], addend: [2, 32, 6, 5] }, attrs: { activation, padding: 1 } },
      { inputs: { x: [2, 3, 6, 5], weight: [5, 3, 3, 3], bias: [5], addend: null }, attrs: { activation, alpha: 0.2 } },
    ]),
  }),
  opCases('conv2dGradInput', {
    reference: ({ dy, weight }, attrs) => {
      const dx = nd([dy.shape[0], weight.shape[1] * attrs.groups, attrs.height, attrs.width]);
      eachProduct(dx.shape, weight.shape, dy.shape, attrs as never, (ix, iw, iy) => {
        dx.data[ix] += dy.data[iy] * weight.data[iw];
      });
      return dx;
    },
    twice: true,
    work: ({ dy, weight }) => work({ N: dy[0], C: weight[1], side: dy[2], K: weight[0] }),
    cases: [
      ...shapes.map((s) => ({ inputs: { dy: resultOf(s), weight: s.weight }, attrs: { ...s.attrs, height: s.x[2], width: s.x[3] } })),
      ...hot.map(([c, k, side, dilation]) => ({
        inputs: { dy: [8, k, side, side], weight: [k, c, 3, 3] },
        attrs: { padding: dilation, dilation, height: side, width: side },
        bench: true,
      })),
    ],
  }),
  opCases('conv2dGradWeight', {
    reference: ({ dy, x }, attrs) => {
      const dw = nd([dy.shape[1], x.shape[1] / attrs.groups, attrs.rows, attrs.columns]);
      eachProduct(x.shape, dw.shape, dy.shape, attrs as never, (ix, iw, iy) => {
        dw.data[iw] += dy.data[iy] * x.data[ix];
      });
      return dw;
    },
    twice: true,
    work: ({ dy, x }) => work({ N: dy[0], C: x[1], side: dy[2], K: dy[1] }),
    cases: [
      ...shapes.map((s) => ({ inputs: { dy: resultOf(s), x: s.x }, attrs: { ...s.attrs, rows: s.weight[2], columns: s.weight[3] } })),
      ...hot.map(([c, k, side, dilation]) => ({
        inputs: { dy: [8, k, side, side], x: [8, c, side, side] },
        attrs: { padding: dilation, dilation, rows: 3, columns: 3 },
        bench: true,
      })),
    ],
  }),
  opCases('conv2dGradBias', {
    reference: ({ dy }) => {
      const out = nd([dy.shape[1]]);
      eachIndex(dy.shape, ([, k], i) => {
        out.data[k] += dy.data[i];
      });
      return out;
    },
    twice: true,
    cases: [{ inputs: { dy: [2, 3, 7, 5] } }, { inputs: { dy: [3, 16, 9, 9] } }],
  }),
];
