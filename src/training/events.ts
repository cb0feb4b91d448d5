// What training tells while it goes on, and what is kept of it.

export interface ReadingEvent {
  readonly kind: 'reading';
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
export type TrainingEvent = ReadingEvent | StepEvent | SettlingEvent | ValidationEvent | CheckpointEvent | DoneEvent;

export type HistoryPoint = Pick<StepEvent, 'step' | 'seconds' | 'loss' | 'terms' | 'rate'>;
export type ValidationPoint = Omit<ValidationEvent, 'kind'>;

/** A history as plain data, so that a checkpoint can hold it. */
export interface HistoryState {
  readonly points: HistoryPoint[];
  /** Steps that one point stands for. */
  readonly every: number;
  /** Steps that are not yet a point. */
  readonly pending: HistoryPoint[];
}

const most = 400;

/** Steps averaged into points: of one step each, and of twice as many whenever there are too many points. */
export class History {
  private list: HistoryPoint[];
  private pending: HistoryPoint[];
  private every: number;

  constructor(state: HistoryState = { points: [], every: 1, pending: [] }) {
    this.list = [...state.points];
    this.pending = [...state.pending];
    this.every = state.every;
  }

  get state(): HistoryState {
    return { points: [...this.list], every: this.every, pending: [...this.pending] };
  }

  add({ step, seconds, loss, terms, rate }: HistoryPoint): void {
    this.pending.push({ step, seconds, loss, terms, rate });
    if (this.pending.length < this.every) return;
    this.list.push(averaged(this.pending));
    this.pending = [];
    if (this.list.length < most) return;
    this.list = this.list.flatMap((_, i) => (i % 2 === 1 ? [averaged(this.list.slice(i - 1, i + 1))] : []));
    this.every *= 2;
  }

  /** All points, that of the steps not yet averaged included. */
  get points(): HistoryPoint[] {
    return this.pending.length ? [...this.list, averaged(this.pending)] : [...this.list];
  }
}

function averaged(points: readonly HistoryPoint[]): HistoryPoint {
  const mean = (of: (point: HistoryPoint) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const last = points[points.length - 1];
  const terms = Object.fromEntries(Object.keys(last.terms).map((name) => [name, mean((point) => point.terms[name] ?? 0)]));
  return { step: last.step, seconds: last.seconds, loss: mean((point) => point.loss), terms, rate: last.rate };
}
