// Several players in one step: whose parameters move by whose losses, in which order, on which batches; killed and resumed bit for bit.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Corrupted } from '../../src/corruptions/corruption.ts';
import { softBlob } from '../../src/corruptions/soft-blob.ts';
import { integer, resolveHypers } from '../../src/hyper.ts';
import { type AnyMethod, defineMethod, type Player, type TrainingBatch } from '../../src/methods/method.ts';
import { Conv2d, LeakyRelu, Sequential } from '../../src/nn/layers/index.ts';
import { Module } from '../../src/nn/module.ts';
import { Adam, constantSchedule, Sgd } from '../../src/nn/optim/index.ts';
import { Parameter } from '../../src/nn/parameter.ts';
import { abs, add, affine, copyStep, full, l1Map, mean, mul, neg, normal, sub, sum } from '../../src/ops/index.ts';
import type { Detector } from '../../src/scoring/detector.ts';
import { maxScore } from '../../src/scoring/image-score.ts';
import type { Random } from '../../src/tensor/random.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import type { StepEvent } from '../../src/training/events.ts';
import { type FitOptions, fit } from '../../src/training/fit.ts';
import { batchesPerStep, termsOf } from '../../src/training/turns.ts';
import { madeNormals } from '../support/made-parts.ts';
import { rejected } from '../support/thrown.ts';

