// Detectors as ONNX files: the same scores and maps through onnxruntime-node, for every method that ONNX has words for; a clear refusal else.
import { describe, expect, it } from 'vitest';
import { toInput } from '../../src/data/input.ts';
import { defineMethod } from '../../src/methods/method.ts';
import { concat, full, mul } from '../../src/ops/index.ts';
import type { Detector } from '../../src/scoring/detector.ts';
import { compareWithOnnx, type OnnxDifferences } from '../../src/scoring/onnx.ts';
import type { Fitted } from '../../src/scoring/passes.ts';
import { scope } from '../../src/tensor/scope.ts';
import { type FitOptions, fit } from '../../src/training/fit.ts';
import { madeNormals, madePart } from '../support/made-parts.ts';
import { rejected } from '../support/thrown.ts';
import { type ToyNetwork, toyDetector, toyMethod } from '../support/toy-method.ts';

const packageName: string = 'onnxruntime-node';
const runtime = await import(packageName).then(
  (found) => found.default ?? found,
  () => null,
);
const note = runtime ? '' : ' (skipped: onnxruntime-node is not installed)';

const side = 48;
const tiny = { width: 8, levels: 2, blocks: 1 };
const everything = { reference: 'position', filter: 'gaussian', filterSize: 5, views: 'both', passes: 2, light: 'level', imageScore: 'top' } as const;
const coarse = { finest: 2, coarsest: 3, smooth: 1 };

const sayable: [name: string, options: FitOptions][] = [
  ['ssae', { hyper: tiny }],
  ...(['replaced', 'weighted', 'l2', 'l1', 'ssim', 'gms'] as const).map((discrepancy): [string, FitOptions] => [
    'ssae',
    // A network that has hardly learnt replaces about as much everywhere: in deviations from that, float32 itself has no five digits.
    { hyper: { ...tiny, ...everything, discrepancy, ...(discrepancy === 'replaced' ? { reference: 'none' } : {}) } },
  ]),
  ['ssae', { hyper: { ...tiny, skips: 'none', discrepancy: 'l2', light: 'standard', imageScore: 'mean', kernel: '5', block: '4' } }],
  ['patchcore', { hyper: { ...coarse, source: 'gabor', bank: 512 } }],
  ['patchcore', { hyper: { ...coarse, source: 'random', bank: 64, smooth: 4 } }],
  ['padim', { hyper: { ...coarse, source: 'haar', epsilon: 0.1 } }],
  ['padim', { hyper: { ...coarse, source: 'random', epsilon: 0.1 } }],
  ['pca-reconstruction', { hyper: { ...coarse, source: 'gabor', length: 'given', share: 0.9 } }],
  ['pca-reconstruction', { hyper: { ...coarse, source: 'pixels', measure: 'likelihood', share: 0.9 } }],
];

/** Trained on a few pictures: that is enough for numbers of all sorts. */
const fitted = (name: string, options: FitOptions) =>
  fit(name, madeNormals(16, side), { size: side, seed: 1, batchSize: 8, ...(name === 'ssae' ? { steps: 5 } : {}), ...options });

/** What both make of the same pictures: the largest difference over the largest number, by output. */
async function differences(detector: Detector, batchSize: number): Promise<OnnxDifferences[]> {
  const file = await detector.toOnnx({ batchSize });
  const network = await (detector as unknown as { fitted(): Promise<Fitted> }).fitted();
  const found = [await detector.compareWithOnnx(file, { batchSize })];
  for (const defect of [false, true]) {
    const pictures = Array.from({ length: batchSize }, (_, i) => madePart(900 + i, side, 1, defect).picture);
    using images = scope(() => concat(pictures.map((picture) => toInput(picture, detector.input).x)));
    found.push(await compareWithOnnx(network, file, images));
  }
  return found;
}

describe.skipIf(!runtime)(`an exported detector${note}`, () => {
  it.each(sayable)('%s gives the same: %j', async (name, options) => {
    using detector = await fitted(name, options);
    for (const worst of await differences(detector, 2)) {
      expect(Object.keys(worst)).toEqual(expect.arrayContaining(['score', 'map']));
      for (const [output, away] of Object.entries(worst)) expect([output, away < 1e-5 ? 'within 1e-5' : away]).toEqual([output, 'within 1e-5']);
    }
  });
});

describe('toOnnx', () => {
  it('names the operation that ONNX has no words for', async () => {
    using lost = await fitted('a-contrario', { hyper: { source: 'haar', finest: 1, coarsest: 3 } });
    expect(await rejected(lost.toOnnx())).toMatchInlineSnapshot(
      `"EXPORT_UNSUPPORTED: toOnnx: a-contrario: ONNX has no words for the operation triangularSolve; expected another method or other settings"`,
    );
    using other = await fitted('patch-entropy', { hyper: { finest: 2, coarsest: 3, bank: 512, smooth: 1 } });
    expect(await rejected(other.toOnnx())).toMatchInlineSnapshot(
      `"EXPORT_UNSUPPORTED: toOnnx: patch-entropy: ONNX has no words for the operation patchEntropyMap; expected another method or other settings"`,
    );
  });

  it('refuses what depends on what is in the pictures, and a number of them that cannot be', async () => {
    const peeking = defineMethod({
      ...toyMethod,
      score: (model: ToyNetwork, images) => ({ map: mul(model.forward(images), full([1, 1, 1, 1], images.readSync()[0])) }),
    });
    using detector = toyDetector(1, { method: peeking });
    expect(await rejected(detector.toOnnx())).toMatchInlineSnapshot(
      `"EXPORT_UNSUPPORTED: toOnnx: toy: an operand of mul depends on what is in the pictures; expected operations alone"`,
    );
    expect(await rejected(detector.toOnnx({ batchSize: 0 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: toOnnx: batchSize is 0; expected 1 … 1024"`);
  });
});
