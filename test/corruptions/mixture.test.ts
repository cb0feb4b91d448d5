// The mixture: weights, pictures left clean, what is handed on to its members.
import { describe, expect, it } from 'vitest';
import { corruptions } from '../../src/corruptions/index.ts';
import { corrupted, largest, numbersOf, type Pictures, pictureOf } from '../support/corrupted.ts';
import { thrown } from '../support/thrown.ts';

const size = 48;
const pictures: Pictures = { count: 64, size, image: (x, y) => 0.3 + 0.2 * Math.sin(x / 2) * Math.cos(y / 3) };
const members = Object.keys(corruptions).filter((name) => name !== 'mixture');
const only = (name: string) => Object.fromEntries(members.map((other) => [other, other === name ? 1 : 0]));
const untouched = (image: Float32Array) => Buffer.from(image.buffer).equals(Buffer.from(numbersOf(pictures).buffer));
const changed = (mask: Float32Array) => Array.from({ length: 64 }, (_, n) => largest(pictureOf(mask, n, size))).filter(Boolean).length;

describe('clean', () => {
  it('leaves its share of pictures as they are', () => {
    expect(untouched(corrupted('mixture', pictures, { clean: 1 }).image)).toBe(true);
    expect(changed(corrupted('mixture', pictures, { clean: 0 }).mask)).toBeGreaterThan(60);
    const half = changed(corrupted('mixture', pictures, { clean: 0.5 }).mask);
    expect(half).toBeGreaterThan(20);
    expect(half).toBeLessThan(44);
  });
});

describe('weights', () => {
  it('has one for every other corruption', () => {
    expect(Object.keys(corruptions.mixture.hyper)).toEqual(expect.arrayContaining(members));
  });

  it('choose the member', () => {
    // Pastes alone are opaque all over; noise alone leaves no pixel of its place as it was; strokes touch few pixels.
    const pasted = corrupted('mixture', pictures, { clean: 0, ...only('cutPaste') });
    expect(new Set(pasted.opacity)).toEqual(new Set([0, 1]));
    const areas = members.map((name) => corrupted('mixture', pictures, { clean: 0, ...only(name) }).mask.reduce((a, b) => a + b, 0));
    expect(areas[members.indexOf('scratch')]).toBe(Math.min(...areas));
    expect(new Set(areas).size).toBe(members.length);
  });

  it('must not all be 0', () => {
    const none = Object.fromEntries(members.map((name) => [name, 0]));
    expect(thrown(() => corrupted('mixture', pictures, { clean: 0, ...none }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: mixture: all weights are 0; expected one above 0, or clean to be 1"`,
    );
    expect(untouched(corrupted('mixture', pictures, { clean: 1, ...none }).image)).toBe(true);
  });
});

it('hands on what its members declare by the same name', () => {
  const { opacity } = corrupted('mixture', pictures, { clean: 0, ...only('softBlob'), faintest: 1, smallest: 0.2, largest: 0.3 });
  for (let n = 0; n < 64; n++) expect(largest(pictureOf(opacity, n, size))).toBeGreaterThan(0.9);
  expect(thrown(() => corrupted('mixture', pictures, { ...only('softBlob'), smallest: 0.3, largest: 0.2 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: softBlob: smallest is 0.3, largest 0.2; expected smallest not above largest"`,
  );
});
