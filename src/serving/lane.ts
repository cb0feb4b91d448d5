// One model's way through the service: pictures wait here for company and for the device, a bounded number at a time.
//
// One run of the detector lasts as long as the service; pictures are handed to it as it asks for them. It is never given two runs at
// once, which would share the device but know nothing of one another's batches.
import type { Sample } from '../data/sample.ts';
import { BlemishError, type OwnCode } from '../errors.ts';
import type { Detector } from '../scoring/detector.ts';
import type { ScoreResult } from '../scoring/result.ts';
import type { RawPicture } from '../tensor/pictures.ts';
import { untilAborted } from '../tensor/waiting.ts';
import { Allowance, type Claim } from './allowance.ts';
import { Gate, type Visit } from './gate.ts';
import type { Limits } from './limits.ts';

/** A picture to be scored; `read` decodes it when its turn comes. */
export interface Arrival {
  readonly name: string;
  readonly read: () => Promise<RawPicture>;
  /** Makes of its result what is answered; the picture keeps its room until then. Default: the result as it is. */
  readonly finish?: (result: ScoreResult) => Promise<ScoreResult>;
}

interface Job extends Arrival {
  readonly signal: AbortSignal;
  readonly begun: number;
  readonly resolve: (result: ScoreResult) => void;
  readonly reject: (error: unknown) => void;
}

/** What a lane tells of itself while it works. */
export interface LaneEvents {
  /** A group was handed on: how many pictures, and for how many milliseconds the first of them had waited. */
  onGroup?(size: number, waited: number): void;
  /** A picture was answered, so many milliseconds after it had been admitted. */
  onPicture?(result: ScoreResult, milliseconds: number): void;
  /** The run failed; the lane goes on with a new one. */
  onFailure?(error: unknown): void;
}

/** Share of the newest interval in the running mean. */
const freshness = 0.1;
/** Milliseconds before a run that failed without having been given anything is begun again. */
const patience = 200;

export class Lane {
  readonly name: string;
  readonly detector: Detector;
  private readonly limits: Pick<Limits, 'batchSize' | 'batchWait' | 'queue'>;
  private readonly events: LaneEvents;
  private readonly gate: Gate<Job>;
  private readonly allowance: Allowance;
  private readonly under = new Map<number, Job>();
  private readonly stop = new AbortController();
  private given = 0;
  private interval: number | null = null;
  private last = 0;
  private readonly running: Promise<void>;

  constructor(name: string, detector: Detector, limits: Pick<Limits, 'batchSize' | 'batchWait' | 'queue'>, events: LaneEvents = {}) {
    this.name = name;
    this.detector = detector;
    this.limits = limits;
    this.events = events;
    this.allowance = new Allowance(limits.queue);
    this.gate = new Gate(limits.batchSize, limits.batchWait, (size, waited) => events.onGroup?.(size, waited));
    this.running = this.run();
  }

  /** Pictures admitted and not yet answered, and room that requests hold for more. */
  get pending(): number {
    return this.allowance.held;
  }

  /** Milliseconds since the picture that the detector has had for longest was admitted; 0 where it has none. */
  get oldest(): number {
    const [job] = this.under.values();
    return job ? performance.now() - job.begun : 0;
  }

  /** Seconds after which there is likely room again, at least 1. */
  get retryAfter(): number {
    return Math.min(60, Math.max(1, Math.ceil((this.pending * (this.interval ?? 0)) / 1000)));
  }

  /** Room for some pictures, or null where there is none. */
  room(count: number): Claim | null {
    return this.allowance.claim(count);
  }

  /**
   * Scores one picture, for which there is room. Rejects with the signal's reason as soon as it is aborted: a picture that still waits
   * is then forgotten, one that the device has been given keeps its room until it is done.
   *
   * @param done called when the lane has let go of the picture, whatever became of it
   */
  score(room: Claim, arrival: Arrival, signal: AbortSignal, done: () => void = () => {}): Promise<ScoreResult> {
    if (signal.aborted) {
      done();
      return Promise.reject(signal.reason);
    }
    const giveBack = room.takeOne();
    const promise = new Promise<ScoreResult>((resolve, reject) => {
      const settling =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal.removeEventListener('abort', withdraw);
          giveBack();
          done();
          settle(value);
        };
      const job: Job = { ...arrival, signal, begun: performance.now(), resolve: settling(resolve), reject: settling(reject) };
      const withdraw = () => {
        if (this.gate.withdraw(job)) job.reject(signal.reason);
      };
      signal.addEventListener('abort', withdraw);
      this.gate.enter(job);
    });
    return untilAborted(promise, signal);
  }

  /** Ends once everything that was admitted has been answered; the detector is then disposed. */
  async close(): Promise<void> {
    this.gate.close();
    await this.running;
    this.detector.dispose();
  }

  /** Ends at once: whatever waits is refused. */
  abort(): void {
    this.stop.abort(
      new BlemishError<OwnCode>('SERVICE_CLOSING', `serve: ${this.name}: the service ended before the picture was scored; expected an earlier end`),
    );
  }

  private async run(): Promise<void> {
    const { batchSize } = this.limits;
    const { signal } = this.stop;
    while (!this.gate.ended && !signal.aborted) {
      const before = this.given;
      const visit = this.gate.visit();
      try {
        for await (const result of this.detector.score(this.samples(visit), { batchSize, ordered: false, signal })) this.answer(result);
      } catch (error) {
        if (!signal.aborted) this.events.onFailure?.(error);
        this.fail(error);
        // Its source may still stand at the gate: it must not take what is for the next run.
        visit.end();
        if (this.given === before && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, patience).unref());
      }
    }
    for (const job of this.gate.clear()) job.reject(signal.reason);
  }

  private async *samples(visit: Visit<Job>): AsyncGenerator<Sample> {
    // The run counts from 0, whatever came before it.
    let index = 0;
    for (let job = await visit.next(); job; job = await visit.next()) {
      this.given++;
      this.under.set(index++, job);
      yield { name: job.name, source: sourceOf(job), label: null, kind: 'unknown', mask: null };
    }
  }

  private answer(result: ScoreResult): void {
    const job = this.under.get(result.index);
    if (!job) return;
    this.under.delete(result.index);
    const now = performance.now();
    // Only while one follows another does the time between them say how long one takes.
    if (this.last >= job.begun) {
      const interval = now - this.last;
      this.interval = this.interval === null ? interval : this.interval + freshness * (interval - this.interval);
    }
    this.last = now;
    if (!job.signal.aborted) this.events.onPicture?.(result, now - job.begun);
    if (job.finish) job.finish(result).then(job.resolve, job.reject);
    else job.resolve(result);
  }

  private fail(cause: unknown): void {
    const error = this.stop.signal.aborted
      ? this.stop.signal.reason
      : new BlemishError<OwnCode>('SERVICE_FAILED', `serve: ${this.name}: scoring failed; expected it not to: the log says more`, { cause });
    for (const job of this.under.values()) job.reject(error);
    this.under.clear();
  }
}

/** Nobody waits for a picture whose request is over: it is not even decoded. */
function sourceOf({ name, read, signal }: Job): () => Promise<RawPicture> {
  return async () => {
    if (!signal.aborted) return read();
    throw new BlemishError<OwnCode>('SERVICE_TIMEOUT', `serve: ${name}: its request is over; expected it to wait`);
  };
}
