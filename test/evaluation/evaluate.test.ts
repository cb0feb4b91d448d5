// Evaluation from end to end on scorers that know what they say: exact numbers, what is left out and said so, the fixed JSON.
import { describe, expect, it } from 'vitest';
import type { Category, Sample } from '../../src/data/sample.ts';
import { toContract } from '../../src/evaluation/contract.ts';
import { type EvaluateOptions, type EvaluationEvent, evaluate } from '../../src/evaluation/evaluate.ts';
import type { Evaluation } from '../../src/evaluation/evaluation.ts';
import type { RawPicture } from '../../src/tensor/pictures.ts';
import { madeScorer } from '../support/made-scorer.ts';
import { rejected } from '../support/thrown.ts';
import { toyDetector, toyPicture } from '../support/toy-method.ts';

const [width, height] = [12, 10];

/** A picture of one grey, and a mask with one square region for what is abnormal. */
const plain = (value: number): RawPicture => ({ data: new Uint8Array(width * height).fill(value), width, height, channels: 1 });
const square = (at: number): RawPicture => ({
  data: Uint8Array.from({ length: width * height }, (_, i) =>
    i % width >= at && i % width < at + 3 && Math.floor(i / width) >= 2 && Math.floor(i / width) < 5 ? 255 : 0,
  ),
  width,
  height,
  channels: 1,
});

function sample(name: string, kind: string, score: number, more: Partial<Sample> = {}): Sample & { wanted: number } {
  const label = kind === 'good' ? 0 : 1;
  return { name, source: plain(100), label, kind, mask: label ? square(score % 8) : null, wanted: score, ...more };
}
const train = Array.from({ length: 6 }, (_, i) => sample(`train/good/${i}.png`, 'good', 0, { source: plain(98 + i) }));
const test = [
  ...[1, 2, 3, 6].map((score) => sample(`test/good/${score}.png`, 'good', score)),
  ...[4, 7, 8].map((score) => sample(`test/hole/${score}.png`, 'hole', score)),
  ...[2.5, 9].map((score) => sample(`test/scratch/${score}.png`, 'scratch', score)),
];
const category: Category = { name: 'parts', train, test };

/** Scores as wanted; a map that is 1 on the mask's region, and little elsewhere. */
const knowing = (more: Parameters<typeof madeScorer>[1] = {}) =>
  madeScorer((one) => {
    const { wanted, mask } = one as Sample & { wanted: number };
    const marks = mask && typeof mask === 'object' && 'data' in mask ? (mask.data as Uint8Array) : null;
    return { score: wanted, map: Float32Array.from({ length: width * height }, (_, i) => (marks?.[i] ? 1 + wanted : (i % 7) / 100)) };
  }, more);
const quick: EvaluateOptions = { resamples: 200 };
const only = (evaluation: Evaluation) => evaluation.categories[0];

