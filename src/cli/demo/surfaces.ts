// Four made-up surfaces - woven, brushed, grained, perforated - and how a picture of one, with or without a defect, is made.
import { Random } from '../../tensor/random.ts';
import { type Colour, type Defect, type DefectKind, defects } from './defects.ts';
import { between, clamp, lerp, noiseOf } from './noise.ts';

/** The colour at a point; whatever its size in pixels, a picture spans 0 … 64 in both directions. */
export type Paint = (x: number, y: number) => Colour;

/** One surface: how it looks, and how it looks with a part of its pattern missing. */
export interface Surface {
  readonly paint: Paint;
  /** A thread left out of a weave, a hole left out of a perforation. */
  missing?(random: Random): Defect;
}

export interface SurfacePicture {
  readonly surface: SurfaceKind;
  readonly defect: DefectKind | null;
  /** u8 [size size 3] */
  readonly rgb: Uint8Array;
  /** u8 [size size]: 255 where the defect changed the picture, 0 elsewhere. */
  readonly mask: Uint8Array;
}

const scaled = (c: Colour, by: number): Colour => [c[0] * by, c[1] * by, c[2] * by];
const mixed = (a: Colour, b: Colour, t: number): Colour => [lerp(a[0], b[0], t), lerp(a[1], b[1], t), lerp(a[2], b[2], t)];

/** Light that falls off gently in a random direction. */
function lightOf(random: Random): (x: number, y: number) => number {
  const level = between(random, 0.95, 1.03);
  const angle = between(random, 0, 2 * Math.PI);
  const [gx, gy] = [0.07 * Math.cos(angle), 0.07 * Math.sin(angle)];
  return (x, y) => level + (gx * (x - 32) + gy * (y - 32)) / 32;
}

/** Coordinates turned by a small angle and shifted: no two photographs lie alike. */
function placed(random: Random, period: number, turn: number): (x: number, y: number) => [number, number] {
  const angle = between(random, -turn, turn);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const [dx, dy] = [between(random, 0, period), between(random, 0, period)];
  return (x, y) => [c * x + s * y + dx, c * y - s * x + dy];
}

/** Plain weave: threads of two colours pass over and under each other. */
function woven(random: Random): Surface {
  const pitch = 8;
  const place = placed(random, 2 * pitch, 0.05);
  const light = lightOf(random);
  const tone = noiseOf(random);
  const warp: Colour = [0.86, 0.8, 0.68];
  const weft: Colour = [0.36, 0.47, 0.62];
  // One thread seen from above: round across, highest where it passes over the other, with the twist of its yarn.
  const thread = (colour: Colour, across: number, along: number, number: number): Colour => {
    const round = Math.sqrt(Math.max(0, 1 - (2.05 * across) ** 2));
    const twist = 0.07 * Math.cos(2 * Math.PI * (2 * along + 1.4 * across));
    return scaled(colour, (0.3 + (0.52 + 0.2 * Math.cos(Math.PI * along)) * round + twist * round) * (1 + 0.06 * tone(number * 1.7, number)));
  };
  const weave = (x: number, y: number, gone: number | null): Colour => {
    const [u, v] = place(x, y);
    const [i, j] = [Math.floor(u / pitch), Math.floor(v / pitch)];
    const [a, b] = [u / pitch - i - 0.5, v / pitch - j - 0.5];
    // Without the warp thread to hold it up, the weft lies deeper and the ground shows between.
    if (i === gone) return scaled(thread(weft, b * 1.25, a * 0.5, 900 + j), 0.72 * light(x, y));
    return scaled((i + j) % 2 === 0 ? thread(warp, a, b, i) : thread(weft, b, a, 900 + j), light(x, y));
  };
  return {
    paint: (x, y) => weave(x, y, null),
    missing(own) {
      const gone = Math.floor(place(between(own, 14, 50), 32)[0] / pitch);
      return { covers: (x, y) => (Math.floor(place(x, y)[0] / pitch) === gone ? 1 : 0), colour: (_, x, y) => weave(x, y, gone) };
    },
  };
}

/** Brushed metal: fine streaks along one direction under a broad sheen. */
function brushed(random: Random): Surface {
  const place = placed(random, 1000, 0.04);
  const [long, short] = [noiseOf(random), noiseOf(random)];
  const [centre, width, tilt] = [between(random, 10, 54), between(random, 16, 24), between(random, -0.25, 0.25)];
  const dark: Colour = [0.44, 0.47, 0.51];
  const bright: Colour = [0.86, 0.89, 0.93];
  return {
    paint(x, y) {
      const [u, v] = place(x, y);
      const sheen = Math.exp(-(((x + tilt * (y - 32) - centre) / width) ** 2));
      return mixed(dark, bright, 0.25 + 0.5 * sheen + 0.11 * long(u / 50, v * 0.55) + 0.05 * short(u / 16, v * 1.3));
    },
  };
}

