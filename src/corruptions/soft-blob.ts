// Soft stains: disks with a fading border, warped, filled with other content.
import { choice, integer } from '../hyper.ts';
import { definePainter } from './parts/canvas.ts';
import { type ContentKind, Contents, contentKinds } from './parts/contents.ts';
import { between, contrastOf, diameterOf, ordered, pick, shared } from './parts/draws.ts';
import { Shapes } from './parts/shapes.ts';

export const softBlob = definePainter({
  name: 'softBlob',
  meaning: 'Stains: a disk with a fading border, warped, that shows other content (Bauer et al. 2022)',
  hyper: {
    content: choice(['mixed', ...contentKinds], 'what a stain shows; mixed: one of them for each stain'),
    most: integer(1, 16, 4, 'stains in a picture, 1 to this many'),
    ...shared,
  },
  paint(canvas, chosen, random, h) {
    ordered('softBlob', h, 'smallest', 'largest');
    const counts = chosen.map((is) => (is ? 1 + random.integer(h.most) : 0));
    const layers = counts.reduce((a, b) => Math.max(a, b), 0);
    for (let k = 0; k < layers; k++) {
      const shapes = new Shapes(canvas);
      const contents = new Contents(canvas, random);
      const attracted = counts.map(() => h.attracted);
      const radii = counts.map((count, n) => {
        if (k >= count) return 0;
        const diameter = diameterOf(random, canvas.side, h.smallest, h.largest);
        const kind: ContentKind = h.content === 'mixed' ? pick(random, contentKinds) : h.content;
        // A picture's own texture pulled about shows neither where it is faint nor on empty ground.
        const opacity = between(random, kind === 'deformed' ? Math.sqrt(h.faintest) : h.faintest, 1);
        if (kind === 'deformed') attracted[n] = Math.sqrt(h.attracted);
        shapes.stain(n, diameter, opacity, random);
        contents.choose(n, kind, diameter / 2, contrastOf(random, h.contrast, opacity));
        return diameter / 2;
      });
      const centre = canvas.places(random, radii, attracted);
      contents.paste(shapes.layer(centre, random), centre);
    }
  },
});