describe('evaluate', () => {
  it('gives exact numbers on raw scores, each within its interval', async () => {
    const { image, pixel, kinds, counts, pictures } = only(await evaluate(knowing(), category, quick));
    // Of 4 x 5 pairs: 6 is above 4 and 2.5, 3 above 2.5.
    expect(image.auroc!.value).toBeCloseTo(17 / 20, 12);
    for (const estimate of [image.auroc, image.ap, image.f1Max]) {
      expect(estimate!.low).toBeLessThan(estimate!.value);
      expect(estimate!.high).toBeGreaterThanOrEqual(estimate!.value);
    }
    // Maps are perfect.
    for (const name of ['auroc', 'ap', 'f1Max', 'aupro', 'aupimo'] as const) expect(pixel![name]!.value, name).toBeCloseTo(1, 12);
    expect(counts).toEqual({ train: 6, good: 4, abnormal: 5, masked: 5, unmasked: 0, unlabelled: 0, unreadable: 0 });
    expect(kinds.map(({ kind, pictures: n, masked, auroc, medianScore, aupimo }) => [kind, n, masked, auroc?.value ?? null, medianScore, aupimo])).toEqual([
      ['good', 4, 0, null, 2.5, null],
      ['hole', 3, 3, 11 / 12, 7, 1],
      ['scratch', 2, 2, 6 / 8, 5.75, 1],
    ]);
    expect(pictures.map((p) => p.score)).toEqual([1, 2, 3, 6, 4, 7, 8, 2.5, 9]);
    expect(pictures.every((p) => p.anomalous === null)).toBe(true);
  });

  it('is the same for the same seed, and its numbers for any', async () => {
    const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => evaluate(knowing(), category, { ...quick, seed })));
    expect(only(a).image).toEqual(only(b).image);
    expect(only(a).pixel).toEqual(only(b).pixel);
    expect(only(c).image.auroc!.value).toBe(only(a).image.auroc!.value);
    expect(only(c).image).not.toEqual(only(a).image);
  });

  it('leaves intervals out where nothing is to be resampled', async () => {
    const { image, pixel } = only(await evaluate(knowing(), category, { resamples: 0 }));
    expect([image.auroc!.low, image.auroc!.high, pixel!.aupro!.low]).toEqual([null, null, null]);
  });

  it('counts what is strictly above the threshold', async () => {
    const { kinds, threshold, pictures } = only(await evaluate(knowing({ threshold: 6 }), category, quick));
    expect(threshold).toBe(6);
    expect(kinds.map((k) => [k.kind, k.flagged])).toEqual([
      ['good', 0],
      ['hole', 2],
      ['scratch', 1],
    ]);
    expect(pictures.find((p) => p.score === 6)!.anomalous).toBe(false);
  });

  it('draws lines from corner to corner', async () => {
    const { curves } = only(await evaluate(knowing(), category, quick));
    expect([curves.roc!.x[0], curves.roc!.y[0], curves.roc!.x.at(-1), curves.roc!.y.at(-1)]).toEqual([0, 0, 1, 1]);
    expect([curves.precisionRecall!.x.at(-1), curves.pro!.x.at(-1), curves.pro!.y.at(-1)]).toEqual([1, 0.3, 1]);
    expect(curves.pixelRoc!.y.at(-1)).toBe(1);
  });
});

