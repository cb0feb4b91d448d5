// Fitting end to end on made parts: repeatable, resumable, abortable, explained where it fails.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { AnyMethod, GradientLearning, Phase } from '../../src/methods/method.ts';
import { ssae } from '../../src/methods/ssae/method.ts';
import { cholesky, full, log, mul, sub, sum } from '../../src/ops/index.ts';
import type { Detector } from '../../src/scoring/detector.ts';
import type { RawPicture } from '../../src/tensor/pictures.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import type { TrainingEvent } from '../../src/training/events.ts';
import { type FitOptions, fit } from '../../src/training/fit.ts';
import { madeNormals } from '../support/made-parts.ts';
import { rejected } from '../support/thrown.ts';

const folder = mkdtempSync(join(tmpdir(), 'fit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = () => join(folder, `${++files}.checkpoint`);

const normals = madeNormals(12, 32);
const small: FitOptions = { hyper: { width: 4, levels: 2, blocks: 1, reach: 2, rotate: 10, noise: 0.02 }, size: 32, steps: 6, batchSize: 4, seed: 3 };

// biome-ignore lint/suspicious/noExplicitAny: of whatever method
const learn = ssae.learn as GradientLearning<any, any>;
// biome-ignore lint/suspicious/noExplicitAny: as above
const [phase] = learn.phases as readonly Phase<any, any>[];

async function weightsOf(detector: Detector): Promise<string> {
  const state = await detector.state();
  detector.dispose();
  return JSON.stringify([...state].map(([name, { data }]) => [name, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')]));
}

describe('fit', () => {
  it('gives the same bits for the same seed, and others for another', async () => {
    const [a, b, c] = [await fit('ssae', normals, small), await fit('ssae', normals, small), await fit('ssae', normals, { ...small, seed: 4 })];
    const [first, second, other] = [await weightsOf(a), await weightsOf(b), await weightsOf(c)];
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it('tells what it does, and keeps it', async () => {
    const events: TrainingEvent[] = [];
    using detector = await fit('ssae', normals, { ...small, onProgress: (event) => events.push(event) });
    const kinds = new Set(events.map(({ kind }) => kind));
    expect([...kinds]).toEqual(['reading', 'step', 'validation', 'done']);
    const steps = events.filter((event) => event.kind === 'step');
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(steps[5]).toMatchObject({ share: 1, steps: 6, phase: 'filter' });
    expect(Object.keys(steps[0].terms)).toEqual(['error', 'segment']);
    expect(steps[0].loss).toBeCloseTo(steps[0].terms.error + steps[0].terms.segment, 6);
    const training = detector.provenance.training as Record<string, unknown>;
    expect(training).toMatchObject({ steps: 6, images: 11, validationImages: 1, seed: 3, batchSize: 4, failures: [] });
    expect((training.history as unknown[]).length).toBe(6);
  });

  it('looks at every picture once more where the method asks for it, and judges what comes out', async () => {
    const events: TrainingEvent[] = [];
    const onProgress = (event: TrainingEvent) => void events.push(event);
    using detector = await fit('ssae', normals, { ...small, hyper: { ...small.hyper, discrepancy: 'l1', reference: 'position' }, onProgress });
    expect(events.filter((event) => event.kind === 'settling').map(({ done, total }) => `${done}/${total}`)).toEqual(['1/3', '2/3', '3/3']);
    expect(events.slice(-3).map(({ kind }) => kind)).toEqual(['settling', 'validation', 'done']);
    const { validation } = detector.provenance.training as { validation: { step: number }[] };
    expect(validation.filter(({ step }) => step === 6)).toHaveLength(1);
    // In deviations from what is usual: the pictures it learnt from are near 0 and 1 in the mean.
    const values: number[] = [];
    for await (const result of detector.score(normals, { maps: true })) values.push(...(result.error ? [] : result.map!));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.3);
    expect(deviation).toBeGreaterThan(0.5);
    expect(deviation).toBeLessThan(2);
  });

  describe('what a method watches', () => {
    // Failing numbers: a Cholesky factor of a matrix that has none.
    const watching = (values: (step: number) => Readonly<Record<string, Tensor>>): AnyMethod => {
      let step = 0;
      return { ...ssae, learn: { ...learn, phases: [{ ...phase, monitor: () => values(++step) }] } } as AnyMethod;
    };
    const monitorsOf = ({ provenance }: Detector) => (provenance.training as { monitors: { step: number; values: Record<string, number> }[] }).monitors;

    it('is told every ten steps, and kept; it changes nothing', async () => {
      const told: TrainingEvent[] = [];
      const options = { ...small, steps: 12 };
      const method = watching((step) => ({ turn: full([], step), square: full([1], step * step) }));
      const [watched, plain] = [
        await fit(method, normals, { ...options, onProgress: (e) => e.kind === 'monitor' && told.push(e) }),
        await fit('ssae', normals, options),
      ];
      expect(told).toMatchObject([
        { kind: 'monitor', phase: 'filter', step: 1, values: { turn: 1, square: 1 } },
        { kind: 'monitor', phase: 'filter', step: 11, values: { turn: 2, square: 4 } },
      ]);
      expect(monitorsOf(watched).map(({ step, values }) => [step, values])).toEqual(told.map((e) => e.kind === 'monitor' && [e.step, e.values]));
      expect(monitorsOf(plain)).toEqual([]);
      expect(await weightsOf(watched)).toBe(await weightsOf(plain));
    });

    it('is NaN where it fails, and the training goes on', async () => {
      const told: number[] = [];
      const method = watching((step) => ({ value: step === 1 ? sum(cholesky(full([2, 2], -1))) : full([], 3) }));
      const detector = await fit(method, normals, { ...small, steps: 12, onProgress: (e) => e.kind === 'monitor' && told.push(e.values.value) });
      expect(told).toEqual([Number.NaN, 3]);
      expect(await weightsOf(detector)).toBe(await weightsOf(await fit('ssae', normals, { ...small, steps: 12 })));
    });

    it('has to be numbers, one each', async () => {
      const method = watching(() => ({ value: full([3], 1) }));
      expect(await rejected(fit(method, normals, { ...small, steps: 2 }))).toMatch('item: the tensor is [3]; expected one number');
    });

    it('goes on from a checkpoint', async () => {
      const [checkpoint, stop] = [fresh(), new AbortController()];
      const method = watching((step) => ({ turn: full([], step) }));
      const options = { ...small, steps: 22, checkpoint };
      expect(
        await rejected(fit(method, normals, { ...options, signal: stop.signal, onProgress: (e) => e.kind === 'step' && e.step === 12 && stop.abort() })),
      ).toMatch(/abort/i);
      using detector = await fit(method, normals, { ...options, resume: true });
      expect(monitorsOf(detector).map(({ step, values }) => [step, values.turn])).toEqual([
        [1, 1],
        [11, 2],
        [21, 3],
      ]);
    });
  });

  it('looks at every picture before the first step where the method asks for it, and not again when it goes on', async () => {
    const seen: number[] = [];
    const prepare = () => ({ observe: (_: unknown, images: Tensor) => void seen.push(images.shape[0]), finish: () => void seen.push(-1) });
    const method = { ...ssae, learn: { ...learn, prepare } } as AnyMethod;
    const [checkpoint, stop, events] = [fresh(), new AbortController(), new Set<string>()];
    const first = fit(method, normals, {
      ...small,
      checkpoint,
      signal: stop.signal,
      onProgress: (e) => {
        events.add(e.kind);
        if (e.kind === 'step' && e.step === 3) stop.abort();
      },
    });
    expect(await rejected(first)).toMatch(/abort/i);
    expect([...events].slice(0, 3)).toEqual(['reading', 'preparing', 'step']);
    (await fit(method, normals, { ...small, checkpoint, resume: true })).dispose();
    expect(seen).toEqual([4, 4, 3, -1]);
  });

  it('learns: the loss falls', async () => {
    const losses: number[] = [];
    const detector = await fit('ssae', normals, {
      ...small,
      hyper: { ...small.hyper, segment: 0 },
      steps: 40,
      onProgress: (event) => event.kind === 'step' && losses.push(event.loss),
    });
    detector.dispose();
    const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;
    expect(mean(losses.slice(-8))).toBeLessThan(0.8 * mean(losses.slice(0, 8)));
  });

  it('goes on from a checkpoint bit for bit, after an abort', async () => {
    const whole = await weightsOf(await fit('ssae', normals, small));
    const checkpoint = fresh();
    const stop = new AbortController();
    const first = fit('ssae', normals, { ...small, checkpoint, signal: stop.signal, onProgress: (e) => e.kind === 'step' && e.step === 3 && stop.abort() });
    expect(await rejected(first)).toMatch(/AbortError|aborted/);
    const seen: number[] = [];
    const second = await fit('ssae', normals, { ...small, checkpoint, resume: true, onProgress: (e) => e.kind === 'step' && seen.push(e.step) });
    expect(seen).toEqual([4, 5, 6]);
    expect((second.provenance.training as { history: unknown[] }).history.length).toBe(6);
    expect(await weightsOf(second)).toBe(whole);
  });

  it.each<[string, object, readonly number[]]>([
    ['ssae', small.hyper!, [2, 5]],
    // Two phases, the first with two players: killed in either.
    ['sparsity-prior', { features: 4, widest: 16, levels: 2, segmentFeatures: 4, segmentLevels: 2, average: 0.9, rotate: 10 }, [3, 5]],
  ])(
    'goes on from a checkpoint bit for bit, after kill -9 at any moment: %s',
    async (method, hyper, moments) => {
      const plain = normals.map(({ name, source }) => {
        const { data, ...rest } = source as RawPicture;
        return { name, ...rest, data: Buffer.from(data as Uint8Array).toString('base64') };
      });
      const models: Buffer[] = [];
      for (const killAfter of [null, ...moments]) {
        const [checkpoint, model] = [fresh(), join(folder, `${method} ${killAfter}.blemish`)];
        const args = [checkpoint, '6', model, JSON.stringify(plain), method, JSON.stringify(hyper)];
        if (killAfter !== null) expect(await run(args, killAfter)).toBe('SIGKILL');
        expect(await run(args, null)).toBe(0);
        models.push(await arraysOf(model));
      }
      expect(models[1].equals(models[0])).toBe(true);
      expect(models[2].equals(models[0])).toBe(true);
    },
    60_000,
  );

  it('learns without validation where what was held out cannot be read', async () => {
    // Which picture is held out follows from the seed: every one is broken in turn until it was that one.
    let without: Record<string, unknown> | null = null;
    for (let broken = 0; broken < normals.length && !without; broken++) {
      const pictures = normals.map((one, i) => (i === broken ? { ...one, source: Uint8Array.of(1, 2, 3) } : one));
      const detector = await fit('ssae', pictures, { ...small, steps: 1 });
      const training = detector.provenance.training as Record<string, unknown>;
      detector.dispose();
      expect((training.failures as { name: string }[]).map(({ name }) => name)).toEqual([`#${broken}`]);
      if (training.validationImages === 0) without = training;
    }
    expect(without).toMatchObject({ images: 11, validation: [] });
  });

  it('refuses a checkpoint of other settings, naming them', async () => {
    const checkpoint = fresh();
    (await fit('ssae', normals, { ...small, checkpoint, checkpointSeconds: 0 })).dispose();
    const message = await rejected(fit('ssae', normals, { ...small, seed: 9, checkpoint, resume: true }));
    expect(message.replace(checkpoint, 'FILE')).toMatchInlineSnapshot(
      `"STATE_INVALID: checkpoint FILE: it belongs to another training: seed was 3 and is 9; expected the same settings and pictures"`,
    );
    const others = await rejected(fit('ssae', madeNormals(13, 32), { ...small, checkpoint, resume: true }));
    expect(others).toMatch(/validation|pictures/);
  });

  it('stops within a second', async () => {
    const stop = new AbortController();
    let at = 0;
    const running = fit('ssae', normals, {
      ...small,
      hyper: { width: 24 },
      size: 128,
      steps: 1000,
      signal: stop.signal,
      onProgress: (e) => {
        if (e.kind !== 'step' || at) return;
        at = performance.now();
        setTimeout(() => stop.abort(), 10);
      },
    });
    expect(await rejected(running)).toMatch(/AbortError|aborted/);
    expect(performance.now() - at).toBeLessThan(1010);
  });

  it('ends with the time it was given', async () => {
    const begun = performance.now();
    const events: TrainingEvent[] = [];
    const detector = await fit('ssae', normals, { ...small, steps: undefined, budget: '2s', onProgress: (e) => events.push(e) });
    detector.dispose();
    const seconds = (performance.now() - begun) / 1000;
    expect(seconds).toBeGreaterThan(1.9);
    expect(seconds).toBeLessThan(4);
    expect(events.filter((e) => e.kind === 'validation').length).toBeGreaterThanOrEqual(3);
  });

  it('explains a loss that is no number', async () => {
    const broken: AnyMethod = {
      ...ssae,
      learn: {
        ...learn,
        phases: [{ ...phase, losses: (model, batch, h) => ({ ...phase.losses(model as never, batch, h), spoilt: mul(sum(log(sub(batch.images, 2))), 1) }) }],
      },
    };
    const message = await rejected(fit(broken, normals, small));
    expect(message.replace(/\d\.\d+(e-\d+)?/g, '#')).toMatchInlineSnapshot(
      `"TRAINING_DIVERGED: training: the loss of step 1 is no number (error #, segment #, spoilt NaN); all weights are finite, so the pictures or the loss itself made it; expected terms that are finite for every picture"`,
    );
  });

  it('says what is wrong with what it is given', async () => {
    expect(await rejected(fit('nothing', normals))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: fit: there is no method "nothing"; expected one of ssae, autoencoder, draem, riad, information, patchcore, padim, pca-reconstruction, a-contrario, patch-entropy, ganomaly, skip-ganomaly, f-anogan, sparsity-prior"`,
    );
    expect(await rejected(fit('ssae', []))).toMatchInlineSnapshot(
      `"DATA_UNUSABLE: fit: the samples: there is no normal picture among 0; expected at least one to learn from"`,
    );
    expect(await rejected(fit('ssae', normals, { hyper: { width: 3 } }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: fit ssae: width is 3; expected a whole number 4 … 256"`,
    );
    expect(await rejected(fit('ssae', normals, { batchSize: 0 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: fit: batchSize is 0; expected a whole number, 1 … 4096"`,
    );
    expect(await rejected(fit('ssae', normals, { size: 4 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: fit: height is 4; expected a whole number, 8 … 8192"`);
    expect(await rejected(fit('ssae', normals, { resume: true }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: fit: resume without checkpoint; expected the path of one"`,
    );
    expect(
      await rejected(
        fit(
          'ssae',
          normals.map((one) => ({ ...one, label: 1 as const })),
        ),
      ),
    ).toMatchInlineSnapshot(`"DATA_UNUSABLE: fit: the samples: there is no normal picture among 12; expected at least one to learn from"`);
  });
});

/** The bytes of a model file behind its header, which holds times. */
async function arraysOf(path: string): Promise<Buffer> {
  const bytes = readFileSync(path);
  return bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)));
}

/** Runs the training script; kills it once so many checkpoints were written. */
function run(args: readonly string[], killAfter: number | null): Promise<number | string> {
  const script = fileURLToPath(new URL('children/fit.mjs', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let written = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      written += text.split('"checkpoint"').length - 1;
      if (killAfter !== null && written >= killAfter) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? (code as number)));
  });
}
