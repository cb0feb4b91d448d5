// From sources to numbers: pictures are read ahead, go through the network, and what fails comes back as a failure.
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { frameOf, type InputSpec, toInput } from '../data/input.ts';
import { type Item, type Pictures, pictures } from '../data/sources.ts';
import { BlemishError, type OwnCode } from '../errors.ts';
import { full } from '../ops/index.ts';
import { pictureBytes } from '../tensor/picture-file.ts';
import { type PictureSource, type RawPicture, readPicture } from '../tensor/pictures.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type AreaOptions, Areas, confine, largestWithin, positionsOf } from './area.ts';
import { type FlowOptions, flow, type Prepared, type Stages } from './flow.ts';
import { type Fitted, type Input, type Numbers, pass, type Wanted } from './passes.ts';
import type { ScoringFailure, Timing } from './result.ts';
import { isLarger, overlapOf, passTiles, type TileOptions } from './tiles.ts';
import type { Together } from './together.ts';

/** One picture, looked at. */
export interface Outcome extends Omit<Numbers, 'bits'> {
  readonly index: number;
  readonly name: string;
  /** Extents of the picture. */
  readonly width: number;
  readonly height: number;
  readonly timing?: Timing;
  readonly sha256?: string | null;
  /** 1 where a pixel counts; null: everywhere. */
  readonly mask: Uint8Array | null;
  readonly error: null;
}

interface Ready extends Input {
  /** Of which no pixel counts but these; null: all do. */
  readonly mask: Uint8Array | null;
  /** What is to be cut into tiles; then `x` is empty. */
  readonly picture: RawPicture | null;
  readonly item: Item;
  /** Undefined where nobody asked. */
  readonly sha256?: string | null;
  readonly readMs: number;
  readonly fitted: Fitted;
}

export interface ScorerOptions extends Omit<Wanted, 'bits'>, AreaOptions {
  readonly batchSize: number;
  readonly ordered: boolean;
  readonly timings: boolean;
  readonly digests: boolean;
  /** Whether pictures larger than the input are cut into tiles; null: they are made smaller. */
  readonly tile: TileOptions | null;
  readonly signals: readonly AbortSignal[];
}

/** Bytes of maps and inputs on their way beyond which no further picture is read. */
const bytesUnderway = 256 << 20;

/** Pixels along the longer side of a picture that is cut into tiles. */
const longestTiled = 2 ** 17;

function failureOf({ index, name }: Item, error: unknown, sha256?: string | null): ScoringFailure {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const known = error instanceof BlemishError ? String(code) : ('PICTURE_INVALID' satisfies OwnCode);
  const digest = sha256 === undefined ? {} : { sha256 };
  return {
    index,
    name,
    ...digest,
    error: { code: known, message: error instanceof Error ? String(message) : `score: ${name}: ${String(error)}; expected a picture` },
  };
}

