// What case lists cannot say of the layout operations: messages, composites, and agreement of the two memory layouts.
import { expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import * as ops from '../../../src/ops/index.ts';
import { build, setThreads } from '../../../src/tensor/device.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { fillOperand, relativeError, toTensor } from '../../support/cases.ts';

const random = (shape: number[], seed = 1): Tensor => toTensor(fillOperand(shape, seed));
const range = (shape: number[]): Tensor =>
  tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    shape,
  );
const numbers = (x: Tensor): number[] => Array.from(x.readSync());

/** The same numbers as a convolution leaves them: channel-blocked, because the channels are a multiple of 16. */
function afterConvolution(x: Tensor): Tensor {
  const c = x.shape[1];
  const identity = tensor(
    Array.from({ length: c * c }, (_, i) => (i % (c + 1) === 0 ? 1 : 0)),
    [c, c, 1, 1],
  );
  return ops.conv2dPlain(x, identity, null);
}

const onImages: [string, (x: Tensor) => Tensor][] = [
  ['slice of whole channel blocks', (x) => ops.slice(x, [0, 16, 0, 0], [2, 32, 5, 7])],
  ['slice of channels that cut blocks', (x) => ops.slice(x, [0, 3, 0, 0], [2, 20, 5, 7])],
  ['slice of pixels', (x) => ops.slice(x, [1, 0, 1, 2], [1, 48, 3, 4])],
  ['slice with steps along pixels', (x) => ops.slice(x, [1, 16, 4, 0], [2, 16, 3, 3], [-1, 1, -2, 3])],
  ['slice with steps along channels', (x) => ops.slice(x, [0, 0, 0, 0], [2, 16, 5, 7], [1, 3, 1, 1])],
  ['sliceGradX into more channels', (x) => ops.sliceGradX(x, { shape: [4, 80, 11, 8], starts: [3, 16, 0, 1], steps: [-2, 1, 2, 1] })],
  ['sliceGradX into channels that cut blocks', (x) => ops.sliceGradX(x, { shape: [2, 50, 5, 7], starts: [0, 1, 0, 0] })],
  ['concat of channels', (x) => ops.concat([x, x, ops.slice(x, [0, 16, 0, 0], [2, 16, 5, 7])], 1)],
  ['concat of channels with a plain one', (x) => ops.concat([x, random([2, 3, 5, 7], 9)], 1)],
  ['concat of images', (x) => ops.concat([x, x], 0)],
  ['concat of rows', (x) => ops.concat([x, x], 2)],
  ['transpose to channels last', (x) => ops.transpose(x, [0, 2, 3, 1])],
  ['transpose of everything', (x) => ops.transpose(x, [3, 1, 0, 2])],
  ['zero padding', (x) => ops.pad2d(x, [1, 2, 0, 3])],
  ['reflection', (x) => ops.pad2d(x, [2, 1, 3, 0], { mode: 'reflect' })],
  ['padding of channels', (x) => ops.pad(x, { before: [0, 1, 0, 0], after: [1, 0, 0, 0], value: 2 })],
  ['padGradX', (x) => ops.padGradX(x, { before: [0, 0, 2, 2], after: [0, 0, 1, 3], mode: 'replicate' })],
  ['padGradX of channels', (x) => ops.padGradX(x, { before: [0, 16, 0, 0], after: [0, 8, 0, 0], mode: 'reflect' })],
  ['gather of channels', (x) => ops.gather(x, tensor(Int32Array.of(5, 40, 5)), 1)],
  ['nearest by two', (x) => ops.upsampleNearest(x)],
  ['its gradient', (x) => ops.resize2dGrad(ops.slice(x, [0, 0, 0, 0], [2, 48, 4, 6]), { height: 2, width: 3 })],
  ...(['nearest', 'bilinear', 'bicubic'] as const).flatMap((mode): [string, (x: Tensor) => Tensor][] => [
    [`${mode} up`, (x) => ops.resize2d(x, { height: 8, width: 9, mode })],
    [`${mode} down`, (x) => ops.resize2d(x, { height: 3, width: 4, mode, antialias: mode !== 'nearest' })],
    [`${mode} gradient`, (x) => ops.resize2dGrad(x, { height: 9, width: 4, mode })],
  ]),
  ['gridSample', (x) => ops.gridSample(x, random([2, 3, 4, 2], 5))],
];

