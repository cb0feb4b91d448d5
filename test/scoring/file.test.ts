// The model file: what goes in comes back to the bit, thresholds change in place, and whatever is not sound is refused.
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../bindings/native.ts';
import { readSafetensors } from '../../src/nn/safetensors.ts';
import type { ArrayEntry } from '../../src/nn/state.ts';
import { Detector, load } from '../../src/scoring/detector.ts';
import { setThreshold } from '../../src/scoring/file.ts';
import type { Scoring } from '../../src/scoring/result.ts';
import { slotKeys } from '../../src/scoring/threshold-slot.ts';
import { memory } from '../../src/tensor/device.ts';
import { detectorOf, modelOf, resigned } from '../support/model-bytes.ts';
import { rejected } from '../support/thrown.ts';
import { toyDetector, toyMethod, toyPicture, toyPictures } from '../support/toy-method.ts';

let folder = '';
let path = '';
let bytes = new Uint8Array(0);
const own = { method: toyMethod };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-'));
  path = join(folder, 'toy.blemish');
  using detector = toyDetector(3);
  await detector.calibrate([...toyPictures(20, 50), new Uint8Array(0)], { falseAlarmRate: 0.1 });
  await detector.save(path);
  bytes = new Uint8Array(await readFile(path));
});
afterAll(() => rm(folder, { recursive: true }));

async function scoresOf(detector: Detector, count = 5): Promise<Scoring[]> {
  const list: Scoring[] = [];
  for await (const result of detector.score([...toyPictures(count, 300), toyPicture(9, { square: true })])) list.push(result as Scoring);
  return list;
}
const message = async (promise: Promise<unknown>) => (await rejected(promise)).replaceAll(folder, '');
const copyOf = async (name: string, content: Uint8Array | string = bytes) => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

