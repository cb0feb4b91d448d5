// CutPaste: a rectangle of the picture stands elsewhere in it, as a patch or as a thin scar.
import { choice, real, type ValuesOf } from '../hyper.ts';
import type { Random } from '../tensor/random.ts';
import { type Canvas, definePainter } from './parts/canvas.ts';
import { Contents } from './parts/contents.ts';
import { between, chance, diameterOf, logBetween, ordered, shared } from './parts/draws.ts';
import { Shapes } from './parts/shapes.ts';

const hyper = {
  variant: choice(['mixed', 'patch', 'scar'], 'an upright rectangle, a thin turned one, or one of them for each picture'),
  narrowest: real(0.004, 1, 0.04, 'least mean side (the root of the area), as a share of the shorter side'),
  widest: real(0.004, 1, 0.4, 'greatest mean side, as a share of the shorter side; not below the least'),
  jitter: real(0, 1, 0.1, 'greatest change of brightness, contrast and colour'),
  attracted: shared.attracted,
};

export const cutPaste = definePainter({
  name: 'cutPaste',
  meaning: 'A rectangle of the picture pasted elsewhere in it, with jitter, as a patch or a scar (Li et al. 2021)',
  hyper,
  paint(canvas, chosen, random, h) {
    ordered('cutPaste', h, 'narrowest', 'widest');
    const shapes = new Shapes(canvas);
    const contents = new Contents(canvas, random);
    const radii = chosen.map((is, n) => (is ? cut(canvas, n, shapes, contents, random, h) : 0));
    const centre = canvas.places(random, radii, h.attracted);
    contents.paste(shapes.layer(centre, random), centre);
  },
});

/** Chooses the rectangle of picture n and what is pasted; returns half its length. */
function cut(canvas: Canvas, n: number, shapes: Shapes, contents: Contents, random: Random, h: ValuesOf<typeof hyper>): number {
  const scar = h.variant === 'scar' || (h.variant === 'mixed' && chance(random, 0.5));
  // The paper's ranges: areas of any size with sides of 1 : 3.3 at most; scars of 2 … 16 by 10 … 25 of 256 pixels, made longer here.
  const size = diameterOf(random, canvas.side, h.narrowest, h.widest);
  const aspect = scar ? logBetween(random, 3, 12) : logBetween(random, 0.3, 3.3);
  const halfLength = Math.min((size / 2) * Math.sqrt(aspect), canvas.side / 2);
  const halfBreadth = Math.min(Math.max(1, size / 2 / Math.sqrt(aspect)), canvas.side / 2);
  const angle = scar ? between(random, -Math.PI / 4, Math.PI / 4) + (chance(random, 0.5) ? Math.PI / 2 : 0) : 0;
  const [c, s] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  shapes.rectangle(n, halfLength, halfBreadth, angle);
  contents.copies.take(n, 'own', scar ? between(random, -Math.PI, Math.PI) : 0);
  // Cut where the whole rectangle lies within the picture.
  const [reachX, reachY] = [halfLength * c + halfBreadth * s, halfLength * s + halfBreadth * c];
  contents.copies.origin.at(n, within(random, reachX, canvas.width), within(random, reachY, canvas.height));
  contents.copies.jitter(n, h.jitter, random);
  return Math.max(halfLength, halfBreadth);
}

const within = (random: Random, reach: number, extent: number): number => {
  const margin = Math.min(reach, (extent - 1) / 2);
  return Math.round(between(random, margin, extent - 1 - margin)); // a whole pixel, so that the patch is as sharp as its surroundings
};
