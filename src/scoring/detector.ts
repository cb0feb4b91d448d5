// A fitted method: scores pictures, is calibrated on normal ones, goes to a file and comes back.
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { checkSpec, type InputSpec } from '../data/input.ts';
import type { Pictures } from '../data/sources.ts';
import { BlemishError, must, type OwnCode } from '../errors.ts';
import { type Hypers, type HyperValue, resolveHypers } from '../hyper.ts';
import { methods } from '../methods/index.ts';
import type { AnyMethod } from '../methods/method.ts';
import { fuse } from '../nn/fold.ts';
import type { AnyModule } from '../nn/module.ts';
import { type ArrayEntry, moduleState, type State, tensorsOf } from '../nn/state.ts';
import type { Tensor, TypedArray } from '../tensor/tensor.ts';
import { untilAborted } from '../tensor/waiting.ts';
import { type Calibration, calibrationOf, picturesNeeded, pValueOf } from './calibration.ts';
import { digestArrays, type Model, readModel, writeModel } from './file.ts';
import { mostInputPixels } from './file-facts.ts';
import { learntNetwork } from './learnt.ts';
import type { CalibrateOptions, LoadOptions, LookOptions, OnnxOptions, ScoreOptions } from './options.ts';
import type { Fitted } from './passes.ts';
import { type Provenance, plainProvenance } from './provenance.ts';
import { regionsInTurns } from './regions.ts';
import type { ScoreResult, Scoring, ScoringFailure } from './result.ts';
import { lookAt, type Outcome, type ScorerOptions } from './scorer.ts';
import { Together } from './together.ts';
import { versions } from './versions.ts';

/** What a detector is made of. */
export interface DetectorParts {
  readonly method: AnyMethod;
  /** Values of the method's hyper-parameters; those left out have their defaults. */
  readonly hyper: Readonly<Record<string, unknown>>;
  readonly input: InputSpec;
  /** A network that has learnt; the detector takes it over, changes it for speed, and disposes it. */
  readonly model: AnyModule;
  /** How it came about: plain JSON, see `Provenance`. */
  readonly provenance: Provenance;
}

interface Kept {
  readonly threshold: number | null;
  readonly pixelThreshold: number | null;
  readonly calibration: Calibration | null;
  readonly versions: Readonly<Record<string, string>>;
}

const bytesOf = { f32: 4, f64: 8, u8: 1, i32: 4 } as const;

/**
 * A method that has learnt. It holds weights on the device until `dispose()` (or `using`), and no picture it has learnt from.
 * Several calls of one detector, and several detectors, may run at once.
 */
export class Detector {
  readonly method: AnyMethod;
  /** Every hyper-parameter of the method. */
  readonly hyper: Readonly<Record<string, HyperValue>>;
  readonly input: InputSpec;
  readonly provenance: Provenance;
  private readonly model: AnyModule;
  private readonly together = new Together();
  private readonly end = new AbortController();
  private readonly sizes: Readonly<Record<'arrays' | 'numbers' | 'bytes', number>>;
  private kept: Kept;
  private weights: Promise<State> | null = null;
  private identity: Promise<string> | null = null;
  private network: Promise<Fitted> | null = null;

  private constructor({ method, hyper, input, model, provenance }: DetectorParts, kept: Kept) {
    checkSpec('Detector', input);
    const { height, width } = input;
    const values = resolveHypers(method.name, method.hyper as Hypers, hyper);
    const multiple = method.multipleOf(values);
    must(
      height % multiple === 0 && width % multiple === 0 && height * width <= mostInputPixels,
      `Detector: the input of ${method.name} is ${height} x ${width}; expected multiples of ${multiple}, at most ${mostInputPixels} pixels`,
    );
    this.method = method;
    this.hyper = Object.freeze(values);
    this.input = Object.freeze({ height, width, channels: input.channels, fit: input.fit });
    this.provenance = plainProvenance(provenance);
    this.model = model.eval();
    this.kept = kept;
    const tensors = [...tensorsOf(model).values()];
    const sum = (of: (tensor: Tensor) => number) => tensors.reduce((total, tensor) => total + of(tensor), 0);
    this.sizes = { arrays: tensors.length, numbers: sum(({ size }) => size), bytes: sum(({ size, dtype }) => size * bytesOf[dtype]) };
    setMaxListeners(0, this.end.signal);
  }

  /**
   * Makes a detector of a network that has learnt. Throws ARGUMENT_INVALID where the parts do not go together; the network then stays
   * the caller's.
   */
  static from(parts: DetectorParts): Detector {
    const { method, hyper } = parts;
    const threshold = method.threshold?.(resolveHypers(method.name, method.hyper as Hypers, hyper)) ?? null;
    return new Detector(parts, { threshold, pixelThreshold: threshold, calibration: null, versions: versions() });
  }

