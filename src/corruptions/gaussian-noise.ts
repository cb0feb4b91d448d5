// Noise within a stain: places that are rougher than they should be.
import { real } from '../hyper.ts';
import { definePainter } from './parts/canvas.ts';
import { Contents } from './parts/contents.ts';
import { between, diameterOf, logBetween, ordered, pick, shared } from './parts/draws.ts';
import { Shapes } from './parts/shapes.ts';

export const gaussianNoise = definePainter({
  name: 'gaussianNoise',
  meaning: 'Noise, nearly normal, on the texture within a stain',
  hyper: {
    narrowest: real(0.004, 1, 0.1, 'least diameter of the noisy place, as a share of the shorter side'),
    widest: real(0.004, 1, 0.6, 'greatest diameter, as a share of the shorter side; not below the least'),
    quietest: real(0.005, 1, 0.03, 'least standard deviation'),
    loudest: real(0.005, 1, 0.3, 'greatest standard deviation, not below the least'),
    attracted: shared.attracted,
  },
  paint(canvas, chosen, random, h) {
    ordered('gaussianNoise', h, 'narrowest', 'widest');
    ordered('gaussianNoise', h, 'quietest', 'loudest');
    const shapes = new Shapes(canvas);
    const contents = new Contents(canvas, random);
    const radii = chosen.map((is, n) => {
      if (!is) return 0;
      const diameter = diameterOf(random, canvas.side, h.narrowest, h.widest);
      shapes.stain(n, diameter, between(random, 0.5, 1), random);
      contents.noise(n, logBetween(random, h.quietest, h.loudest), pick(random, [1, 1, 1, 2, 3]));
      return diameter / 2;
    });
    const centre = canvas.places(random, radii, h.attracted);
    contents.paste(shapes.layer(centre, random), centre);
  },
});
