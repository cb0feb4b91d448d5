// Strokes: scratches, bundles of them, cracks and fibres.
import { choice, integer, real } from '../hyper.ts';
import * as ops from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import { definePainter } from './parts/canvas.ts';
import { Contents } from './parts/contents.ts';
import { between, chance, contrastOf, logBetween, ordered, pick, shared, sign } from './parts/draws.ts';
import { Rows } from './parts/rows.ts';

const styles = ['scratch', 'bundle', 'crack', 'fibre'] as const;
type Style = (typeof styles)[number];

const most = 6; // strokes of one defect
const points = 33; // of a stroke

const hyper = {
  style: choice(
    ['mixed', ...styles],
    'a smooth furrow, several side by side, a jagged line with branches, a hair that lies on top, or one of them for each defect',
  ),
  most: integer(1, 8, 2, 'defects in a picture, 1 to this many'),
  shortest: real(0.01, 1.5, 0.06, 'least length, as a share of the shorter side'),
  longest: real(0.01, 1.5, 0.8, 'greatest length, as a share of the shorter side; not below the least'),
  thinnest: real(0.001, 0.2, 0.003, 'least width, as a share of the shorter side'),
  thickest: real(0.001, 0.2, 0.02, 'greatest width, as a share of the shorter side; not below the least'),
  faintest: shared.faintest,
  contrast: real(0.02, 1, 0.7, 'greatest difference in brightness'),
  attracted: shared.attracted,
};

/** A point of a stroke: column and row in pixels, half its width there, how opaque it is. */
type Point = [x: number, y: number, halfWidth: number, opacity: number];

export const scratch = definePainter({
  name: 'scratch',
  meaning: 'Strokes: scratches, bundles of scratches, cracks with branches, fibres; darker, brighter, coloured or in relief',
  hyper,
  paint(canvas, chosen, random, h) {
    ordered('scratch', h, 'shortest', 'longest');
    ordered('scratch', h, 'thinnest', 'thickest');
    const { height, width } = canvas;
    const counts = chosen.map((is) => (is ? 1 + random.integer(h.most) : 0));
    const layers = counts.reduce((a, b) => Math.max(a, b), 0);
    for (let k = 0; k < layers; k++) {
      const chains = new Rows(canvas.pictures, [most, points, 4]);
      const edges = new Rows(canvas.pictures, [most]);
      const contents = new Contents(canvas, random);
      const radii = counts.map((count, n) => {
        if (k >= count) return 0;
        const style: Style = h.style === 'mixed' ? pick(random, styles) : h.style;
        const length = Math.max(4, canvas.side * logBetween(random, h.shortest, h.longest));
        // Short ones are thin, lest they be blobs.
        const thickness = Math.min(canvas.side * logBetween(random, h.thinnest, h.thickest), length / 8);
        const opacity = between(random, h.faintest, 1);
        draw(style, length, thickness / 2, opacity, random).forEach((stroke, s) => chains.set(n, stroke.flat(), s * points * 4));
        edges.set(n, new Array<number>(most).fill(style === 'scratch' ? between(random, 0.8, 2.5) : 1));
        fill(contents, n, style, thickness / 2, contrastOf(random, h.contrast, opacity, 0.08), random);
        return length / 4;
      });
      const centre = canvas.places(random, radii, h.attracted);
      contents.paste(ops.strokes(chains.tensor(canvas.device), edges.tensor(canvas.device), centre, { height, width }), centre);
    }
  },
});

