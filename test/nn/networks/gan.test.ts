// Encoders, decoders and critics: extents, verdicts, restarts, folding for inference.
import { describe, expect, it } from 'vitest';
import { fuse } from '../../../src/nn/index.ts';
import {
  DcganCritic,
  type DcganCriticOptions,
  DcganDecoder,
  DcganEncoder,
  fromSigned,
  halvingsOf,
  ResidualCritic,
  ResidualGenerator,
  toSigned,
} from '../../../src/nn/networks/index.ts';
import { normal, uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { thrown } from '../../support/thrown.ts';

const extents = { channels: 3, height: 32, width: 48, features: 4 };
const near = (a: Tensor, b: Tensor) => {
  const [x, y] = [a.readSync(), b.readSync()];
  return Math.max(...Array.from(x, (v, i) => Math.abs(v - y[i])));
};

describe('halvingsOf', () => {
  it('goes on while both extents are even and the shorter is above 4', () => {
    expect([halvingsOf(64, 64), halvingsOf(256, 256), halvingsOf(48, 48), halvingsOf(32, 48), halvingsOf(272, 16)]).toEqual([4, 6, 4, 3, 2]);
    expect(thrown(() => halvingsOf(33, 64))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: DCGAN: pictures are 33 by 64; expected extents that can be halved, above 4"`,
    );
  });
});

describe('DCGAN', () => {
  it('encodes to codes and decodes to pictures within -1 and 1', () => {
    scope(() => {
      const random = new Random(1);
      using encoder = new DcganEncoder({ ...extents, latent: 7, random });
      using decoder = new DcganDecoder({ ...extents, latent: 7, random });
      const codes = encoder.forward(toSigned(uniform([2, 3, 32, 48], random)));
      expect(codes.shape).toEqual([2, 7]);
      const pictures = decoder.forward(codes);
      expect(pictures.shape).toEqual([2, 3, 32, 48]);
      const values = fromSigned(pictures).readSync();
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...values)).toBeLessThanOrEqual(1);
      // As in DCGAN no layer has a bias, and channels double up to the widest.
      expect([...encoder.namedParameters()].filter(([name]) => name.endsWith('bias'))).toEqual([]);
      expect([...encoder.namedParameters().values()].filter(({ shape }) => shape.length === 4).map(({ shape }) => shape[0])).toEqual([4, 8, 16, 7]);
      using narrow = new DcganEncoder({ ...extents, latent: 7, widest: 8, random });
      expect([...narrow.namedParameters().values()].filter(({ shape }) => shape.length === 4).map(({ shape }) => shape[0])).toEqual([4, 8, 8, 7]);
    });
  });

  it.each(['batch', 'instance', 'layer', 'spectral', 'none'] as const)('judges with norm %s: features and one number a picture', (norm) => {
    scope(() => {
      const random = new Random(2);
      const options: DcganCriticOptions = { ...extents, norm, random };
      using critic = new DcganCritic(options);
      const x = normal([3, 3, 32, 48], random);
      const { features, logits } = critic.judge(x);
      expect(features.shape).toEqual([3, 16, 4, 6]);
      expect(logits.shape).toEqual([3]);
      if (norm === 'batch') return;
      // Of no batch statistics: a verdict is a picture's own.
      critic.eval();
      const [together, alone] = [critic.forward(x), critic.forward(normal([1, 3, 32, 48], new Random(2)))];
      expect(together.shape).toEqual([3]);
      expect(alone.shape).toEqual([1]);
    });
  });

  it('starts a critic anew', () => {
    scope(() => {
      using critic = new DcganCritic({ ...extents, random: new Random(3) });
      const before = [...critic.namedParameters()].map(([name, one]) => [name, Float32Array.from(one.readSync())] as const);
      critic.restart(new Random(4));
      for (const [name, values] of before) {
        const now = critic.namedParameters().get(name)!.readSync() as Float32Array;
        if (name.endsWith('shift')) expect(now).toEqual(values);
        else expect(now).not.toEqual(values);
        const mean = now.reduce((a, b) => a + b, 0) / now.length;
        expect(Math.abs(mean - (name.endsWith('scale') ? 1 : 0))).toBeLessThan(0.03);
      }
    });
  });

  it('gives the same when folded for inference', () => {
    scope(() => {
      const random = new Random(5);
      using encoder = new DcganEncoder({ ...extents, latent: 5, random });
      using decoder = new DcganDecoder({ ...extents, latent: 5, random });
      using critic = new DcganCritic({ ...extents, random });
      const x = normal([2, 3, 32, 48], random);
      for (let i = 0; i < 3; i++) [encoder.forward(x), decoder.forward(normal([4, 5], random)), critic.forward(x)];
      const through = () => [encoder.forward(x), decoder.forward(encoder.forward(x)), critic.judge(x).features];
      for (const one of [encoder, decoder, critic]) one.eval();
      const before = through();
      for (const one of [encoder, decoder, critic]) fuse(one);
      through().forEach((after, i) => {
        expect(near(before[i], after)).toBeLessThan(1e-4);
      });
    });
  });
});

describe('residual networks', () => {
  it('paint and judge pictures, and fold', () => {
    scope(() => {
      const random = new Random(6);
      using generator = new ResidualGenerator({ ...extents, latent: 9, random });
      using critic = new ResidualCritic({ ...extents, random });
      using encoder = new ResidualCritic({ ...extents, outputs: 9, norm: 'batch', random });
      const pictures = generator.forward(normal([2, 9], random));
      expect(pictures.shape).toEqual([2, 3, 32, 48]);
      expect(encoder.forward(pictures).shape).toEqual([2, 9]);
      const { features, logits } = critic.judge(pictures);
      expect([features.shape, logits.shape]).toEqual([[2, 32, 1, 1], [2]]);
      const codes = normal([2, 9], random);
      generator.eval();
      const before = generator.forward(codes);
      fuse(generator);
      expect(near(before, generator.forward(codes))).toBeLessThan(1e-4);
    });
  });

  it('judge every picture by itself', () => {
    scope(() => {
      const random = new Random(7);
      using critic = new ResidualCritic({ ...extents, random });
      const [a, b] = [normal([1, 3, 32, 48], new Random(8)), normal([2, 3, 32, 48], new Random(8))];
      expect(critic.judge(a).logits.readSync()[0]).toBeCloseTo(critic.judge(b).logits.readSync()[0], 4);
    });
  });
});