  /**
   * Reads a detector from a file that `save` wrote; on the same machine it gives the same scores as the one that was saved, bit for
   * bit.
   *
   * Rejects with MODEL_UNREADABLE where the file cannot be opened, MODEL_INVALID where it is cut short, damaged, altered or no model,
   * MODEL_TOO_NEW where a later version of this library wrote it, METHOD_UNKNOWN where its method is none of this version's.
   */
  static async load(path: string, options: LoadOptions = {}): Promise<Detector> {
    const { device = 'auto' } = options;
    must(device === 'auto' || device === 'cpu', `load: device is ${JSON.stringify(device)}; expected auto or cpu`);
    options.signal?.throwIfAborted();
    return Detector.of(path, await untilAborted(readModel(path), options.signal), options.method);
  }

  /** @internal The detector of a model that has been read. */
  static of(where: string, file: Model, own?: AnyMethod): Detector {
    const method = own?.name === file.method ? own : Object.hasOwn(methods, file.method) ? methods[file.method] : null;
    if (!method) {
      const known = [...(own ? [own.name] : []), ...Object.keys(methods)].join(', ') || 'one that is given with the path';
      throw new BlemishError<OwnCode>('METHOD_UNKNOWN', `${where}: its method is ${file.method}; expected ${known}`);
    }
    let model: AnyModule | null = null;
    try {
      const { input, provenance, weights, threshold, pixelThreshold, calibration: stored } = file;
      const hyper = resolveHypers(method.name, method.hyper as Hypers, file.hyper);
      const calibration = stored && calibrationOf(stored.scores, stored.peaks, stored.falseAlarmRate, stored.failures);
      model = learntNetwork(method, hyper, input, weights);
      const kept = { threshold, pixelThreshold, calibration, versions: file.versions };
      const detector = new Detector({ method, hyper, input, model, provenance }, kept);
      detector.weights = Promise.resolve(weights);
      return detector;
    } catch (error) {
      model?.dispose();
      if (!(error instanceof BlemishError)) throw error;
      throw new BlemishError<OwnCode>('MODEL_INVALID', `${where}: ${error.message}`, { cause: error });
    }
  }

  /** Writes the detector to a file; one of that name is replaced only by a complete one. Rejects with MODEL_UNREADABLE where it cannot be written. */
  async save(path: string): Promise<void> {
    this.mustLive('save');
    const { method, hyper, input, provenance, kept } = this;
    const seed = Number.isSafeInteger(provenance.seed) ? (provenance.seed as number) : null;
    await writeModel(path, { method: method.name, hyper, input, provenance, seed, ...kept, weights: await this.state() });
  }

  /** The arrays of the network as it has learnt them, by name: what the file holds, and what an export starts from. Not to be changed. */
  async state(): Promise<State> {
    this.mustLive('state');
    this.weights ??= moduleState(this.model).catch((error: unknown) => {
      this.weights = null;
      throw error;
    });
    return this.weights;
  }

  /**
   * What tells this detector from others in tables of results: its method and 16 digits of a checksum over method, hyper-parameters,
   * input and weights. Calibration does not change it.
   */
  async id(): Promise<string> {
    this.identity ??= this.state().then(async (state) => {
      const { method, hyper, input } = this;
      const hash = createHash('sha256').update(JSON.stringify([method.name, hyper, input]));
      return `${method.name}-${hash
        .update(await digestArrays(state.keys(), (name) => state.get(name) as ArrayEntry))
        .digest('hex')
        .slice(0, 16)}`;
    });
    return this.identity;
  }

  /** The network as it is used: batch normalisations and activations folded into convolutions. What is saved was read before. */
  private fitted(): Promise<Fitted> {
    this.network ??= this.fold().catch((error: unknown) => {
      this.network = null;
      throw error;
    });
    return this.network;
  }

  private async fold(): Promise<Fitted> {
    const state = await this.state();
    this.mustLive('score');
    const { method, hyper, input, model } = this;
    const numbers = new Map<Tensor, TypedArray | undefined>([...tensorsOf(model)].map(([name, value]) => [value, state.get(name)?.data]));
    return { method, hyper, input, model: fuse(model, (value) => numbers.get(value) ?? value.readSync()) };
  }

  /** Raw image scores strictly above it are anomalous; null: none is in force. Calibration sets it. */
  get threshold(): number | null {
    return this.kept.threshold;
  }
  /** Puts another in force. Throws ARGUMENT_INVALID unless it is finite or null. */
  set threshold(value: number | null) {
    mustBeThreshold('threshold', value);
    this.kept = { ...this.kept, threshold: value };
  }