/** A source with the digest of its file, which is then read once; null of pixels. */
async function digested(where: string, source: PictureSource): Promise<{ source: PictureSource; sha256: string | null }> {
  if (typeof source === 'function') return digested(where, await source());
  if (typeof source !== 'string' && !(source instanceof Uint8Array)) return { source, sha256: null };
  const bytes = typeof source === 'string' ? await pictureBytes(where, source) : source;
  return { source: bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Whether an error tells of a picture (or of the machine) and not of a mistake in a program. */
const isOutcome = (error: unknown): boolean => error instanceof BlemishError;

/** Who looks: a network that may still have to be made ready, what it takes in, and what is known of its batches. */
export interface Looker {
  readonly network: () => Promise<Fitted>;
  readonly input: InputSpec;
  readonly together: Together;
}

/** All pictures of the sources, looked at: in order or as they are finished, a bounded number at a time. */
export function lookAt(looker: Looker, sources: Pictures, options: ScorerOptions): AsyncGenerator<Outcome | ScoringFailure, void, void> {
  const preparing = Math.min(8, Math.max(2, availableParallelism()));
  const limits: FlowOptions = {
    ordered: options.ordered,
    signals: options.signals,
    preparing,
    most: preparing + 3 * options.batchSize,
    bytes: bytesUnderway,
  };
  return flow(pictures(sources), new Looking(looker, options, new Areas(options)), limits);
}

class Looking implements Stages<Item, Ready, Outcome | ScoringFailure> {
  private readonly looker: Looker;
  private readonly options: ScorerOptions;
  private readonly areas: Areas;
  private readonly overlap: number;
  private closed = false;
  /** Inputs that wait for the device. */
  private readonly held = new Set<Tensor>();

  constructor(looker: Looker, options: ScorerOptions, areas: Areas) {
    this.looker = looker;
    this.areas = areas;
    this.overlap = overlapOf(options.tile ?? {});
    this.options = options;
  }

  async prepare(item: Item): Promise<Prepared<Ready, ScoringFailure>> {
    const { network, input } = this.looker;
    const fitting = network();
    fitting.catch(() => {}); // the pictures may be looked at first
    const begun = performance.now();
    let sha256: string | null | undefined;
    try {
      let { source } = item;
      if (this.options.digests) ({ source, sha256 } = await digested(`readPicture: ${item.name}`, source));
      const { tile } = this.options;
      const picture = await readPicture(source, { name: item.name, ...(tile ? { maxSide: longestTiled } : {}) });
      const { width, height } = picture;
      const mask = await this.areas.of({ index: item.index, name: item.name, width, height });
      const fitted = await fitting;
      if (this.closed) throw new Error('the run is over'); // nobody hears of it, and nothing is made that would have to be freed
      const tiled = tile !== null && isLarger(picture, input);
      const { x, frame } = scope(() => (tiled ? { x: full([0], 0), frame: frameOf(picture, input) } : toInput(picture, input)));
      this.held.add(x);
      const positions = mask && !tiled ? positionsOf(mask, frame, input.width) : null;
      return { ready: { item, fitted, x, frame, positions, mask, picture: tiled ? picture : null, sha256, readMs: performance.now() - begun } };
    } catch (error) {
      await fitting; // a network that is not to be had is no fault of the picture
      return { done: failureOf(item, error, sha256) };
    }
  }

  weigh({ x, frame, mask, picture }: Ready): number {
    const { maps, reconstructions } = this.options;
    return 4 * x.size + (mask?.length ?? 0) + (picture?.data.byteLength ?? 0) + (maps ? 4 * frame.width * frame.height : 0) + (reconstructions ? x.size : 0);
  }

  portion(ready: number): number {
    return this.looker.together.portion(ready, this.options.batchSize);
  }

  async compute(portion: readonly Ready[]): Promise<(Outcome | ScoringFailure)[]> {
    // Nothing in here waits before all has been queued, and what is queued needs its inputs no longer.
    const begun = performance.now();
    let work: Promise<Numbers[]>;
    try {
      work = portion.some(({ picture }) => picture) ? Promise.all(portion.map((ready) => this.alone(ready))) : this.passes(portion);
    } catch (error) {
      work = Promise.reject(error);
    } finally {
      for (const ready of portion) this.discard(ready);
    }
    try {
      const numbers = await work;
      return portion.map((ready, i) => this.outcome(ready, numbers[i], begun));
    } catch (error) {
      if (!isOutcome(error)) throw error;
      // Somebody's failure has stopped the device, perhaps another picture's or another detector's: each for itself, from the file on.
      return this.oneByOne(portion.map(({ item }) => item));
    }
  }

  private passes(portion: readonly Ready[]): Promise<Numbers[]> {
    const size = portion.length;
    const { together } = this.looker;
    const { options } = this;
    const { fitted } = portion[0];
    const wanted = this.wantedOf(portion);
    if (together.mayJoin(size)) return pass(fitted, portion, { ...wanted, bits: false });
    if (size === 1) together.saw(options.batchSize, 1);
    const alone = Promise.all(portion.map((ready) => pass(fitted, [ready], { ...wanted, bits: size > 1 }))).then((lists) => lists.flat());
    if (size === 1) return alone;
    together.begin(size);
    // Whoever waits for the results learns of failures; here one says no more than that the batch was not to be had.
    const joined = (async () => pass(fitted, portion, { maps: false, peaks: false, reconstructions: false, bits: true }))().catch(() => []);
    const bitsOf = (list: readonly Numbers[]) => list.map(({ bits }) => bits as Uint8Array);
    Promise.all([joined, alone]).then(
      ([first, second]) => together.judge(bitsOf(first), bitsOf(second)),
      () => {},
    );
    return alone;
  }

  /** Where not every pixel counts, the largest number is found on the map itself. */
  private wantedOf(portion: readonly Ready[]): Omit<Wanted, 'bits'> {
    const { maps, peaks, reconstructions } = this.options;
    const masked = portion.some(({ mask }) => mask);
    return { maps: maps || (peaks && masked), peaks: peaks && !masked, reconstructions };
  }

  /** One picture by itself, in tiles where it is to be cut. */
  private alone(ready: Ready): Promise<Numbers> {
    const { fitted, picture, mask } = ready;
    if (!picture) return pass(fitted, [ready], { ...this.wantedOf([ready]), bits: false }).then(([numbers]) => numbers);
    const { maps, peaks } = this.options;
    const look = async (input: Input) => (await pass(fitted, [input], { maps: maps || peaks, peaks: false, reconstructions: false, bits: false }))[0];
    return passTiles({ fitted, picture, mask, wanted: { maps, peaks }, overlap: this.overlap, look, ended: () => this.closed });
  }

  private async oneByOne(items: readonly Item[]): Promise<(Outcome | ScoringFailure)[]> {
    const results: (Outcome | ScoringFailure)[] = [];
    for (const item of items) {
      if (this.closed) return [];
      const prepared = await this.prepare(item);
      if ('done' in prepared) {
        results.push(prepared.done);
        continue;
      }
      const { ready } = prepared;
      try {
        if (this.closed) return [];
        const begun = performance.now();
        const work = this.alone(ready);
        this.discard(ready);
        results.push(this.outcome(ready, await work, begun));
      } catch (error) {
        if (!isOutcome(error)) throw error;
        results.push(failureOf(item, error, ready.sha256));
      } finally {
        this.discard(ready);
      }
    }
    return results;
  }

  private outcome({ item, frame, sha256, readMs, mask, picture }: Ready, numbers: Numbers, begun: number): Outcome | ScoringFailure {
    const { score, low, high } = numbers;
    if (![score, low, high].every(Number.isFinite)) {
      const wrong = `its score is ${score} and its map reaches from ${low} to ${high}`;
      return failureOf(item, new BlemishError<OwnCode>('SCORE_INVALID', `score: ${item.name}: ${wrong}; expected finite numbers`), sha256);
    }
    const { maps, peaks } = this.options;
    const { reconstruction } = numbers;
    let { peak, map } = numbers;
    if (map && !picture) {
      // Beside a picture of which not every pixel counts, the map stands in for the peak of every other too.
      if (peaks) peak ??= largestWithin(map, mask);
      if (mask && maps) confine(map, mask);
      if (!maps) map = null;
    }
    const { index, name } = item;
    const asked = {
      ...(this.options.timings ? { timing: { readMs, computeMs: performance.now() - begun } } : {}),
      ...(sha256 === undefined ? {} : { sha256 }),
    };
    return { index, name, width: frame.width, height: frame.height, score, low, high, peak, map, reconstruction, mask, ...asked, error: null };
  }

  discard({ x }: Ready): void {
    this.held.delete(x);
    x.dispose();
  }

  close(): void {
    this.closed = true;
    for (const x of this.held) x.dispose();
    this.held.clear();
  }
}
