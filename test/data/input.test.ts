// The way to a network's input and back: closed forms of ramps and flat colours, frames, channels, depths, bands.
import { describe, expect, it } from 'vitest';
import { type Frame, frameOf, type InputSpec, toFrame, toInput } from '../../src/data/input.ts';
import { resize2d, toUnitRange } from '../../src/ops/index.ts';
import type { RawPicture } from '../../src/tensor/pictures.ts';
import { scope } from '../../src/tensor/scope.ts';
import { tensor } from '../../src/tensor/tensor.ts';
import { noise } from '../support/bad-pictures.ts';
import { thrown } from '../support/thrown.ts';

const spec = (height: number, width: number, channels: 1 | 3 = 1, fit: InputSpec['fit'] = 'stretch'): InputSpec => ({ height, width, channels, fit });
const read = (picture: RawPicture, to: InputSpec): number[] => scope(() => ({ numbers: [...toInput(picture, to).x.readSync()] })).numbers;
const floats = (width: number, height: number, channels: number, value: (x: number, y: number, c: number) => number): RawPicture => ({
  data: Float32Array.from({ length: width * height * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return value(pixel % width, Math.floor(pixel / width), i % channels);
  }),
  width,
  height,
  channels,
});
const close = (got: ArrayLike<number>, wanted: ArrayLike<number>, by = 1e-6) => {
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < got.length; i++) expect(Math.abs(got[i] - wanted[i]), `number ${i}: ${got[i]} for ${wanted[i]}`).toBeLessThanOrEqual(by);
};

