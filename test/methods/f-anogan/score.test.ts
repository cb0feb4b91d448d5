// What f-anogan scores by and its encoder minimises: both errors, kappa between them; and codes of chance.
import { describe, expect, it } from 'vitest';
import { resolveHypers } from '../../../src/hyper.ts';
import { fAnogan } from '../../../src/methods/f-anogan/method.ts';
import { criticObjective, encoderObjective } from '../../../src/methods/f-anogan/objective.ts';
import { score } from '../../../src/methods/f-anogan/score.ts';
import { toSigned } from '../../../src/nn/networks/index.ts';
import { normal, reshape, slice, sum, uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';

const settings = resolveHypers('f-anogan', fAnogan.hyper, { features: 4, widest: 8, latent: 5, kappa: 2.5 });
const build = () => fAnogan.build(settings, { channels: 1, height: 16, width: 16, random: new Random(1) });

describe('f-anogan', () => {
  it('scores a picture by what its encoder minimises', () => {
    scope(() => {
      using model = build();
      model.eval();
      const images = uniform([3, 1, 16, 16], new Random(2));
      const { image } = score(model, images, settings);
      const values = image!.readSync();
      for (let i = 0; i < 3; i++) {
        const x = toSigned(slice(images, [i, 0, 0, 0], [1, 1, 16, 16]));
        const output = model.forward(x);
        const { pixels, features } = encoderObjective(x, output, model.critic.judge(x), model.critic.judge(output), settings);
        expect(values[i] / (pixels.readSync()[0] + features.readSync()[0])).toBeCloseTo(1, 4);
      }
      expect(score(model, images, { ...settings, imageScore: 'max' }).image).toBeUndefined();
    });
  });

  it('imagines another picture for every code of chance', () => {
    scope(() => {
      using model = build();
      const [a, b] = [model.imagine(2, new Random(3)).readSync(), model.imagine(2, new Random(3)).readSync()];
      expect(b).toEqual(a);
      expect(Array.from(a.slice(0, 256))).not.toEqual(Array.from(a.slice(256)));
    });
  });

  it('weighs how far the critic is from slopes of 1', () => {
    scope(() => {
      const random = new Random(4);
      const [real, made] = [normal([2, 1, 4, 4], random), normal([2, 1, 4, 4], random)];
      // D(x) = Σ x over 16 numbers: its slope has a length of 4 everywhere.
      const judge = (x: Tensor) => ({ features: x, logits: sum(reshape(x, [2, 16]), 1) });
      const terms = criticObjective(judge, real, made, random, { penalty: 10 });
      expect(terms.penalty.readSync()[0]).toBeCloseTo(10 * (4 - 1) ** 2, 3);
      const mean = (x: Tensor) => Array.from(x.readSync()).reduce((a, b) => a + b, 0) / 2;
      expect(terms.real.readSync()[0]).toBeCloseTo(-mean(real), 4);
      expect(terms.made.readSync()[0]).toBeCloseTo(mean(made), 4);
    });
  });
});
