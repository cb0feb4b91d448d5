// A great many broken, lying and hostile model files on the reader: each refused with a code, or read as what it says; none may crash,
// hang, or make memory grow.
//
//   node dist/test/fuzz/model-file.js [COUNT] [SEED]
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Model, readModel, setThreshold } from '../../src/scoring/file.ts';
import { uniformSource } from '../support/cases.ts';
import { modelOf, resigned } from '../support/model-bytes.ts';
import { damages, drawsOf, hostile, lies } from '../support/model-mutations.ts';
import { toyDetector, toyPictures } from '../support/toy-method.ts';

const count = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 1);
const draws = drawsOf(uniformSource(seed));
const folder = await mkdtemp(join(tmpdir(), 'fuzz-model-'));
const codes = new Set(['MODEL_INVALID', 'MODEL_TOO_NEW']);
const told = new Map<string, number>();
const note = (what: string) => told.set(what, (told.get(what) ?? 0) + 1);

/** What a model says, so that two can be compared. */
const said = ({ weights, calibration, ...facts }: Model): string =>
  JSON.stringify([
    facts,
    calibration?.falseAlarmRate,
    [...weights].map(([name, { dtype, shape, data }]) => [name, dtype, shape, Buffer.from(data.buffer).toString('base64')]),
  ]);

function fail(round: number, what: string, bytes: Uint8Array, error: unknown): never {
  const message = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`fuzz: round ${round} of seed ${seed}, ${what}, ${bytes.length} bytes: ${message}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  process.exit(1);
}

async function seeds(): Promise<Uint8Array[]> {
  const files: Uint8Array[] = [];
  for (const calibrated of [true, false]) {
    const detector = toyDetector(2, { features: 2 });
    if (calibrated) await detector.calibrate(toyPictures(9, 50), { falseAlarmRate: 0.2 });
    const path = join(folder, `${calibrated}.blemish`);
    await detector.save(path);
    detector.dispose();
    files.push(new Uint8Array(await readFile(path)));
  }
  return files;
}

try {
  const whole = await seeds();
  const truths = await Promise.all(whole.map(async (bytes) => said(await modelOf(bytes))));
  const every = { ...damages, ...lies };
  const kinds = Object.keys(every);
  const path = join(folder, 'broken.blemish');
  let slowest = 0;
  const resident: number[] = [];
  for (let round = 0; round < count; round++) {
    const which = draws.below(whole.length);
    const malice = draws.uniform() < 0.1;
    const what = malice ? 'malice, signed' : draws.pick(kinds);
    let bytes = malice
      ? await resigned(whole[which], (metadata, arrays) => {
          for (let k = draws.below(3); k >= 0; k--) hostile(metadata, arrays, draws);
        })
      : every[what](whole[which], draws);
    // Some are damaged twice.
    if (!malice && bytes.length > 16 && draws.uniform() < 0.2) bytes = damages['a bit flipped'](bytes, draws);
    const onDisk = round % 500 === 0;
    const begun = process.cpuUsage(); // the clock's time is the machine's affair
    try {
      if (onDisk) {
        await writeFile(path, bytes);
        await setThreshold(path, 0.25).catch((error: { code?: string }) => {
          if (!codes.has(error.code ?? '')) throw error;
        });
        await writeFile(path, bytes);
      }
      const model = onDisk ? await readModel(path) : await modelOf(bytes);
      if (malice) note('hostile but sound: read as they say');
      else {
        // Damage that is not found must have done no harm: the thresholds stand twice.
        if (said(model) !== truths[which] && !(what in lies)) fail(round, what, bytes, 'damage went unnoticed');
        if (said(model) !== truths[which]) fail(round, what, bytes, 'a lie was believed');
        note('damaged without harm: read as before');
      }
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (!codes.has(code) || !/^\S[^;]*: .*; expected /s.test((error as Error).message)) fail(round, what, bytes, error);
      note(`refused with ${code}`);
    }
    const { user, system } = process.cpuUsage(begun);
    slowest = Math.max(slowest, (user + system) / 1000);
    if (round % Math.ceil(count / 10) === Math.ceil(count / 10) - 1) resident.push(process.memoryUsage().rss);
    if (slowest > 10_000) fail(round, what, bytes, `it took ${slowest.toFixed(0)} ms`);
  }
  const grown = (resident.at(-1) ?? 0) - (resident[0] ?? 0);
  if (count >= 100_000 && grown > 200 << 20) fail(count, 'memory', new Uint8Array(0), `it grew by ${grown} bytes from the first tenth to the last`);
  const lines = [...told].sort().map(([what, n]) => `${n} ${what}`);
  console.log(
    `fuzz: ${count} model files, seed ${seed}: ${lines.join(', ')}; slowest ${slowest.toFixed(0)} ms, memory ${(grown / 2 ** 20).toFixed(0)} MiB more at the end`,
  );
  console.log('1 passed, 0 failed');
} finally {
  await rm(folder, { recursive: true, force: true });
}
