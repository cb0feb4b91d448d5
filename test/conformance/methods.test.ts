// Every method of the registry: builds from defaults, refuses what is out of range, finds a planted defect, survives a file, explains itself.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../bindings/native.ts';
import { type Hypers, resolveHypers } from '../../src/hyper.ts';
import { methods } from '../../src/methods/index.ts';
import type { AnyModule } from '../../src/nn/module.ts';
import { Detector } from '../../src/scoring/detector.ts';
import type { Scoring } from '../../src/scoring/result.ts';
import { Random } from '../../src/tensor/random.ts';
import { type FitOptions, fit } from '../../src/training/fit.ts';
import { madeNormals, madePart } from '../support/made-parts.ts';
import { rejected, thrown } from '../support/thrown.ts';

const folder = mkdtempSync(join(tmpdir(), 'methods-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const side = 48;
const headings = ['Paper', 'Idea', 'Network', 'Objective', 'Score', 'Hyper-parameters', 'Numbers', 'Deviations'];

/** Settings with which a method learns a toy set in seconds. */
const quick: Record<string, FitOptions> = {
  ssae: { hyper: { width: 8, levels: 2, blocks: 1, average: 0.9, rate: 0.005, discrepancy: 'replaced' }, steps: 150 },
  autoencoder: { hyper: { width: 16, latent: 32, rate: 0.005, imageScore: 'top', smooth: 1 }, steps: 80 },
  // Weighted up, the segmentation is learnt within so few steps.
  draem: {
    hyper: {
      ...{ width: 8, levels: 2, segmentWidth: 16, segmentLevels: 2, average: 0.9, rate: 0.005, segment: 10, imageSmooth: 3 },
      ...{ corruption: 'mixture', clean: 0.15, faintest: 0.5 },
    },
    steps: 150,
  },
  riad: { hyper: { width: 8, levels: 2, coarsest: 3, average: 0.9, rate: 0.005, scales: 3, smooth: 5 }, steps: 150 },
  // A blot is no shift of the whole part: what shows it is the decoder's error, not the code.
  information: { hyper: { width: 8, code: 16, rate: 0.005, average: 0.9, latent: 0.1 }, steps: 150 },
  patchcore: { hyper: { source: 'gabor', finest: 2, coarsest: 3, bank: 512, smooth: 1 } },
  padim: { hyper: { source: 'haar', finest: 2, coarsest: 3, smooth: 1, epsilon: 0.1 } },
  // Of a bank of filters the length is the contrast, which is what the planted defects have; networks do better without it.
  'pca-reconstruction': { hyper: { source: 'gabor', length: 'given', finest: 2, coarsest: 3, share: 0.9, smooth: 1 } },
  'a-contrario': { hyper: { source: 'haar', finest: 1, coarsest: 3 } },
  'patch-entropy': { hyper: { finest: 2, coarsest: 3, bank: 512, smooth: 1 } },
  // In so few steps the distance of codes tells nothing yet; the map does.
  ganomaly: { hyper: { features: 8, widest: 32, latent: 16, rate: 0.002, imageScore: 'top' }, steps: 150 },
  'skip-ganomaly': { hyper: { features: 8, widest: 32, levels: 4, rate: 0.002, imageScore: 'top' }, steps: 150 },
  'f-anogan': { hyper: { features: 4, widest: 16, latent: 8, turns: 1, rate: 0.004, imageScore: 'top' }, steps: 130 },
  'sparsity-prior': {
    hyper: {
      ...{ features: 8, widest: 32, levels: 2, segmentFeatures: 8, segmentLevels: 2 },
      ...{ corruption: 'softBlob', clean: 0, rate: 0.003, segmentRate: 0.03, average: 0.9 },
    },
    steps: 210,
  },
};

const papers = readFileSync(join(packageRoot(), 'docs/papers.md'), 'utf8');

async function scoresOf(detector: Detector, count: number, defect: boolean): Promise<Scoring[]> {
  const list: Scoring[] = [];
  const pictures = Array.from({ length: count }, (_, i) => madePart(1000 + i, side, 1, defect).picture);
  for await (const result of detector.score(pictures)) {
    if (result.error) throw new Error(result.error.message);
    list.push(result);
  }
  return list;
}

async function bytesOf(model: AnyModule): Promise<Buffer> {
  const arrays = await Promise.all(model.parameters().map((parameter) => parameter.read()));
  return Buffer.concat(arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)));
}