  /** Numbers of a map strictly above it make regions; null: no regions. Calibration sets it. */
  get pixelThreshold(): number | null {
    return this.kept.pixelThreshold;
  }
  /** Puts another in force. Throws ARGUMENT_INVALID unless it is finite or null. */
  set pixelThreshold(value: number | null) {
    mustBeThreshold('pixelThreshold', value);
    this.kept = { ...this.kept, pixelThreshold: value };
  }

  /** What calibration gave; null before. */
  get calibration(): Calibration | null {
    return this.kept.calibration;
  }

  /**
   * Scores pictures: paths, folders, patterns, bytes of files, pixels, samples, or any iterable of them, also one that never ends.
   *
   * Pixels in arrays are taken as they are: a SharedArrayBuffer is read where it lies and must not change before its result has come; of
   * other arrays the device takes a copy, some rows at a time, since their memory may be transferred away while it computes. So it does of
   * 16 bits, which it computes as floats.
   *
   * Pictures are read ahead while the device computes, a bounded number at a time, and only as fast as results are taken. What is wrong
   * with a picture comes back as its result, with a code; no picture ends the run. A picture's scores do not depend, in any bit, on
   * which others are scored beside it. Breaking out of the loop, like `return()`, frees everything at once.
   *
   * Rejects with the signal's reason when it is aborted (what the device has been given by then, at most two batches, it still
   * finishes), with DETECTOR_DISPOSED when the detector is disposed, and with the error of an iterable that throws.
   */
  score(sources: Pictures, options: ScoreOptions = {}): AsyncGenerator<ScoreResult, void, void> {
    this.mustLive('score');
    const { batchSize, maps = true, reconstructions = false, ordered = true, timings = false, digests = false, signal } = options;
    const wanted = { batchSize, maps, reconstructions, ordered, timings, digests, peaks: false, ...lookOf(options) };
    return this.results(this.look(sources, wanted, signal), signal);
  }

  /**
   * Sets both thresholds from normal pictures alone, so that of normal pictures at most a stated share raises an alarm, and at most
   * that share has regions: conformal, exact for pictures that are exchangeable with those given, whatever the distribution of the
   * scores. None of them should have been learnt from. Pictures that cannot be scored are left out and listed.
   *
   * Rejects with CALIBRATION_TOO_SMALL where there are fewer than 1 / rate - 1 of them; then nothing has changed. Otherwise as `score`.
   */
  async calibrate(normals: Pictures, options: CalibrateOptions = {}): Promise<Calibration> {
    this.mustLive('calibrate');
    const { falseAlarmRate = 0.01, batchSize, onProgress, signal } = options;
    picturesNeeded(falseAlarmRate); // throws before any work is done
    const scores: number[] = [];
    const peaks: number[] = [];
    const failures: { name: string; code: string; message: string }[] = [];
    const wanted = { batchSize, maps: false, peaks: true, reconstructions: false, ordered: true, timings: false, digests: false, ...lookOf(options) };
    for await (const outcome of this.look(normals, wanted, signal)) {
      if (outcome.error) failures.push({ name: outcome.name, ...outcome.error });
      else {
        scores.push(outcome.score);
        peaks.push(outcome.peak as number);
      }
      onProgress?.({ kind: 'calibrating', done: scores.length + failures.length });
    }
    const calibration = calibrationOf(scores, peaks, falseAlarmRate, failures);
    const { threshold, pixelThreshold } = calibration;
    this.kept = { ...this.kept, calibration, threshold, pixelThreshold };
    return calibration;
  }

