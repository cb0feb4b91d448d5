// Patches as channels: strides, dilation, uneven padding, windows as large as the picture.
import { type Attrs, type OpCase, opCases } from '../../support/cases.ts';
import { at, build, eachIndex, type NdArray, nd } from '../../support/reference.ts';

const extent = (size: number, axis: number, { kernel, stride, padding, dilation }: Attrs) =>
  Math.floor((size + padding[2 * axis] + padding[2 * axis + 1] - dilation[axis] * (kernel[axis] - 1) - 1) / (stride[axis] || kernel[axis])) + 1;

/** Where in x the number at an index of the result stands, or null in the padding. */
function source([n, m, p, q]: number[], shape: readonly number[], { kernel, stride, padding, dilation }: Attrs): number | null {
  const [r, s] = [Math.floor(m / kernel[1]) % kernel[0], m % kernel[1]];
  const c = Math.floor(m / (kernel[0] * kernel[1]));
  const i = p * (stride[0] || kernel[0]) + r * dilation[0] - padding[0];
  const j = q * (stride[1] || kernel[1]) + s * dilation[1] - padding[2];
  return i < 0 || j < 0 || i >= shape[2] || j >= shape[3] ? null : at(shape, [n, c, i, j]);
}

const unfolded = (shape: readonly number[], attrs: Attrs) => [
  shape[0],
  shape[1] * attrs.kernel[0] * attrs.kernel[1],
  extent(shape[2], 0, attrs),
  extent(shape[3], 1, attrs),
];

function unfold(x: NdArray, attrs: Attrs): NdArray {
  return build(unfolded(x.shape, attrs), (index) => {
    const from = source(index, x.shape, attrs);
    return from === null ? 0 : x.data[from];
  });
}

function fold(dy: NdArray, attrs: Attrs): NdArray {
  const out = nd([dy.shape[0], dy.shape[1] / (attrs.kernel[0] * attrs.kernel[1]), attrs.height, attrs.width]);
  eachIndex(dy.shape, (index, position) => {
    const to = source(index, out.shape, attrs);
    if (to !== null) out.data[to] += dy.data[position];
  });
  return out;
}

const forms: [shape: number[], attrs: Record<string, unknown>][] = [
  [[2, 3, 5, 7], {}],
  [[2, 3, 5, 7], { padding: 1 }],
  [[1, 2, 9, 8], { kernel: [2, 3], stride: [2, 1], padding: [1, 0, 2, 1] }],
  [[1, 1, 9, 20], { kernel: 3, stride: 3, dilation: [2, 3], padding: [2, 2, 0, 4] }],
  [[3, 2, 6, 6], { kernel: 2, stride: 0 }],
  [[1, 4, 4, 3], { kernel: [4, 3] }],
  [[2, 5, 1, 1], { kernel: 1, stride: 2 }],
  [[0, 3, 4, 4], {}],
  [[1, 0, 4, 4], {}],
];
const filled = (attrs: Record<string, unknown>): Attrs => {
  const pair = (value: unknown, fallback: number) => (Array.isArray(value) ? value : [value ?? fallback, value ?? fallback]);
  const padding = Array.isArray(attrs.padding) ? attrs.padding : new Array(4).fill(attrs.padding ?? 0);
  return { kernel: pair(attrs.kernel, 3), stride: pair(attrs.stride, 1), dilation: pair(attrs.dilation, 1), padding };
};
const bytes = (share: number) => (shapes: Record<string, readonly number[]>) => ({
  bytes: 4 * (1 + share) * (shapes.x ?? shapes.dy).reduce((a, b) => a * b, 1),
});
const large: OpCase = { inputs: { x: [8, 64, 56, 56] }, attrs: { padding: 1 }, bench: true };

export default [
  opCases('unfold2d', {
    reference: ({ x }, attrs) => unfold(x, attrs),
    tolerance: 0,
    twice: true,
    work: bytes(9),
    cases: [...forms.map(([x, attrs]): OpCase => ({ inputs: { x }, attrs })), large],
  }),
  opCases('unfold2dGradX', {
    reference: ({ dy }, attrs) => fold(dy, attrs),
    twice: true,
    work: bytes(1 / 9),
    cases: [
      ...forms.map(([x, attrs]): OpCase => ({ inputs: { dy: unfolded(x, filled(attrs)) }, attrs: { ...attrs, height: x[2], width: x[3] } })),
      { inputs: { dy: [8, 576, 56, 56] }, attrs: { padding: 1, height: 56, width: 56 }, bench: true },
    ],
  }),
];
