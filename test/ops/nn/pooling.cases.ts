// Pooling with its gradients, against plain float64 loops.
import { type Attrs, type OpCase, opCases } from '../../support/cases.ts';
import { at, build, eachIndex, type NdArray, nd, sizeOf } from '../../support/reference.ts';

interface Tap {
  position: number;
  tap: number;
}

/** Extent of the result along an axis, by the rule that PyTorch documents. */
function extent(a: Attrs, axis: number, size: number): number {
  const reach = (a.dilation?.[axis] ?? 1) * (a.kernel[axis] - 1) + 1;
  const stride = a.stride[axis] || a.kernel[axis];
  const room = (size + a.padding[2 * axis] + a.padding[2 * axis + 1] - reach) / stride;
  const out = (a.ceilMode ? Math.ceil(room) : Math.floor(room)) + 1;
  return a.ceilMode && (out - 1) * stride >= size + a.padding[2 * axis] ? out - 1 : out;
}

/** The numbers of a window that lie inside, and how many lie inside the padded picture. */
function windowAt(shape: readonly number[], index: readonly number[], a: Attrs): { taps: Tap[]; padded: number } {
  const taps: Tap[] = [];
  const counts = [0, 1].map((axis) => {
    const from = index[2 + axis] * (a.stride[axis] || a.kernel[axis]) - a.padding[2 * axis];
    return Math.min(from + a.kernel[axis], shape[2 + axis] + a.padding[2 * axis + 1]) - from;
  });
  for (let r = 0; r < a.kernel[0]; r++) {
    for (let s = 0; s < a.kernel[1]; s++) {
      const h = index[2] * (a.stride[0] || a.kernel[0]) - a.padding[0] + r * (a.dilation?.[0] ?? 1);
      const w = index[3] * (a.stride[1] || a.kernel[1]) - a.padding[2] + s * (a.dilation?.[1] ?? 1);
      if (h >= 0 && w >= 0 && h < shape[2] && w < shape[3]) taps.push({ position: at(shape, [index[0], index[1], h, w]), tap: r * a.kernel[1] + s });
    }
  }
  return { taps, padded: counts[0] * counts[1] };
}

const pooledShape = (shape: readonly number[], a: Attrs) => [shape[0], shape[1], extent(a, 0, shape[2]), extent(a, 1, shape[3])];

function maxima(x: NdArray, shape: readonly number[], tapsOf: (index: number[]) => Tap[]): [NdArray, NdArray] {
  const y = nd(shape);
  const index = nd(shape);
  eachIndex(shape, (i, position) => {
    y.data[position] = Number.NEGATIVE_INFINITY;
    for (const { position: from, tap } of tapsOf(i)) {
      if (x.data[from] > y.data[position]) {
        y.data[position] = x.data[from];
        index.data[position] = tap;
      }
    }
  });
  return [y, index];
}

function spread(dy: NdArray, shape: readonly number[], partsOf: (index: number[], position: number) => { position: number; share: number }[]): NdArray {
  const dx = nd(shape);
  eachIndex(dy.shape, (i, position) => {
    for (const part of partsOf(i, position)) dx.data[part.position] += dy.data[position] * part.share;
  });
  return dx;
}

const averageParts = (shape: readonly number[], a: Attrs) => (index: number[]) => {
  const { taps, padded } = windowAt(shape, index, a);
  return taps.map(({ position }) => ({ position, share: 1 / (a.countIncludePad ? padded : taps.length) }));
};

function binAt(shape: readonly number[], index: readonly number[], rows: number, columns: number): Tap[] {
  const taps: Tap[] = [];
  for (let h = Math.floor((index[2] * shape[2]) / rows); h < Math.ceil(((index[2] + 1) * shape[2]) / rows); h++) {
    for (let w = Math.floor((index[3] * shape[3]) / columns); w < Math.ceil(((index[3] + 1) * shape[3]) / columns); w++) {
      taps.push({ position: at(shape, [index[0], index[1], h, w]), tap: h * shape[3] + w });
    }
  }
  return taps;
}

const pictureOf = (dy: NdArray, { height, width }: Attrs) => [dy.shape[0], dy.shape[1], height, width];

