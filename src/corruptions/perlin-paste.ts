// Perlin paste: blotches of thresholded noise show texture from elsewhere.
import { choice, real } from '../hyper.ts';
import * as ops from '../ops/index.ts';
import { definePainter } from './parts/canvas.ts';
import { Contents } from './parts/contents.ts';
import { between, chance, contrastOf, diameterOf, logBetween, ordered, pick, shared } from './parts/draws.ts';
import { Rows } from './parts/rows.ts';

export const perlinPaste = definePainter({
  name: 'perlinPaste',
  meaning: 'Blotches where Perlin noise exceeds a threshold, filled with texture from elsewhere (Zavrtanik et al. 2021)',
  hyper: {
    content: choice(['mixed', 'donor', 'made'], 'what the blotches show; mixed: one of them for each picture'),
    finest: real(0.005, 1, 1 / 64, 'least cell of the noise, as a share of the shorter side'),
    coarsest: real(0.005, 1, 0.5, 'greatest cell, as a share of the shorter side; not below the least'),
    narrowest: real(0.02, 2, 0.1, 'least radius of the place with blotches, as a share of the shorter side'),
    widest: real(0.02, 2, 1, 'greatest radius, as a share of the shorter side; not below the least'),
    faintest: shared.faintest,
    contrast: shared.contrast,
    attracted: shared.attracted,
  },
  paint(canvas, chosen, random, h) {
    ordered('perlinPaste', h, 'finest', 'coarsest');
    ordered('perlinPaste', h, 'narrowest', 'widest');
    const contents = new Contents(canvas, random);
    const blotches = new Rows(canvas.pictures, [6]);
    const frames = new Rows(canvas.pictures, [2, 3]);
    const radii = chosen.map((is, n) => {
      if (!is) return 0;
      const radius = diameterOf(random, canvas.side, h.narrowest, h.widest);
      const [along, across] = [0, 1].map(() => Math.min(radius, Math.max(1.5, canvas.side * logBetween(random, h.finest, h.coarsest))));
      const angle = between(random, 0, Math.PI);
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      frames.set(n, [c / along, s / along, random.uniform(), -s / across, c / across, random.uniform()]);
      // Raised by 2.5 deviations, a quarter to two thirds of the middle are covered, and nothing far from it.
      const opacity = between(random, h.faintest, 1);
      const edge = chance(random, 0.5) ? 0.1 : between(random, 0.1, 1);
      blotches.set(n, [radius, 2.5, between(random, 2.1, 3.1), edge, between(random, 0.2, 0.6), opacity]);
      const kind = h.content === 'mixed' ? pick(random, ['donor', 'made'] as const) : h.content;
      contents.choose(n, kind, Math.min(radius, Math.max(along, across)), contrastOf(random, h.contrast, opacity));
      return radius / 2;
    });
    const centre = canvas.places(random, radii, h.attracted);
    contents.paste(ops.blotches(blotches.tensor(canvas.device), frames.tensor(canvas.device), centre, canvas.field(random)), centre);
  },
});
