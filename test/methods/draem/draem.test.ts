// draem: what the two networks see, the terms of the objective, maps, and which pictures are spoilt.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import { resolveHypers } from '../../../src/hyper.ts';
import { draem } from '../../../src/methods/draem/method.ts';
import { RestoreAndSegment } from '../../../src/methods/draem/network.ts';
import { objective } from '../../../src/methods/draem/objective.ts';
import { imageScore, score } from '../../../src/methods/draem/score.ts';
import { spoil, visiblyChanged } from '../../../src/methods/parts/made-defects.ts';
import { focalWithLogits, l2, ssimLoss } from '../../../src/nn/losses/index.ts';
import { add, affine, greater, max, mean, sum, uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { relativeError } from '../../support/cases.ts';

const small = { channels: 3 as const, block: 2, width: 4, levels: 2, segmentWidth: 4, segmentLevels: 3, sspcab: 0 };
const make = (options = {}) => new RestoreAndSegment({ ...small, random: new Random(1), ...options });
const pictures = (seed = 4, shape = [2, 3, 16, 32]) => uniform(shape, new Random(seed));
const values = resolveHypers('draem', draem.hyper);
const phase = draem.learn.learns === 'gradient' ? draem.learn.phases[0] : null;
if (!phase || !('losses' in phase)) throw new Error('draem learns by one loss; this test does not know another way');

describe('RestoreAndSegment', () => {
  it('restores at the picture’s extents, and gives one logit a pixel', () => {
    using network = make();
    scope(() => {
      const { restored, logits } = network.forward(pictures());
      expect([restored.shape, logits.shape]).toEqual([
        [2, 3, 16, 32],
        [2, 1, 16, 32],
      ]);
    });
  });

  it('segments by the restoration too: its gradient reaches the autoencoder', () => {
    using network = make();
    scope(() => {
      const gradients = record(() => mean(network.forward(pictures()).logits)).backward();
      for (const [name, parameter] of network.namedParameters())
        if (name !== 'restore.last.0.bias')
          expect(
            gradients
              .get(parameter)
              ?.readSync()
              .some((g) => g !== 0),
            name,
          ).toBe(true);
    });
  });
});

describe('objective', () => {
  it('has the terms of the paper', () => {
    scope(() => {
      const [restored, clean] = [pictures(5), pictures(6)];
      const logits = affine(pictures(7, [2, 1, 16, 32]), { scale: 4, shift: -2 });
      const changed = greater(pictures(8, [2, 1, 16, 32]), 0.8);
      const terms = objective({ restored, logits }, { clean, changed }, { structure: 0.5, segment: 3, gamma: 1.5 });
      const numbers = Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.readSync()[0]]));
      expect(numbers.error).toBe(l2(restored, clean).readSync()[0]);
      expect(numbers.structure).toBeCloseTo(0.5 * ssimLoss(restored, clean).readSync()[0], 6);
      expect(numbers.segment).toBeCloseTo(3 * focalWithLogits(logits, changed, { gamma: 1.5 }).readSync()[0], 6);
    });
  });

  it('takes the predictive block’s own loss along', () => {
    using network = make({ sspcab: 0.1 });
    scope(() => {
      const batch = { images: pictures(), donors: pictures(9), random: new Random(7), progress: 0 };
      expect(Object.keys(phase.losses(network, batch, values))).toEqual(['error', 'structure', 'segment', 'sspcab']);
    });
  });
});

describe('score', () => {
  const logits = (numbers: number[]) => tensor(Float32Array.from(numbers), [1, 1, 2, 3]);
  const saying = (numbers: number[]) =>
    ({ forward: (x: Tensor) => ({ restored: affine(x, { scale: 0 }), logits: logits(numbers) }) }) as unknown as RestoreAndSegment;
  const images = () => pictures(2, [1, 3, 2, 3]);

  it('is the probability of being abnormal, or its surprise, under a mean filter', () => {
    const numbers = [-3, 0, 2, -1, 5, -8];
    const p = numbers.map((x) => 1 / (1 + Math.exp(-x)));
    scope(() => {
      const h = { ...values, smooth: 1 };
      expect(relativeError(score(saying(numbers), images(), h).map.readSync(), p)).toBeLessThan(1e-6);
      expect(
        relativeError(
          score(saying(numbers), images(), { ...h, shows: 'surprise' }).map.readSync(),
          p.map((q) => -Math.log(1 - q)),
        ),
      ).toBeLessThan(1e-5);
      const filtered = score(saying(numbers), images(), { ...h, smooth: 3 }).map.readSync();
      expect(filtered[1]).toBeCloseTo(p.reduce((a, b) => a + b) / 6, 6);
      expect([...score(saying(numbers), images(), h).reconstruction!.readSync()].every((x) => Math.abs(x) < 1e-6)).toBe(true);
    });
  });

  it('makes an image score of the largest number of a filtered map', () => {
    scope(() => {
      const map = logits([0, 0, 0, 0, 0, 6]);
      expect(imageScore(map, { ...values, imageSmooth: 1 }).readSync()[0]).toBe(6);
      // The corner's window of 3 has four pixels inside.
      expect(imageScore(map, { ...values, imageSmooth: 3 }).readSync()[0]).toBeCloseTo(1.5, 6);
    });
  });
});

describe('spoil', () => {
  const batch = (seed: number) => ({ images: pictures(3, [32, 1, 32, 32]), donors: pictures(4, [32, 1, 32, 32]), random: new Random(seed), progress: 0 });

  it('spoils all but a share, and marks only what can be seen', () => {
    scope(() => {
      let spoilt = 0;
      for (const seed of [1, 2, 3, 4]) {
        const given = batch(seed);
        const { image, mask } = spoil(given, { ...values, clean: 0.5 });
        spoilt += sum(max(mask, [1, 2, 3])).readSync()[0];
        const changed = visiblyChanged(image, given.images).readSync();
        const [all, before, after] = [mask, given.images, image].map((x) => x.readSync());
        expect(changed).toEqual(after.map((value, p) => (Math.abs(value - before[p]) > 0.02 ? 1 : 0)));
        expect(changed.every((is, p) => is <= all[p])).toBe(true);
      }
      // 64 of 128, give or take 5 deviations.
      expect(Math.abs(spoilt - 64)).toBeLessThan(29);
      // A blotch may miss the picture.
      const none = spoil(batch(5), { ...values, clean: 0 });
      expect(sum(max(none.mask, [1, 2, 3])).readSync()[0]).toBeGreaterThan(28);
    });
  });

  it('makes the kind that is asked for', () => {
    scope(() => {
      const [a, b, c] = (['perlinPaste', 'scratch', 'mixture'] as const).map((corruption) =>
        spoil(batch(6), { ...values, corruption, clean: 0 }).image.readSync(),
      );
      expect(a).not.toEqual(b);
      expect(a).not.toEqual(c);
      expect(add(spoil(batch(6), { ...values, clean: 0 }).image, 0).readSync()).toEqual(a);
    });
  });
});
