// Scoring as it happens: pictures good and bad in order, one that fails beside others that do not, ending early, memory.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toFrame, toInput as toNetwork } from '../../src/data/input.ts';
import type { Sample } from '../../src/data/sample.ts';
import { type AnyMethod, defineMethod } from '../../src/methods/method.ts';
import { abs, add, affine, cholesky, concat, mean, mul, reciprocal, reshape, slice } from '../../src/ops/index.ts';
import { Detector } from '../../src/scoring/detector.ts';
import type { ScoreResult, Scoring, ScoringFailure } from '../../src/scoring/result.ts';
import { memory } from '../../src/tensor/device.ts';
import { encodePng, type RawPicture } from '../../src/tensor/pictures.ts';
import { scope } from '../../src/tensor/scope.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { rejected } from '../support/thrown.ts';
import { type ToyNetwork, toyDetector, toyInput, toyMethod, toyNetwork, toyPicture, toyPictures } from '../support/toy-method.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scorer-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function all(results: AsyncIterable<ScoreResult>): Promise<ScoreResult[]> {
  const list: ScoreResult[] = [];
  for await (const result of results) list.push(result);
  return list;
}
const good = async (results: AsyncIterable<ScoreResult>) => (await all(results)) as Scoring[];
const brief = (result: ScoreResult) => (result.error ? `${result.index} ${result.name} ${result.error.code}` : `${result.index} ${result.name}`);

/** The toy with another way to its map. */
const mapped = (map: (images: Tensor, model: ToyNetwork) => Tensor): AnyMethod =>
  defineMethod({ ...toyMethod, score: (model: ToyNetwork, images) => ({ map: map(images, model) }), imageScore: toyMethod.imageScore });