  private look(
    sources: Pictures,
    { batchSize = 8, ...options }: Omit<ScorerOptions, 'signals' | 'batchSize'> & { batchSize?: number },
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Outcome | ScoringFailure, void, void> {
    must(Number.isSafeInteger(batchSize) && batchSize >= 1 && batchSize <= 1024, `score: batchSize is ${batchSize}; expected 1 … 1024`);
    must(signal === undefined || signal instanceof AbortSignal, 'score: signal is no AbortSignal; expected one, or none');
    const signals = signal ? [signal, this.end.signal] : [this.end.signal];
    const { input, together } = this;
    return lookAt({ network: () => this.fitted(), input, together }, sources, { ...options, batchSize, signals });
  }

  private async *results(outcomes: AsyncGenerator<Outcome | ScoringFailure>, signal: AbortSignal | undefined): AsyncGenerator<ScoreResult, void, void> {
    for await (const outcome of outcomes) {
      const result = outcome.error ? outcome : await this.resultOf(outcome);
      signal?.throwIfAborted();
      yield result;
    }
  }

  private async resultOf({ index, name, score, width, height, map, mask, reconstruction, timing, sha256 }: Outcome): Promise<Scoring> {
    const { threshold, pixelThreshold, calibration } = this.kept;
    return {
      index,
      name,
      score,
      pValue: calibration && pValueOf(calibration.scores, score),
      anomalous: threshold === null ? null : score > threshold,
      threshold,
      width,
      height,
      map,
      regions:
        map && pixelThreshold !== null ? await regionsInTurns(mask ? map.map((x, i) => (mask[i] ? x : -Infinity)) : map, width, height, pixelThreshold) : [],
      reconstruction: reconstruction && { data: reconstruction, width: this.input.width, height: this.input.height, channels: this.input.channels },
      ...(timing && { timing }),
      ...(sha256 !== undefined && { sha256 }),
      error: null,
    };
  }

  /**
   * The detector as an ONNX file: from `images`, f32 [N C H W] within 0 … 1 in the network's frame, to `score` f32 [N], `map` f32 [N 1 H W]
   * and, where the method has it, `reconstruction` f32 [N C H W]; the same numbers within a relative 1e-5. Method, input, thresholds and
   * identity stand in the file's metadata. How a picture becomes the input is told there too, and done by whoever runs the file.
   *
   * Rejects with EXPORT_UNSUPPORTED, naming the operation, where ONNX has no words for what the method does.
   */
  async toOnnx({ batchSize = 1 }: OnnxOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    this.mustLive('toOnnx');
    must(Number.isSafeInteger(batchSize) && batchSize >= 1 && batchSize <= 1024, `toOnnx: batchSize is ${batchSize}; expected 1 … 1024`);
    const { onnxOf } = await import('./onnx.ts');
    const { threshold, pixelThreshold } = this.kept;
    return onnxOf(await this.fitted(), batchSize, { id: await this.id(), threshold, pixelThreshold });
  }

  /**
   * Scores pictures of noise here and by a file that `toOnnx` gave, through onnxruntime-node: the largest difference of any number over the
   * largest number, by output. Rejects with RUNTIME_MISSING where that package is not installed.
   */
  async compareWithOnnx(file: Uint8Array, { batchSize = 1 }: OnnxOptions = {}): Promise<Readonly<Record<string, number>>> {
    this.mustLive('compareWithOnnx');
    const { compareWithOnnx, noise } = await import('./onnx.ts');
    using images = noise(this.input, batchSize);
    return await compareWithOnnx(await this.fitted(), file, images);
  }

  /** All that is known of the detector, as plain JSON: method, hyper-parameters, input, thresholds, calibration, sizes, provenance. */
  describe(): Record<string, unknown> {
    const { method, hyper, input, sizes, provenance } = this;
    const { threshold, pixelThreshold, calibration, versions } = this.kept;
    const { name, paper, family } = method;
    return {
      method: { name, paper, family },
      hyper: { ...hyper },
      input: { ...input },
      threshold,
      pixelThreshold,
      calibration: calibration && summaryOf(calibration),
      sizes: { ...sizes },
      seed: provenance.seed ?? null,
      versions: { ...versions },
      provenance,
    };
  }

  private mustLive(where: string): void {
    if (this.end.signal.aborted) throw new BlemishError<OwnCode>('DETECTOR_DISPOSED', `${where}: the detector was disposed; expected a live one`);
  }

  /** Frees the network and ends all runs. Disposing twice is fine; any other use afterwards throws DETECTOR_DISPOSED. */
  dispose(): void {
    if (this.end.signal.aborted) return;
    this.end.abort(
      new BlemishError<OwnCode>('DETECTOR_DISPOSED', 'score: the detector was disposed while it scored; expected it to live until the end of the run'),
    );
    this.model.dispose();
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** For `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.dispose();
  }
}

/** What is looked at of each picture, as it was asked for. */
const lookOf = ({ roi, ignore, tile = false }: LookOptions) => ({ roi, ignore, tile: tile === true ? {} : tile || null });

function mustBeThreshold(where: string, value: number | null): void {
  must(value === null || Number.isFinite(value), `Detector: ${where} is ${value}; expected a finite number or null`);
}

function summaryOf({ scores, falseAlarmRate, threshold, pixelThreshold, failures }: Calibration): Record<string, unknown> {
  const at = (share: number) => scores[Math.round(share * (scores.length - 1))];
  return {
    pictures: scores.length,
    falseAlarmRate,
    threshold,
    pixelThreshold,
    scores: { smallest: at(0), median: at(0.5), largest: at(1) },
    failures,
  };
}

/** Reads a detector from a file; see `Detector.load`. */
export const load: typeof Detector.load = (path, options) => Detector.load(path, options);
