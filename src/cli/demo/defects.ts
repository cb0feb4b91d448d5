// Defects to plant in made-up surfaces: scratches, stains, holes and things that do not belong there.
import type { Random } from '../../tensor/random.ts';
import { between, clamp, lerp, noiseOf, pick } from './noise.ts';

/** Red, green and blue, 0 … 1. */
export type Colour = readonly [number, number, number];

/** What changes a picture: how much of it shows at a point, and its colour there over what lies beneath. */
export interface Defect {
  /** 0 nothing … 1 all of it. */
  covers(x: number, y: number): number;
  colour(beneath: Colour, x: number, y: number): Colour;
}

export type DefectKind = keyof typeof defects | 'missing thread' | 'missing hole';
type Point = readonly [x: number, y: number];

/** A curve from one point to another, bent to one side, as a chain of points. */
function curve(random: Random, from: Point, length: number, angle: number, bend: number): Point[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const side = between(random, -bend, bend) * length;
  const sway = between(random, -bend, bend) * length;
  return Array.from({ length: 17 }, (_, i) => {
    const t = i / 16;
    const [along, across] = [(t - 0.5) * length, side * Math.sin(Math.PI * t) + 0.6 * sway * Math.sin(2 * Math.PI * t)];
    return [from[0] + c * along - s * across, from[1] + s * along + c * across];
  });
}

/** Distance to a chain of points, and how far along it the nearest point lies, 0 … 1. */
function nearestOn(chain: readonly Point[], x: number, y: number): [distance: number, along: number] {
  let best = Number.POSITIVE_INFINITY;
  let along = 0;
  for (let i = 0; i + 1 < chain.length; i++) {
    const [ax, ay] = chain[i];
    const [dx, dy] = [chain[i + 1][0] - ax, chain[i + 1][1] - ay];
    const t = clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy));
    const distance = Math.hypot(x - ax - t * dx, y - ay - t * dy);
    if (distance < best) {
      best = distance;
      along = (i + t) / (chain.length - 1);
    }
  }
  return [best, along];
}

/** A disc whose outline wavers: signed distance to it, negative inside. */
function blob(random: Random, centre: Point, radius: number, waver: number): (x: number, y: number) => number {
  const noise = noiseOf(random);
  const [stretch, angle] = [between(random, 0.8, 1.25), between(random, 0, Math.PI)];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return (x, y) => {
    const [u, v] = [(c * (x - centre[0]) + s * (y - centre[1])) * stretch, (c * (y - centre[1]) - s * (x - centre[0])) / stretch];
    const distance = Math.hypot(u, v);
    const round = distance + 0.01;
    return distance - radius * (1 + waver * noise(50 + (1.3 * u) / round, 50 + (1.3 * v) / round));
  };
}

const somewhere = (random: Random): Point => [between(random, 16, 48), between(random, 16, 48)];

/** A thin bright furrow with a dark edge. */
function scratch(random: Random): Defect {
  const chain = curve(random, somewhere(random), between(random, 22, 40), between(random, 0.35, Math.PI - 0.35), 0.12);
  const width = between(random, 0.7, 1.1);
  return {
    covers(x, y) {
      const [distance, along] = nearestOn(chain, x, y);
      return clamp(width * (0.5 + Math.sin(Math.PI * along)) - distance + 0.6) * 0.95;
    },
    colour(beneath, x, y) {
      const lit = clamp(1 - nearestOn(chain, x - 0.5, y - 0.5)[0] / width);
      return [lerp(beneath[0] * 0.45, 0.98, lit), lerp(beneath[1] * 0.45, 0.97, lit), lerp(beneath[2] * 0.45, 0.95, lit)];
    },
  };
}

/** Something spilt: darker and browner, darkest along its edge. */
function stain(random: Random): Defect {
  const radius = between(random, 7, 11);
  const outline = blob(random, somewhere(random), radius, 0.35);
  const strength = between(random, 0.6, 0.85);
  return {
    covers: (x, y) => clamp(-outline(x, y) / 2.2 + 0.5) * strength,
    colour(beneath, x, y) {
      const rim = 1 - 0.3 * Math.exp(-(((outline(x, y) + 1.6) / 1.5) ** 2));
      return [beneath[0] * 0.5 * rim, beneath[1] * 0.38 * rim, beneath[2] * 0.28 * rim];
    },
  };
}

/** Material gone: black within, a torn bright rim around it. */
function hole(random: Random): Defect {
  const outline = blob(random, somewhere(random), between(random, 4, 6.5), 0.3);
  return {
    covers: (x, y) => clamp(1.7 - outline(x, y)),
    colour(beneath, x, y) {
      const depth = clamp(0.5 - outline(x, y));
      const torn: Colour = [beneath[0] * 0.7 + 0.27, beneath[1] * 0.7 + 0.25, beneath[2] * 0.7 + 0.22];
      return [lerp(torn[0], 0.03, depth), lerp(torn[1], 0.03, depth), lerp(torn[2], 0.04, depth)];
    },
  };
}

/** A coloured fibre or a plastic pellet lying on top, with its shadow. */
function foreignObject(random: Random): Defect {
  const colour = pick<Colour>(random, [
    [0.85, 0.16, 0.14],
    [0.93, 0.75, 0.1],
    [0.2, 0.28, 0.8],
    [0.72, 0.2, 0.62],
  ]);
  const fibre = random.uniform() < 0.5;
  const [length, width, bend] = fibre ? [between(random, 26, 38), 1.2, 0.35] : [between(random, 6, 10), between(random, 3, 4), 0.02];
  const chain = curve(random, somewhere(random), length, between(random, 0, Math.PI), bend);
  const shift = fibre ? 0.8 : 1.4;
  const body = (x: number, y: number) => clamp(width - nearestOn(chain, x, y)[0] + 0.5);
  const shadow = (x: number, y: number) => 0.55 * clamp((width + 0.6 - nearestOn(chain, x - shift, y - shift)[0]) / 1.2);
  return {
    covers: (x, y) => Math.max(body(x, y), shadow(x, y)),
    colour(beneath, x, y) {
      const solid = body(x, y);
      if (solid <= 0) return [0, 0, 0];
      const lit = clamp(1 - nearestOn(chain, x + width * 0.35, y + width * 0.35)[0] / width);
      const tone = (c: number, under: number) => lerp(under * 0.4, c * (0.55 + 0.45 * lit) + 0.3 * lit ** 3, solid);
      return [tone(colour[0], beneath[0]), tone(colour[1], beneath[1]), tone(colour[2], beneath[2])];
    },
  };
}

/** Defects that can befall any surface; 'missing thread' and 'missing hole' are a matter of the surface's own pattern. */
export const defects = { scratch, stain, hole, 'foreign object': foreignObject } as const;
