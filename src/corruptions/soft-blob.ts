// Soft stains: disks with a fading border, warped, filled with other content.
import { choice, integer, real, type ValuesOf } from '../hyper.ts';
import * as ops from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import { type ContentKind, Contents, contentKinds } from './contents.ts';
import { between, type Canvas, definePainter, logBetween, pick, Rows, type Spot } from './layers.ts';

const hyper = {
  content: choice(['mixed', ...contentKinds], 'what a stain shows; mixed: one of them for each stain'),
  most: integer(1, 16, 4, 'stains in a picture, 1 to this many'),
  smallest: real(0.004, 1, 0.015, 'least diameter, as a share of the shorter side'),
  largest: real(0.004, 1, 0.4, 'greatest diameter, as a share of the shorter side; not below the least'),
  faintest: real(0.02, 1, 0.15, 'least opacity in the middle of a stain'),
  contrast: real(0.02, 1, 0.5, 'greatest difference in brightness of made textures, colours and tones'),
};

export const softBlob = definePainter({
  name: 'softBlob',
  meaning: 'Stains: a disk with a fading border, warped, shows other content (Bauer et al. 2022)',
  hyper,
  paint(canvas, chosen, random, h) {
    const counts = chosen.map((is) => (is ? 1 + random.integer(h.most) : 0));
    for (let k = 0; k < Math.max(0, ...counts); k++) {
      const disks = new Rows(canvas.pictures, [9]);
      const contents = new Contents(canvas, random);
      counts.forEach((count, n) => {
        if (k >= count) return;
        const spot = drawDisk(canvas, n, disks, random, h);
        const kind: ContentKind = h.content === 'mixed' ? pick(random, contentKinds) : h.content;
        contents.choose(n, kind, spot, logBetween(random, Math.min(0.04, h.contrast), h.contrast));
      });
      contents.paste(ops.softDisks(disks.tensor(canvas.images.device), canvas.field(random)));
    }
  },
});

/** A disk somewhere in picture n: a row of the table that `softDisks` takes. */
function drawDisk(canvas: Canvas, n: number, disks: Rows, random: Random, h: ValuesOf<typeof hyper>): Spot {
  const diameter = Math.max(3, canvas.side * logBetween(random, Math.min(h.smallest, h.largest), h.largest));
  const elongation = logBetween(random, 1, 3);
  const along = 0.5 * diameter * Math.sqrt(elongation);
  const across = Math.max(1, (0.5 * diameter) / Math.sqrt(elongation));
  const spot = { x: between(random, 0, canvas.width), y: between(random, 0, canvas.height), radius: diameter / 2 };
  const softness = Math.min(1, Math.max(between(random, 0, 1), 1.5 / across));
  const sigma = across * between(random, 0.25, 0.9);
  const opacity = between(random, h.faintest, 1);
  disks.set(n, [spot.x, spot.y, along, across, between(random, 0, Math.PI), softness, sigma, across * between(random, 0.1, 0.5), opacity]);
  return spot;
}
