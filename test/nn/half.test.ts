// Half precision: every value there and back, and rounding against a search for the nearest.
import { expect, it } from 'vitest';
import { firstBeyondF16, fromBf16, fromF16, toF16 } from '../../src/nn/half.ts';
import { uniformSource } from '../support/cases.ts';

const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

it('gives back every binary16 value', () => {
  const back = toF16(fromF16(all));
  const isNan = (bits: number) => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
  all.forEach((bits) => {
    if (isNan(bits) ? !isNan(back[bits]) : back[bits] !== bits) expect.fail(`${bits} came back as ${back[bits]}`);
  });
});

it('knows some values by heart', () => {
  expect([...fromF16(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555, 0xfc00))]).toEqual([
    1,
    -2,
    65504,
    2 ** -24,
    2 ** -14,
    0.333251953125,
    Number.NEGATIVE_INFINITY,
  ]);
  expect([...fromBf16(Uint16Array.of(0x3fc0, 0xc040, 0x0001, 0xff80))]).toEqual([1.5, -3, Math.fround(2 ** -133), Number.NEGATIVE_INFINITY]);
});

it('rounds to the nearest, ties to even', () => {
  const values = fromF16(all);
  const uniform = uniformSource(5);
  const inputs = new Float32Array(4000);
  for (let i = 0; i < inputs.length; i++) {
    // Between a value and its neighbour away from zero, on the middle in every fourth case.
    const low = Math.floor(uniform() * 0x7bff);
    const share = i % 4 ? uniform() : 0.5;
    inputs[i] = (i % 2 ? -1 : 1) * (values[low] + share * (values[low + 1] - values[low]));
  }
  const bits = toF16(inputs);
  inputs.forEach((x, i) => {
    const chosen = bits[i];
    const distance = Math.abs(values[chosen] - x);
    for (const other of [chosen - 1, chosen + 1]) {
      if ((other & 0x7fff) >= 0x7c00 || other < 0) continue;
      const otherDistance = Math.abs(values[other] - x);
      if (otherDistance < distance || (otherDistance === distance && chosen % 2 === 1))
        expect.fail(`${x} became ${values[chosen]}; ${values[other]} is nearer or even`);
    }
  });
});

it('sees what is too large', () => {
  expect(toF16(Float32Array.of(65519, 65520, -1e9, 65504))).toEqual(Uint16Array.of(0x7bff, 0x7c00, 0xfc00, 0x7bff));
  expect(firstBeyondF16([1, Number.POSITIVE_INFINITY, Number.NaN, 65519])).toBe(-1);
  expect(firstBeyondF16([1, -65520])).toBe(1);
});
