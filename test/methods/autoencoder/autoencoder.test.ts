// The plain autoencoder: extents of codes, losses and maps by hand, what it refuses, and that a short code is what makes it blind.
import { describe, expect, it } from 'vitest';
import { resolveHypers } from '../../../src/hyper.ts';
import { autoencoder } from '../../../src/methods/autoencoder/method.ts';
import { ConvolutionalAutoencoder } from '../../../src/methods/autoencoder/network.ts';
import { objective } from '../../../src/methods/autoencoder/objective.ts';
import { uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { fit } from '../../../src/training/fit.ts';
import { rejected } from '../../support/thrown.ts';

const extents = { channels: 1, height: 12, width: 20, base: 4, levels: 2, latent: 6 } as const;
const h = (given: Record<string, unknown>) => resolveHypers('autoencoder', autoencoder.hyper, given);
const pictures = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    name: String(i),
    source: { data: Uint8Array.from({ length: 64 }, (_, p) => (p * 37 * (i + 1)) % 256), width: 8, height: 8, channels: 1 as const },
    label: 0 as const,
    kind: 'good',
    mask: null,
  }));

describe('the network', () => {
  it('has one code for a picture, and gives its extents back within 0 … 1', async () => {
    using model = new ConvolutionalAutoencoder({ ...extents, code: 'whole', random: new Random(1) });
    model.eval();
    const [code, picture] = scope(() => {
      const x = uniform([3, 1, 12, 20], new Random(2));
      const made = model.encode(x);
      return [made, model.decode(made)];
    });
    expect([code.shape, picture.shape]).toEqual([
      [3, 6],
      [3, 1, 12, 20],
    ]);
    const numbers = await picture.read();
    expect(Math.min(...numbers)).toBeGreaterThan(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    code.dispose();
    picture.dispose();
  });

  it('has a code for every position if asked, and then takes other extents too', () => {
    using model = new ConvolutionalAutoencoder({ ...extents, code: 'positions', random: new Random(1) });
    model.eval();
    scope(() => {
      expect(model.encode(uniform([2, 1, 12, 20], new Random(2))).shape).toEqual([2, 6, 3, 5]);
      expect(model.forward(uniform([2, 1, 8, 8], new Random(2))).shape).toEqual([2, 1, 8, 8]);
    });
  });
});

it('losses are the means of errors, and of what is not alike', async () => {
  const value = (loss: 'l1' | 'l2' | 'ssim', a: number[], b: number[]) => {
    const terms = scope(() => objective(tensor(Float32Array.from(a), [1, 1, 2, 2]), tensor(Float32Array.from(b), [1, 1, 2, 2]), loss));
    expect(Object.keys(terms)).toEqual([loss]);
    const read = terms[loss].item();
    terms[loss].dispose();
    return read;
  };
  expect(await value('l2', [0, 0.5, 1, 0.25], [0, 0, 1, 0.75])).toBeCloseTo((0.25 + 0.25) / 4, 6);
  expect(await value('l1', [0, 0.5, 1, 0.25], [0, 0, 1, 0.75])).toBeCloseTo((0.5 + 0.5) / 4, 6);
  expect(await value('ssim', [0.2, 0.2, 0.2, 0.2], [0.2, 0.2, 0.2, 0.2])).toBeCloseTo(0, 6);
  expect(await value('ssim', [0.2, 0.2, 0.2, 0.2], [0.6, 0.6, 0.6, 0.6])).toBeGreaterThan(0.3);
});

it('the image score is the mean, the largest share or the largest of the map', async () => {
  const map = () => tensor(Float32Array.of(4, 1, 2, 1), [1, 1, 2, 2]);
  const score = async (given: Record<string, unknown>) => {
    const value = scope(() => autoencoder.imageScore(map(), h(given)));
    const [number] = await value.read();
    value.dispose();
    return number;
  };
  expect(await score({})).toBe(2);
  expect(await score({ imageScore: 'top', top: 0.5 })).toBe(3);
  expect(await score({ imageScore: 'max' })).toBe(4);
});

it('crops need a code for every position, and halves that stay whole', async () => {
  const attempt = (given: Record<string, string | number>) => rejected(fit('autoencoder', pictures(2), { size: 8, steps: 1, hyper: { width: 4, ...given } }));
  expect(await attempt({ crop: 4 })).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: autoencoder: crop is 4 with code whole, which is of whole pictures; expected code positions, or no crop"`,
  );
  expect(await attempt({ crop: 6, code: 'positions' })).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: autoencoder: crop is 6; expected a multiple of 4, that 2 halvings leave whole"`,
  );
  using detector = await fit('autoencoder', pictures(4), { size: 8, steps: 2, hyper: { width: 4, crop: 4, code: 'positions', latent: 2 } });
  expect(detector.input.height).toBe(8);
});

it('learns to paint pictures through a code, and not those it has no numbers for', async () => {
  const errorOf = async (latent: number) => {
    using detector = await fit('autoencoder', pictures(16), {
      size: 8,
      steps: 120,
      seed: 1,
      batchSize: 16,
      validationShare: 0,
      hyper: { width: 8, levels: 1, latent, rate: 0.02, average: 0 },
    });
    const { history } = detector.provenance.training as { history: readonly { loss: number }[] };
    return history[history.length - 1].loss;
  };
  const [short, long] = [await errorOf(1), await errorOf(32)];
  expect(long).toBeLessThan(0.02);
  expect(short).toBeGreaterThan(2 * long);
});