/** The strokes of a defect around (0, 0). */
function draw(style: Style, length: number, halfWidth: number, opacity: number, random: Random): Point[][] {
  const direction = between(random, 0, 2 * Math.PI);
  if (style === 'fibre') {
    return [centred(walk(direction, length, between(random, 1, 8), 0, random)).map(([x, y]): Point => [x, y, halfWidth, opacity])];
  }
  if (style === 'crack') return crack(direction, length, halfWidth, opacity, random);
  const middle = centred(walk(direction, length, between(random, 0, chance(random, 0.3) ? 2.5 : 0.5), 0, random));
  if (style === 'scratch') return [pressed(middle, 0, points, halfWidth, opacity, random)];
  // Side by side, each with a beginning and an end of its own.
  const gap = halfWidth * between(random, 3, 10);
  const count = 2 + random.integer(most - 1);
  return Array.from({ length: count }, (_, j) => {
    const aside = gap * (j - (count - 1) / 2 + between(random, -0.4, 0.4));
    const [dx, dy] = [-aside * Math.sin(direction), aside * Math.cos(direction)];
    const [from, to] = [random.integer(points >> 1), points - random.integer(points >> 2)];
    const beside = middle.map(([x, y]): [number, number] => [x + dx, y + dy]);
    return pressed(beside, from, to, halfWidth * between(random, 0.5, 1), opacity * between(random, 0.4, 1), random);
  });
}

/** A jagged line that thins out, and up to three branches. */
function crack(direction: number, length: number, halfWidth: number, opacity: number, random: Random): Point[][] {
  const thin = (path: [number, number][], from: number): Point[] =>
    path.map(([x, y], i) => [x, y, from * (1 - (0.8 * i) / points) * between(random, 0.6, 1.2), opacity]);
  const main = centred(walk(direction, length, between(random, 0, 1.5), between(random, 0.3, 0.8), random));
  const branches = Array.from({ length: random.integer(4) }, () => {
    const at = 2 + random.integer(points - 6);
    const away = direction + sign(random) * between(random, 0.4, 1.1);
    const path = walk(away, length * between(random, 0.15, 0.4), 0.5, 0.6, random);
    return thin(
      path.map(([x, y]): [number, number] => [x + main[at][0], y + main[at][1]]),
      0.7 * halfWidth,
    );
  });
  return [thin(main, halfWidth), ...branches];
}

/**
 * A path from (0, 0) of the given length.
 *
 * @param bend how much it turns over its length in radians, smoothly and to either side
 * @param jag deviation of each step's direction in radians
 */
function walk(direction: number, length: number, bend: number, jag: number, random: Random): [number, number][] {
  const step = length / (points - 1);
  const path: [number, number][] = [[0, 0]];
  let [heading, turning] = [direction, random.normal()];
  for (let i = 1; i < points; i++) {
    turning = 0.9 * turning + 0.436 * random.normal(); // of variance 1
    heading += (bend / points) * turning;
    const [x, y] = path[i - 1];
    const own = heading + jag * random.normal();
    path.push([x + step * Math.cos(own), y + step * Math.sin(own)]);
  }
  return path;
}

/** Moved so that the middle of its length is (0, 0). */
function centred(path: [number, number][]): [number, number][] {
  const [mx, my] = path[(points - 1) / 2];
  return path.map(([x, y]) => [x - mx, y - my]);
}

/** The part of a path from one point to another, drawn with a pressure that sets in, wavers and fades; nothing outside of it. */
function pressed(path: [number, number][], from: number, to: number, halfWidth: number, opacity: number, random: Random): Point[] {
  const [rise, fall, wavering] = [between(random, 0.05, 0.5), between(random, 0.05, 0.5), between(random, 0, 0.4)];
  return path.map(([x, y], i): Point => {
    const t = (i - from) / (to - 1 - from);
    const pressure = Math.max(0, Math.min(1, t / rise, (1 - t) / fall));
    return t < 0 || t > 1 ? [x, y, 0, 0] : [x, y, halfWidth * pressure, opacity * (0.4 + 0.6 * pressure) * (1 - wavering * random.uniform())];
  });
}

/** Furrows are darker, brighter or in relief; cracks mostly dark; fibres of a colour of their own. */
function fill(contents: Contents, n: number, style: Style, radius: number, contrast: number, random: Random): void {
  const dark = style === 'crack' && chance(random, 0.85) ? -1 : sign(random);
  const kind =
    style === 'fibre'
      ? 'colour'
      : style === 'crack'
        ? pick(random, ['colour', 'tone'] as const)
        : pick(random, ['colour', 'colour', 'relief', 'tone'] as const);
  contents[kind](n, radius, contrast, dark);
}