describe('toInput', () => {
  it('leaves a picture of the right size as it is, in planes', () => {
    const picture = { data: Uint8Array.of(0, 51, 255, 102, 153, 204), width: 2, height: 1, channels: 3 };
    close(read(picture, spec(1, 2, 3)), [0, 0.4, 0.2, 0.6, 1, 0.8]);
  });

  it('takes 16 bits and floats without rounding them to 8', () => {
    const deep = { data: Uint16Array.of(0, 1, 32768, 65535), width: 4, height: 1, channels: 1 };
    close(read(deep, spec(1, 4)), [0, 1 / 65535, 32768 / 65535, 1], 6e-8);
    const exact = floats(4, 1, 1, (x) => x / 7);
    expect(read(exact, spec(1, 4))).toEqual([...exact.data]);
    const clamped = { data: Uint8ClampedArray.of(255, 0), width: 2, height: 1, channels: 1 };
    expect(read(clamped, spec(1, 2))).toEqual([1, 0]);
  });

  it('is linear on a ramp, and antialiased on stripes', () => {
    // Centres at (i + 1/2) 40 / 8 - 1/2; the outermost two windows are cut by the edge.
    const ramp = read(
      floats(40, 3, 1, (x) => x / 40),
      spec(3, 8),
    );
    for (const i of [1, 2, 3, 4, 5, 6]) expect(ramp[i]).toBeCloseTo(((i + 0.5) * 5 - 0.5) / 40, 6);
    const stripes = read(
      floats(64, 64, 1, (x) => x % 2),
      spec(8, 8),
    );
    for (const value of stripes) expect(Math.abs(value - 0.5)).toBeLessThan(0.02);
  });

  it('makes grey of colour by the weights of BT.601, and colour of grey by repetition', () => {
    const colours = { data: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255), width: 4, height: 1, channels: 3 };
    close(read(colours, spec(1, 4)), [0.299, 0.587, 0.114, 1]);
    close(read({ data: Uint8Array.of(0, 255), width: 2, height: 1, channels: 1 }, spec(1, 2, 3)), [0, 1, 0, 1, 0, 1]);
  });

  it('leaves opacity out', () => {
    close(read({ data: Uint8Array.of(255, 7, 0, 9), width: 2, height: 1, channels: 2 }, spec(1, 2)), [1, 0]);
    close(read({ data: Uint8Array.of(255, 0, 51, 3), width: 1, height: 1, channels: 4 }, spec(1, 1, 3)), [1, 0, 0.2]);
  });

  it('pads by the border where proportions are kept', () => {
    const wide = floats(8, 2, 1, (x, y) => (x + 8 * y) / 16);
    scope(() => {
      const { x, frame } = toInput(wide, spec(8, 8, 1, 'pad'));
      expect(frame).toEqual({ width: 8, height: 2, x: 0, y: 3, w: 8, h: 2 });
      const rows = [...x.readSync()].map((value) => value * 16);
      const upper = [0, 1, 2, 3, 4, 5, 6, 7];
      const lower = upper.map((value) => value + 8);
      expect(rows).toEqual([...upper, ...upper, ...upper, ...upper, ...lower, ...lower, ...lower, ...lower]);
    });
    const frame = (width: number, height: number): Frame => frameOf({ width, height }, spec(100, 200, 1, 'pad'));
    expect(frame(1000, 1000)).toEqual({ width: 1000, height: 1000, x: 50, y: 0, w: 100, h: 100 });
    expect(frame(10, 10000)).toEqual({ width: 10, height: 10000, x: 99, y: 0, w: 1, h: 100 });
    expect(frame(300, 100)).toEqual({ width: 300, height: 100, x: 0, y: 16, w: 200, h: 67 });
  });

  it('gives the same for a large picture in bands as for one at once', () => {
    const [width, height] = [3001, 1501];
    const data = noise(width * height);
    const banded = read({ data, width, height, channels: 1 }, spec(64, 96));
    const whole = scope(() => {
      const x = toUnitRange(tensor(data, [1, 1, height, width]));
      return { numbers: [...resize2d(x, { height: 64, width: 96, mode: 'bilinear', antialias: true }).readSync()] };
    }).numbers;
    close(banded, whole, 1e-6);
  });

  it('refuses what it cannot bring to 1 or 3 channels, and inputs that make no sense', () => {
    const five = { data: new Uint8Array(5), width: 1, height: 1, channels: 5 };
    expect(thrown(() => toInput(five, spec(1, 1)))).toMatchInlineSnapshot(
      `"PICTURE_UNSUPPORTED: toInput: the picture has 5 channels; expected 1 or 3, or 2 or 4 of which the last is opacity"`,
    );
    const one = { ...five, data: new Uint8Array(1), channels: 1 };
    expect(thrown(() => toInput(one, spec(0, 1)))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: toInput: the input is 0 x 1; expected positive whole numbers"`);
    expect(thrown(() => toInput(one, { ...spec(1, 1), channels: 2 as 1 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: toInput: channels is 2; expected 1 or 3"`,
    );
    expect(thrown(() => toInput(one, { ...spec(1, 1), fit: 'crop' as 'pad' }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: toInput: fit is crop; expected stretch or pad"`,
    );
  });
});

describe('toFrame', () => {
  const back = (map: number[], shape: number[], frame: Frame) => scope(() => ({ numbers: [...toFrame(tensor(map, shape), frame).readSync()] })).numbers;

  it('cuts out the rectangle of the picture and gives it the picture its extents', () => {
    const map = Array.from({ length: 16 }, (_, i) => i);
    expect(back(map, [1, 1, 4, 4], { width: 4, height: 2, x: 0, y: 1, w: 4, h: 2 })).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    const both = [...map, ...map.map((x) => x + 100)];
    expect(back(both, [1, 2, 4, 4], { width: 2, height: 4, x: 1, y: 0, w: 2, h: 4 })).toEqual([
      1, 2, 5, 6, 9, 10, 13, 14, 101, 102, 105, 106, 109, 110, 113, 114,
    ]);
  });

  it.each(['stretch', 'pad'] as const)('puts a mark back where it was in the picture: %s', (fit) => {
    // The centre of mass of a soft blob, there and back.
    const [width, height, cx, cy] = [150, 90, 40, 61];
    const picture = floats(width, height, 1, (x, y) => Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 60));
    const numbers = scope(() => {
      const { x, frame } = toInput(picture, spec(64, 64, 1, fit));
      return { numbers: toFrame(x, frame).readSync() };
    }).numbers;
    expect(numbers.length).toBe(width * height);
    let [sum, sx, sy] = [0, 0, 0];
    numbers.forEach((value, i) => {
      sum += value;
      sx += value * (i % width);
      sy += value * Math.floor(i / width);
    });
    expect(sx / sum).toBeCloseTo(cx, 1);
    expect(sy / sum).toBeCloseTo(cy, 1);
  });
});