/** Grained wood: rings that wander, cut lengthwise, and short dark pores. */
function grained(random: Random): Surface {
  const place = placed(random, 1000, 0.06);
  const light = lightOf(random);
  const [wander, waver, pores] = [noiseOf(random), noiseOf(random), noiseOf(random)];
  const period = between(random, 9, 12);
  const early: Colour = [0.83, 0.62, 0.4];
  const late: Colour = [0.52, 0.32, 0.17];
  return {
    paint(x, y) {
      const [u, v] = place(x, y);
      const ring = (v + 7 * wander(u / 44, v / 26) + 0.8 * waver(u / 14, v / 7)) / period;
      const phase = ring - Math.floor(ring);
      // Early wood darkens slowly towards late wood, then the next ring begins within a short way.
      const depth = phase < 0.82 ? (phase / 0.82) ** 2 : (1 - phase) / 0.18;
      const pore = clamp((pores(u / 7, v * 0.9) - 0.55) * 2);
      return scaled(mixed(early, late, 0.12 + 0.72 * depth), light(x, y) * (1 - 0.14 * pore));
    },
  };
}

/** Perforated sheet: round holes in a hexagonal grid, their rims catching the light. */
function perforated(random: Random): Surface {
  const pitch = 13;
  const row = pitch * Math.sqrt(0.75);
  const radius = 3.9;
  const place = placed(random, 2 * pitch, 0.06);
  const light = lightOf(random);
  const gloss = noiseOf(random);
  const enamel: Colour = [0.23, 0.56, 0.5];
  const behind: Colour = [0.09, 0.11, 0.13];
  const nearest = (u: number, v: number): [i: number, j: number, dx: number, dy: number] => {
    let best: [number, number, number, number] = [0, 0, 99, 99];
    const near = Math.round(v / row);
    for (let j = near - 1; j <= near + 1; j++) {
      const shift = j % 2 === 0 ? 0 : pitch / 2;
      const i = Math.round((u - shift) / pitch);
      const [dx, dy] = [u - i * pitch - shift, v - j * row];
      if (Math.hypot(dx, dy) < Math.hypot(best[2], best[3])) best = [i, j, dx, dy];
    }
    return best;
  };
  const plain = (x: number, y: number) => scaled(enamel, light(x, y) * (1 + 0.05 * gloss(x / 20, y / 20)));
  const sheet = (x: number, y: number): Colour => {
    const [u, v] = place(x, y);
    const [, , dx, dy] = nearest(u, v);
    const distance = Math.hypot(dx, dy);
    const inside = clamp(radius - distance + 0.5);
    const rim = clamp(1.6 - Math.abs(distance - radius - 0.7)) * ((dx + dy) / (distance + 0.01));
    return mixed(scaled(plain(x, y), 1 + 0.3 * rim), scaled(behind, 1 + 0.35 * ((dx + dy) / radius)), inside);
  };
  return {
    paint: sheet,
    missing(own) {
      const [i, j] = nearest(...place(between(own, 16, 48), between(own, 16, 48)));
      return {
        covers(x, y) {
          const [ci, cj, dx, dy] = nearest(...place(x, y));
          return ci === i && cj === j && Math.hypot(dx, dy) < radius + 2.3 ? 1 : 0;
        },
        colour: (_, x, y) => plain(x, y),
      };
    },
  };
}

/** Every surface with the defects that can befall it. */
export const surfaces = {
  woven: { make: woven, defects: ['missing thread', 'stain', 'hole', 'foreign object'] },
  brushed: { make: brushed, defects: ['scratch', 'foreign object', 'stain', 'hole'] },
  grained: { make: grained, defects: ['scratch', 'hole', 'foreign object', 'stain'] },
  perforated: { make: perforated, defects: ['missing hole', 'foreign object', 'scratch', 'stain'] },
} as const satisfies Record<string, { make: (random: Random) => Surface; defects: readonly DefectKind[] }>;
export type SurfaceKind = keyof typeof surfaces;
export const surfaceKinds = Object.keys(surfaces) as SurfaceKind[];

/**
 * A picture of `size` by `size` pixels. The same kind, size and seed give the same picture; a defect then changes it under the mask and
 * nowhere else.
 */
export function makeSurface(kind: SurfaceKind, size: number, seed: number, defect: DefectKind | null = null): SurfacePicture {
  const source = new Random(seed).split(kind);
  const surface = surfaces[kind].make(source.split('surface'));
  const planted = defect && plant(surface, defect, source.split('defect'));
  const rgb = new Uint8Array(size * size * 3);
  const mask = new Uint8Array(size * size);
  const unit = 64 / size;
  // Four points per pixel, so that edges are smooth.
  const parts = [0.25, 0.75];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0];
      let touched = false;
      for (const below of parts) {
        for (const right of parts) {
          const [x, y] = [(column + right) * unit, (row + below) * unit];
          let colour = surface.paint(x, y);
          const share = planted ? planted.covers(x, y) : 0;
          if (planted && share > 0.06) {
            colour = mixed(colour, planted.colour(colour, x, y), clamp(share));
            touched = true;
          }
          for (let c = 0; c < 3; c++) sum[c] += colour[c];
        }
      }
      const at = row * size + column;
      if (touched) mask[at] = 255;
      for (let c = 0; c < 3; c++) rgb[at * 3 + c] = Math.round(clamp(sum[c] / 4) * 255);
    }
  }
  return { surface: kind, defect, rgb, mask };
}

function plant(surface: Surface, kind: DefectKind, random: Random): Defect {
  if (kind !== 'missing thread' && kind !== 'missing hole') return defects[kind](random);
  if (!surface.missing) throw new Error(`makeSurface: the surface has no part that could be missing; expected a woven or a perforated one`);
  return surface.missing(random);
}
