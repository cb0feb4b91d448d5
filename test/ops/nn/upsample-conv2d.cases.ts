// Upsampling by two and convolving as one transposed convolution.
import { opCases } from '../../support/cases.ts';
import { at, eachIndex, nd } from '../../support/reference.ts';

/** The rule of the weight along one axis: which taps of w fall on tap m. */
const taps = (m: number, extent: number) => [extent - 1 - m, extent - m].filter((r) => r >= 0 && r < extent);

export default [
  opCases('upsampleWeight', {
    reference: ({ weight }) => {
      const [K, C, R, S] = weight.shape;
      const out = nd([C, K, R + 1, S + 1]);
      eachIndex(out.shape, ([c, k, u, v], i) => {
        for (const r of taps(u, R)) for (const s of taps(v, S)) out.data[i] += weight.data[at(weight.shape, [k, c, r, s])];
      });
      return out;
    },
    twice: true,
    cases: [{ inputs: { weight: [4, 3, 3, 3] } }, { inputs: { weight: [2, 5, 1, 4] } }],
  }),
  opCases('upsampleWeightGrad', {
    reference: ({ dy }) => {
      const [C, K, U, V] = dy.shape;
      const out = nd([K, C, U - 1, V - 1]);
      eachIndex(dy.shape, ([c, k, u, v], i) => {
        for (const r of taps(u, U - 1)) for (const s of taps(v, V - 1)) out.data[at(out.shape, [k, c, r, s])] += dy.data[i];
      });
      return out;
    },
    twice: true,
    cases: [{ inputs: { dy: [4, 3, 4, 4] } }, { inputs: { dy: [2, 5, 2, 5] } }],
  }),
  opCases('convTranspose2dFused', {
    reference: ({ x, weight, bias }, { stride, padding, height, width, activation }) => {
      const y = nd([x.shape[0], weight.shape[1], height, width]);
      if (bias)
        eachIndex(y.shape, ([, k], i) => {
          y.data[i] = bias.data[k];
        });
      eachIndex(x.shape, ([n, c, h, w], i) => {
        for (let k = 0; k < weight.shape[1]; k++) {
          for (let u = 0; u < weight.shape[2]; u++) {
            for (let v = 0; v < weight.shape[3]; v++) {
              const p = h * stride[0] + u - padding[0];
              const q = w * stride[1] + v - padding[2];
              if (p >= 0 && q >= 0 && p < height && q < width) y.data[at(y.shape, [n, k, p, q])] += x.data[i] * weight.data[at(weight.shape, [c, k, u, v])];
            }
          }
        }
      });
      return activation === 'relu'
        ? nd(
            y.shape,
            y.data.map((v) => Math.max(v, 0)),
          )
        : y;
    },
    cases: [
      { inputs: { x: [2, 3, 5, 4], weight: [3, 5, 4, 4], bias: [5] }, attrs: { stride: 2, padding: 1, height: 10, width: 8, activation: 'relu' } },
      { inputs: { x: [2, 16, 5, 4], weight: [16, 32, 4, 4], bias: [32] }, attrs: { stride: 2, padding: 1, height: 10, width: 8, activation: 'relu' } },
      { inputs: { x: [1, 16, 3, 4], weight: [16, 16, 3, 2], bias: null }, attrs: { stride: [1, 2], height: 5, width: 8 } },
    ],
  }),
];
