// Networks that have learnt, without what only their training needed.
import { expect, it } from 'vitest';
import { type Hypers, resolveHypers } from '../../src/hyper.ts';
import { methods } from '../../src/methods/index.ts';
import { moduleState } from '../../src/nn/state.ts';
import { uniform } from '../../src/ops/index.ts';
import { dropTrainingParts, learntNetwork } from '../../src/scoring/learnt.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import { rejected } from '../support/thrown.ts';

const input = { channels: 1, height: 16, width: 16, fit: 'stretch' } as const;

it.each([
  ['ganomaly', {}, false],
  ['ganomaly', { imageScore: 'max' }, false],
  ['sparsity-prior', { levels: 2, segmentLevels: 2, segmentFeatures: 4 }, false],
  ['sparsity-prior', { levels: 2, segmentLevels: 2, segmentFeatures: 4, shows: 'residual' }, false],
  ['f-anogan', { imageScore: 'top' }, false],
  ['f-anogan', { imageScore: 'both' }, true],
  ['skip-ganomaly', { levels: 2 }, true],
] as const)('a detector of %s with %o has a critic only where it scores by it', async (name, given, kept) => {
  const method = methods[name];
  const h = resolveHypers(name, method.hyper as Hypers, { features: 4, widest: 8, ...given });
  const trained = method.build(h, { ...input, random: new Random(1) });
  dropTrainingParts(method, h, trained);
  const state = await moduleState(trained);
  expect([...state.keys()].some((key) => key.startsWith('critic.'))).toBe(kept);
  const read = learntNetwork(method, h, input, state);
  scope(() => {
    const images = uniform([2, 1, 16, 16], new Random(2));
    const [before, after] = [trained, read].map((model) => {
      model.eval();
      const { map, image } = method.score(model, images, h);
      return [map, ...(image ? [image] : [])].map((one) => one.readSync());
    });
    expect(after).toEqual(before);
  });
  for (const model of [trained, read]) model.dispose();
});

it('arrays of another network are refused', async () => {
  const h = resolveHypers('ganomaly', methods.ganomaly.hyper as Hypers, { features: 4, widest: 8 });
  expect(await rejected((async () => learntNetwork(methods.ganomaly, h, input, new Map()))())).toMatch('STATE_INVALID: EncoderDecoderEncoder: 25 missing');
});
