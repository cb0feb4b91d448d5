// Concat, slice, its gradient, transpose: every number must be where the definition says, to the last bit.
import { type OpCase, type Operand, opCases } from '../../support/cases.ts';
import { at, build, eachIndex, type NdArray, nd } from '../../support/reference.ts';

const stepsOf = (attrs: Record<string, readonly number[]>, rank: number) => (attrs.steps.length ? attrs.steps : Array.from({ length: rank }, () => 1));

function concat(list: NdArray[], axis: number): NdArray {
  const shape = [...list[0].shape];
  shape[axis] = list.reduce((sum, x) => sum + x.shape[axis], 0);
  return build(shape, (index) => {
    let k = index[axis];
    let i = 0;
    while (k >= list[i].shape[axis]) k -= list[i++].shape[axis];
    return list[i].data[
      at(
        list[i].shape,
        index.map((n, a) => (a === axis ? k : n)),
      )
    ];
  });
}

const bytes = (...shapes: (readonly number[])[]) => ({ bytes: 4 * shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0) });

const concats: { inputs: { xs: Operand[] }; attrs?: { axis: number } }[] = [
  { inputs: { xs: [[3], [0], [4]] } },
  { inputs: { xs: [[2, 3, 5, 7]] }, attrs: { axis: 2 } },
  {
    inputs: {
      xs: [
        [2, 1, 5, 7],
        [2, 4, 5, 7],
        [2, 2, 5, 7],
      ],
    },
    attrs: { axis: 1 },
  },
  {
    inputs: {
      xs: [
        [2, 3, 1],
        [2, 3, 6],
      ],
    },
    attrs: { axis: 2 },
  },
  {
    inputs: {
      xs: [
        [1, 30000],
        [1, 20001],
      ],
    },
    attrs: { axis: 1 },
  },
  {
    inputs: {
      xs: [
        [0, 3],
        [0, 5],
      ],
    },
    attrs: { axis: 1 },
  },
];
const asBytes = (x: Operand): Operand => ({ shape: x as readonly number[], dtype: 'u8', values: (_, uniform) => 255 * uniform() });

const slices: OpCase[] = [
  { inputs: { x: [9] }, attrs: { starts: [2], sizes: [5] } },
  { inputs: { x: [3, 4, 6, 7] }, attrs: { starts: [1, 0, 2, 3], sizes: [2, 4, 3, 4] } },
  { inputs: { x: [3, 4, 6, 7] }, attrs: { starts: [0, 1, 0, 0], sizes: [3, 2, 6, 7] } },
  { inputs: { x: [4, 9, 5] }, attrs: { starts: [3, 1, 4], sizes: [4, 3, 5], steps: [-1, 3, -1] } },
  { inputs: { x: [4, 9, 5] }, attrs: { starts: [0, 8, 0], sizes: [4, 5, 2], steps: [1, -2, 3] } },
  { inputs: { x: [4, 3] }, attrs: { starts: [4, 0], sizes: [0, 3] } },
  { inputs: { x: [] }, attrs: { starts: [], sizes: [] } },
];

const transposes: OpCase[] = [
  { inputs: { x: [2, 3, 5, 7] }, attrs: { axes: [0, 2, 3, 1] } },
  { inputs: { x: [2, 5, 7, 3] }, attrs: { axes: [0, 3, 1, 2] } },
  { inputs: { x: [37, 70] }, attrs: { axes: [1, 0] } },
  { inputs: { x: [3, 67, 2, 19] }, attrs: { axes: [3, 1, 0, 2] } },
  { inputs: { x: [2, 3, 4, 5, 2] }, attrs: { axes: [4, 2, 0, 3, 1] } },
  { inputs: { x: [1, 4, 1, 6] }, attrs: { axes: [2, 1, 0, 3] } },
  { inputs: { x: [3, 0, 2] }, attrs: { axes: [1, 2, 0] } },
  { inputs: { x: [] }, attrs: { axes: [] } },
];
const transposed = ({ x }: Record<string, NdArray>, { axes }: Record<string, number[]>) =>
  build(
    axes.map((axis) => x.shape[axis]),
    (index) => {
      const from = x.shape.map(() => 0);
      axes.forEach((axis, i) => {
        from[axis] = index[i];
      });
      return x.data[at(x.shape, from)];
    },
  );