// Pictures with what slides over them: odd extents, tiles of two, ceil mode, asymmetric padding, one image, strides.
const slides: { shape: number[]; attrs: Record<string, unknown> }[] = [
  { shape: [2, 3, 6, 8], attrs: {} },
  { shape: [2, 3, 7, 5], attrs: {} },
  { shape: [1, 2, 7, 5], attrs: { ceilMode: true } },
  { shape: [1, 16, 7, 9], attrs: { kernel: 3, stride: 2, padding: 1 } },
  { shape: [2, 2, 6, 7], attrs: { kernel: [3, 2], stride: [1, 2], padding: [2, 0, 1, 0] } },
  { shape: [2, 2, 6, 7], attrs: { kernel: [3, 2], stride: [2, 1], padding: [0, 2, 0, 1], ceilMode: true } },
  { shape: [1, 1, 5, 5], attrs: { kernel: 3, stride: 1, padding: 1 } },
  { shape: [1, 2, 3, 3], attrs: { kernel: 2, stride: 3, ceilMode: true, padding: [1, 1, 1, 1] } },
  { shape: [1, 1, 1, 1], attrs: { kernel: 2, ceilMode: true } },
];
const dilated: typeof slides = [
  { shape: [1, 2, 9, 8], attrs: { kernel: 3, stride: 2, dilation: 2, padding: [1, 2, 2, 1] } },
  { shape: [2, 1, 7, 7], attrs: { kernel: [2, 3], stride: 1, dilation: [3, 1] } },
];
const defaults = { kernel: [2, 2], stride: [0, 0], padding: [0, 0, 0, 0] };
const full = (attrs: Record<string, unknown>): Attrs =>
  Object.fromEntries(
    Object.entries({ ...defaults, ...attrs }).map(([name, value]) => [
      name,
      typeof value === 'number' ? new Array(name === 'padding' ? 4 : 2).fill(value) : value,
    ]),
  );
const distinct = (shape: readonly number[]) => ({ shape, values: 'distinct' as const });
const graded = (list: typeof slides): { inputs: { dy: number[] }; attrs: Record<string, unknown> }[] =>
  list.map(({ shape, attrs }) => ({ inputs: { dy: pooledShape(shape, full(attrs)) }, attrs: { height: shape[2], width: shape[3], ...attrs } }));
const anywhere = (limit: number) => (_: number, uniform: () => number) => Math.floor(uniform() * limit);
const withPlaces = (list: { inputs: { dy: number[] }; attrs: Record<string, unknown> }[]): OpCase[] =>
  list.map(({ inputs, attrs }) => {
    const { kernel } = full(attrs);
    return { inputs: { dy: inputs.dy, index: { shape: inputs.dy, dtype: 'u8', values: anywhere(kernel[0] * kernel[1]) } }, attrs };
  });

const hot = [8, 32, 256, 256];
const half = [8, 32, 128, 128];
const bins: [number[], number, number][] = [
  [[2, 3, 7, 5], 3, 2],
  [[1, 16, 6, 6], 2, 3],
  [[2, 2, 3, 4], 5, 7],
  [[1, 3, 9, 8], 1, 1],
  [[1, 2, 4, 4], 4, 4],
];

