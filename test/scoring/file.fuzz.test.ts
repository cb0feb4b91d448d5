// Model files with anything wrong with them: refused, or the very same model; and hostile ones, well signed: refused, or a detector that behaves.
//
//   BLEMISH_FUZZ=200000 npx vitest run test/scoring/file.fuzz.test.ts      so many mutations of each kind, others each time
//
// A million inputs on the reader alone: npm run fuzz -- model-file 1000000
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SafetensorsFile } from '../../src/nn/safetensors.ts';
import type { Model } from '../../src/scoring/file.ts';
import { slotKeys } from '../../src/scoring/threshold-slot.ts';
import { memory } from '../../src/tensor/device.ts';
import { uniformSource } from '../support/cases.ts';
import { detectorOf, modelOf, resigned } from '../support/model-bytes.ts';
import { damages, drawsOf, hostile, lies } from '../support/model-mutations.ts';
import { toyDetector, toyMethod, toyPicture, toyPictures } from '../support/toy-method.ts';

const asked = Number(process.env.BLEMISH_FUZZ ?? 0);
const seed = asked ? Date.now() % 2 ** 31 : 7;
const draws = drawsOf(uniformSource(seed));
const { below, pick } = draws;
const timeout = asked ? 24 * 3600_000 : 60_000;

let bytes = new Uint8Array(0);
let model: Model;
let header = 0;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
  using detector = toyDetector(2, { features: 2 });
  await detector.calibrate(toyPictures(9, 50), { falseAlarmRate: 0.2 });
  await detector.save(join(folder, 'toy.blemish'));
  bytes = new Uint8Array(await readFile(join(folder, 'toy.blemish')));
  await rm(folder, { recursive: true });
  model = await modelOf(bytes);
  header = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (asked) console.log(`seed ${seed}`);
});

/** Whether broken bytes are refused as they should be; else they must say what they said before. */
async function isRefused(broken: Uint8Array, what: string): Promise<boolean> {
  let read: Model;
  try {
    read = await modelOf(broken);
  } catch (error) {
    expect(['MODEL_INVALID', 'MODEL_TOO_NEW'], `${what}: ${error}`).toContain((error as { code?: string }).code);
    return true;
  }
  expect(read, what).toEqual(model);
  return false;
}

describe('damage', () => {
  it('to any byte is found, or does no harm', { timeout }, async () => {
    let harmless = 0;
    const flip = async (at: number, mask: number) => {
      const broken = bytes.slice();
      broken[at] ^= mask;
      if (!(await isRefused(broken, `byte ${at} ^ ${mask}`))) harmless++;
    };
    // Every byte of the header, those of the data in steps; then at random.
    for (let at = 0; at < bytes.length; at += at < header ? 1 : 11) await flip(at, 1 << (at % 8));
    for (let round = 0; round < asked; round++) await flip(below(bytes.length), 1 + below(255));
    // The two records bear one another out.
    expect(harmless).toBeGreaterThan(slotKeys.length * 60);
  });

  it('to many bytes, and of any other kind, and lies of the header', { timeout }, async () => {
    const every = { ...damages, ...lies };
    const kinds = Object.keys(every);
    let refused = 0;
    const rounds = Math.max(1500, asked);
    for (let round = 0; round < rounds; round++) {
      const kind = pick(kinds);
      if (await isRefused(every[kind](bytes, draws), kind)) refused++;
    }
    expect(refused).toBeGreaterThan(0.9 * rounds);
  });

  it('of every length of a file that was cut short', { timeout }, async () => {
    for (let length = 0; length < bytes.length; length += length < 20 || Math.abs(length - header) < 20 ? 1 : 7) {
      expect(await isRefused(bytes.slice(0, length), `length ${length}`)).toBe(true);
    }
  });
});

it('malice with valid checksums is refused, or gives a detector that behaves', { timeout }, async () => {
  let refused = 0;
  let scored = 0;
  let failed = 0;
  const rounds = Math.max(1200, asked);
  for (let round = 0; round < rounds; round++) {
    const content = await resigned(bytes, (metadata, arrays) => {
      for (let k = below(2); k >= 0; k--) hostile(metadata, arrays, draws);
    });
    try {
      using detector = await detectorOf(content, toyMethod);
      expect(JSON.parse(JSON.stringify(detector.describe()))).toBeInstanceOf(Object);
      for await (const result of detector.score([toyPicture(1), toyPicture(2, { width: 9, height: 31, channels: 1 })])) {
        if (result.error) {
          expect(result.error.code).toBe('SCORE_INVALID');
          failed++;
        } else {
          expect([Number.isFinite(result.score), result.map?.every(Number.isFinite), (result.pValue ?? 1) > 0]).toEqual([true, true, true]);
          scored++;
        }
      }
    } catch (error) {
      expect(['MODEL_INVALID', 'MODEL_TOO_NEW', 'METHOD_UNKNOWN'], `${(error as Error).stack}`).toContain((error as { code?: string }).code);
      refused++;
    }
    expect(memory().liveTensors).toBe(0);
  }
  expect(Math.min(refused / rounds, scored / rounds, failed / rounds)).toBeGreaterThan(0.02);
  expect(SafetensorsFile.fromBytes(bytes).entries.size).toBeGreaterThan(10);
});