const folder = mkdtempSync(join(tmpdir(), 'turns-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const named = (prefix: string, module: Module<never, unknown>) => new Map([...module.namedParameters()].map(([name, one]) => [`${prefix}.${name}`, one]));
const spoil = ({ images, donors, random }: TrainingBatch): Corrupted =>
  softBlob.apply({ images, donors, random }, resolveHypers('softBlob', softBlob.hyper, {}) as never);

/** A painter of pictures and a critic of them; the first phase is theirs, in the second the painter learns alone. */
class Pair extends Module {
  readonly painter: Sequential;
  readonly critic: Sequential;

  constructor(channels: number, random: Random) {
    super();
    const convolution = (from: number, to: number, label: string) => new Conv2d(from, to, 3, { random: random.split(label), padding: 'same' });
    this.painter = new Sequential(convolution(channels, 4, 'a'), new LeakyRelu(), convolution(4, channels, 'b'));
    this.critic = new Sequential(convolution(channels, 4, 'c'), new LeakyRelu(), convolution(4, 1, 'd'));
  }

  override forward(x: Tensor): Tensor {
    return this.painter.forward(x);
  }
}

const hyper = { turns: integer(1, 9, 2, 'turns of the critic') };
const adversaries: readonly Player<Pair, typeof hyper>[] = [
  {
    name: 'critic',
    parameters: (model) => named('critic', model.critic),
    turns: (h) => h.turns,
    optimizer: (parameters) => new Adam(parameters, { rate: 0.01 }),
    losses(model, { images, random }) {
      const verdict = (x: Tensor) => mean(model.critic.forward(x));
      const noisy = add(images, mul(normal(images.shape, random), 0.1));
      return { real: neg(verdict(images)), made: verdict(model.painter.forward(noisy)), size: mul(mean(mul(model.critic.forward(images), 1)), 0.01) };
    },
  },
  {
    name: 'painter',
    parameters: (model) => named('painter', model.painter),
    optimizer: (parameters) => new Adam(parameters, { rate: 0.01 }),
    losses: (model, { images }) => {
      const painted = model.painter.forward(images);
      return { adversarial: neg(mean(model.critic.forward(painted))), content: mean(abs(sub(painted, images))) };
    },
  },
];

const pair = defineMethod({
  name: 'pair',
  paper: 'none',
  family: 'reconstruction',
  needsWeights: false,
  hyper,
  multipleOf: () => 1,
  build: (_, { channels, random }) => new Pair(channels, random),
  learn: {
    learns: 'gradient',
    clip: 1,
    average: () => 0.5,
    corrupt: spoil,
    phases: [
      { name: 'together', share: 2, schedule: () => constantSchedule(), players: adversaries },
      {
        name: 'alone',
        parameters: (model) => named('painter', model.painter),
        optimizer: (parameters) => new Adam(parameters, { rate: 0.01 }),
        schedule: () => constantSchedule(),
        losses: (model, { images }) => ({ content: mean(abs(sub(model.painter.forward(images), images))) }),
      },
    ],
  },
  score: (model: Pair, images) => ({ map: l1Map(images, model.painter.forward(images)) }),
  imageScore: (map) => maxScore(map),
});

const normals = madeNormals(10, 16);
const small: FitOptions = { size: 16, steps: 9, batchSize: 3, seed: 2, validationShare: 0.1 };

async function weightsOf(detector: Detector): Promise<string> {
  const state = await detector.state();
  const { history } = detector.provenance.training as { history: { seconds: number }[] };
  detector.dispose();
  const arrays = [...state].map(([name, { data }]) => [name, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')]);
  return JSON.stringify([arrays, history.map(({ seconds, ...rest }) => rest)]);
}

/** x and y of the game x y, which the first makes small and the second large. */
class Bilinear extends Module {
  readonly x = new Parameter(full([1], 1));
  readonly y = new Parameter(full([1], 0.5));
  readonly frozen = new Parameter(full([1], 2));

  constructor() {
    super();
    this.frozen.requiresGrad = false;
  }

  override forward(images: Tensor): Tensor {
    return add(mul(images, 0), add(this.x, this.y));
  }
}

const players = (turns: number, seen: number[][]): readonly Player<Bilinear, Record<string, never>>[] => {
  const look = (model: Bilinear) => seen.push([model.x, model.y, model.frozen].map(({ requiresGrad }) => Number(requiresGrad)));
  const losses = (sign: number) => (model: Bilinear) => {
    look(model);
    return { product: sum(mul(affine(mul(model.x, model.y), { scale: sign }), 1)) };
  };
  const optimizer: Player<Bilinear, Record<string, never>>['optimizer'] = (parameters) => new Sgd(parameters, { rate: 0.1 });
  return [
    { name: 'up', parameters: ({ y }) => new Map([['y', y]]), turns: () => turns, optimizer, losses: losses(-1) },
    { name: 'down', parameters: ({ x }) => new Map([['x', x]]), optimizer, losses: losses(1) },
  ];
};

const bilinear = (phase: object): AnyMethod => ({
  ...pair,
  name: 'bilinear',
  hyper: {},
  build: () => new Bilinear(),
  learn: { learns: 'gradient', corrupt: spoil, phases: [{ name: 'game', schedule: () => constantSchedule(), ...phase } as never] },
  score: (model: Bilinear, images: Tensor) => ({ map: model.forward(images) }),
});

describe('players', () => {
  it('move their own parameters alone, one after the other, as often as they have turns', async () => {
    const seen: number[][] = [];
    const products: Record<string, number>[] = [];
    const steps = 5;
    using detector = await fit(bilinear({ players: players(3, seen) }), normals, {
      ...small,
      steps,
      validationShare: 0,
      onProgress: (e) => e.kind === 'step' && products.push({ ...e.terms, loss: e.loss }),
    });
    let [x, y] = [1, 0.5];
    for (let step = 0; step < steps; step++) {
      const before: number[] = [];
      for (let turn = 0; turn < 3; turn++) {
        before.push(-x * y);
        y += 0.1 * x;
      }
      expect(products[step]['up.product']).toBeCloseTo(before.reduce((a, b) => a + b) / 3, 5);
      expect(products[step]['down.product']).toBeCloseTo(x * y, 5);
      expect(products[step].loss).toBeCloseTo(products[step]['up.product'] + products[step]['down.product'], 6);
      x -= 0.1 * y;
    }
    const state = await detector.state();
    expect(state.get('x')!.data[0]).toBeCloseTo(x, 5);
    expect(state.get('y')!.data[0]).toBeCloseTo(y, 5);
    expect(state.get('frozen')!.data[0]).toBe(2);
    // Only the player's own ask for gradients in its turn, and what was frozen stays so.
    expect(seen.slice(0, 4)).toEqual([...Array.from({ length: 3 }, () => [0, 1, 0]), [1, 0, 0]]);
  });

  it('may be answered by the method, with the numbers of the step', async () => {
    const told: number[] = [];
    const react = (model: Bilinear, terms: Record<string, number>) => {
      told.push(terms['down.product']);
      if (told.length === 2) copyStep(model.x, full([1], 7));
    };
    using detector = await fit(bilinear({ players: players(1, []), react }), normals, { ...small, steps: 2, validationShare: 0 });
    expect(told[0]).toBeCloseTo(0.6, 6);
    expect((await detector.state()).get('x')!.data[0]).toBe(7);
  });

  it('have names of their own', async () => {
    const twice = players(1, []).map((player) => ({ ...player, name: 'same' }));
    expect(await rejected(fit(bilinear({ players: twice }), normals, small))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: training: the players of the phase game are [same same]; expected at least one, each name once"`,
    );
    expect(await rejected(fit(bilinear({ players: players(0, []) }), normals, small))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: training: up of the phase game takes 0 turns; expected a whole number of at least 1"`,
    );
  });
});

describe('phases of players', () => {
  it('tell their terms, phase by phase', async () => {
    const steps: StepEvent[] = [];
    using detector = await fit(pair, normals, { ...small, onProgress: (e) => e.kind === 'step' && steps.push(e) });
    expect(steps.map(({ phase }) => phase)).toEqual([...Array.from({ length: 6 }, () => 'together'), 'alone', 'alone', 'alone']);
    expect(Object.keys(steps[0].terms)).toEqual(['critic.real', 'critic.made', 'critic.size', 'painter.adversarial', 'painter.content']);
    expect(Object.keys(steps[8].terms)).toEqual(['content']);
    expect((detector.provenance.training as { history: unknown[] }).history.length).toBe(9);
  });

  it('see a batch for every turn of the busiest', () => {
    const { learn } = pair as AnyMethod;
    if (learn.learns !== 'gradient') throw new Error('of gradients');
    const { phases } = learn;
    expect(batchesPerStep(phases, { turns: 5 })).toBeCloseTo((2 * 5 + 1) / 3, 12);
    expect(batchesPerStep(phases, { turns: 1 })).toBe(1);
  });

  it.each([1, 4, 5, 6, 8])('go on from a checkpoint bit for bit, after an abort at step %d', async (at) => {
    const whole = await weightsOf(await fit(pair, normals, small));
    const checkpoint = join(folder, `${at}.checkpoint`);
    const stop = new AbortController();
    const first = fit(pair, normals, { ...small, checkpoint, signal: stop.signal, onProgress: (e) => e.kind === 'step' && e.step === at && stop.abort() });
    expect(await rejected(first)).toMatch(/AbortError|aborted/);
    const seen: number[] = [];
    const second = await fit(pair, normals, { ...small, checkpoint, resume: true, onProgress: (e) => e.kind === 'step' && seen.push(e.step) });
    expect(seen[0]).toBe(at + 1);
    expect(await weightsOf(second)).toBe(whole);
  });

  it('count epochs by the pictures that their steps see', async () => {
    const steps: StepEvent[] = [];
    const options = {
      ...small,
      steps: undefined,
      epochs: 5,
      validationShare: 0,
      onProgress: (e: { kind: string }) => e.kind === 'step' && steps.push(e as StepEvent),
    };
    (await fit(pair, normals, { ...options, hyper: { turns: 4 } })).dispose();
    // Ten pictures five times, in batches of three, of which a step sees (2 · 4 + 1) / 3 in the mean.
    expect(steps.length).toBe(Math.ceil(50 / (3 * 3)));
  });
});

describe('terms', () => {
  it('that come several times are averaged', () => {
    expect(termsOf(['a', 'b', 'a'], [1, 5, 3])).toEqual({ a: 2, b: 5 });
  });
});