it.each(onImages)('%s gives the same numbers after a convolution', (name, f) =>
  scope(() => {
    const x = random([2, 48, 5, 7]);
    const expected = f(x);
    const actual = f(afterConvolution(x));
    expect(actual.shape).toEqual(expected.shape);
    // Weighted sums may be rounded in another order; moved numbers are the same ones.
    expect(relativeError(actual.readSync(), numbers(expected))).toBeLessThanOrEqual(name.startsWith('bi') ? 3e-7 : 0);
  }),
);

it('results are the same bits whatever the number of threads', () =>
  scope(() => {
    const x = random([3, 5, 61, 83]);
    const grid = random([3, 70, 90, 2], 2);
    const dy = random([3, 5, 70, 90], 3);
    const rows = tensor(Int32Array.from({ length: 5000 }, (_, i) => (i * i) % 97));
    const all: (() => Tensor)[] = [
      () => ops.resize2d(x, { height: 97, width: 200, mode: 'bicubic' }),
      () => ops.resize2d(x, { height: 20, width: 31, mode: 'bilinear', antialias: true }),
      () => ops.resize2dGrad(x, { height: 97, width: 40, mode: 'bilinear' }),
      () => ops.gridSample(x, grid, { padding: 'reflection' }),
      () => ops.gridSampleGradX(dy, grid, { height: 61, width: 83, padding: 'border' }),
      () => ops.gridSampleGradGrid(x, grid, dy),
      () => ops.padGradX(x, { before: [0, 0, 9, 9], after: [0, 0, 9, 9], mode: 'reflect' }),
      () => ops.scatterAdd(random([5000, 33], 4), rows, [97, 33]),
    ];
    const threads = build().threads;
    const results = [1, 2, 3].map((count) => {
      setThreads(count);
      return all.map((f) => numbers(f()));
    });
    setThreads(threads);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  }));

it('stack puts a new axis anywhere, and its gradient takes it away again', () =>
  scope(() => {
    const [a, b] = [range([2, 2]), tensor([10, 11, 12, 13], [2, 2])];
    expect(numbers(ops.stack([a, b]))).toEqual([0, 1, 2, 3, 10, 11, 12, 13]);
    const last = ops.stack([a, b], -1);
    expect(last.shape).toEqual([2, 2, 2]);
    expect(numbers(last)).toEqual([0, 10, 1, 11, 2, 12, 3, 13]);
    const tape = record(() => ops.stack([a, b], 1), { watch: [a, b] });
    expect(numbers(tape.backward(tape.value, range([2, 2, 2])).get(b)!)).toEqual([2, 3, 6, 7]);
  }));

