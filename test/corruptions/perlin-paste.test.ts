// Perlin paste: blotches within a place, filled with what was asked for.
import { expect, it } from 'vitest';
import { corrupted, type Pictures, pictureOf, sumOf } from '../support/corrupted.ts';
import { thrown } from '../support/thrown.ts';

const size = 64;
const pictures: Pictures = { count: 24, size, image: () => 0.2, donor: () => 0.9 };

/** How often the mask changes along rows: pieces, counted twice. */
const steps = (mask: Float32Array) => mask.filter((m, i) => i % size > 0 && m !== mask[i - 1]).length;

it('has blotches of fine noise and few of coarse noise', () => {
  const fine = corrupted('perlinPaste', pictures, { finest: 0.03, coarsest: 0.04, narrowest: 0.6 });
  const coarse = corrupted('perlinPaste', pictures, { finest: 0.4, coarsest: 0.5, narrowest: 0.6 });
  expect(steps(fine.mask)).toBeGreaterThan(4 * steps(coarse.mask));
});

it('lies within its place', () => {
  const { mask } = corrupted('perlinPaste', pictures, { narrowest: 0.1, widest: 0.15 });
  for (let n = 0; n < pictures.count; n++) {
    const area = sumOf(pictureOf(mask, n, size));
    expect(area).toBeLessThan(Math.PI * (0.15 * size) ** 2 + 1);
  }
  expect(sumOf(mask)).toBeGreaterThan(200);
});

it('shows donors, or made textures near the picture', () => {
  const donor = corrupted('perlinPaste', pictures, { content: 'donor', faintest: 1 });
  const made = corrupted('perlinPaste', pictures, { content: 'made', faintest: 1, contrast: 0.1 });
  // As bright as a donor in its darkest tone, and no brighter than made contrasts allow.
  expect(Math.min(...donor.image.filter((_, i) => donor.opacity[i] > 0.99))).toBeGreaterThan(0.5);
  expect(Math.max(...made.image)).toBeLessThan(0.2 + 0.1 * 1.7 * 2.2);
});

it('says which two ranges do not go together', () => {
  expect(thrown(() => corrupted('perlinPaste', pictures, { finest: 0.5, coarsest: 0.1 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: perlinPaste: finest is 0.5, coarsest 0.1; expected finest not above coarsest"`,
  );
  expect(thrown(() => corrupted('perlinPaste', pictures, { narrowest: 0.5, widest: 0.1 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: perlinPaste: narrowest is 0.5, widest 0.1; expected narrowest not above widest"`,
  );
});
