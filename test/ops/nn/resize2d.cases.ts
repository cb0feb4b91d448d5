// Resizing in every mode, up, down and by ratios that are no whole numbers.
import { type Attrs, type OpCase, opCases } from '../../support/cases.ts';
import { type NdArray, nd } from '../../support/reference.ts';

function cubic(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1;
  return x < 2 ? a * (x ** 3 - 5 * x ** 2 + 8 * x - 4) : 0;
}

/** Weights of all `inside` pixels in output pixel i of `outside`: a dense row of the linear map along one axis. */
function weights(i: number, inside: number, outside: number, { mode, alignCorners, antialias }: Attrs): Float64Array {
  const row = new Float64Array(inside);
  const scale = inside / outside;
  if (mode === 'nearest') row[Math.floor((i * inside) / outside)] = 1;
  else if (mode === 'nearestExact') row[Math.floor(((2 * i + 1) * inside) / (2 * outside))] = 1;
  else if (antialias) {
    const wide = Math.max(scale, 1);
    for (let k = 0; k < inside; k++) {
      const distance = (k + 0.5 - scale * (i + 0.5)) / wide;
      row[k] = mode === 'bilinear' ? Math.max(0, 1 - Math.abs(distance)) : cubic(distance, -0.5);
    }
    const sum = row.reduce((a, b) => a + b, 0);
    for (let k = 0; k < inside; k++) row[k] /= sum;
  } else {
    let position = alignCorners ? (outside > 1 ? (i * (inside - 1)) / (outside - 1) : 0) : (i + 0.5) * scale - 0.5;
    if (mode === 'bilinear') position = Math.min(Math.max(position, 0), inside - 1);
    for (let k = Math.floor(position) - 1; k <= Math.floor(position) + 2; k++) {
      row[Math.min(Math.max(k, 0), inside - 1)] += mode === 'bilinear' ? Math.max(0, 1 - Math.abs(position - k)) : cubic(position - k, -0.75);
    }
  }
  return row;
}

/** out[p, q] = Σ rows[p, h] columns[q, w] x[h, w], or its transpose. */
function resized(x: NdArray, attrs: Attrs, transpose: boolean): NdArray {
  const [n, c, h, w] = x.shape;
  const out = nd([n, c, attrs.height, attrs.width]);
  const along = (from: number, to: number) =>
    transpose ? Array.from({ length: from }, (_, i) => weights(i, to, from, attrs)) : Array.from({ length: to }, (_, i) => weights(i, from, to, attrs));
  const rows = along(h, attrs.height);
  const columns = along(w, attrs.width);
  for (let plane = 0; plane < n * c; plane++) {
    for (let p = 0; p < attrs.height; p++) {
      for (let q = 0; q < attrs.width; q++) {
        let sum = 0;
        for (let i = 0; i < h; i++) {
          const up = transpose ? rows[i][p] : rows[p][i];
          if (up === 0) continue;
          for (let j = 0; j < w; j++) sum += up * (transpose ? columns[j][q] : columns[q][j]) * x.data[(plane * h + i) * w + j];
        }
        out.data[(plane * attrs.height + p) * attrs.width + q] = sum;
      }
    }
  }
  return out;
}

const kinds = [
  {},
  { mode: 'nearestExact' },
  { mode: 'bilinear' },
  { mode: 'bilinear', alignCorners: true },
  { mode: 'bilinear', antialias: true },
  { mode: 'bicubic' },
  { mode: 'bicubic', alignCorners: true },
  { mode: 'bicubic', antialias: true },
];
const sizes: [x: number[], height: number, width: number][] = [
  [[2, 3, 4, 5], 8, 10],
  [[2, 3, 4, 5], 7, 3],
  [[1, 2, 11, 7], 4, 16],
  [[1, 1, 6, 9], 6, 4],
  [[1, 2, 5, 6], 9, 6],
  [[2, 3, 1, 1], 3, 2],
  [[2, 4, 3, 4], 1, 1],
  [[0, 2, 3, 4], 6, 8],
  [[1, 2, 3, 4], 3, 4],
  [[1, 1, 24, 26], 12, 13],
  [[1, 1, 13, 70], 26, 140],
];
const cases = kinds.flatMap((kind) => sizes.map(([x, height, width]): OpCase => ({ inputs: { x }, attrs: { height, width, ...kind } })));
const bench = [
  { label: 'nearest ×2', size: 256, kind: {} },
  { label: 'bilinear ×2', size: 256, kind: { mode: 'bilinear' } },
  { label: 'bilinear to 224', size: 224, kind: { mode: 'bilinear' } },
].map(({ label, size, kind }) => ({ label, x: [8, 32, 128, 128], attrs: { height: size, width: size, ...kind }, bench: true }));
const photo = {
  label: 'antialiased shrink of photos',
  x: [8, 3, 900, 900],
  attrs: { height: 256, width: 256, mode: 'bilinear', antialias: true },
  bench: true,
};
const area = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const work = (shapes: Record<string, readonly number[]>, { height, width }: Attrs) => {
  const shape = Object.values(shapes)[0];
  return { bytes: 4 * (area(shape) + shape[0] * shape[1] * height * width) };
};

export default [
  opCases('resize2d', {
    reference: ({ x }, attrs) => resized(x, attrs, false),
    twice: true,
    work,
    cases: [...cases, ...[...bench, photo].map(({ x, ...rest }) => ({ inputs: { x }, ...rest }))],
  }),
  opCases('resize2dGrad', {
    reference: ({ dy }, attrs) => resized(dy, attrs, true),
    twice: true,
    work,
    cases: [
      ...cases.map(({ inputs, attrs }) => {
        const [n, c, height, width] = inputs.x as number[];
        return { inputs: { dy: [n, c, attrs!.height as number, attrs!.width as number] }, attrs: { ...attrs, height, width } };
      }),
      ...bench.map(({ x, attrs, ...rest }) => ({
        inputs: { dy: [x[0], x[1], attrs.height, attrs.width] },
        attrs: { ...attrs, height: x[2], width: x[3] },
        ...rest,
      })),
    ],
  }),
];