export default [
  opCases('maxPool2d', {
    reference: ({ x }, a) => maxima(x, pooledShape(x.shape, a), (i) => windowAt(x.shape, i, a).taps),
    twice: true,
    work: ({ x }) => ({ bytes: 5.25 * sizeOf(x) }),
    cases: [
      ...[...slides, ...dilated].map(({ shape, attrs }) => ({ inputs: { x: distinct(shape) }, attrs })),
      { inputs: { x: hot }, bench: true },
      { inputs: { x: half }, attrs: { kernel: 3, stride: 2, padding: 1 }, bench: true },
    ],
  }),
  opCases('maxPool2d', {
    reference: ({ x }, a) => maxima(x, pooledShape(x.shape, a), (i) => windowAt(x.shape, i, a).taps),
    differentiate: [],
    // Ties: the first counts.
    cases: [
      { inputs: { x: { shape: [1, 2, 6, 6], values: anywhere(2) } } },
      { inputs: { x: { shape: [1, 2, 6, 6], values: anywhere(2) } }, attrs: { kernel: 3, stride: 1 } },
    ],
  }),
  opCases('maxPool2dGrad', {
    reference: ({ dy, index }, a) => {
      const shape = pictureOf(dy, a);
      return spread(dy, shape, (i, position) =>
        windowAt(shape, i, a)
          .taps.filter(({ tap }) => tap === index.data[position])
          .map((tap) => ({ position: tap.position, share: 1 })),
      );
    },
    twice: true,
    work: ({ dy }) => ({ bytes: 21 * sizeOf(dy) }),
    cases: [
      ...withPlaces(graded([...slides, ...dilated])),
      { inputs: { dy: half, index: { shape: half, dtype: 'u8', values: anywhere(4) } }, attrs: { height: 256, width: 256 }, bench: true },
    ],
  }),
  opCases('maxPool2dPick', {
    reference: ({ x, index }, a) =>
      build(index.shape, (i) => {
        const tap = windowAt(x.shape, i, a).taps.find((one) => one.tap === index.data[at(index.shape, i)]);
        return tap ? x.data[tap.position] : 0;
      }),
    twice: true,
    cases: withPlaces(graded([...slides, ...dilated])).map(({ inputs, attrs }) => {
      const { height, width, ...rest } = attrs as Attrs;
      const [n, c] = inputs.dy as number[];
      return { inputs: { x: [n, c, height, width], index: inputs.index }, attrs: rest };
    }),
  }),
  opCases('averagePool2d', {
    reference: ({ x }, a) =>
      build(pooledShape(x.shape, a), (i) => averageParts(x.shape, a)(i).reduce((sum, { position, share }) => sum + x.data[position] * share, 0)),
    twice: true,
    work: ({ x }) => ({ bytes: 5 * sizeOf(x) }),
    cases: [
      ...slides.map(({ shape, attrs }) => ({ inputs: { x: shape }, attrs })),
      ...slides.slice(3).map(({ shape, attrs }) => ({ inputs: { x: shape }, attrs: { ...attrs, countIncludePad: false } })),
      { inputs: { x: hot }, bench: true },
      { inputs: { x: half }, attrs: { kernel: 3, stride: 1, padding: 1 }, bench: true },
    ],
  }),
  opCases('averagePool2dGrad', {
    reference: ({ dy }, a) => spread(dy, pictureOf(dy, a), averageParts(pictureOf(dy, a), a)),
    twice: true,
    work: ({ dy }) => ({ bytes: 20 * sizeOf(dy) }),
    cases: [
      ...graded(slides),
      ...graded(slides.slice(3)).map((one) => ({ ...one, attrs: { ...one.attrs, countIncludePad: false } })),
      { inputs: { dy: half }, attrs: { height: 256, width: 256 }, bench: true },
    ],
  }),
  opCases('adaptiveAveragePool2d', {
    reference: ({ x }, { rows, columns }) =>
      build([x.shape[0], x.shape[1], rows, columns], (i) => {
        const taps = binAt(x.shape, i, rows, columns);
        return taps.reduce((sum, { position }) => sum + x.data[position] / taps.length, 0);
      }),
    twice: true,
    work: ({ x }) => ({ bytes: 4 * sizeOf(x) }),
    cases: [
      ...bins.map(([x, rows, columns]) => ({ inputs: { x }, attrs: { rows, columns } })),
      { inputs: { x: half }, attrs: { rows: 1, columns: 1 }, bench: true },
    ],
  }),
  opCases('adaptiveAveragePool2dGrad', {
    reference: ({ dy }, a) => {
      const shape = pictureOf(dy, a);
      return spread(dy, shape, (i) => {
        const taps = binAt(shape, i, dy.shape[2], dy.shape[3]);
        return taps.map(({ position }) => ({ position, share: 1 / taps.length }));
      });
    },
    twice: true,
    cases: bins.map(([[n, c, height, width], rows, columns]) => ({ inputs: { dy: [n, c, rows, columns] }, attrs: { height, width } })),
  }),
  opCases('adaptiveMaxPool2d', {
    reference: ({ x }, { rows, columns }) => maxima(x, [x.shape[0], x.shape[1], rows, columns], (i) => binAt(x.shape, i, rows, columns)),
    twice: true,
    work: ({ x }) => ({ bytes: 4 * sizeOf(x) }),
    cases: [
      ...bins.map(([x, rows, columns]) => ({ inputs: { x: distinct(x) }, attrs: { rows, columns } })),
      { inputs: { x: half }, attrs: { rows: 7, columns: 7 }, bench: true },
    ],
  }),
  opCases('adaptiveMaxPool2dGrad', {
    reference: ({ dy, index }, a) => {
      const shape = pictureOf(dy, a);
      return spread(dy, shape, (i, position) => [{ position: at(shape, [i[0], i[1], 0, 0]) + index.data[position], share: 1 }]);
    },
    twice: true,
    // A place must lie in its bin: here it is the bin's first.
    cases: bins.map(([[n, c, height, width], rows, columns]) => {
      const first = (position: number) =>
        Math.floor((Math.floor((position % (rows * columns)) / columns) * height) / rows) * width + Math.floor(((position % columns) * width) / columns);
      return { inputs: { dy: [n, c, rows, columns], index: { shape: [n, c, rows, columns], dtype: 'i32' as const, values: first } }, attrs: { height, width } };
    }),
  }),
  opCases('adaptiveMaxPool2dPick', {
    reference: ({ x, index }) => build(index.shape, (i) => x.data[at(x.shape, [i[0], i[1], 0, 0]) + index.data[at(index.shape, i)]]),
    differentiate: ['x'],
    cases: bins.map(([x, rows, columns]) => {
      const first = (position: number) =>
        Math.floor((Math.floor((position % (rows * columns)) / columns) * x[2]) / rows) * x[3] + Math.floor(((position % columns) * x[3]) / columns);
      return { inputs: { x, index: { shape: [x[0], x[1], rows, columns], dtype: 'i32' as const, values: first } } };
    }),
  }),
];
