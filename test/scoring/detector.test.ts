// The detector: what it is made of, calibration, thresholds and regions, what it says of itself, its end.
import { setTimeout as later } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type AnyMethod, defineMethod } from '../../src/methods/method.ts';
import { moduleState } from '../../src/nn/state.ts';
import { picturesNeeded } from '../../src/scoring/calibration.ts';
import { Detector } from '../../src/scoring/detector.ts';
import type { ScoreOptions } from '../../src/scoring/options.ts';
import type { ScoreResult, Scoring } from '../../src/scoring/result.ts';
import { memory } from '../../src/tensor/device.ts';
import { rejected, thrown } from '../support/thrown.ts';
import { type ToyNetwork, toyDetector, toyInput, toyMethod, toyNetwork, toyPicture, toyPictures } from '../support/toy-method.ts';

async function all(results: AsyncIterable<ScoreResult>): Promise<Scoring[]> {
  const list: Scoring[] = [];
  for await (const result of results) list.push(result as Scoring);
  return list;
}

describe('a detector', () => {
  it('is made of parts that go together', () => {
    using model = toyNetwork();
    const parts = { method: toyMethod as AnyMethod, hyper: {}, input: toyInput, model, provenance: {} };
    const from = (given: Partial<Parameters<typeof Detector.from>[0]>) => thrown(() => Detector.from({ ...parts, ...given }));
    expect(from({ hyper: { features: 0 } })).toMatchInlineSnapshot(`"ARGUMENT_INVALID: toy: features is 0; expected a whole number 1 … 256"`);
    expect(from({ hyper: { feature: 8 } })).toMatchInlineSnapshot(`"ARGUMENT_INVALID: toy: there is no feature; expected one of features, share, score"`);
    expect(from({ input: { ...toyInput, height: 18 } })).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: Detector: the input of toy is 18 x 16; expected multiples of 4, at most 16777216 pixels"`,
    );
    expect(from({ input: { ...toyInput, width: 2 ** 24, height: 16 } })).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: Detector: the input of toy is 16 x 16777216; expected multiples of 4, at most 16777216 pixels"`,
    );
    expect(from({ input: { ...toyInput, channels: 2 as 3 } })).toMatchInlineSnapshot(`"ARGUMENT_INVALID: Detector: channels is 2; expected 1 or 3"`);
    expect(from({ provenance: [] as never })).toMatchInlineSnapshot(`"ARGUMENT_INVALID: Detector: provenance is a list; expected plain JSON by name"`);
    expect(from({ provenance: { steps: 1n } })).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: Detector: provenance cannot be written (Do not know how to serialize a BigInt); expected plain JSON by name"`,
    );
    // The network stayed ours: it still has its numbers.
    expect(model.mean.readSync()).toHaveLength(3 * 16 * 16);
  });

  it('keeps what it was told: defaults filled in, a copy that nobody changes', () => {
    const training = { steps: 4, history: [{ step: 1, loss: 0.5 }] };
    using detector = Detector.from({ method: toyMethod, hyper: { share: 0.5 }, input: toyInput, model: toyNetwork(), provenance: { seed: 9, training } });
    training.history[0].loss = 7;
    expect(detector.hyper).toEqual({ features: 8, share: 0.5, score: 'top' });
    expect(detector.provenance).toEqual({ seed: 9, training: { steps: 4, history: [{ step: 1, loss: 0.5 }] } });
    expect(Object.isFrozen(detector.hyper) && Object.isFrozen(detector.provenance.training)).toBe(true);
  });

  it('is folded for speed without a change to what it has learnt', async () => {
    const model = toyNetwork();
    const learnt = await moduleState(model);
    using detector = Detector.from({ method: toyMethod, hyper: {}, input: toyInput, model, provenance: {} });
    await all(detector.score([toyPicture(1)]));
    expect(model.look.layers.map((layer) => layer.constructor.name)).toEqual(['FusedConv2d', 'FusedConv2d']);
    expect(await detector.state()).toEqual(learnt);
  });

  it('describes itself in plain JSON', async () => {
    using detector = toyDetector(5);
    const before = detector.describe();
    expect(before).toMatchObject({ method: { name: 'toy', family: 'statistics' }, threshold: null, pixelThreshold: null, calibration: null, seed: 5 });
    await detector.calibrate([...toyPictures(9), new Uint8Array(0)], { falseAlarmRate: 0.2 });
    const after = detector.describe();
    expect(JSON.parse(JSON.stringify(after))).toEqual(after);
    // Parameters and buffers as learnt: a mean picture, a count, two convolutions and a normalisation.
    expect(after.sizes).toEqual({ arrays: 10, numbers: 3 * 16 * 16 + 1 + (8 * 27 + 8) + 4 * 8 + (8 + 1), bytes: 4 * 1034 });
    expect(after.calibration).toMatchObject({
      pictures: 9,
      falseAlarmRate: 0.2,
      threshold: detector.threshold,
      failures: [{ name: '#9', code: 'PICTURE_EMPTY' }],
    });
    expect(after.versions).toEqual({ blemish: expect.stringMatching(/^\d+\.\d+\.\d+/), node: process.versions.node, onednn: expect.stringMatching(/^\d+\./) });
  });

  it('refuses options that make no sense, at the call', () => {
    using detector = toyDetector();
    const score = (options: unknown) => thrown(() => detector.score([], options as ScoreOptions));
    expect(score({ batchSize: 0 })).toMatchInlineSnapshot(`"ARGUMENT_INVALID: score: batchSize is 0; expected 1 … 1024"`);
    expect(score({ batchSize: 2.5 })).toMatchInlineSnapshot(`"ARGUMENT_INVALID: score: batchSize is 2.5; expected 1 … 1024"`);
    expect(score({ signal: 'stop' })).toMatchInlineSnapshot(`"ARGUMENT_INVALID: score: signal is no AbortSignal; expected one, or none"`);
    expect(
      thrown(() => {
        detector.threshold = Number.NaN;
      }),
    ).toMatchInlineSnapshot(`"ARGUMENT_INVALID: Detector: threshold is NaN; expected a finite number or null"`);
    expect(
      thrown(() => {
        detector.pixelThreshold = Number.POSITIVE_INFINITY;
      }),
    ).toMatchInlineSnapshot(`"ARGUMENT_INVALID: Detector: pixelThreshold is Infinity; expected a finite number or null"`);
  });
});

