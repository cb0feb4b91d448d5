// Features of an ONNX network through onnxruntime-node, where that is installed; skipped with a word where it is not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildSource, sourceHypers } from '../../src/features/index.ts';
import { onnxState } from '../../src/features/onnx.ts';
import { resolveHypers } from '../../src/hyper.ts';
import { concat, conv2d, div, normal, relu, sub, uniform } from '../../src/ops/index.ts';
import { Detector } from '../../src/scoring/detector.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import { tensor } from '../../src/tensor/tensor.ts';
import { fit } from '../../src/training/fit.ts';
import { madeNormals, madePart } from '../support/made-parts.ts';
import { onnxBytes } from '../support/onnx-bytes.ts';
import { rejected, thrown } from '../support/thrown.ts';

const packageName: string = 'onnxruntime-node';
const there = await import(packageName).then(
  () => true,
  () => false,
);
const note = there ? '' : ' (skipped: onnxruntime-node is not installed)';
const folder = mkdtempSync(join(tmpdir(), 'onnx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const weights = [
  [6, 3, 3, 3],
  [10, 6, 3, 3],
].map((shape, i) => ({ shape, data: scope(() => normal(shape, new Random(i), { deviation: 0.3 }).readSync()) as Float32Array }));
const settings = (finest: number, coarsest: number) => resolveHypers('test', sourceHypers('onnx'), { finest, coarsest });

describe.skipIf(!there)(`an ONNX network${note}`, () => {
  it('gives its outputs that are maps, as levels by their strides', async () => {
    const state = await onnxState(onnxBytes(weights), 'x.onnx');
    for (const channels of [1, 3] as const) {
      using source = buildSource(settings(1, 2), { channels, random: new Random(0), weights: state, learnt: null });
      expect(source.levels).toEqual([
        { name: 'output0', channels: 6, stride: 2, origin: 0.5 },
        { name: 'output1', channels: 10, stride: 4, origin: 1.5 },
      ]);
      const images = uniform([2, channels, 32, 48], new Random(5));
      const maps = await source.compute(images);
      expect(thrown(() => source.forward(images))).toMatch(/^ARGUMENT_INVALID: source onnx: forward computes here/);
      scope(() => {
        const rgb = channels === 3 ? images : concat([images, images, images], 1);
        let value = div(sub(rgb, tensor([0.485, 0.456, 0.406], [1, 3, 1, 1])), tensor([0.229, 0.224, 0.225], [1, 3, 1, 1]));
        for (const [i, { shape, data }] of weights.entries()) {
          value = relu(conv2d(value, tensor(data, shape), null, { stride: 2, padding: 1 }));
          expect(maps[i].shape).toEqual(value.shape);
          const [a, b] = [maps[i].readSync() as Float32Array, value.readSync()];
          expect(a.findIndex((x, p) => Math.abs(x - b[p]) > 1e-4 * (1 + Math.abs(b[p])))).toBe(-1);
        }
      });
      for (const one of [...maps, images]) one.dispose();
    }
    expect(thrown(() => buildSource(settings(4, 5), { channels: 3, random: new Random(0), weights: state, learnt: null }))).toMatch(
      'ARGUMENT_INVALID: source onnx: there is no output of a stride from 16 to 32; expected some of 2, 4',
    );
  });

  it('is what a detector is built on, and part of its file', async () => {
    const path = join(folder, 'net.onnx');
    writeFileSync(path, onnxBytes(weights));
    using detector = await fit('patchcore', madeNormals(12, 32), {
      size: 32,
      weights: path,
      hyper: { source: 'onnx', finest: 1, coarsest: 2, bank: 512, smooth: 1 },
    });
    const scores = async (one: Detector) => {
      const list: number[] = [];
      for await (const result of one.score(
        [0, 1, 2, 3].map((i) => madePart(900 + i, 32, 1, i > 1).picture),
        { batchSize: 2 },
      ))
        list.push(result.error ? Number.NaN : result.score);
      return list;
    };
    const first = await scores(detector);
    expect(Math.min(first[2], first[3])).toBeGreaterThan(Math.max(first[0], first[1]));
    const file = join(folder, 'net.blemish');
    await detector.save(file);
    rmSync(path);
    using again = await Detector.load(file);
    expect(await scores(again)).toEqual(first);
  });

  it('says what is wrong with a file', async () => {
    expect(await rejected(onnxState(new Uint8Array(8), 'x.onnx'))).toMatch(/^RUNTIME_MISSING: source onnx: onnxruntime-node cannot read the network/);
  });
});