describe('pictures', () => {
  it('of every kind come back in order, the bad ones with a code, and none ends the run', async () => {
    const at = async (name: string, content: Uint8Array | string) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    };
    const png = await encodePng({ data: toyPicture(1).data as Uint8Array, shape: [20, 24, 3] });
    const sample = (source: Sample['source'], problem?: Sample['problem']): Sample => ({
      name: 'good/001.png',
      source,
      label: 0,
      kind: 'good',
      mask: null,
      problem,
    });
    const sources = [
      await at('a.png', png),
      await at('text.png', 'a text named like a picture'),
      await at('cut.png', png.subarray(0, 300)),
      await at('empty.png', ''),
      join(folder, 'none.png'),
      png,
      toyPicture(1),
      { ...toyPicture(1), width: 25 },
      async () => toyPicture(2),
      () => Promise.reject(new Error('the camera is off')),
      () => Promise.reject('no error at all'),
      sample(toyPicture(3)),
      sample(toyPicture(3), { code: 'DATA_INVALID', message: 'its row is malformed' }),
      17 as never,
      await at('b.png', png),
    ];
    using detector = toyDetector();
    for (const batchSize of [1, 4]) {
      const results = await all(detector.score(sources, { batchSize }));
      expect(results.map(brief).map((text) => text.replace(`${folder}/`, ''))).toEqual([
        '0 a.png',
        '1 text.png PICTURE_UNKNOWN',
        '2 cut.png PICTURE_DAMAGED',
        '3 empty.png PICTURE_EMPTY',
        '4 none.png PICTURE_MISSING',
        '5 #5',
        '6 #6',
        '7 #7 PICTURE_INVALID',
        '8 #8',
        '9 #9 PICTURE_INVALID',
        '10 #10 PICTURE_INVALID',
        '11 good/001.png',
        '12 good/001.png DATA_INVALID',
        '13 #13 PICTURE_INVALID',
        '14 b.png',
      ]);
      expect((results[9] as ScoringFailure).error.message).toBe('the camera is off');
      // A file, its bytes and its pixels are one picture.
      const scores = [0, 5, 6, 14].map((i) => (results[i] as Scoring).score);
      expect(new Set(scores).size).toBe(1);
    }
    expect(memory().liveTensors).toBe(tensorsOf(detector));
  });

  it('have maps in their own frames, larger, smaller, wider than the input, stretched or padded', async () => {
    for (const fit of ['stretch', 'pad'] as const) {
      const input = { ...toyInput, fit };
      using detector = Detector.from({ method: toyMethod, hyper: {}, input, model: toyNetwork(), provenance: {} });
      const pictures = [
        toyPicture(1, { width: 50, height: 37 }),
        toyPicture(2, { width: 7, height: 40 }),
        toyPicture(3, { width: 1, height: 1 }),
        toyPicture(4),
      ];
      const results = await good(detector.score(pictures));
      expect(results.map(({ width, height, map }) => [width, height, map?.length])).toEqual(
        pictures.map(({ width, height }) => [width, height, width * height]),
      );
      using network = toyNetwork();
      results.forEach(({ map }, i) => {
        const truth = scope(() => {
          const { x, frame } = toNetwork(pictures[i], input);
          return { numbers: toFrame(network.eval().forward(x), frame).readSync() };
        });
        const error = Math.max(...truth.numbers.map((x, at) => Math.abs(x - (map as Float32Array)[at])));
        expect(error).toBeLessThan(1e-5); // folded or not, up to rounding
      });
    }
  });

  it('have no maps where none are wanted, the same scores, and reconstructions where they are', async () => {
    using detector = toyDetector();
    detector.pixelThreshold = 0;
    const pictures = toyPictures(5);
    const full = await good(detector.score(pictures, { reconstructions: true }));
    const bare = await good(detector.score(pictures, { maps: false }));
    expect(bare.map(({ score }) => score)).toEqual(full.map(({ score }) => score));
    expect(bare.every(({ map, regions, reconstruction }) => map === null && regions.length === 0 && reconstruction === null)).toBe(true);
    expect(full.every(({ regions }) => regions.length === 1)).toBe(true); // all of a map is above 0
    const mean = await (detector as unknown as { model: ToyNetwork }).model.mean.read();
    for (const { reconstruction } of full) {
      expect(reconstruction).toMatchObject({ width: 16, height: 16, channels: 3 });
      const truth = Array.from({ length: 16 * 16 * 3 }, (_, i) => Math.round(255 * mean[(i % 3) * 256 + Math.floor(i / 3)]));
      const off = truth.map((value, i) => Math.abs(value - (reconstruction?.data[i] ?? Number.NaN)));
      expect(Math.max(...off)).toBeLessThanOrEqual(1);
      expect(off.filter((difference) => difference > 0).length).toBeLessThan(8); // halves
    }
    const without = defineMethod({ ...toyMethod, score: (model: ToyNetwork, images) => ({ map: model.forward(images) }) });
    using plain = toyDetector(1, { method: without });
    expect((await good(plain.score(pictures, { reconstructions: true }))).every(({ reconstruction }) => reconstruction === null)).toBe(true);
  });

  it('may come as they are finished', async () => {
    using detector = toyDetector();
    const slow = async (): Promise<RawPicture> => {
      await later(60);
      return toyPicture(1);
    };
    const sources = [slow, ...toyPictures(12, 2)];
    expect((await all(detector.score(sources))).map(({ index }) => index)).toEqual(sources.map((_, i) => i));
    const loose = (await all(detector.score(sources, { ordered: false }))).map(({ index }) => index);
    expect(loose.at(-1)).toBe(0);
    expect([...loose].sort((a, b) => a - b)).toEqual(sources.map((_, i) => i));
  });
});