describe('what cannot be used', () => {
  it('is listed with codes, and not counted', async () => {
    const spoilt = [
      ...test,
      sample('test/good/lost.png', 'good', 0, { source: 'no/such/file.png' }),
      sample('test/good/text.png', 'good', 0, { source: Buffer.from('this is no picture') }),
      sample('test/hole/row.png', 'hole', 0, { problem: { code: 'DATA_INVALID', message: 'row 3: no path' } }),
      sample('test/hole/no-mask.png', 'hole', 5, { mask: null }),
      sample('test/hole/other-size.png', 'hole', 5, { mask: { ...square(0), width: height, height: width } }),
      sample('test/hole/empty.png', 'hole', 5, { mask: plain(0) }),
      sample('test/good/marked.png', 'good', 0, { mask: square(1) }),
      sample('test/unknown.png', 'unknown', 5, { label: null }),
    ];
    const { counts, failures, pictures, pixel } = only(await evaluate(knowing(), { ...category, test: spoilt }, quick));
    expect(counts).toEqual({ train: 6, good: 5, abnormal: 8, masked: 5, unmasked: 3, unlabelled: 1, unreadable: 3 });
    expect(failures.map((f) => `${f.what} ${f.name} ${f.code}`)).toEqual([
      'picture test/good/lost.png PICTURE_MISSING',
      'picture test/good/text.png PICTURE_UNKNOWN',
      'picture test/hole/row.png DATA_INVALID',
      'mask test/hole/other-size.png MASK_INVALID',
      'mask test/hole/empty.png MASK_INVALID',
      'mask test/good/marked.png MASK_INVALID',
    ]);
    expect(pictures.slice(9).map((p) => p.mask)).toEqual(['missing', 'unusable', 'unusable', 'unusable']);
    // The marks that were kept out would have spoilt it.
    expect(pixel!.auroc!.value).toBeCloseTo(1, 12);
  });

  it('gives null for what has no answer', async () => {
    const good = only(await evaluate(knowing(), test.slice(0, 4), quick));
    expect([good.image, good.pixel]).toEqual([{ auroc: null, ap: null, f1Max: null }, null]);
    expect(good.curves).toEqual({ roc: null, precisionRecall: null, pixelRoc: null, pro: null });
    const unmarked = test.map((one) => ({ ...one, mask: null }));
    expect(only(await evaluate(knowing(), unmarked, quick)).pixel).toBeNull();
    // Masks, but no good picture: pixels have both classes, pictures do not.
    const bad = only(await evaluate(knowing(), test.slice(4), quick));
    expect([bad.image.auroc, bad.pixel!.auroc!.value, bad.pixel!.aupimo]).toEqual([null, 1, null]);
  });

  it('is refused where nothing is left', async () => {
    expect(await rejected(evaluate(knowing(), { ...category, test: [] }))).toMatchInlineSnapshot(
      `"DATA_INVALID: evaluate: parts: there are no labelled pictures to judge by; expected good and abnormal ones, such as test/good and test/<defect>"`,
    );
    const lost = test.map((one) => ({ ...one, source: 'no/such/file.png' }));
    expect(await rejected(evaluate(knowing(), { ...category, test: lost }))).toMatchInlineSnapshot(
      `"DATA_UNUSABLE: evaluate: parts: none of 9 pictures could be scored, the first of them test/good/1.png: readPicture: test/good/1.png: there is no such file; expected a picture file"`,
    );
    expect(await rejected(evaluate(knowing(), 'no/such/folder'))).toMatch(/^DATA_UNKNOWN: /);
    expect(await rejected(evaluate(knowing(), category, { gallery: -1 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: evaluate: gallery is -1; expected a whole number 0 … 10000"`,
    );
    expect(await rejected(evaluate(knowing(), category, { level: 1 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: evaluate: level is 1; expected above 0 and below 1"`,
    );
    const unread = train.map((one) => ({ ...one, source: 'no/such/file.png' }));
    expect(await rejected(evaluate(knowing(), { ...category, train: unread }, { equalise: true }))).toMatchInlineSnapshot(
      `"DATA_UNUSABLE: evaluate: parts: equalise is true, and none of 6 training pictures can be read; expected some, whose brightness is taken"`,
    );
    expect(await rejected(evaluate(knowing(), test, { equalise: true }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: evaluate: samples: equalise is true, and there are no training pictures; expected some, whose brightness is taken"`,
    );
  });
});

describe('beside it', () => {
  /** Abnormal pictures are darker: brightness gives the label away. */
  const dark = test.map((one, i) => ({ ...one, source: plain(one.label ? 60 + i : 96 + i) }));
  /** Its score is how far the picture is from grey 100; equalised, all are alike. */
  const ofBrightness = () => madeScorer((_, { data }) => ({ score: Math.abs(100 - (data instanceof Float32Array ? 255 : 1) * data[0]) }));

  it('stands always what scores without learning reach', async () => {
    const { baselines, equalised } = only(await evaluate(knowing(), category, quick));
    expect(baselines.map((row) => row.key)).toEqual(['mean', 'deviation', 'meanDistance', 'pictureDistance', 'nearest']);
    // All pictures are alike: nothing to be seen without the scores.
    baselines.forEach((row) => expect([row.auroc.value, row.verdict], row.key).toEqual([0.5, 'below']));
    expect(equalised).toBeNull();
  });

  it('stand scores of equalised pictures where brightness alone separates the set', async () => {
    const { image, baselines, equalised, pictures } = only(await evaluate(ofBrightness(), { ...category, test: dark }, quick));
    expect(image.auroc!.value).toBe(1);
    expect(baselines[0]).toMatchObject({ key: 'mean', inverted: true, verdict: 'separates', auroc: { value: 1 } });
    // The mean of the training pictures is 100.5 of 255.
    expect(equalised!.brightness).toBeCloseTo(100.5 / 255, 9);
    expect(equalised!.image.auroc!.value).toBeCloseTo(0.5, 9);
    pictures.forEach((p) => expect(p.equalisedScore, p.name).toBeCloseTo(0.5, 4));
    expect(equalised!.baselines.map((row) => row.key)).toEqual(baselines.map((row) => row.key));
  });

  it('stand they only where asked for, if asked', async () => {
    expect(only(await evaluate(ofBrightness(), { ...category, test: dark }, { ...quick, equalise: false })).equalised).toBeNull();
    expect(only(await evaluate(knowing(), category, { ...quick, equalise: true })).equalised!.image.auroc!.value).toBeCloseTo(0.85, 12);
  });

  it('stand those that need no training pictures where there are none', async () => {
    expect(only(await evaluate(knowing(), test, quick)).baselines.map((row) => row.key)).toEqual(['mean', 'deviation']);
  });
});

describe('the gallery', () => {
  it('is made in the one pass where all pictures are shown', async () => {
    const scorer = knowing();
    const { gallery, heat } = only(await evaluate(scorer, category, { ...quick, gallery: 9 }));
    expect(gallery.map((shot) => shot.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(gallery.every((shot) => shot.reconstruction)).toBe(true);
    expect(heat!.basis).toBe('maps of 6 training pictures');
    // The other pass is over training pictures, for the scale of heat.
    expect(scorer.passes.map((pass) => [pass.names.length, pass.maps, pass.reconstructions])).toEqual([
      [9, true, true],
      [6, true, false],
    ]);
  });

  it('is made in a second pass over the chosen ones where not all are', async () => {
    const scorer = knowing({ threshold: 5 });
    const { gallery, pictures } = only(await evaluate(scorer, category, { ...quick, gallery: 4 }));
    expect(gallery).toHaveLength(4);
    expect(scorer.passes.slice(0, 2).map((pass) => [pass.names.length, pass.reconstructions])).toEqual([
      [9, false],
      [4, true],
    ]);
    expect(scorer.passes[1].names).toEqual(gallery.map((shot) => pictures[shot.index].name));
    expect(scorer.passes[1].names).toContain('test/scratch/2.5.png');
  });

  it('is not made unless asked for', async () => {
    const scorer = knowing();
    expect(only(await evaluate(scorer, category, quick)).gallery).toEqual([]);
    expect(scorer.passes).toHaveLength(1);
  });
});

describe('the fixed JSON', () => {
  it('of one category has these names in this order, and nothing else', async () => {
    const contract = toContract(await evaluate(knowing(), category, quick));
    expect(JSON.stringify(contract, (name, value) => (name === 'seconds' || (typeof value === 'number' && value % 1) ? '…' : value))).toMatchInlineSnapshot(
      `"{"images":9,"image":{"auroc":"…","ap":"…","f1Max":"…"},"pixel":{"auroc":1,"ap":1,"aupro":1,"aupimo":1},"seconds":"…"}"`,
    );
    expect(contract).toMatchObject({ images: 9, image: { auroc: 0.85 } });
    const unmarked = test.map((one) => ({ ...one, mask: null }));
    expect(toContract(await evaluate(knowing(), unmarked, quick))).toMatchObject({ pixel: null });
  });

  it('of several has one object for each by name, and their mean', async () => {
    const other: Category = { name: 'others', train, test: test.slice(0, 8).map((one) => ({ ...one, mask: null })) };
    const evaluation = await evaluate(knowing(), { layout: 'mvtec', root: 'somewhere', categories: [category, other] }, quick);
    const contract = toContract(evaluation);
    if (!('categories' in contract)) throw new Error('one category came; expected two');
    expect(Object.keys(contract)).toEqual(['categories', 'mean']);
    expect(Object.keys(contract.categories)).toEqual(['parts', 'others']);
    const { parts, others } = contract.categories;
    expect(others).toMatchObject({ images: 8, pixel: null });
    expect(contract.mean).toEqual({
      images: 17,
      image: {
        auroc: (parts.image.auroc! + others.image.auroc!) / 2,
        ap: (parts.image.ap! + others.image.ap!) / 2,
        f1Max: (parts.image.f1Max! + others.image.f1Max!) / 2,
      },
      pixel: parts.pixel,
      seconds: parts.seconds + others.seconds,
    });
    expect(evaluation.provenance).toMatchObject({ layout: 'mvtec', root: 'somewhere', seed: 0, resamples: 200, level: 0.95 });
  });
});

describe('a run of it', () => {
  it('says how far it is, and stops when told to', async () => {
    const events: EvaluationEvent[] = [];
    await evaluate(knowing(), category, { ...quick, gallery: 3, onProgress: (event) => events.push(event) });
    const scoring = events.filter((event) => event.kind === 'scoring');
    expect(scoring.map((event) => [event.done, event.total, event.category])).toEqual(Array.from({ length: 9 }, (_, i) => [i + 1, 9, 'parts']));
    expect(new Set(events.map((event) => event.kind))).toEqual(new Set(['scoring', 'measuring', 'baselines', 'gallery']));

    const measuring = events.filter((event) => event.kind === 'measuring');
    expect(measuring.map((event) => [event.done, event.total])).toEqual(Array.from({ length: 6 }, (_, i) => [i, 5]));

    for (const kind of ['scoring', 'measuring', 'baselines', 'gallery'] as const) {
      const ending = new AbortController();
      const onProgress = (event: EvaluationEvent) => event.kind === kind && event.done === 2 && ending.abort();
      await expect(evaluate(knowing(), category, { ...quick, gallery: 3, signal: ending.signal, onProgress }), kind).rejects.toMatchObject({
        name: 'AbortError',
      });
    }
    const stop = new AbortController();
    const stopped = evaluate(knowing(), category, { ...quick, signal: stop.signal, onProgress: ({ done }) => done === 3 && stop.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('takes a detector as it is, with what it says of itself', async () => {
    using detector = toyDetector();
    const toys = Array.from({ length: 12 }, (_, i): Sample => {
      const bad = i % 3 === 2;
      const mask = {
        data: Uint8Array.from({ length: 24 * 20 }, (_, at) => (at % 24 >= 6 && at % 24 < 11 && at >= 5 * 24 && at < 9 * 24 ? 1 : 0)),
        width: 24,
        height: 20,
        channels: 1,
      };
      return { name: `#${i}`, source: toyPicture(50 + i, { square: bad }), label: bad ? 1 : 0, kind: bad ? 'square' : 'good', mask: bad ? mask : null };
    });
    const normals = Array.from({ length: 20 }, (_, i) => toyPicture(500 + i));
    await detector.calibrate(normals, { falseAlarmRate: 0.1 });
    const evaluation = await evaluate(detector, { name: 'toys', train: [], test: toys }, { ...quick, gallery: 12 });
    const { image, pixel, threshold, gallery, heat } = only(evaluation);
    expect(threshold).toBe(detector.threshold);
    expect(image.auroc!.value).toBeGreaterThanOrEqual(0);
    expect(pixel!.aupro!.value).toBeGreaterThanOrEqual(0);
    expect([gallery[0].picture.width, gallery[0].reconstruction!.width]).toEqual([24, 24]);
    expect(heat!.threshold).toBe(detector.pixelThreshold);
    expect(evaluation.detector).toMatchObject({
      method: 'toy',
      hyper: { features: 8 },
      input: '16 × 16, colour, stretched to fill it',
      training: { steps: 4, history: [] },
    });
    expect(evaluation.detector.facts.Calibration).toBe('20 normal pictures, for a false-alarm rate of 0.1');
    expect(Object.keys(evaluation.provenance.versions)).toEqual(['blemish', 'node', 'onednn', 'instructions']);
  });
});
