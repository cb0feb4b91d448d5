// Pasted copies: from both sources, turned, mirrored, warped, toned, on nothing, on all, left alone.
import { type Attrs, type Operand, opCases } from '../../support/cases.ts';
import { cut, displacementAt, seedOf } from '../../support/corruption-fields.ts';
import { build, type NdArray } from '../../support/reference.ts';

const key = [13, 14, 15, 16];

/** Mirrored at the outermost pixels and, further out, held. */
const inside = (at: number, last: number) => cut(Math.abs(at) > last ? 2 * last - Math.abs(at) : Math.abs(at), 0, last);

function read(x: NdArray, n: number, c: number, column: number, row: number): number {
  const [, channels, height, width] = x.shape;
  const [a, b] = [inside(column, width - 1), inside(row, height - 1)];
  let sum = 0;
  for (const j of [Math.floor(b), Math.floor(b) + 1]) {
    for (const i of [Math.floor(a), Math.floor(a) + 1]) {
      const weight = (1 - Math.abs(a - i)) * (1 - Math.abs(b - j));
      if (weight > 0) sum += weight * x.data[((n * channels + c) * height + j) * width + i];
    }
  }
  return sum;
}

function pasted(inputs: Record<string, NdArray>, attrs: Attrs): NdArray[] {
  const { image, opacity, layer, own, donors, source, centre, origin, turn, warp, tone } = inputs;
  const [, channels, height, width] = image.shape;
  const layerAt = (n: number, y: number, x: number) => (source.data[n] < 0 ? 0 : layer.data[(n * height + y) * width + x]);
  const changed = build(image.shape, ([n, c, y, x]) => {
    const before = image.data[((n * channels + c) * height + y) * width + x];
    const o = layerAt(n, y, x);
    if (!(o > 0)) return before;
    const [p, q] = [x - centre.data[2 * n], y - centre.data[2 * n + 1]];
    const [dx, dy] = displacementAt(warp.data[2 * n], warp.data[2 * n + 1], seedOf(attrs.key, n), x, y);
    const column = origin.data[2 * n] + turn.data[4 * n] * p + turn.data[4 * n + 1] * q + dx;
    const row = origin.data[2 * n + 1] + turn.data[4 * n + 2] * p + turn.data[4 * n + 3] * q + dy;
    const s = read(source.data[n] === 0 ? own : donors, n, c, column, row);
    return (1 - o) * before + o * cut(tone.data[2 * n * channels + c] * s + tone.data[(2 * n + 1) * channels + c]);
  });
  const joined = build(opacity.shape, ([n, , y, x]) => {
    const before = opacity.data[(n * height + y) * width + x];
    return layerAt(n, y, x) > 0 ? 1 - (1 - before) * (1 - layerAt(n, y, x)) : before;
  });
  return [changed, joined];
}

const unit = (shape: number[]): Operand => ({ shape, values: 'unit' });
const given = (numbers: number[], shape: number[], dtype: 'f32' | 'i32' = 'f32'): Operand => ({ shape, dtype, values: (position) => numbers[position] });

/** Every other picture of a layer is touched in a stretch of each row, the others wherever chance wants. */
const layer = (shape: number[]): Operand => ({
  shape,
  values: (position, uniform) => {
    const [n, x] = [Math.floor(position / (shape[2] * shape[3])), position % shape[3]];
    const o = uniform();
    return n % 2 ? (o < 0.5 ? 0 : o) : x > 3 && x < shape[3] - 2 ? o : 0;
  },
});

function operands(pictures: number, channels: number, height: number, width: number, source: number[], turn: number[], warp: number[], tone: [number, number]) {
  const picture = [pictures, channels, height, width];
  const each = (numbers: number[]) => Array.from({ length: pictures }, () => numbers).flat();
  return {
    image: unit(picture),
    opacity: unit([pictures, 1, height, width]),
    layer: layer([pictures, 1, height, width]),
    own: unit(picture),
    donors: unit(picture),
    source: given(source, [pictures], 'i32'),
    centre: given(each([width / 2 + 0.3, height / 2 - 0.2]), [pictures, 2]),
    origin: given(each([width / 3 + 0.1, height / 2 + 0.4]), [pictures, 2]),
    turn: given(each(turn), [pictures, 2, 2]),
    warp: given(each(warp), [pictures, 2]),
    tone: given(each([...new Array<number>(channels).fill(tone[0]), ...new Array<number>(channels).fill(tone[1])]), [pictures, 2, channels]),
  };
}

export default [
  opCases('pasteCopyStep', {
    reference: pasted,
    tolerance: 1e-5,
    work: ({ image }) => ({ bytes: 4 * image.reduce((a, b) => a * b, 1) * 3 + 12 * image[0] * image[2] * image[3] }),
    cases: [
      { inputs: operands(3, 3, 7, 83, [0, 1, -1], [0.83, -0.41, 0.37, 0.79], [3.3, 2.1], [1, 0]), attrs: { key } },
      { inputs: operands(2, 1, 9, 12, [1, 0], [-2.2, 1.4, 1.1, 2.6], [1, 0], [1.4, -0.3]), attrs: { key } },
      { inputs: operands(2, 3, 6, 11, [0, 0], [1, 0, 0, 1], [2, 0], [-1, 0.7]), attrs: { key } },
      { inputs: operands(1, 1, 1, 1, [1], [1, 0, 0, 1], [2, 3], [1, 0]), attrs: { key } },
      { inputs: operands(0, 3, 4, 4, [], [1, 0, 0, 1], [2, 3], [1, 0]), attrs: { key } },
      {
        inputs: operands(16, 3, 256, 256, new Array<number>(16).fill(0), [0.9, -0.3, 0.3, 0.9], [12, 6], [1.1, 0]),
        attrs: { key },
        bench: true,
        label: 'all of every picture',
      },
    ],
  }),
];
