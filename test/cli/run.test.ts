// From pictures to scores by the verbs alone, on a small real training: contracts, exit codes, files.
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeData } from '../../src/cli/demo/make.ts';
import { naturalOrder } from '../../src/data/files.ts';
import { badCodes, goodNames, writeBadPictures } from '../support/bad-pictures.ts';
import { cli } from '../support/cli.ts';

const root = mkdtempSync(join(tmpdir(), 'blemish-cli-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]) => join(root, ...parts);
const data = at('surfaces');
const model = at('woven.blemish');
const tiny = ['--size', '32', '--steps', '12', '--set', 'width=8', '--set', 'levels=1', '--set', 'blocks=1', '--set', 'reach=0', '--seed', '3'];
const train = (place: string, out: string, ...more: string[]) => cli(['train', 'ssae', place, '-o', out, ...tiny, ...more]);
const oddNames = ['line\nbreak.png', 'odd, "quoted".png', 'Prüfling 検査 🔩.png'];

/** Files that go wrong among others that do not, some of them with odd names: the code of each by name, in the order of scoring. */
async function badFolder(name: string): Promise<[name: string, code: string | null][]> {
  const folder = at(name);
  rmSync(folder, { recursive: true, force: true });
  await writeBadPictures(folder);
  const plain = join(folder, 'plain.png');
  for (const odd of [...oddNames, 'locked.png']) copyFileSync(plain, join(folder, odd));
  chmodSync(join(folder, 'locked.png'), 0);
  // No permission stops root.
  const codes = { ...badCodes, 'locked.png': process.getuid?.() === 0 ? null : 'PICTURE_UNREADABLE' };
  const files = [...new Set([...goodNames, ...oddNames, ...Object.keys(codes)])].sort(naturalOrder);
  return files.map((file) => [join(folder, file), (codes as Record<string, string | null>)[file] ?? null]);
}

const lines = (text: string) => text.split('\n').slice(0, -1);

let trained: Awaited<ReturnType<typeof cli>>;
beforeAll(async () => {
  await makeData(data, { size: 32, seed: 5, train: 12, good: 6, defective: 2 });
  trained = await train(join(data, 'woven'), model, '--json');
}, 60_000);

describe('train', () => {
  it('ends with one line of JSON, and leaves the model alone', () => {
    expect(trained.code).toBe(0);
    expect(JSON.parse(trained.out)).toEqual({ model, method: 'ssae', seconds: expect.any(Number), steps: 12, images: 11, device: 'cpu', seed: 3 });
    expect(lines(trained.out)).toHaveLength(1);
    expect(trained.err).toMatch(/^training {2}step 12\/12 {2}loss \S+/m);
    expect(statSync(model).size).toBeGreaterThan(1000);
    expect(existsSync(`${model}.checkpoint`)).toBe(false);
  });

  it('gives the same scores for the same seed, says nothing under --quiet, and others for another', async () => {
    const scores = async (path: string) => (await cli(['score', path, join(data, 'woven/test'), '--json', '-q'])).out;
    const again = await train(join(data, 'woven'), at('again.blemish'), '--quiet');
    expect([again.code, again.err]).toEqual([0, '']);
    expect(again.out).toMatch(/again\.blemish: ssae, 12 steps on 11 pictures in .*, seed 3\n$/);
    expect(await scores(at('again.blemish'))).toBe(await scores(model));
    await train(join(data, 'woven'), at('other.blemish'), '--seed', '4');
    expect(await scores(at('other.blemish'))).not.toBe(await scores(model));
  });

  it('asks for a category or a folder where there are several, and fills the folder', async () => {
    const refused = await train(data, at('all.blemish'));
    expect(refused.code).toBe(2);
    expect(refused.err.replaceAll(root, '')).toMatchInlineSnapshot(`
      "blemish train: the data has 4 categories (brushed, grained, perforated, woven) and --out is /all.blemish; expected --category, or the name of a folder for one model each (ARGUMENT_INVALID)
      "
    `);
    const one = await train(data, at('one.blemish'), '--category', 'brushed', '--json');
    expect(JSON.parse(one.out)).toMatchObject({ model: at('one.blemish'), images: 11 });
    expect((await train(data, at('none.blemish'), '--category', 'rusty')).code).toBe(2);
    const each = await train(data, at('models'), '--json', '--steps', '2');
    expect(lines(each.out).map((line) => JSON.parse(line).model)).toEqual(
      ['brushed', 'grained', 'perforated', 'woven'].map((name) => at('models', `${name}.blemish`)),
    );
  });

  it('looks at where it is to write before it begins', async () => {
    writeFileSync(at('a file'), '');
    const refused = [await train(join(data, 'woven'), at('a file', 'x.blemish')), await train(join(data, 'woven'), data), await train(data, at('a file'))];
    expect(refused.map(({ code, err }) => `${code}: ${err.replaceAll(root, '').trimEnd()}`)).toMatchInlineSnapshot(`
      [
        "2: blemish train: --out: /a file is no folder; expected the path of one, or none (ARGUMENT_INVALID)",
        "2: blemish train: --out is /surfaces, a folder; expected the name of a file (ARGUMENT_INVALID)",
        "2: blemish train: --out: /a file is no folder; expected the path of one, or none (ARGUMENT_INVALID)",
      ]
    `);
  });

  it('names the pictures that nothing could be learnt from', async () => {
    const files = await badFolder('mixed');
    for (let i = 0; i < 12; i++) copyFileSync(join(data, 'woven/train/good', `${String(i).padStart(3, '0')}.png`), join(at('mixed'), `more ${i}.png`));
    const { code, out, err } = await train(at('mixed'), at('mixed.blemish'), '--steps', '1', '--quiet', '--json');
    expect([code, code && err]).toEqual([0, 0]);
    const wrong = files.filter(([, code]) => code !== null).map(([, code]) => code);
    // One in ten is held back for validation: of the good ones between none and three.
    const good = 12 + files.length - wrong.length;
    expect([good, good - 1, good - 2, good - 3]).toContain(JSON.parse(out).images);
    const told = lines(err).map((line) => /\((\w+)\)$/.exec(line)?.[1]);
    expect(told.sort()).toEqual(wrong.sort());
  });
});

describe('inspect', () => {
  it('tells everything as JSON, and the same in rows', async () => {
    const { code, out } = await cli(['inspect', model, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      method: { name: 'ssae' },
      hyper: { width: 8, levels: 1 },
      input: { height: 32, width: 32, channels: 3 },
      threshold: null,
      seed: 3,
      provenance: { training: { steps: 12, images: 11 } },
    });
    const rows = (await cli(['inspect', model])).out;
    for (const row of [/^hyper\.width +8$/m, /^threshold +–$/m, /^seed +3$/m, /^provenance\.training\.steps +12$/m]) expect(rows).toMatch(row);
  });
});

describe('calibrate', () => {
  const calibrated = at('calibrated.blemish');
  beforeAll(() => writeFileSync(calibrated, readFileSync(model)));

  it('sets a threshold in place, from normal pictures', async () => {
    const { code, out } = await cli(['calibrate', calibrated, join(data, 'woven/test/good'), '--false-alarms', '0.2', '--json']);
    expect(code).toBe(0);
    const told = JSON.parse(out);
    expect(told).toEqual({ model: calibrated, threshold: expect.any(Number), pixelThreshold: expect.any(Number), falseAlarmRate: 0.2, images: 6 });
    expect(JSON.parse((await cli(['inspect', calibrated, '--json'])).out)).toMatchObject({ threshold: told.threshold, pixelThreshold: told.pixelThreshold });
  });

  it('sets the threshold that is given', async () => {
    const { code, out } = await cli(['calibrate', calibrated, '--threshold', '-1.5', '--json']);
    expect([code, JSON.parse(out).threshold]).toEqual([0, -1.5]);
    expect(JSON.parse((await cli(['inspect', calibrated, '--json'])).out).threshold).toBe(-1.5);
  });

  it('refuses defective pictures and too few of them', async () => {
    const refused = [await cli(['calibrate', calibrated, join(data, 'woven')]), await cli(['calibrate', calibrated, join(data, 'woven/test/good'), '-q'])];
    expect(refused.map(({ code, err }) => `${code}: ${err.replaceAll(root, '').trimEnd()}`)).toMatchInlineSnapshot(`
      [
        "2: blemish calibrate: /surfaces/woven is a data set with pictures that are not known to be normal (test/foreign_object/000.png); expected normal pictures only, such as its test/good (ARGUMENT_INVALID)",
        "2: blemish calibrate: 6 normal pictures were scored for a false-alarm rate of 0.01; expected at least 99, or a rate of at least 1 / 7 (CALIBRATION_TOO_SMALL)",
      ]
    `);
    expect(JSON.parse((await cli(['inspect', calibrated, '--json'])).out).threshold).toBe(-1.5);
  });
});

describe('evaluate', () => {
  const estimate = expect.any(Number);
  const numbers = {
    image: { auroc: estimate, ap: estimate, f1Max: estimate },
    pixel: { auroc: estimate, ap: estimate, aupro: estimate, aupimo: estimate },
    seconds: estimate,
  };

  it('prints one object, and writes a report', async () => {
    const { code, out, err } = await cli(['evaluate', model, join(data, 'woven'), '--report', at('report'), '--json', '--resamples', '20']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ images: 14, ...numbers });
    expect(err).toContain(`report: ${at('report', 'report.html')}`);
    const html = readFileSync(at('report', 'report.html'), 'utf8');
    expect(html).toContain('blemish evaluate');
    expect(html).toContain('test/missing_thread/001.png');
  });

  it('judges every category by a model of its own, or all by one', async () => {
    const own = await cli(['evaluate', at('models'), data, '--json', '--resamples', '0', '--report', at('reports')]);
    expect(own.code).toBe(0);
    const told = JSON.parse(own.out);
    expect(Object.keys(told)).toEqual(['categories', 'mean']);
    expect(Object.keys(told.categories)).toEqual(['brushed', 'grained', 'perforated', 'woven']);
    expect(told.mean).toEqual({ images: 56, ...numbers });
    expect(existsSync(at('reports', 'brushed', 'report.html'))).toBe(true);
    const over = readFileSync(at('reports', 'report.html'), 'utf8');
    for (const name of Object.keys(told.categories)) expect(over).toContain(`<a href="${name}/report.html">${name}</a>`);
    expect(over).toContain('>mean<');
    const mean = Object.values<{ image: { auroc: number } }>(told.categories).reduce((sum, one) => sum + one.image.auroc / 4, 0);
    expect(told.mean.image.auroc).toBeCloseTo(mean, 12);
    const one = await cli(['evaluate', model, data, '--json', '--resamples', '0']);
    expect(Object.keys(JSON.parse(one.out).categories)).toEqual(['brushed', 'grained', 'perforated', 'woven']);
  });

  it('prints numbers in columns', async () => {
    const { out } = await cli(['evaluate', model, join(data, 'woven'), '--resamples', '20']);
    expect(out.replace(/-?\d\.\d{4}/g, '0.1234')).toMatchInlineSnapshot(`
      "pictures          14  95 % interval
      image AUROC   0.1234  0.1234 … 0.1234
      image AP      0.1234  0.1234 … 0.1234
      image F1-max  0.1234  0.1234 … 0.1234
      pixel AUROC   0.1234  0.1234 … 0.1234
      pixel AP      0.1234  0.1234 … 0.1234
      AUPRO         0.1234  0.1234 … 0.1234
      AUPIMO        0.1234  0.1234 … 0.1234
      "
    `);
  });

  it('says which models are not there', async () => {
    rmSync(at('models', 'woven.blemish'));
    const { code, err } = await cli(['evaluate', at('models'), data]);
    expect(`${code}: ${err.replaceAll(root, '')}`).toMatchInlineSnapshot(`
      "2: blemish evaluate: /models has no model for 1 category of the data (woven.blemish); expected one for each, or --category (ARGUMENT_INVALID)
      "
    `);
  });
});

describe('score', () => {
  const scoring = at('scoring.blemish');
  beforeAll(async () => {
    writeFileSync(scoring, readFileSync(model));
    await cli(['calibrate', scoring, join(data, 'woven/test/good'), '--false-alarms', '0.2']);
  });
  const good = join(data, 'woven/test/good');

  it('goes through a folder of bad files to the end, with one line for each', async () => {
    const files = await badFolder('bad');
    const { code, out, err } = await cli(['score', scoring, at('bad'), '--out', at('rows.jsonl'), '-q']);
    expect([code, out]).toEqual([2, '']);
    const rows = lines(readFileSync(at('rows.jsonl'), 'utf8')).map((line) => JSON.parse(line));
    expect(rows.map(({ name, error }) => [name, error?.code ?? null])).toEqual(files);
    for (const { error, score, width, regions } of rows) {
      if (error) expect(score).toBeNull();
      else expect([typeof score, width, Array.isArray(regions)]).toEqual(['number', 48, true]);
    }
    expect(lines(err.replaceAll(root, '')).map((line) => line.replace(/\d+ bytes/, 'n bytes'))).toMatchInlineSnapshot(`
      [
        "/bad/cut.jpg: VipsJpeg: premature end of JPEG image; expected a whole picture file (PICTURE_DAMAGED)",
        "/bad/dangling.png: there is no such file; expected a picture file (PICTURE_MISSING)",
        "/bad/empty.png: the file has n bytes; expected a picture file (PICTURE_EMPTY)",
        "/bad/folder.png: it is a folder; expected a picture file (PICTURE_UNREADABLE)",
        "/bad/foreign.png: the file is JPEG XL; expected PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF, PNM or SVG (PICTURE_UNSUPPORTED)",
        "/bad/head.png: its header is damaged; expected a whole picture file (PICTURE_DAMAGED)",
        "/bad/text.png: the file begins with the bytes 54 68 69 73 20 69 73 20; expected a picture (PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF, PNM or SVG) (PICTURE_UNKNOWN)",
        "/bad/wide.png: the picture has 20000 x 3 pixels; expected at most 16384 a side and 268435456 in all (PICTURE_TOO_LARGE)",
      ]
    `);
  });

  it('writes CSV that reads back, whatever the names', async () => {
    const files = await badFolder('bad');
    const { code } = await cli(['score', scoring, at('bad'), '--out', at('rows.csv'), '-q']);
    expect(code).toBe(2);
    const text = readFileSync(at('rows.csv'), 'utf8');
    expect(text.split('\r\n')[0]).toBe(
      'index,name,score,pValue,anomalous,threshold,width,height,regions,map,mapUnit,mapOffset,readMs,computeMs,sha256,model,code,message',
    );
    const { parseCsv } = await import('../../src/data/tables.ts');
    const { rows } = parseCsv(text);
    expect(rows.map(({ cells }) => [cells.get('name'), cells.get('code') ?? null])).toEqual(files);
  });

  it('takes names from standard input: lines, NUL, JSON lines, CSV', async () => {
    const names = ['000.png', '001.png', '002.png'].map((name) => join(good, name));
    const scored = async (stdin: string | Readable, ...words: string[]) =>
      lines((await cli(['score', scoring, ...(words.length ? words : ['-']), '--json', '-q'], { stdin })).out).map((line) => JSON.parse(line).name);
    expect(await scored(names.join('\n'))).toEqual(names);
    expect(await scored(`\uFEFF${names.join('\r\n')}\r\n\r\n`)).toEqual(names);
    expect(await scored(names.map((name) => `${name}\0`).join(''))).toEqual(names);
    expect(await scored(names.map((path) => `${JSON.stringify({ path })}\n`).join(''))).toEqual(names);
    expect(await scored(`label;path\n${names.map((name) => `0;${name}`).join('\n')}`)).toEqual(names);
    writeFileSync(join(good, 'list.csv'), 'file\n000.png\n001.png\n');
    expect(await scored('', join(good, 'list.csv'))).toEqual(names.slice(0, 2));
    // A name may come in pieces, and a letter too.
    const bytes = Buffer.from(`${join(at('bad'), 'Prüfling 検査 🔩.png')}\n`);
    expect(
      await scored(
        Readable.from(
          [...bytes].map((byte) => Buffer.from([byte])),
          { objectMode: false },
        ),
      ),
    ).toEqual([bytes.toString().trimEnd()]);
    rmSync(join(good, 'list.csv'));
  });

  it('scores what is named on standard input before the next name comes', async () => {
    const stop = new AbortController();
    const stdin = new Readable({ read() {} });
    stdin.push(`${join(good, '000.png')}\n`);
    const { code, out } = await cli(['score', scoring, '-', '--json', '-q'], {
      stdin,
      signal: stop.signal,
      watch(out) {
        if (out.endsWith('\n')) stop.abort();
      },
    });
    expect([code, lines(out).length]).toEqual([130, 1]);
  });

  it('says what is wrong with a row of a manifest', async () => {
    const stdin = '{"label": 0}\n{"path": "/no/such.png"}\n{oops\n';
    const { code, out } = await cli(['score', scoring, '-', '--json', '-q'], { stdin });
    expect(code).toBe(2);
    expect(lines(out).map((line) => JSON.parse(line).error.message)).toMatchInlineSnapshot(`
      [
        "standard input, line 1: there is no path; expected a row with a path",
        "readPicture: /no/such.png: there is no such file; expected a picture file",
        "standard input, line 3: it is no JSON object; expected a row with a path",
      ]
    `);
  });

  it('writes maps of 16 bits that give the scores back', async () => {
    const { code } = await cli(['score', scoring, good, '--out', at('mapped.jsonl'), '--maps', at('maps'), '-q']);
    expect(code).toBe(0);
    const rows = lines(readFileSync(at('mapped.jsonl'), 'utf8')).map((line) => JSON.parse(line));
    expect(new Set(rows.map(({ mapUnit }) => mapUnit)).size).toBe(1);
    const { load } = await import('../../src/scoring/detector.ts');
    const detector = await load(scoring);
    try {
      let i = 0;
      for await (const result of detector.score(good)) {
        if (result.error) throw new Error(result.error.message);
        const { map, mapUnit, mapOffset } = rows[i++];
        expect(mapOffset).toBe(0);
        expect((await sharp(map).metadata()).depth).toBe('ushort');
        const { data: grey } = await sharp(map).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true });
        const numbers = new Uint16Array(grey.buffer, grey.byteOffset, grey.length / 2);
        const { map: scores, width, height } = result as { map: Float32Array; width: number; height: number };
        expect(numbers.length).toBe(width * height);
        for (let at = 0; at < scores.length; at++) {
          expect(Math.abs(numbers[at] * mapUnit - scores[at])).toBeLessThanOrEqual(0.51 * mapUnit);
        }
        // The threshold of pixels lies at a quarter of white.
        expect(mapUnit * 16384).toBeCloseTo(detector.pixelThreshold ?? Number.NaN, 10);
      }
      expect(i).toBe(6);
    } finally {
      detector.dispose();
    }
  });

  it('ends with 1 where there is an anomaly and --fail-on asks', async () => {
    const all = cli(['score', scoring, good, '--json', '-q']);
    const highest = Math.max(...lines((await all).out).map((line) => JSON.parse(line).score));
    const codes: number[] = [];
    for (const threshold of [highest / 2, highest]) {
      await cli(['calibrate', scoring, '--threshold', String(threshold)]);
      for (const more of [[], ['--fail-on', 'anomaly']]) codes.push((await cli(['score', scoring, good, '-q', ...more])).code ?? -1);
    }
    // Strictly above: the highest score is no anomaly at a threshold equal to it.
    expect(codes).toEqual([0, 1, 0, 0]);
  });

  it('is read by people too', async () => {
    const { out, err } = await cli(['score', scoring, join(good, '000.png'), '/no/such.png']);
    expect(out.replace(/^\d\S*\t\d\S*/gm, '0.5\t0.25').replaceAll(root, '')).toMatchInlineSnapshot(`
      "score	p	verdict	name
      0.5	0.25	normal	/surfaces/woven/test/good/000.png
      –	–	PICTURE_MISSING	/no/such.png
      "
    `);
    expect(err.replaceAll(root, '').replace(/[\d.]+ s, [\d.]+ pictures/, '1 s, 2 pictures')).toMatchInlineSnapshot(`
      "/no/such.png: there is no such file; expected a picture file (PICTURE_MISSING)
      2 pictures, 0 anomalous, 1 not scored; 1 s, 2 pictures a second
      "
    `);
  });
});