describe('save and load', () => {
  it('give the same detector: scores, maps and p-values bit for bit', async () => {
    using before = toyDetector(3);
    const calibration = await before.calibrate(toyPictures(20, 50), { falseAlarmRate: 0.1 });
    const first = await scoresOf(before);
    const file = join(folder, 'same.blemish');
    await before.save(file); // after scoring: what is saved is what was learnt, not what it was folded to
    using after = await load(file, own);
    expect(await scoresOf(after)).toEqual(first);
    expect(first.some(({ anomalous }) => anomalous) && first.some(({ anomalous }) => !anomalous)).toBe(true);
    expect(first.every(({ pValue }) => pValue !== null)).toBe(true);
    expect(after.calibration).toEqual(calibration);
    expect(after.describe()).toEqual(before.describe());
    expect([after.hyper, after.input, after.provenance]).toEqual([before.hyper, before.input, before.provenance]);
    const again = join(folder, 'again.blemish');
    await after.save(again);
    expect(await readFile(again)).toEqual(await readFile(file));
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('before anything was scored or calibrated', async () => {
    using before = toyDetector(4);
    const file = join(folder, 'plain.blemish');
    await before.save(file);
    using after = await Detector.load(file, { ...own, device: 'cpu' });
    expect([after.threshold, after.pixelThreshold, after.calibration]).toEqual([null, null, null]);
    expect(await scoresOf(after)).toEqual(await scoresOf(before));
  });

  it('keep a threshold that was set by hand, and the list of pictures that could not be scored', async () => {
    using before = await load(path, own);
    before.threshold = 0.125;
    before.pixelThreshold = null;
    const file = join(folder, 'by-hand.blemish');
    await before.save(file);
    using after = await load(file, own);
    expect([after.threshold, after.pixelThreshold]).toEqual([0.125, null]);
    expect(after.calibration?.failures).toMatchObject([{ name: '#20', code: 'PICTURE_EMPTY' }]);
    expect(after.calibration?.threshold).toBe(before.calibration?.threshold);
  });

  it('in the layout of safetensors, for any reader', async () => {
    const { state, metadata } = await readSafetensors(path);
    expect([...state.keys()]).toEqual([
      'calibration.peaks',
      'calibration.scores',
      'weights.look.0.bias',
      'weights.look.0.weight',
      'weights.look.1.runningMean',
      'weights.look.1.runningVariance',
      'weights.look.1.scale',
      'weights.look.1.shift',
      'weights.look.2.bias',
      'weights.look.2.weight',
      'weights.mean',
      'weights.seen',
    ]);
    expect([...metadata.keys()]).toEqual([
      'thresholds.0',
      'thresholds.1',
      'format',
      'formatVersion',
      'method',
      'hyper',
      'input',
      'seed',
      'provenance',
      'versions',
      'calibration',
      'weightsSha256',
      'metadataSha256',
    ]);
    expect(JSON.parse(metadata.get('hyper') as string)).toEqual({ features: 8, share: 0.02, score: 'top' });
    expect(JSON.parse(metadata.get('versions') as string)).toEqual({ blemish: expect.any(String), node: process.versions.node, onednn: expect.any(String) });
  });

  it('say why a file cannot be written', async () => {
    using detector = toyDetector();
    expect(await message(detector.save(join(folder, 'no', 'where.blemish')))).toMatch(
      /^MODEL_UNREADABLE: .*ENOENT.*; expected a model file that may be read and written$/,
    );
    await mkdir(join(folder, 'taken'), { recursive: true });
    expect(await message(detector.save(join(folder, 'taken')))).toMatch(/^MODEL_UNREADABLE: \/taken: E/);
  });
});

describe('the threshold in the file', () => {
  it('changes in place: two records, and not a byte besides', async () => {
    const file = await copyOf('edited.blemish');
    await setThreshold(file, -1.2345678901234568e-300);
    const edited = new Uint8Array(await readFile(file));
    expect(edited.length).toBe(bytes.length);
    const changed = Array.from(bytes.keys()).filter((at) => bytes[at] !== edited[at]);
    const from = Buffer.from(bytes).indexOf('"thresholds.0":"');
    expect(changed[0]).toBeGreaterThan(from);
    expect(changed.at(-1)).toBeLessThan(from + 2 * (96 + 20));
    using before = await load(path, own);
    using after = await load(file, own);
    expect(after.threshold).toBe(-1.2345678901234568e-300);
    expect(after.pixelThreshold).toBe(before.pixelThreshold);
    expect((await scoresOf(after)).map(({ pValue, score }) => [pValue, score])).toEqual((await scoresOf(before)).map(({ pValue, score }) => [pValue, score]));
    for (const [threshold, pixelThreshold] of [
      [null, undefined],
      [5e-324, 1e300],
      [0.1, null],
      [-0, undefined],
    ] as const) {
      await setThreshold(file, threshold, pixelThreshold);
      using again = await load(file, own);
      expect(again.threshold).toBe(threshold === null ? null : threshold + 0);
      if (pixelThreshold !== undefined) expect(again.pixelThreshold).toBe(pixelThreshold);
    }
  });

  it('is the old or the new one after a crash at any byte of the writing', async () => {
    // What setThreshold writes: the record that is not in force, then the other.
    const file = await copyOf('crash.blemish');
    await setThreshold(file, 42);
    const after = new Uint8Array(await readFile(file));
    const begin = slotKeys.map((key) => Buffer.from(bytes).indexOf(`"${key}":"`) + key.length + 4);
    const old = (await modelOf(bytes)).threshold;
    const torn = bytes.slice();
    for (const which of [1, 0]) {
      for (let at = begin[which]; at < begin[which] + 96; at++) {
        torn[at] = after[at];
        const { threshold } = await modelOf(torn);
        expect([old, 42]).toContain(threshold);
        if (which === 0) expect(threshold).toBe(42);
      }
    }
    expect(torn).toEqual(after);
    // A disk may also keep any part of a record: whatever was being written, the other one is whole.
    for (let round = 0; round < 300; round++) {
      const which = round % 2;
      const part = which === 1 ? bytes.slice() : after.slice();
      const [from, to] = which === 1 ? [bytes, after] : [after, bytes];
      for (let i = 0; i < 96; i++) part[begin[which] + i] = (Math.imul(round + 1, 2654435761) >>> (i % 32)) & 1 ? to[begin[which] + i] : from[begin[which] + i];
      expect([old, 42]).toContain((await modelOf(part)).threshold);
    }
  });

  it('is refused where it is no number, and where the file is none of ours', async () => {
    const file = await copyOf('refused.blemish');
    expect(await message(setThreshold(file, Number.NaN))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: setThreshold: the threshold is NaN; expected a finite number or null"`,
    );
    expect(await message(setThreshold(file, 1, Number.POSITIVE_INFINITY))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: setThreshold: the threshold is Infinity; expected a finite number or null"`,
    );
    expect(await message(setThreshold(join(folder, 'none'), 1))).toMatchInlineSnapshot(
      `"MODEL_UNREADABLE: /none: ENOENT: no such file or directory, stat '/none'; expected a model file that may be read and written"`,
    );
    expect(await message(setThreshold(folder, 1))).toMatchInlineSnapshot(`"MODEL_UNREADABLE: : it is no regular file; expected a model file"`);
    expect(await message(setThreshold(await copyOf('text.blemish', 'no model at all'), 1))).toMatchInlineSnapshot(
      `"MODEL_INVALID: /text.blemish: the file, of 15 bytes, does not begin as a model does; expected one that save wrote"`,
    );
    const tampered = bytes.slice();
    tampered[Buffer.from(bytes).indexOf('"features') + 2] ^= 1;
    expect(await message(setThreshold(await copyOf('tampered.blemish', tampered), 1))).toMatchInlineSnapshot(
      `"MODEL_INVALID: /tampered.blemish: its metadata do not give the checksum that stands beside them; expected a file that nobody altered"`,
    );
    expect(new Uint8Array(await readFile(file))).toEqual(bytes);
  });
});

describe('refused', () => {
  const say = async (content: Uint8Array | string) => message(load(await copyOf('refused.blemish', content), own));

  it('what cannot be opened', async () => {
    expect(await message(load(join(folder, 'none'), own))).toMatchInlineSnapshot(
      `"MODEL_UNREADABLE: /none: ENOENT: no such file or directory, stat '/none'; expected a model file that may be read and written"`,
    );
    expect(await message(load(folder, own))).toMatchInlineSnapshot(`"MODEL_UNREADABLE: : it is no regular file; expected a model file"`);
  });

  it('what is no model', async () => {
    expect(await say('')).toMatchInlineSnapshot(
      `"MODEL_INVALID: /refused.blemish: the file, of 0 bytes, does not begin as a model does; expected one that save wrote"`,
    );
    expect(await say('a text of some length that is no model')).toMatchInlineSnapshot(
      `"MODEL_INVALID: /refused.blemish: the file, of 38 bytes, does not begin as a model does; expected one that save wrote"`,
    );
    expect(await say(new Uint8Array(await readFile(join(packageRoot(), 'test/golden/state-files.safetensors'))))).toMatchInlineSnapshot(
      `"MODEL_INVALID: /refused.blemish: the file is no model of this library; expected metadata with format 'blemish'"`,
    );
  });

  it('what is cut short or runs on', async () => {
    expect(await say(bytes.slice(0, bytes.length - 1))).toMatchInlineSnapshot(
      `"MODEL_INVALID: /refused.blemish: "weights.seen": data_offsets is [4452 4456]; expected a range within 4455 bytes"`,
    );
    expect(await say(bytes.slice(0, 1000))).toMatchInlineSnapshot(
      `"MODEL_INVALID: /refused.blemish: the header claims 1872 bytes; expected 2 … 992 in a file of 1000"`,
    );
    expect(await say(Buffer.concat([bytes, new Uint8Array(3)]))).toMatchInlineSnapshot(
      `"MODEL_INVALID: /refused.blemish: 4459 bytes follow the header but the arrays end at 4456; expected nothing after the last array"`,
    );
  });

  it('what was altered', async () => {
    const weights = bytes.slice();
    weights[weights.length - 5] ^= 4;
    expect(await say(weights)).toMatchInlineSnapshot(
      `"MODEL_INVALID: /refused.blemish: its arrays do not give the checksum that stands in its header; expected a file that nobody altered"`,
    );
    const text = Buffer.from(bytes).toString('latin1');
    expect(await say(Buffer.from(text.replace('\\"features\\":8', '\\"features\\":9'), 'latin1'))).toMatchInlineSnapshot(
      `"MODEL_INVALID: /refused.blemish: its metadata do not give the checksum that stands beside them; expected a file that nobody altered"`,
    );
    // Two arrays of equal extents that change their names: every byte of data is as it was.
    const swapped = text
      .replace('weights.look.1.scale', 'weights.look.1.?')
      .replace('weights.look.1.shift', 'weights.look.1.scale')
      .replace('weights.look.1.?', 'weights.look.1.shift');
    expect(await say(Buffer.from(swapped, 'latin1'))).toMatchInlineSnapshot(
      `"MODEL_INVALID: /refused.blemish: its arrays do not give the checksum that stands in its header; expected a file that nobody altered"`,
    );
    const records = bytes.slice();
    for (const key of slotKeys) records[Buffer.from(bytes).indexOf(`"${key}":"`) + 20] ^= 1;
    expect(await say(records)).toMatchInlineSnapshot(
      `"MODEL_INVALID: /refused.blemish: both records of its thresholds are damaged; expected at least one that is whole"`,
    );
  });

  it('what a later version wrote', async () => {
    const later = await resigned(bytes, (metadata) => {
      metadata.set('formatVersion', '2');
      metadata.set('versions', '{"blemish":"9.0.0"}');
      metadata.delete('metadataSha256');
    });
    expect(await say(later)).toMatchInlineSnapshot(
      `"MODEL_TOO_NEW: /refused.blemish: its format is version 2, written by {"blemish":"9.0.0"}; expected at most version 1: a later release of this library reads it"`,
    );
  });

  it('a header of any claim, before memory of that size is asked for', async () => {
    const claims = new Uint8Array(64);
    new DataView(claims.buffer).setBigUint64(0, 99_000_000n, true);
    const file = await copyOf('claims.blemish', claims);
    await truncate(file, 200_000_000); // a hole: the file has the size that its header claims
    const before = process.memoryUsage().arrayBuffers;
    expect(await message(load(file, own))).toMatchInlineSnapshot(
      `"MODEL_INVALID: /claims.blemish: the file, of 200000000 bytes, does not begin as a model does; expected one that save wrote"`,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  it.each<[string, string, (metadata: Map<string, string>, arrays: Map<string, ArrayEntry>) => void]>([
    ['no method', 'MODEL_INVALID', (metadata) => metadata.delete('method')],
    ['a method of a strange name', 'MODEL_INVALID', (metadata) => metadata.set('method', '../../etc')],
    ['an unknown method', 'METHOD_UNKNOWN', (metadata) => metadata.set('method', 'patchwork')],
    ['an inherited method', 'METHOD_UNKNOWN', (metadata) => metadata.set('method', 'toString')],
    ['no hyper-parameters', 'MODEL_INVALID', (metadata) => metadata.delete('hyper')],
    ['hyper-parameters that are a list', 'MODEL_INVALID', (metadata) => metadata.set('hyper', '[8]')],
    ['a hyper-parameter out of range', 'MODEL_INVALID', (metadata) => metadata.set('hyper', '{"features":257}')],
    ['a hyper-parameter that is null', 'MODEL_INVALID', (metadata) => metadata.set('hyper', '{"features":null}')],
    ['a hyper-parameter that is unknown', 'MODEL_INVALID', (metadata) => metadata.set('hyper', '{"__proto__":1}')],
    ['an input without end', 'MODEL_INVALID', (metadata) => metadata.set('input', '{"height":1e9,"width":1e9,"channels":3,"fit":"stretch"}')],
    ['an input that the method cannot take', 'MODEL_INVALID', (metadata) => metadata.set('input', '{"height":18,"width":16,"channels":3,"fit":"stretch"}')],
    ['an input of two channels', 'MODEL_INVALID', (metadata) => metadata.set('input', '{"height":16,"width":16,"channels":2,"fit":"stretch"}')],
    [
      'an input of another size than the weights',
      'MODEL_INVALID',
      (metadata) => metadata.set('input', '{"height":20,"width":16,"channels":3,"fit":"stretch"}'),
    ],
    ['a rate that is none', 'MODEL_INVALID', (metadata) => metadata.set('calibration', '{"falseAlarmRate":"0.1","failures":[]}')],
    ['a rate that asks for more pictures', 'MODEL_INVALID', (metadata) => metadata.set('calibration', '{"falseAlarmRate":0.001,"failures":[]}')],
    ['calibration scores without calibration', 'MODEL_INVALID', (metadata) => metadata.set('calibration', 'null')],
    ['calibration without scores', 'MODEL_INVALID', (_, arrays) => arrays.delete('calibration.scores')],
    ['calibration scores in disorder', 'MODEL_INVALID', (_, arrays) => arrays.get('calibration.scores')?.data.reverse()],
    ['calibration scores that are no numbers', 'MODEL_INVALID', (_, arrays) => arrays.get('calibration.peaks')?.data.fill(Number.NaN, 19)],
    ['provenance that is no JSON', 'MODEL_INVALID', (metadata) => metadata.set('provenance', '{')],
    ['provenance without a bottom', 'MODEL_INVALID', (metadata) => metadata.set('provenance', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`)],
    ['versions that are numbers', 'MODEL_INVALID', (metadata) => metadata.set('versions', '{"blemish":1}')],
    ['a format version of nothing', 'MODEL_INVALID', (metadata) => metadata.set('formatVersion', '0x1')],
    ['no records of thresholds', 'MODEL_INVALID', (metadata) => slotKeys.forEach((key) => metadata.delete(key))],
    ['weights that are missing', 'MODEL_INVALID', (_, arrays) => arrays.delete('weights.mean')],
    ['weights too many', 'MODEL_INVALID', (_, arrays) => arrays.set('weights.more', { dtype: 'f32', shape: [1], data: Float32Array.of(1) })],
    ['weights of other extents', 'MODEL_INVALID', (_, arrays) => arrays.set('weights.seen', { dtype: 'f32', shape: [2], data: Float32Array.of(1, 2) })],
    ['an array of no kind', 'MODEL_INVALID', (_, arrays) => arrays.set('code', { dtype: 'u8', shape: [1], data: Uint8Array.of(1) })],
  ])('%s, well signed', async (_, code, edit) => {
    const before = memory().liveTensors;
    const content = await resigned(bytes, edit);
    const text = await message(load(await copyOf('signed.blemish', content), own));
    expect(text.slice(0, text.indexOf(':'))).toBe(code);
    expect(text).toMatch(/; expected ./);
    expect(text.length).toBeLessThan(500);
    expect(memory().liveTensors).toBe(before);
  });

  it('a method that is not given, by its name', async () => {
    expect(await message(load(path))).toMatch(/^METHOD_UNKNOWN: \/toy\.blemish: its method is toy; expected /);
    expect(await message(load(path, { ...own, device: 'cuda' as 'cpu' }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: load: device is "cuda"; expected auto or cpu"`,
    );
  });

  it('nothing of this where all is well: signed anew, it is read', async () => {
    using detector = await detectorOf(await resigned(bytes, () => {}), toyMethod);
    expect(detector.threshold).toBe(0.5);
  });
});