describe.each(Object.entries(methods))('%s', (name, method) => {
  const defaults = resolveHypers(name, method.hyper as Hypers);

  it('is called by its key and cites a paper', () => {
    expect(method.name).toBe(name);
    expect(papers).toContain(`\`${method.paper}\``);
  });

  it('builds from defaults, for grey and for colour, the same for the same seed', async () => {
    for (const channels of [1, 3] as const) {
      const multiple = method.multipleOf(defaults);
      const build = () => method.build(defaults, { channels, height: 4 * multiple, width: 2 * multiple, random: new Random(1) });
      const [a, b] = [build(), build()];
      const [first, second] = await Promise.all([a, b].map(bytesOf));
      expect(second.equals(first)).toBe(true);
      a.dispose();
      b.dispose();
    }
  });

  it('refuses values outside every range, before anything is built', async () => {
    for (const [key, hyper] of Object.entries(method.hyper as Hypers)) {
      const outside = hyper.kind === 'choice' ? ['none of them', 1] : hyper.kind === 'toggle' ? ['yes', 1] : [hyper.min - 1, hyper.max + 1, Number.NaN, 'many'];
      for (const value of outside) expect(thrown(() => resolveHypers(name, method.hyper as Hypers, { [key]: value }))).toMatch(`${name}: ${key} is`);
    }
    expect(await rejected(fit(name, madeNormals(2, side), { hyper: { nothing: 1 } }))).toMatch('there is no nothing');
  });

  it('finds a planted defect, and scores the same from a file', async () => {
    const options = quick[name];
    expect(options, `test/conformance/methods.test.ts: no quick settings for ${name}`).toBeDefined();
    using detector = await fit(name, madeNormals(24, side), { size: side, seed: 1, batchSize: 8, ...options });
    const [good, bad] = [await scoresOf(detector, 8, false), await scoresOf(detector, 8, true)];
    const pairs = good.flatMap((g) => bad.map((b) => (b.score > g.score ? 1 : b.score === g.score ? 0.5 : 0)));
    expect(pairs.reduce<number>((a, b) => a + b, 0) / pairs.length).toBeGreaterThan(0.85);
    // And the map says where: in units of what it varies by elsewhere, since a map may stand anywhere on the scale.
    const contrasts = bad.map(({ map }, i) => {
      const { mask } = madePart(1000 + i, side, 1, true);
      const [inside, outside] = [true, false].map((within) => map!.filter((_, p) => mask[p] > 0 === within));
      const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
      const deviation = Math.sqrt(mean(outside.map((x) => (x - mean(outside)) ** 2)));
      return (mean(inside) - mean(outside)) / deviation;
    });
    expect(Math.min(...contrasts)).toBeGreaterThan(0);
    expect(contrasts.sort((a, b) => a - b)[4]).toBeGreaterThan(1);

    // Every operation of a gradient-trained method has its words in ONNX; test/onnx proves that they mean the same.
    if (method.learn.learns === 'gradient') expect((await detector.toOnnx()).length).toBeGreaterThan(1000);

    const path = join(folder, `${name}.blemish`);
    await detector.save(path);
    using again = await Detector.load(path);
    const repeated = await scoresOf(again, 8, true);
    expect(repeated.map(({ score }) => score)).toEqual(bad.map(({ score }) => score));
    expect(repeated[0].map).toEqual(bad[0].map);
  }, 240_000);

  it('explains itself', () => {
    const path = join(packageRoot(), 'src/methods', name, 'README.md');
    expect(existsSync(path)).toBe(true);
    const text = readFileSync(path, 'utf8');
    expect(headings.filter((heading) => !text.includes(`\n## ${heading}\n`))).toEqual([]);
    const table = Object.keys(method.hyper).filter((key) => !text.includes(`\`${key}\``));
    expect(table, 'hyper-parameters that its README does not name').toEqual([]);
  });
});
