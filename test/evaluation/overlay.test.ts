// Heat: even steps of lightness, one scale for all pictures, nothing lit where nothing is.
import { describe, expect, it } from 'vitest';
import type { HeatScale, Raster, SmallMap } from '../../src/evaluation/evaluation.ts';
import { heat, heatPicture, outlineOf, overlay, shareOf } from '../../src/evaluation/overlay.ts';
import { thrown } from '../support/thrown.ts';

const scale: HeatScale = { low: 1, high: 3, threshold: 2, basis: 'a test' };
const grey = (data: number[], width: number, height: number): Raster => ({ data: Uint8Array.from(data), width, height, channels: 1 });
const map = (data: number[], width: number, height: number): SmallMap => ({ data: Float32Array.from(data), width, height });

/** CIE lightness of an sRGB colour, 0 … 100. */
function lightness(colour: readonly number[]): number {
  const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (24389 / 27) * y;
}

describe('heat', () => {
  it('rises in lightness, nearly evenly, from black to nearly white', () => {
    const rising = Array.from({ length: 65 }, (_, i) => lightness(heat(i / 64)));
    expect(rising[0]).toBeLessThan(1);
    expect(rising[64]).toBeGreaterThan(96);
    rising.slice(1).forEach((l, i) => expect(l, `step ${i}`).toBeGreaterThan(rising[i]));
    rising.forEach((l, i) => expect(Math.abs(l - (100 * i) / 64), `share ${i / 64}`).toBeLessThan(8));
  });

  it('ends at its ends', () => {
    expect(heat(-5)).toEqual(heat(0));
    expect(heat(7)).toEqual(heat(1));
    expect(heat(Number.NaN)).toEqual(heat(0));
  });
});

describe('a scale', () => {
  it('is the same for every picture: a map without anything in it stays cold', () => {
    expect([0, 1, 2, 3, 9].map((x) => shareOf(x, scale))).toEqual([0, 0, 0.5, 1, 1]);
    const quiet = heatPicture(map([0.4, 0.9, 0.1, 1], 2, 2), scale);
    expect([...quiet.data]).toEqual(
      Array(4)
        .fill([...heat(0)])
        .flat(),
    );
    expect([...heatPicture(map([2, 3], 2, 1), scale).data]).toEqual([...heat(0.5), ...heat(1)]);
  });

  it('without a width shows everything cold', () => {
    expect(shareOf(5, { ...scale, high: 1 })).toBe(0);
  });
});

describe('an outline', () => {
  it('follows the marked side of the border, at the edge of the picture too', () => {
    const mask = grey([0, 0, 0, 0, 0, /**/ 0, 9, 9, 9, 0, /**/ 0, 9, 9, 9, 0, /**/ 0, 9, 9, 9, 0, /**/ 9, 0, 0, 0, 0], 5, 5);
    expect([...outlineOf(mask)]).toEqual([0, 0, 0, 0, 0, /**/ 0, 1, 1, 1, 0, /**/ 0, 1, 0, 1, 0, /**/ 0, 1, 1, 1, 0, /**/ 1, 0, 0, 0, 0]);
    expect([...outlineOf(grey([1, 1, 1, 1], 2, 2))]).toEqual([1, 1, 1, 1]);
  });
});

describe('an overlay', () => {
  it('shows the picture in grey where the map is cold, colour where it is hot, and the outline of the mask', () => {
    const picture: Raster = { data: Uint8Array.of(200, 0, 0, 0, 200, 0, 80, 80, 80), width: 3, height: 1, channels: 3 };
    const shown = [...overlay(picture, map([0, 1, 3], 3, 1), scale, null).data];
    expect(shown.slice(0, 6)).toEqual([43, 43, 43, 143, 143, 143]);
    // Of the hottest colour 65 %, of the picture the rest.
    expect(shown.slice(6)).toEqual([...heat(1)].map((c) => Math.round(80 + (c - 80) * 0.65)));
    const marked = [...overlay(picture, map([0, 1, 3], 3, 1), scale, grey([0, 0, 1], 3, 1)).data];
    expect(marked.slice(0, 6)).toEqual(shown.slice(0, 6));
    expect(marked.slice(6)).toEqual([64, 240, 230]);
  });

  it('refuses a map or a mask of other extents', () => {
    const picture = grey([1, 2], 2, 1);
    expect(thrown(() => overlay(picture, map([1], 1, 1), scale, null))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: overlay: the map is 1 x 1; expected 2 x 1 as the picture"`,
    );
    expect(thrown(() => overlay(picture, map([1, 2], 2, 1), scale, grey([1, 2, 3], 3, 1)))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: overlay: the mask is 3 x 1; expected 2 x 1 as the picture"`,
    );
  });
});
