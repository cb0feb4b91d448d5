// What skip-ganomaly scores by: the mean of its map is the weighted sum of both errors; and what its generator minimises.
import { describe, expect, it } from 'vitest';
import { resolveHypers } from '../../../src/hyper.ts';
import { skipGanomaly } from '../../../src/methods/skip-ganomaly/method.ts';
import { objective } from '../../../src/methods/skip-ganomaly/objective.ts';
import { score } from '../../../src/methods/skip-ganomaly/score.ts';
import { toSigned } from '../../../src/nn/networks/index.ts';
import { full, mean, square, sub, uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';

const settings = resolveHypers('skip-ganomaly', skipGanomaly.hyper, { features: 4, widest: 8, levels: 2, smooth: 0, lambda: 0.7 });

describe('skip-ganomaly', () => {
  it('has a map whose mean is 0.7 of the squared error of pixels and 0.3 of that of features', () => {
    scope(() => {
      using model = skipGanomaly.build(settings, { channels: 3, height: 16, width: 32, random: new Random(1) });
      model.eval();
      const images = uniform([2, 3, 16, 32], new Random(2));
      const { map, reconstruction } = score(model, images, settings);
      const [x, output] = [toSigned(images), model.forward(toSigned(images))];
      const [a, b] = [x, output].map((one) => model.critic.judge(one).features);
      const apart = (p: typeof a, q: typeof a) => mean(square(sub(p, q)), [1, 2, 3]).readSync();
      const [pixels, features] = [apart(x, output), apart(a, b)];
      mean(map, [1, 2, 3])
        .readSync()
        .forEach((value, i) => {
          expect(value / (0.7 * pixels[i] + 0.3 * features[i])).toBeCloseTo(1, 4);
        });
      expect(reconstruction!.shape).toEqual([2, 3, 16, 32]);
    });
  });

  it('has its terms, weighted', () => {
    scope(() => {
      const verdict = (logit: number, feature: number) => ({ logits: tensor([logit]), features: full([1, 2, 1, 1], feature) });
      const [x, output] = [full([1, 1, 2, 2], 1), full([1, 1, 2, 2], 0.5)];
      const weights = { adversarial: 2, context: 50, latent: 3 };
      const terms = (game: 'crossEntropy' | 'leastSquares') => {
        const all = objective(x, output, verdict(0, 1), verdict(-1, 3), { ...weights, game });
        return Object.values(all).map((one) => one.readSync()[0]);
      };
      const [adversarial, context, latent] = terms('crossEntropy');
      expect(adversarial).toBeCloseTo(2 * Math.log1p(Math.E), 5);
      expect([context, latent]).toEqual([25, 12]);
      expect(terms('leastSquares')[0]).toBeCloseTo(8, 5);
    });
  });
});
