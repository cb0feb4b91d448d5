// Reading images at positions inside, at and beyond their edges.
import { type Attrs, type OpCase, type Operand, opCases } from '../../support/cases.ts';
import { type NdArray, nd } from '../../support/reference.ts';

const halfToEven = (x: number) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

/** The position among `extent` pixels that a coordinate of the grid means. */
function positionOf(g: number, extent: number, { padding, alignCorners }: Attrs): number {
  let at = alignCorners ? ((g + 1) / 2) * (extent - 1) : ((g + 1) * extent - 1) / 2;
  if (padding === 'zero') return at;
  if (padding === 'reflection') {
    const low = alignCorners ? 0 : -0.5;
    const high = alignCorners ? extent - 1 : extent - 0.5;
    if (low === high) return 0;
    while (at < low || at > high) at = at < low ? 2 * low - at : 2 * high - at;
  }
  return Math.min(Math.max(at, 0), extent - 1);
}

/** Calls `visit` with every pixel and weight that position `p` of image n reads. */
function eachTap(grid: NdArray, n: number, p: number, height: number, width: number, attrs: Attrs, visit: (pixel: number, weight: number) => void): void {
  const from = (n * grid.shape[1] * grid.shape[2] + p) * 2;
  const x = positionOf(grid.data[from], width, attrs);
  const y = positionOf(grid.data[from + 1], height, attrs);
  const tap = (row: number, column: number, weight: number) => {
    if (row >= 0 && row < height && column >= 0 && column < width) visit(row * width + column, weight);
  };
  if (attrs.mode === 'nearest') {
    tap(halfToEven(y), halfToEven(x), 1);
    return;
  }
  for (const row of [Math.floor(y), Math.floor(y) + 1]) {
    for (const column of [Math.floor(x), Math.floor(x) + 1]) tap(row, column, (1 - Math.abs(y - row)) * (1 - Math.abs(x - column)));
  }
}

function sampled(x: NdArray, grid: NdArray, attrs: Attrs): NdArray {
  const [n, c, h, w] = x.shape;
  const positions = grid.shape[1] * grid.shape[2];
  const out = nd([n, c, grid.shape[1], grid.shape[2]]);
  for (let plane = 0; plane < n * c; plane++) {
    for (let p = 0; p < positions; p++) {
      eachTap(grid, Math.floor(plane / c), p, h, w, attrs, (pixel, weight) => {
        out.data[plane * positions + p] += weight * x.data[plane * h * w + pixel];
      });
    }
  }
  return out;
}

function spread(dy: NdArray, grid: NdArray, attrs: Attrs): NdArray {
  const [n, c] = dy.shape;
  const positions = grid.shape[1] * grid.shape[2];
  const out = nd([n, c, attrs.height, attrs.width]);
  for (let plane = 0; plane < n * c; plane++) {
    for (let p = 0; p < positions; p++) {
      eachTap(grid, Math.floor(plane / c), p, attrs.height, attrs.width, attrs, (pixel, weight) => {
        out.data[plane * attrs.height * attrs.width + pixel] += weight * dy.data[plane * positions + p];
      });
    }
  }
  return out;
}

/** Gradient towards the grid by central differences of the definition, which is piecewise linear in each coordinate. */
function slopes(x: NdArray, grid: NdArray, dy: NdArray, attrs: Attrs): NdArray {
  const out = nd(grid.shape);
  const [n, c] = x.shape;
  const positions = grid.shape[1] * grid.shape[2];
  const step = 1e-4;
  for (let i = 0; i < grid.data.length; i++) {
    const values = [step, -step].map((move) => {
      const data = grid.data.slice();
      data[i] += move;
      return sampled(x, { shape: grid.shape, data }, attrs);
    });
    const p = Math.floor(i / 2) % positions;
    const image = Math.floor(i / 2 / positions);
    for (let channel = 0; channel < c && n > 0; channel++) {
      const at = (image * c + channel) * positions + p;
      out.data[i] += (dy.data[at] * (values[0].data[at] - values[1].data[at])) / (2 * step);
    }
  }
  return out;
}

/** Positions from two pixels outside to two pixels outside, away from pixel centres, edges and halves between them. */
function positions(shape: number[], width: number, height: number, alignCorners = false): Operand {
  return {
    shape,
    values: (position, uniform) => {
      const extent = position % 2 ? height : width;
      const pixel = Math.floor(uniform() * (extent + 4)) - 2 + 0.15 + 0.25 * uniform() + (uniform() < 0.5 ? 0 : 0.45);
      return alignCorners ? (extent > 1 ? (2 * pixel) / (extent - 1) - 1 : 0.3 * uniform()) : (2 * pixel + 1) / extent - 1;
    },
  };
}

const kinds = ['bilinear', 'nearest'].flatMap((mode) =>
  ['zero', 'border', 'reflection'].flatMap((padding) => [false, true].map((alignCorners) => ({ mode, padding, alignCorners }))),
);
const shapes: [x: number[], p: number, q: number][] = [
  [[2, 3, 5, 7], 4, 6],
  [[1, 2, 6, 4], 9, 11],
  [[1, 1, 1, 3], 2, 5],
];
const plain = kinds.flatMap((attrs) => shapes.map(([x, p, q]) => ({ x, p, q, attrs, grid: positions([x[0], p, q, 2], x[3], x[2], attrs.alignCorners) })));
const empty: OpCase[] = [{ inputs: { x: [2, 0, 3, 3], grid: [2, 2, 2, 2] } }, { inputs: { x: [2, 1, 3, 3], grid: [2, 0, 4, 2] } }];
const big = { x: [8, 3, 256, 256], grid: positions([8, 256, 256, 2], 256, 256) };
const work = (shapes: Record<string, readonly number[]>) => ({
  bytes: 4 * Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0) + 4 * 8 * 3 * 256 * 256,
});

export default [
  opCases('gridSample', {
    reference: ({ x, grid }, attrs) => sampled(x, grid, attrs),
    work,
    cases: [...plain.map(({ x, grid, attrs }) => ({ inputs: { x, grid }, attrs })), ...empty, { inputs: big, bench: true }],
  }),
  opCases('gridSample', {
    reference: ({ x, grid }, attrs) => sampled(x, grid, attrs),
    differentiate: ['x'],
    twice: true,
    cases: plain.slice(0, 9).map(({ x, grid, attrs }) => ({ inputs: { x, grid }, attrs })),
  }),
  opCases('gridSampleGradX', {
    reference: ({ dy, grid }, attrs) => spread(dy, grid, attrs),
    work,
    cases: [
      ...plain.map(({ x, p, q, grid, attrs }) => ({ inputs: { dy: [x[0], x[1], p, q], grid }, attrs: { ...attrs, height: x[2], width: x[3] } })),
      { inputs: { dy: [2, 11, 3, 4], grid: positions([2, 3, 4, 2], 3, 2) }, attrs: { height: 2, width: 3 } },
      { inputs: { dy: big.x, grid: big.grid }, attrs: { height: 256, width: 256 }, bench: true },
    ],
  }),
  opCases('gridSampleGradGrid', {
    reference: ({ x, grid, dy }, attrs) => slopes(x, grid, dy, attrs),
    work,
    cases: [
      ...plain.map(({ x, p, q, grid, attrs }) => ({ inputs: { x, grid, dy: [x[0], x[1], p, q] }, attrs })),
      { inputs: { ...big, dy: big.x }, bench: true },
    ],
  }),
];