const sliced = ({ x }: Record<string, NdArray>, attrs: Record<string, readonly number[]>) => {
  const steps = stepsOf(attrs, x.shape.length);
  return build(
    attrs.sizes,
    (index) =>
      x.data[
        at(
          x.shape,
          index.map((n, k) => attrs.starts[k] + n * steps[k]),
        )
      ],
  );
};

export default [
  opCases('concat', {
    reference: ({ list }, { axis }) => concat(list, axis),
    twice: true,
    tolerance: 0,
    work: (shapes) => ({ bytes: 2 * Object.values(shapes).reduce((sum, shape) => sum + bytes(shape).bytes, 0) }),
    cases: [
      ...concats,
      {
        label: 'skip connection',
        inputs: {
          xs: [
            [8, 32, 256, 256],
            [8, 32, 256, 256],
          ],
        },
        attrs: { axis: 1 },
        bench: true,
      },
    ],
  }),
  opCases('concat', {
    reference: ({ list }, { axis }) => concat(list, axis),
    differentiate: [],
    tolerance: 0,
    cases: concats.map(({ inputs, attrs }) => ({ inputs: { xs: inputs.xs.map(asBytes) }, attrs })),
  }),
  opCases('slice', {
    reference: sliced,
    twice: true,
    tolerance: 0,
    work: (_, { sizes }) => bytes(sizes, sizes),
    cases: [
      ...slices,
      { label: 'half of the channels', inputs: { x: [8, 64, 256, 256] }, attrs: { starts: [0, 32, 0, 0], sizes: [8, 32, 256, 256] }, bench: true },
      { label: 'crop', inputs: { x: [8, 32, 256, 256] }, attrs: { starts: [0, 0, 16, 16], sizes: [8, 32, 224, 224] }, bench: true },
    ],
  }),
  opCases('slice', {
    reference: sliced,
    differentiate: [],
    tolerance: 0,
    cases: slices.map(({ inputs, attrs }, i) => ({
      inputs: { x: { shape: inputs.x as number[], dtype: (['u8', 'f64', 'i32'] as const)[i % 3], values: (_, uniform) => 255 * uniform() } },
      attrs,
    })),
  }),
  opCases('sliceGradX', {
    reference: ({ dy }, attrs) => {
      const out = nd(attrs.shape);
      const steps = stepsOf(attrs, attrs.shape.length);
      eachIndex(dy.shape, (index, position) => {
        out.data[
          at(
            out.shape,
            index.map((n, k) => attrs.starts[k] + n * steps[k]),
          )
        ] = dy.data[position];
      });
      return out;
    },
    twice: true,
    tolerance: 0,
    cases: slices.map(({ inputs, attrs }) => ({
      inputs: { dy: attrs!.sizes as number[] },
      attrs: { shape: inputs.x, starts: attrs!.starts, ...(attrs!.steps ? { steps: attrs!.steps } : {}) },
    })),
  }),
  opCases('transpose', {
    reference: transposed,
    twice: true,
    tolerance: 0,
    work: ({ x }) => bytes(x, x),
    cases: [
      ...transposes,
      { label: 'NCHW to NHWC', inputs: { x: [8, 32, 256, 256] }, attrs: { axes: [0, 2, 3, 1] }, bench: true },
      { label: 'NHWC to NCHW', inputs: { x: [8, 256, 256, 32] }, attrs: { axes: [0, 3, 1, 2] }, bench: true },
    ],
  }),
  opCases('transpose', {
    reference: transposed,
    differentiate: [],
    tolerance: 0,
    cases: transposes.map(({ inputs, attrs }, i) => ({
      inputs: { x: { shape: inputs.x as number[], dtype: (['u8', 'f64'] as const)[i % 2], values: (_, uniform) => 255 * uniform() } },
      attrs,
    })),
  }),
];
