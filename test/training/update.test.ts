// More normal pictures for a detector: what was learnt stays, what is new is learnt, memory does not grow, and what cannot go on says so.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Detector } from '../../src/scoring/detector.ts';
import { type FitOptions, fit } from '../../src/training/fit.ts';
import { update } from '../../src/training/update.ts';
import { madeNormals, madePart } from '../support/made-parts.ts';
import { rejected } from '../support/thrown.ts';

const folder = mkdtempSync(join(tmpdir(), 'update-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const side = 48;

const settings: Record<string, FitOptions> = {
  patchcore: { hyper: { source: 'gabor', finest: 2, coarsest: 3, bank: 256 } },
  padim: { hyper: { source: 'haar', finest: 2, coarsest: 3, epsilon: 0.1 } },
  'pca-reconstruction': { hyper: { source: 'haar', finest: 2, coarsest: 3 } },
  'a-contrario': { hyper: { source: 'haar', finest: 1, coarsest: 3 } },
  'patch-entropy': { hyper: { source: 'pca', finest: 2, patch: 4, filters: 8, bank: 256 } },
};

async function scoresOf(detector: Detector, defect: boolean): Promise<number[]> {
  const scores: number[] = [];
  for await (const result of detector.score([0, 1, 2, 3].map((i) => madePart(1000 + i, side, 1, defect).picture)))
    scores.push(result.error ? Number.NaN : result.score);
  return scores;
}
const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
/** Pictures that the first were not like: parts with what counted as a defect. */
const news = Array.from({ length: 8 }, (_, i) => ({
  name: `new ${i}`,
  source: madePart(2000 + i, side, 1, true).picture,
  label: 0 as const,
  kind: 'good',
  mask: null,
}));

describe.each(Object.entries(settings))('%s', (name, options) => {
  it('takes to new normals, keeps its size, and leaves the old detector as it was', async () => {
    using first = await fit(name, madeNormals(16, side), { size: side, seed: 1, ...options });
    const before = await scoresOf(first, true);
    const path = join(folder, `${name}.blemish`);
    await first.save(path);
    using second = await update(first, news, { seed: 2 });
    expect(await scoresOf(first, true)).toEqual(before);
    // What was a defect is one among the normals now.
    const after = await scoresOf(second, true);
    expect(mean(after)).toBeLessThan(mean(before));
    const sizes = [first, second].map((one) => (one.describe().sizes as { bytes: number }).bytes);
    expect(sizes[1]).toBeLessThan(1.5 * sizes[0]);
    expect(second.threshold).toBe(name === 'a-contrario' ? 0 : null);
    expect(second.provenance.updates).toMatchObject([{ images: 8, seed: 2 }]);
    expect(second.provenance.training).toEqual(first.provenance.training);
    // The same again, and from a file, is the same.
    using same = await update(await loaded(path), news, { seed: 2 });
    expect(await scoresOf(same, true)).toEqual(after);
  });
});

const open: Detector[] = [];
afterAll(() => {
  for (const one of open) one.dispose();
});
async function loaded(path: string): Promise<Detector> {
  const { Detector } = await import('../../src/scoring/detector.ts');
  const detector = await Detector.load(path);
  open.push(detector);
  return detector;
}

describe('what is learnt in parts', () => {
  it.each(['padim', 'a-contrario', 'pca-reconstruction'])('is for %s what is learnt at once, but for rounding', async (name) => {
    const all = madeNormals(24, side);
    const options = { size: side, seed: 1, ...settings[name] };
    using whole = await fit(name, all, options);
    using part = await fit(name, all.slice(0, 16), options);
    using both = await update(part, all.slice(16), { seed: 1 });
    const [a, b] = [await scoresOf(whole, true), await scoresOf(both, true)];
    a.forEach((score, i) => expect(Math.abs(score - b[i])).toBeLessThan(2e-3 * Math.abs(score)));
  });
});

describe('what is refused', () => {
  it('says what is wrong', async () => {
    const normals = madeNormals(4, side);
    using learner = await fit('ssae', normals, { size: 16, steps: 1, hyper: { width: 4, levels: 1, blocks: 1 }, validationShare: 0 });
    expect(await rejected(update(learner, normals))).toBe('ARGUMENT_INVALID: update: ssae learns by gradient steps; expected a method that learns in one pass');
    using detector = await fit('padim', normals, { size: side, ...settings.padim });
    expect(await rejected(update(detector, []))).toMatch('DATA_UNUSABLE');
    expect(await rejected(update(detector, normals, { batchSize: 0 }))).toMatch('update: batchSize is 0; expected a whole number, 1 … 4096');
    expect(await rejected(update(detector, normals, { signal: AbortSignal.abort(new Error('enough')) }))).toBe('Error: enough');
    expect(await rejected(fit('patchcore', normals, { size: side }))).toBe(
      'WEIGHTS_MISSING: fit patchcore: source squeezenet wants the weights of SqueezeNet 1.1 as safetensors, and none were given; expected their path as weights, or another source',
    );
    expect(await rejected(fit('patchcore', normals, { weights: 'x', ...settings.patchcore }))).toBe(
      'ARGUMENT_INVALID: fit patchcore: weights are given as x; expected none with these settings',
    );
    const torn = join(folder, 'torn.safetensors');
    writeFileSync(torn, 'no weights');
    expect(await rejected(fit('patchcore', normals, { size: side, weights: torn }))).toMatch('STATE_INVALID');
    expect(await rejected(fit('patchcore', normals, { size: side, weights: join(folder, 'nowhere') }))).toMatch('WEIGHTS_UNREADABLE');
  });
});

describe('encoders', () => {
  it('of a detector are features of another, and nothing of it is needed afterwards', async () => {
    const normals = madeNormals(8, side);
    const path = join(folder, 'ssae.blemish');
    using learner = await fit('ssae', normals, { size: side, steps: 3, hyper: { width: 8, levels: 2, blocks: 1 }, validationShare: 0 });
    await learner.save(path);
    const options = { size: side, weights: path, hyper: { source: 'encoder', finest: 1, coarsest: 2, bank: 256 } };
    using detector = await fit('patchcore', normals, options);
    const before = await scoresOf(detector, true);
    const file = join(folder, 'on-encoder.blemish');
    await detector.save(file);
    rmSync(path);
    expect(await scoresOf(await loaded(file), true)).toEqual(before);
    expect(await rejected(fit('patchcore', normals, { ...options, weights: file }))).toBe(
      'ARGUMENT_INVALID: on-encoder.blemish: its method, patchcore, has no encoder; expected a detector of ssae',
    );
  });
});
