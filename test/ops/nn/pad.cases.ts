// Padding in every mode, on any axes.
import { type OpCase, opCases } from '../../support/cases.ts';
import { at, build, eachIndex, type NdArray, nd } from '../../support/reference.ts';

/** The index that a padded position shows, or -1 for the constant: walked there step by step. */
function shown(mode: string, position: number, extent: number): number {
  if (position >= 0 && position < extent) return position;
  if (mode === 'constant') return -1;
  if (mode === 'replicate') return position < 0 ? 0 : extent - 1;
  if (mode === 'circular') return position < 0 ? shown(mode, position + extent, extent) : shown(mode, position - extent, extent);
  return position < 0 ? -position : 2 * extent - 2 - position;
}

const source = (x: readonly number[], attrs: Record<string, never>, index: readonly number[]) =>
  index.map((n, axis) => shown(attrs.mode, n - attrs.before[axis], x[axis]));
const grown = (x: readonly number[], { before, after }: Record<string, number[]>) => x.map((n, axis) => n + before[axis] + after[axis]);

const pads: { x: number[]; before: number[]; after: number[]; mode: string; value?: number }[] = [
  { x: [5], before: [2], after: [0], mode: 'constant', value: -1.5 },
  { x: [2, 3, 4, 5], before: [0, 0, 1, 2], after: [0, 0, 3, 0], mode: 'constant' },
  { x: [2, 3, 4, 5], before: [1, 2, 0, 0], after: [0, 1, 0, 0], mode: 'constant', value: 2 },
  { x: [2, 3, 20, 17], before: [0, 1, 0, 0], after: [0, 1, 0, 0], mode: 'replicate' },
  { x: [0, 3], before: [2, 0], after: [1, 1], mode: 'constant', value: 1 },
  { x: [2, 3, 4, 5], before: [0, 0, 3, 2], after: [0, 0, 1, 4], mode: 'reflect' },
  { x: [2, 3, 4, 5], before: [0, 0, 1, 0], after: [0, 0, 1, 0], mode: 'reflect' },
  { x: [3, 4, 2], before: [2, 0, 1], after: [1, 0, 1], mode: 'reflect' },
  { x: [2, 1, 1, 5], before: [0, 0, 3, 2], after: [0, 0, 1, 9], mode: 'replicate' },
  { x: [2, 2, 3, 4], before: [0, 0, 1, 3], after: [0, 0, 3, 2], mode: 'circular' },
  { x: [3, 2], before: [0, 5], after: [7, 3], mode: 'circular' },
  { x: [2, 3], before: [0, 0], after: [0, 0], mode: 'reflect' },
  { x: [2, 0, 3], before: [0, 0, 1], after: [0, 0, 1], mode: 'replicate' },
  { x: [4, 300], before: [1, 0], after: [2, 0], mode: 'reflect' },
];
const padded = ({ x }: Record<string, NdArray>, attrs: Record<string, never>) =>
  build(grown(x.shape, attrs), (index) => {
    const from = source(x.shape, attrs, index);
    return from.some((n) => n < 0) ? attrs.value : x.data[at(x.shape, from)];
  });
const image = [8, 32, 256, 256];
const around = { before: [0, 0, 1, 1], after: [0, 0, 1, 1] };
const copyWork = (shapes: Record<string, readonly number[]>) => ({ bytes: 8 * Object.values(shapes)[0].reduce((a, b) => a * b, 1) });

export default [
  opCases('pad', {
    reference: padded as never,
    twice: true,
    tolerance: 0,
    work: copyWork,
    cases: [
      ...pads.map(({ x, ...attrs }): OpCase => ({ inputs: { x }, attrs })),
      { label: 'zeros', inputs: { x: image }, attrs: around, bench: true },
      { label: 'reflect', inputs: { x: image }, attrs: { ...around, mode: 'reflect' }, bench: true },
    ],
  }),
  opCases('pad', {
    reference: padded as never,
    differentiate: [],
    tolerance: 0,
    cases: pads.map(({ x, value, ...attrs }, i) => ({
      inputs: { x: { shape: x, dtype: (['u8', 'i32', 'f64'] as const)[i % 3], values: (_, uniform) => 255 * uniform() } },
      attrs: { ...attrs, value: value === undefined ? 0 : i % 3 === 0 ? 7 : 2 },
    })),
  }),
  opCases('padGradX', {
    reference: ({ dy }, attrs) => {
      const out = nd(dy.shape.map((n, axis) => n - attrs.before[axis] - attrs.after[axis]));
      eachIndex(dy.shape, (index, position) => {
        const to = source(out.shape, attrs as never, index);
        if (to.every((n) => n >= 0)) out.data[at(out.shape, to)] += dy.data[position];
      });
      return out;
    },
    twice: true,
    work: copyWork,
    cases: [
      ...pads.map(({ x, value: _, ...attrs }): OpCase => ({ inputs: { dy: grown(x, attrs as never) }, attrs })),
      { label: 'reflect', inputs: { dy: [8, 32, 258, 258] }, attrs: { ...around, mode: 'reflect' }, bench: true },
    ],
  }),
];
