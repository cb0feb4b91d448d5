// What training tells while it goes on, and what is kept of it.

export interface ReadingEvent {
  readonly kind: 'reading';
  readonly done: number;
  readonly total: number;
}

/** The network looks at every picture before its first step, in batches: some methods start from where that finds them. */
export interface PreparingEvent {
  readonly kind: 'preparing';
  readonly done: number;
  readonly total: number;
}

/** The trained network looks at every picture once more, in batches: methods that compare with what is usual need that. */
export interface SettlingEvent {
  readonly kind: 'settling';
  readonly done: number;
  readonly total: number;
}

/** One step of the optimiser. */
export interface StepEvent {
  readonly kind: 'step';
  readonly phase: string;
  /** Steps done, over all phases. */
  readonly step: number;
  /** Steps in all; an estimate where time is the limit. */
  readonly steps: number;
  /** 0 … 1 of the whole training. */
  readonly share: number;
  readonly seconds: number;
  /** Sum of the terms. */
  readonly loss: number;
  readonly terms: Readonly<Record<string, number>>;
  /** Factor of the schedule on the optimiser's rate. */
  readonly rate: number;
}

/** What a method has watched besides its loss, every few steps. */
export interface MonitorEvent {
  readonly kind: 'monitor';
  readonly phase: string;
  readonly step: number;
  readonly seconds: number;
  /** By name; NaN where a number could not be had. */
  readonly values: Readonly<Record<string, number>>;
}

/** Made defects on held-out normal pictures, found by the averaged weights. */
export interface ValidationEvent {
  readonly kind: 'validation';
  readonly step: number;
  readonly seconds: number;
  /** Corrupted pictures against the same pictures left alone. */
  readonly imageAuroc: number;
  /** Corrupted pixels against all others. */
  readonly pixelAuroc: number;
  readonly pixelAp: number;
}

export interface CheckpointEvent {
  readonly kind: 'checkpoint';
  readonly step: number;
  readonly path: string;
}

export interface DoneEvent {
  readonly kind: 'done';
  readonly steps: number;
  readonly seconds: number;
  readonly images: number;
}

/** How far a training is, and what it has seen. */
export type TrainingEvent = ReadingEvent | PreparingEvent | StepEvent | MonitorEvent | SettlingEvent | ValidationEvent | CheckpointEvent | DoneEvent;

export type HistoryPoint = Pick<StepEvent, 'step' | 'seconds' | 'loss' | 'terms' | 'rate'>;
export type ValidationPoint = Omit<ValidationEvent, 'kind'>;
export type MonitorPoint = Omit<MonitorEvent, 'kind' | 'phase'>;

/** A history as plain data, so that a checkpoint can hold it. */
export interface HistoryState<P = HistoryPoint> {
  readonly points: P[];
  /** Steps that one point stands for. */
  readonly every: number;
  /** Steps that are not yet a point. */
  readonly pending: P[];
}

const most = 400;

/** Points averaged into fewer: of one each, and of twice as many whenever there are too many. */
class Thinned<P> {
  private list: P[];
  private pending: P[];
  private every: number;
  private readonly averaged: (points: readonly P[]) => P;

  constructor(averaged: (points: readonly P[]) => P, state: HistoryState<P> = { points: [], every: 1, pending: [] }) {
    this.averaged = averaged;
    this.list = [...state.points];
    this.pending = [...state.pending];
    this.every = state.every;
  }

  get state(): HistoryState<P> {
    return { points: [...this.list], every: this.every, pending: [...this.pending] };
  }

  add(point: P): void {
    this.pending.push(point);
    if (this.pending.length < this.every) return;
    this.list.push(this.averaged(this.pending));
    this.pending = [];
    if (this.list.length < most) return;
    this.list = this.list.flatMap((_, i) => (i % 2 === 1 ? [this.averaged(this.list.slice(i - 1, i + 1))] : []));
    this.every *= 2;
  }

  /** All points, that of the steps not yet averaged included. */
  get points(): P[] {
    return this.pending.length ? [...this.list, this.averaged(this.pending)] : [...this.list];
  }
}

/** Steps averaged into points. */
export class History extends Thinned<HistoryPoint> {
  constructor(state?: HistoryState) {
    super(averagedSteps, state);
  }

  override add({ step, seconds, loss, terms, rate }: HistoryPoint): void {
    super.add({ step, seconds, loss, terms, rate });
  }
}

/** What was watched, averaged into points. */
export class MonitorHistory extends Thinned<MonitorPoint> {
  constructor(state?: HistoryState<MonitorPoint>) {
    super(averagedValues, state);
  }
}

const meanOf = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;

function averagedSteps(points: readonly HistoryPoint[]): HistoryPoint {
  const last = points[points.length - 1];
  // Where two phases meet, points differ in their terms.
  const names = [...new Set(points.flatMap((point) => Object.keys(point.terms)))];
  const terms = Object.fromEntries(names.map((name) => [name, meanOf(points.flatMap((point) => point.terms[name] ?? []))]));
  return { step: last.step, seconds: last.seconds, loss: meanOf(points.map((point) => point.loss)), terms, rate: last.rate };
}

function averagedValues(points: readonly MonitorPoint[]): MonitorPoint {
  const { step, seconds } = points[points.length - 1];
  const names = [...new Set(points.flatMap(({ values }) => Object.keys(values)))];
  // A number that could not be had once is none of the mean; JSON, by which a checkpoint goes, knows no NaN.
  const known = (name: string) => points.flatMap(({ values }) => (Number.isFinite(values[name] ?? Number.NaN) ? [values[name]] : []));
  return { step, seconds, values: Object.fromEntries(names.map((name) => [name, meanOf(known(name))])) };
}