it('split cuts by sizes or into equal parts, and concat undoes it', () =>
  scope(() => {
    const x = range([2, 5]);
    const parts = ops.split(x, [1, 4], 1);
    expect(parts.map(numbers)).toEqual([
      [0, 5],
      [1, 2, 3, 4, 6, 7, 8, 9],
    ]);
    expect(ops.split(x, 2, -1).map((part) => part.shape)).toEqual([
      [2, 2],
      [2, 2],
      [2, 1],
    ]);
    expect(numbers(ops.concat(ops.split(x, 2, 1), 1))).toEqual(numbers(x));
    const tape = record(() => ops.split(x, [1, 4], 1)[0], { watch: [x] });
    expect(numbers(tape.backward(tape.value, tensor([3, 4], [2, 1])).get(x)!)).toEqual([3, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
  }));

it('flip reverses, tile repeats', () =>
  scope(() => {
    expect(numbers(ops.flip(range([2, 3]), 1))).toEqual([2, 1, 0, 5, 4, 3]);
    expect(numbers(ops.flip(range([2, 3]), [0, -1]))).toEqual([5, 4, 3, 2, 1, 0]);
    expect(numbers(ops.flip(range([0, 3]), 0))).toEqual([]);
    const tiled = ops.tile(range([2, 2]), [2, 3]);
    expect(tiled.shape).toEqual([4, 6]);
    expect(numbers(tiled)).toEqual([0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3]);
  }));

it('pixelShuffle turns channels into pixels, pixelUnshuffle back', () =>
  scope(() => {
    const x = range([1, 8, 1, 2]);
    const shuffled = ops.pixelShuffle(x, 2);
    expect(shuffled.shape).toEqual([1, 2, 2, 4]);
    expect(numbers(shuffled)).toEqual([0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15]);
    expect(numbers(ops.pixelUnshuffle(shuffled, 2))).toEqual(numbers(x));
  }));

it('pad2d takes [top bottom left right]', () =>
  scope(() => {
    const padded = ops.pad2d(range([1, 1, 1, 2]), [1, 0, 2, 1], { mode: 'constant', value: 9 });
    expect(padded.shape).toEqual([1, 1, 2, 5]);
    expect(numbers(padded)).toEqual([9, 9, 9, 9, 9, 9, 9, 0, 1, 9]);
    expect(numbers(ops.pad2d(range([1, 3]), [0, 0, 2, 2], { mode: 'reflect' }))).toEqual([2, 1, 0, 1, 2, 1, 0]);
  }));

it('large transposes and copies split over threads leave no gap', () =>
  scope(() => {
    const x = range([130, 1031]);
    const back = ops.transpose(ops.transpose(x, [1, 0]), [1, 0]);
    expect(numbers(back)).toEqual(numbers(x));
    const halves = [ops.slice(x, [0, 0], [130, 517]), ops.slice(x, [0, 517], [130, 514])];
    expect(numbers(ops.concat(halves, 1))).toEqual(numbers(x));
  }));

it('says what does not fit', () =>
  scope(() => {
    const x = random([2, 3, 4, 5]);
    expect(() => ops.concat([x, random([2, 3, 4, 6])], 1)).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: concat: xs[1] is [2 3 4 6] but xs[0] [2 3 4 5]; expected equal extents except along axis 1]`,
    );
    expect(() => ops.concat([x, tensor(new Uint8Array(1))], 0)).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: concat: xs[1] is u8 but xs[0] is f32; expected one type]`,
    );
    expect(() => ops.concat([x], 4)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: concat: axis is 4; expected -4 to 3]`);
    expect(() => ops.concat([])).toThrowErrorMatchingInlineSnapshot(`[BlemishError: concat: xs is empty; expected at least one tensor]`);
    expect(() => ops.slice(x, [0, 0, 0], [1, 1, 1])).toThrowErrorMatchingInlineSnapshot(`[BlemishError: slice: starts has 3 items; expected 4, one per axis]`);
    expect(() => ops.slice(x, [0, 2, 0, 0], [2, 2, 4, 5])).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: slice: axis 1 is read from 2 to 3 of [2 3 4 5]; expected 0 to 2]`,
    );
    expect(() => ops.slice(x, [0, 0, 0, 0], [2, 3, 4, 5], [1, 1, 0, 1])).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: slice: steps holds 0 for axis 2; expected no zero]`,
    );
    expect(() => ops.slice(x, [0, 0, 0, 0], [2, 3, 4, 5], [1, 1, 1, -1])).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: slice: axis 3 is read from 0 to -4 of [2 3 4 5]; expected 0 to 4]`,
    );
    expect(() => ops.slice(x, [0, 0, 0, 0], [2, 3, 4, -5])).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: slice: sizes holds -5; expected no negative size]`,
    );
    expect(() => ops.transpose(x, [0, 1, 2])).toThrowErrorMatchingInlineSnapshot(`[BlemishError: transpose: axes has 3 items; expected 4, one per axis]`);
    expect(() => ops.transpose(x, [0, 1, 2, 2])).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: transpose: axes is [0 1 2 2]; expected each of 0 to 3 once]`,
    );
    expect(() => ops.stack([x, random([2, 3])])).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: stack: xs[1] is [2 3] but xs[0] [2 3 4 5]; expected equal extents]`,
    );
    expect(() => ops.split(x, [1, 3], 1)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: split: sizes [1 3] add up to 4; expected 3, axis 1 of [2 3 4 5]]`);
    expect(() => ops.pixelShuffle(x, 2)).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: pixelShuffle: factor is 2 for 3 channels; expected a positive integer whose square divides them]`,
    );
    expect(() => ops.pad2d(x, [4, 0, 0, 0], { mode: 'reflect' })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: pad: axis 2 of [2 3 4 5] is reflected 4 deep; expected at most 3, one less than its extent]`,
    );
    expect(() => ops.pad2d(random([1, 1, 0, 3]), 1, { mode: 'circular' })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: pad: axis 2 of [1 1 0 3] is empty; expected numbers to fill its padding with]`,
    );
    expect(() => ops.pad2d(x, -1)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: pad: before holds -1; expected no negative padding (slice crops)]`);
    expect(() => ops.pad2d(tensor(new Uint8Array(4), [2, 2]), 1, { mode: 'constant', value: 256 })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: pad: value is 256 for x of type u8; expected a whole number from 0 to 255]`,
    );
    expect(() => ops.padGradX(x, { before: [0, 0, 3, 0], after: [0, 0, 2, 0] })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: padGradX: axis 2 of dy [2 3 4 5] is shorter than its padding; expected at least 5]`,
    );
  }));
