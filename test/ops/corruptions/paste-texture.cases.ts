// Pasted textures: every kind, in place of what is there and on it, on nothing, on all, left alone.
import { type Attrs, type Operand, opCases } from '../../support/cases.ts';
import { bellOf, cut, mapped, perlinAt, rowOf, seedOf, wave, wordAt, worleyAt } from '../../support/corruption-fields.ts';
import { build, type NdArray } from '../../support/reference.ts';

const key = [17, 18, 19, 20];

/** The texture of kind 0 … 6 at a place of the pattern's plane; `slope` is the layer's towards the light. */
function textureAt(kind: number, u: number, v: number, detail: number, seed: number, channel: number, slope: number): number {
  const [first, second] = worleyAt(u, v, seed);
  const own = (seed + Math.imul(channel, 0x9e3779b9)) >>> 0;
  const kinds = [
    () => 0.5 + 0.2 * perlinAt(u, v, seed, 4, detail),
    () => detail * first,
    () => 1 - detail * (second - first),
    () => 0.5 + 0.5 * detail * wave(u),
    () => 0.5 + 0.5 * detail * wave(u) * wave(v),
    () => 0.5 + bellOf(wordAt(own, Math.floor(u), Math.floor(v))) / 8,
    () => 0.5 + detail * slope,
  ];
  return cut(kinds[kind]());
}

function pasted(inputs: Record<string, NdArray>, attrs: Attrs): NdArray[] {
  const { image, opacity, layer, kind, centre, frame, detail, base, shift, kept } = inputs;
  const [, channels, height, width] = image.shape;
  const layerAt = (n: number, y: number, x: number) => layer.data[(n * height + cut(y, 0, height - 1)) * width + cut(x, 0, width - 1)];
  const touched = (n: number, y: number, x: number) => kind.data[n] >= 0 && layerAt(n, y, x) > 0;
  const changed = build(image.shape, ([n, c, y, x]) => {
    const before = image.data[((n * channels + c) * height + y) * width + x];
    if (!touched(n, y, x)) return before;
    const m = rowOf(frame.data, n, 6);
    const [u, v] = mapped(m, x - centre.data[2 * n], y - centre.data[2 * n + 1]);
    const slope = m[0] * (layerAt(n, y, x + 1) - layerAt(n, y, x - 1)) + m[1] * (layerAt(n, y + 1, x) - layerAt(n, y - 1, x));
    const t = textureAt(kind.data[n], u, v, detail.data[n], seedOf(attrs.key, n), c, slope);
    const [middle, low, high] = [base.data[n * channels + c], shift.data[2 * n * channels + c], shift.data[(2 * n + 1) * channels + c]];
    const o = layerAt(n, y, x);
    return (1 - o) * before + o * cut(middle + kept.data[n] * (before - middle) + (1 - t) * low + t * high);
  });
  const joined = build(opacity.shape, ([n, , y, x]) => {
    const before = opacity.data[(n * height + y) * width + x];
    return touched(n, y, x) ? 1 - (1 - before) * (1 - layerAt(n, y, x)) : before;
  });
  return [changed, joined];
}

const unit = (shape: number[]): Operand => ({ shape, values: 'unit' });
const layer = (shape: number[]): Operand => ({ shape, values: (position, uniform) => (position % shape[3] > 2 ? Math.max(0, 1.2 * uniform() - 0.2) : 0) });

function operands(kinds: number[], channels: number, height: number, width: number) {
  const pictures = kinds.length;
  return {
    image: unit([pictures, channels, height, width]),
    opacity: unit([pictures, 1, height, width]),
    layer: layer([pictures, 1, height, width]),
    kind: { shape: [pictures], dtype: 'i32', values: (position) => kinds[position] } as Operand,
    centre: { shape: [pictures, 2], values: (position) => [7.31, 2.17][position % 2] } as Operand,
    frame: { shape: [pictures, 2, 3], values: (position) => [0.213, 0.071, 0.31, -0.073, 0.197, 0.61][position % 6] } as Operand,
    detail: { shape: [pictures], values: (position) => [0.6, 1.2, 3, 2, 1.5, 1, 4][kinds[position]] ?? 1 } as Operand,
    base: unit([pictures, channels]),
    shift: { shape: [pictures, 2, channels], values: (_, uniform) => uniform() - 0.5 } as Operand,
    kept: { shape: [pictures], values: (position) => [0, 1, 0.4][position % 3] } as Operand,
  };
}

export default [
  opCases('pasteTextureStep', {
    reference: pasted,
    tolerance: 2e-5,
    work: ({ image }) => ({ bytes: 8 * image.reduce((a, b) => a * b, 1) + 12 * image[0] * image[2] * image[3] }),
    cases: [
      { inputs: operands([0, 1, 2, 3, 4, 5, 6, -1], 3, 5, 71), attrs: { key } },
      { inputs: operands([6, 5, 4, 3, 2, 1, 0], 1, 6, 9), attrs: { key } },
      { inputs: operands([6, 0], 3, 1, 1), attrs: { key } },
      { inputs: operands([], 3, 4, 4), attrs: { key } },
      ...['perlin', 'cells', 'cracks', 'lines', 'mesh', 'grain', 'relief'].map((label, kind) => ({
        inputs: operands(new Array<number>(16).fill(kind), 3, 256, 256),
        attrs: { key },
        bench: true,
        label,
      })),
    ],
  }),
];
