// Noise in a place: of the deviation asked for, another in each channel, in grains.
import { expect, it } from 'vitest';
import { corrupted, type Pictures } from '../support/corrupted.ts';
import { thrown } from '../support/thrown.ts';

const pictures: Pictures = { count: 8, size: 64, channels: 3, image: () => 0.5 };

it('has the deviation asked for and mean 0', () => {
  const { image, opacity } = corrupted('gaussianNoise', pictures, { quietest: 0.1, loudest: 0.1, narrowest: 0.6, attracted: 0 });
  const plane = 64 * 64;
  let [sum, squares, products, count] = [0, 0, 0, 0];
  opacity.forEach((o, i) => {
    if (o < 0.3) return;
    const at = Math.floor(i / plane) * 3 * plane + (i % plane);
    const [red, green] = [image[at], image[at + plane]].map((v) => (v - 0.5) / o);
    [sum, squares, products, count] = [sum + red, squares + red * red, products + red * green, count + 1];
  });
  expect(count).toBeGreaterThan(2000);
  expect(Math.abs(sum / count)).toBeLessThan(0.01);
  expect(Math.sqrt(squares / count)).toBeGreaterThan(0.09);
  expect(Math.sqrt(squares / count)).toBeLessThan(0.11);
  expect(Math.abs(products / squares)).toBeLessThan(0.1);
});

it('says which two ranges do not go together', () => {
  expect(thrown(() => corrupted('gaussianNoise', pictures, { quietest: 0.5, loudest: 0.1 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: gaussianNoise: quietest is 0.5, loudest 0.1; expected quietest not above loudest"`,
  );
});