describe('calibration', () => {
  const normals = toyPictures(39, 200);

  it('sets the thresholds: of its own pictures exactly the k-th raises no alarm', async () => {
    using detector = toyDetector();
    const calibration = await detector.calibrate(normals, { falseAlarmRate: 0.1 });
    expect([detector.threshold, detector.pixelThreshold]).toEqual([calibration.threshold, calibration.pixelThreshold]);
    const results = await all(detector.score(normals));
    // k = 0.1 · 40: four scores are at least the threshold, three are above it.
    expect(results.filter(({ anomalous }) => anomalous)).toHaveLength(3);
    expect(results.filter(({ regions }) => regions.length > 0)).toHaveLength(3);
    expect(results.map(({ score }) => score).sort((a, b) => a - b)).toEqual([...calibration.scores]);
    for (const { anomalous, score, threshold, pValue } of results) {
      expect(threshold).toBe(calibration.threshold);
      expect(pValue).toBe((1 + calibration.scores.filter((x) => x >= score).length) / 40);
      expect(anomalous).toBe(score > calibration.threshold);
    }
  });

  it('judges new pictures: a defect has the least p-value, and a region where it is', async () => {
    using detector = toyDetector();
    await detector.calibrate(normals, { falseAlarmRate: 0.05 });
    const [defective] = await all(detector.score(toyPicture(1, { square: true })));
    expect([defective.pValue, defective.anomalous]).toEqual([1 / 40, true]);
    const [{ x, y, width, height, score, area }] = defective.regions;
    expect(score).toBe(Math.max(...(defective.map as Float32Array)));
    expect(area).toBeLessThanOrEqual(width * height);
    // The square is x 6 … 10, y 5 … 8; the network sees two pixels of its own frame further.
    expect(Math.max(6, x)).toBeLessThan(Math.min(11, x + width));
    expect(Math.max(5, y)).toBeLessThan(Math.min(9, y + height));
    detector.threshold = 1e6;
    detector.pixelThreshold = null;
    const [again] = await all(detector.score(toyPicture(1, { square: true })));
    expect([again.pValue, again.anomalous, again.threshold, again.regions]).toEqual([1 / 40, false, 1e6, []]);
    detector.threshold = null;
    expect((await all(detector.score(toyPicture(1))))[0].anomalous).toBeNull();
  });

  it('takes peaks from the map in the picture’s own frame, where regions are made', async () => {
    using detector = toyDetector();
    const pictures = Array.from({ length: 9 }, (_, i) => toyPicture(i, { width: 8 + 5 * i, height: 50 - 4 * i }));
    const { peaks } = await detector.calibrate(pictures, { falseAlarmRate: 0.2 });
    const maps = (await all(detector.score(pictures))).map(({ map }) => Math.max(...(map as Float32Array)));
    expect([...peaks]).toEqual(maps.sort((a, b) => a - b));
  });

  it('tells how far it is, and leaves out what cannot be scored', async () => {
    using detector = toyDetector();
    const done: number[] = [];
    const sources = [...normals.slice(0, 9), new Uint8Array(0), ...normals.slice(9, 19)];
    const { scores, failures } = await detector.calibrate(sources, { falseAlarmRate: 0.05, onProgress: (event) => done.push(event.done), batchSize: 2 });
    expect(done).toEqual(sources.map((_, i) => i + 1));
    expect([scores.length, failures.map(({ name, code }) => [name, code])]).toEqual([19, [['#9', 'PICTURE_EMPTY']]]);
  });

  it('changes nothing where there are too few pictures, where the rate is none, or where it is stopped', async () => {
    using detector = toyDetector();
    const first = await detector.calibrate(normals, { falseAlarmRate: 0.1 });
    expect(await rejected(detector.calibrate(normals.slice(0, 20)))).toMatchInlineSnapshot(
      `"CALIBRATION_TOO_SMALL: calibrate: 20 normal pictures were scored for a false-alarm rate of 0.01; expected at least 99, or a rate of at least 1 / 21"`,
    );
    expect(await rejected(detector.calibrate([]))).toMatchInlineSnapshot(
      `"CALIBRATION_TOO_SMALL: calibrate: 0 normal pictures were scored for a false-alarm rate of 0.01; expected at least 99"`,
    );
    expect(await rejected(detector.calibrate(normals, { falseAlarmRate: 1 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: picturesNeeded: falseAlarmRate is 1; expected above 0 and below 1"`,
    );
    const controller = new AbortController();
    const stopped = detector.calibrate(normals, { falseAlarmRate: 0.1, signal: controller.signal, onProgress: ({ done }) => done === 5 && controller.abort() });
    expect((await stopped.catch((error: unknown) => error)) as Error).toMatchObject({ name: 'AbortError' });
    expect(await rejected(detector.calibrate(normals, { onProgress: () => expect.unreachable() }))).toMatch(/not to be reached/);
    expect(detector.calibration).toBe(first);
    expect(detector.threshold).toBe(first.threshold);
  });

  it('needs 99 pictures unless told otherwise', async () => {
    using detector = toyDetector();
    const { falseAlarmRate } = await detector.calibrate(toyPictures(99));
    expect([falseAlarmRate, picturesNeeded(falseAlarmRate)]).toEqual([0.01, 99]);
  });
});

describe('the end of a detector', () => {
  it('frees all there is, folded or not, once or twice, by using and by hand', async () => {
    {
      using plain = toyDetector();
      expect(plain.threshold).toBeNull();
    }
    {
      await using scored = toyDetector();
      await all(scored.score(toyPictures(3)));
    }
    const twice = toyDetector();
    await twice.state();
    twice.dispose();
    twice.dispose();
    expect(memory()).toMatchObject({ liveTensors: 0, liveBytes: 0 });
  });

  it('is the end', async () => {
    const detector = toyDetector();
    detector.dispose();
    expect(thrown(() => detector.score([]))).toMatchInlineSnapshot(`"DETECTOR_DISPOSED: score: the detector was disposed; expected a live one"`);
    for (const use of [() => detector.calibrate([]), () => detector.save('never'), () => detector.state()])
      expect(await rejected(use())).toMatch(/^DETECTOR_DISPOSED: /);
    expect(detector.describe()).toMatchObject({ method: { name: 'toy' } });
  });

  it('comes to nothing while its network is being read', async () => {
    const detector = toyDetector();
    const [state, run] = [detector.state(), rejected(all(detector.score([toyPicture(1)])))];
    detector.dispose();
    expect((await state).size).toBe(10);
    expect(await run).toMatch(/^DETECTOR_DISPOSED/);
    await later(5);
  });
});

// Where work runs in place, it does.
it.skipIf(process.env.BLEMISH_INLINE)('does not hold up the thread: a timer runs while a large picture is scored', async () => {
  // A map of 12 million pixels, all of which regions are looked for in.
  using detector = toyDetector();
  detector.pixelThreshold = 0.3;
  const picture = { data: Uint8Array.from({ length: 4000 * 3000 }, (_, i) => (i * i) % 251), width: 4000, height: 3000, channels: 1 };
  await all(detector.score(picture));
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const results = await all(detector.score([picture, picture]));
  clearInterval(timer);
  expect(results.every(({ regions }) => regions.length > 0)).toBe(true);
  // Turns and not milliseconds, which a busy machine decides: a million numbers a turn at most.
  expect(turns).toBeGreaterThanOrEqual(20);
});

it('keeps the types of a method of one’s own', async () => {
  const method = defineMethod({ ...toyMethod, name: 'mine', score: (model: ToyNetwork, images, h) => ({ ...toyMethod.score(model, images, h) }) });
  using detector = toyDetector(1, { method });
  using toy = toyDetector(1);
  expect(await all(detector.score(toyPictures(2)))).toEqual(await all(toy.score(toyPictures(2))));
});
