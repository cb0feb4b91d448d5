// The records of the thresholds: every number comes back, nothing else is taken for a record.
import { describe, expect, it } from 'vitest';
import { decodeSlot, encodeSlot, type Slot, slotInForce, slotLength } from '../../src/scoring/threshold-slot.ts';
import { uniformSource } from '../support/cases.ts';

const digest = 'ab'.repeat(32);

it('any number comes back as it was', () => {
  const numbers = [0, 1, -1, 0.1, 1 / 3, 5e-324, -2.2250738585072014e-308, 1.7976931348623157e308, -1.2345678901234568e-300, 1e21, 123456789012345680000, null];
  for (const threshold of numbers) {
    for (const pixelThreshold of [null, threshold, -0.1]) {
      const slot: Slot = { sequence: 999_999_999_999_999, threshold, pixelThreshold };
      const text = encodeSlot(slot, digest);
      expect(text).toHaveLength(slotLength);
      expect(JSON.stringify(text)).toBe(`"${text}"`);
      expect(decodeSlot(text, digest)).toEqual(slot);
    }
  }
});

it('what is torn, damaged or of another model is no record', () => {
  const uniform = uniformSource(6);
  const slot: Slot = { sequence: 7, threshold: 0.25, pixelThreshold: 3 };
  const text = encodeSlot(slot, digest);
  const other = encodeSlot({ sequence: 8, threshold: 0.26, pixelThreshold: 3 }, digest);
  expect(decodeSlot(undefined, digest)).toBeNull();
  expect(decodeSlot('', digest)).toBeNull();
  expect(decodeSlot(text.trimEnd(), digest)).toBeNull();
  expect(decodeSlot(text, 'cd'.repeat(32))).toBeNull();
  for (let cut = 1; cut < slotLength; cut++) {
    const torn = other.slice(0, cut) + text.slice(cut);
    expect([null, 7, 8]).toContain(decodeSlot(torn, digest)?.sequence ?? null);
    expect(decodeSlot(torn, digest)).toEqual(torn === text ? slot : torn === other ? { ...slot, sequence: 8, threshold: 0.26 } : null);
  }
  for (let round = 0; round < 2000; round++) {
    const bytes = Buffer.from(text, 'latin1');
    bytes[Math.floor(uniform() * bytes.length)] ^= 1 << Math.floor(uniform() * 8);
    expect(decodeSlot(bytes.toString('latin1'), digest)).toBeNull();
  }
});

describe('the record in force', () => {
  const record = (sequence: number) => encodeSlot({ sequence, threshold: sequence, pixelThreshold: null }, digest);
  it('is the newer one, the other is the one to overwrite', () => {
    expect(slotInForce([record(3), record(3)], digest)).toMatchObject({ slot: { sequence: 3 }, spare: 1 });
    expect(slotInForce([record(3), record(4)], digest)).toMatchObject({ slot: { sequence: 4 }, spare: 0 });
    expect(slotInForce([record(4), record(3)], digest)).toMatchObject({ slot: { sequence: 4 }, spare: 1 });
  });
  it('is the whole one where one is damaged', () => {
    expect(slotInForce(['x', record(3)], digest)).toMatchObject({ slot: { sequence: 3 }, spare: 0 });
    expect(slotInForce([record(3), undefined], digest)).toMatchObject({ slot: { sequence: 3 }, spare: 1 });
    expect(slotInForce([undefined, 'x'], digest)).toBeNull();
  });
});