describe('a picture that the numbers do not allow', () => {
  const dark = (): RawPicture => ({ ...toyPicture(5), data: new Uint8Array(24 * 20 * 3) });
  const pictures = () => [toyPicture(1), toyPicture(2), dark(), toyPicture(3), dark(), toyPicture(4)];
  const level = (images: Tensor) => mean(images, [1, 2, 3]);

  it('fails alone where its map is not finite', async () => {
    // 0 · 1 / 0 for a dark picture, and for it alone.
    const method = mapped((images, model) => {
      const each = reshape(level(images), [images.shape[0], 1, 1, 1]);
      return mul(model.forward(images), mul(each, reciprocal(each)));
    });
    using detector = toyDetector(1, { method });
    const results = await all(detector.score(pictures()));
    expect(results.map(({ error }) => error?.code ?? null)).toEqual([null, null, 'SCORE_INVALID', null, 'SCORE_INVALID', null]);
    expect((results[2] as ScoringFailure).error.message).toMatchInlineSnapshot(
      `"score: #2: its score is NaN and its map reaches from NaN to NaN; expected finite numbers"`,
    );
  });

  it('fails alone where an operation fails on the device, whoever is in its batch', async () => {
    // A matrix that is positive definite unless the picture is dark.
    const method = mapped((images, model) => {
      const count = images.shape[0];
      const root = cholesky(reshape(affine(level(images), { shift: -0.01 }), [count, 1, 1]));
      return add(model.forward(images), reshape(root, [count, 1, 1, 1]));
    });
    using detector = toyDetector(1, { method });
    using other = toyDetector(2);
    const truth = (await good(other.score(toyPictures(30)))).map(({ score }) => score);
    for (const batchSize of [1, 3]) {
      const [results, beside] = await Promise.all([all(detector.score([...pictures(), ...pictures()], { batchSize })), good(other.score(toyPictures(30)))]);
      const once = [null, null, 'NUMERICAL_FAILURE', null, 'NUMERICAL_FAILURE', null];
      expect(results.map(({ error }) => error?.code ?? null)).toEqual([...once, ...once]);
      // Another detector on the same device notices nothing.
      expect(beside.map(({ score }) => score)).toEqual(truth);
    }
  });

  it('is told from a mistake in a program, which ends the run', async () => {
    const mistaken = mapped(() => (undefined as unknown as { x: { y: Tensor } }).x.y);
    using detector = toyDetector(1, { method: mistaken });
    expect(await rejected(all(detector.score(pictures())))).toMatch(/^TypeError: /);
    const crooked = mapped((images) => abs(slice(images, [0, 0, 0, 0], [images.shape[0], 1, 16, 12])));
    using other = toyDetector(1, { method: crooked });
    expect((await all(other.score(pictures()))).map(({ error }) => error?.message)[0]).toMatchInlineSnapshot(
      `"toy: its map is f32[1 1 16 12]; expected f32[1 1 16 16]"`,
    );
  });
});

/** Tensors that a detector holds once its network has been folded. */
const tensorsOf = (detector: Detector): number => {
  const { model } = detector as unknown as { model: ToyNetwork };
  return model.namedParameters().size + model.namedBuffers().size;
};

