// Maps as colours, alone and over their picture, with the outline of the true mask; one scale for all pictures.
import { must } from '../errors.ts';
import type { HeatScale, Raster, SmallMap } from './evaluation.ts';

// Inferno (Smith and van der Walt, CC0), black over violet and orange to pale yellow, as the polynomial of degree six that M. Zucker fitted to it: lightness rises
// evenly, so that equal steps of a score look like equal steps, also in grey and to people who see few colours.
const inferno = [
  [0.0002189403691192265, 0.1065134194856116, 11.60249308247187, -41.70399613139459, 77.162935699427, -71.31942824499214, 25.13112622477341],
  [0.001651004631001012, 0.5639564367884091, -3.972853965665698, 17.43639888205313, -33.40235894210092, 32.62606426397723, -12.24266895238567],
  [-0.01948089843709184, 3.932712388889277, -15.9423941062914, 44.35414519872813, -81.80730925738993, 73.20951985803202, -23.07032500287172],
];

const unit = (x: number): number => Math.min(1, Math.max(0, x));

const colours = Uint8Array.from({ length: 256 * 3 }, (_, at) => {
  const t = Math.floor(at / 3) / 255;
  return Math.round(255 * unit(inferno[at % 3].reduceRight((sum, c) => sum * t + c, 0)));
});

/** The colour, 0 … 255 each, of a share from 0 (cold) to 1 (hot); beyond them the end colours, for NaN the cold one. */
export function heat(share: number): readonly [red: number, green: number, blue: number] {
  const at = 3 * Math.round(255 * unit(Number.isNaN(share) ? 0 : share));
  return [colours[at], colours[at + 1], colours[at + 2]];
}

/** Where a raw pixel score lies on a scale: 0 at or below `low`, 1 at or above `high`. */
export const shareOf = (value: number, scale: HeatScale): number => (scale.high > scale.low ? unit((value - scale.low) / (scale.high - scale.low)) : 0);

/** A map as a picture of heat colours. */
export function heatPicture(map: SmallMap, scale: HeatScale): Raster {
  const data = new Uint8Array(map.width * map.height * 3);
  for (let i = 0; i < map.data.length; i++) data.set(heat(shareOf(map.data[i], scale)), i * 3);
  return { data, width: map.width, height: map.height, channels: 3 };
}

/** Marked pixels of a mask with an unmarked neighbour to their side; those on the border of the picture count as outlined. */
export function outlineOf(mask: Raster): Uint8Array {
  const { data, width, height } = mask;
  const outline = new Uint8Array(width * height);
  const marked = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] > 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (marked(x, y) && !(marked(x - 1, y) && marked(x + 1, y) && marked(x, y - 1) && marked(x, y + 1))) outline[y * width + x] = 1;
    }
  }
  return outline;
}

/** No colour of the heat is near to it. */
const outlineColour = [64, 240, 230] as const;
/** How much of the heat's colour covers the picture where it is hottest. */
const strongest = 0.65;

/**
 * A map over its picture in grey: cold parts show the picture, hot ones the colour; the outline of the mask, if there is one, on top.
 * All three have the same extents.
 */
export function overlay(picture: Raster, map: SmallMap, scale: HeatScale, mask: Raster | null): Raster {
  const { width, height, channels } = picture;
  for (const [what, other] of [
    ['map', map],
    ['mask', mask],
  ] as const) {
    if (!other) continue;
    const same = other.width === width && other.height === height;
    must(same, `overlay: the ${what} is ${other.width} x ${other.height}; expected ${width} x ${height} as the picture`);
  }
  const outline = mask && outlineOf(mask);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    if (outline?.[i]) {
      data.set(outlineColour, i * 3);
      continue;
    }
    const at = i * channels;
    const grey = channels === 1 ? picture.data[at] : 0.2126 * picture.data[at] + 0.7152 * picture.data[at + 1] + 0.0722 * picture.data[at + 2];
    const share = shareOf(map.data[i], scale);
    const colour = heat(share);
    const cover = strongest * Math.min(1, 2 * share);
    for (let c = 0; c < 3; c++) data[i * 3 + c] = Math.round(grey + (colour[c] - grey) * cover);
  }
  return { data, width, height, channels: 3 };
}
