// What ganomaly minimises and scores: means of squares and absolute values, by hand.
import { describe, expect, it } from 'vitest';
import { resolveHypers } from '../../../src/hyper.ts';
import { ganomaly } from '../../../src/methods/ganomaly/method.ts';
import { objective } from '../../../src/methods/ganomaly/objective.ts';
import { score } from '../../../src/methods/ganomaly/score.ts';
import { full, uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';

const settings = resolveHypers('ganomaly', ganomaly.hyper, { features: 4, widest: 8, latent: 3, smooth: 0 });

describe('ganomaly', () => {
  it('adds features, context and codes by their weights', () => {
    scope(() => {
      const passed = { codes: tensor([0, 1], [1, 2]), output: full([1, 1, 2, 2], 0.25), again: tensor([2, 1], [1, 2]) };
      const terms = objective(
        full([1, 1, 2, 2], -0.5),
        passed,
        { real: full([1, 2, 1, 1], 1), made: full([1, 2, 1, 1], 4) },
        { adversarial: 2, context: 50, codes: 3 },
      );
      expect(Object.fromEntries(Object.entries(terms).map(([name, one]) => [name, one.readSync()[0]]))).toEqual({ features: 18, context: 37.5, codes: 6 });
    });
  });

  it('scores by the mean square of the distance of codes, with a map of absolute errors', () => {
    scope(() => {
      using model = ganomaly.build(settings, { channels: 1, height: 16, width: 16, random: new Random(1) });
      model.eval();
      const images = uniform([2, 1, 16, 16], new Random(2));
      const { map, reconstruction, image } = score(model, images, settings);
      const { codes, again } = model.forward(
        tensor(
          images.readSync().map((x) => 2 * x - 1),
          images.shape,
        ),
      );
      const [z, other] = [codes.readSync(), again.readSync()];
      const expected = [0, 1].map((i) => [0, 1, 2].reduce((sum, k) => sum + (z[3 * i + k] - other[3 * i + k]) ** 2, 0) / 3);
      image!.readSync().forEach((value, i) => {
        expect(value / expected[i]).toBeCloseTo(1, 4);
      });
      const [x, y] = [images.readSync(), reconstruction!.readSync()];
      map.readSync().forEach((value, i) => {
        expect(value).toBeCloseTo(Math.abs(x[i] - y[i]), 5);
      });
      expect(score(model, images, { ...settings, imageScore: 'top' }).image).toBeUndefined();
    });
  });
});