describe('ending early', () => {
  function* endless(made: { count: number } = { count: 0 }) {
    for (;;) yield toyPicture(++made.count % 50);
  }

  it('by leaving the loop frees everything at once', async () => {
    using detector = toyDetector();
    let seen = 0;
    for await (const { error } of detector.score(endless())) {
      expect(error).toBeNull();
      if (++seen === 30) break;
    }
    expect(memory().liveTensors).toBe(tensorsOf(detector));
    await later(30);
    expect(memory().liveTensors).toBe(tensorsOf(detector));
  });

  it('by an abort comes within 50 ms, also where one picture takes the device longer', async () => {
    // Some 100 ms for each picture, so that an abort that waits for the device would be late.
    const heavy = mapped((images, model) => {
      let map = model.forward(images);
      for (let i = 0; i < 150; i++) map = scope(() => model.forward(concat([map, map, map], 1)));
      return map;
    });
    using detector = toyDetector(1, { method: heavy, features: 256 });
    for (const batchSize of [1, 4]) {
      const controller = new AbortController();
      let aborted = 0;
      setTimeout(() => {
        aborted = performance.now();
        controller.abort();
      }, 150);
      const error: unknown = await all(detector.score(endless(), { signal: controller.signal, batchSize })).catch((reason) => reason);
      expect(performance.now() - aborted).toBeLessThan(50);
      expect([error instanceof DOMException, (error as Error).name]).toEqual([true, 'AbortError']);
      expect(memory().liveTensors).toBe(tensorsOf(detector));
    }
  });

  it('by an abort with a reason of its own, before and after the beginning', async () => {
    using detector = toyDetector();
    expect(await rejected(all(detector.score(endless(), { signal: AbortSignal.abort(new Error('never mind')) })))).toBe('Error: never mind');
    const controller = new AbortController();
    const results = detector.score(endless(), { signal: controller.signal });
    await results.next();
    controller.abort(new Error('enough'));
    expect(await rejected(results.next())).toBe('Error: enough');
  });

  it('by disposing the detector ends its runs', async () => {
    const detector = toyDetector();
    const run = all(detector.score(endless()));
    const other = rejected(all(detector.score(endless(), { maps: false })));
    const calibration = rejected(detector.calibrate(endless()));
    await later(20);
    detector.dispose();
    const message = 'DETECTOR_DISPOSED: score: the detector was disposed while it scored; expected it to live until the end of the run';
    expect([await rejected(run), await other, await calibration]).toEqual([message, message, message]);
    expect(memory().liveTensors).toBe(0);
  });

  it('by disposing it before it has begun to compute', async () => {
    const detector = toyDetector();
    const run = rejected(all(detector.score(toyPictures(3))));
    detector.dispose();
    expect(await run).toMatch(/^DETECTOR_DISPOSED/);
    await later(10);
    expect(memory().liveTensors).toBe(0);
  });
});

describe('memory', () => {
  it('is bounded by the batch, not by the number of pictures nor by who is slow', async () => {
    using detector = toyDetector();
    let taken = 0;
    function* source() {
      for (; taken < 400; taken++) yield toyPicture(taken % 20);
    }
    let most = 0;
    let done = 0;
    for await (const _ of detector.score(source(), { batchSize: 4 })) {
      done++;
      if (done % 40 === 0) await later(5); // a slow receiver
      most = Math.max(most, taken - done);
      expect(memory().liveTensors).toBeLessThan(tensorsOf(detector) + 24);
    }
    expect(done).toBe(400);
    expect(most).toBeLessThanOrEqual(8 + 3 * 4 + 1);
  });

  it('of large maps lets few pictures in at a time', async () => {
    using detector = toyDetector();
    let begun = 0;
    const large = async (): Promise<RawPicture> => {
      begun++;
      // 64 MB of map each.
      return { data: new Uint8Array(4096 * 4096), width: 4096, height: 4096, channels: 1 };
    };
    let done = 0;
    let most = 0;
    for await (const result of detector.score(Array.from({ length: 8 }, () => large))) {
      done++;
      expect((result as Scoring).map).toHaveLength(2 ** 24);
      most = Math.max(most, begun - done);
    }
    expect(most).toBeLessThanOrEqual(7);
    expect(done).toBe(8);
  }, 60_000);
});

describe('several at once', () => {
  it('give what each gives alone', async () => {
    using first = toyDetector(1);
    using second = toyDetector(2, { features: 32 });
    const pictures = toyPictures(25);
    const alone = [await good(first.score(pictures)), await good(second.score(pictures))];
    const together = await Promise.all([
      good(first.score(pictures)),
      good(second.score(pictures, { batchSize: 3 })),
      good(first.score(pictures, { batchSize: 1 })),
      good(second.score([...pictures].reverse())),
      ...Array.from({ length: 12 }, () => good(first.score(pictures.slice(0, 3)))),
    ]);
    expect(together[0]).toEqual(alone[0]);
    expect(together[1]).toEqual(alone[1]);
    expect(together[2]).toEqual(alone[0]);
    expect(together[3].map(({ score, map }) => [score, map])).toEqual([...alone[1]].reverse().map(({ score, map }) => [score, map]));
    for (const few of together.slice(4)) expect(few).toEqual(alone[0].slice(0, 3));
  });
});
