// Exponential moving averages of parameters: smoother weights than the last step's.
import { BlemishError, must } from '../../errors.ts';
import { copyStep, lerpStep } from '../../ops/nn/optimizer.ts';
import { keep } from '../../tensor/scope.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { type ArrayEntry, readTensors, type State, writeTensors } from '../state.ts';
import { mustLie } from './optimizer.ts';

/** How fast the average follows. */
export interface MovingAverageOptions {
  /** Share of the average that an update keeps, below 1. Default 0.999. */
  decay?: number;
  /** Starts with less: update n = 1, 2, … keeps at most (1 + n) / (10 + n). Default false. */
  warmUp?: boolean;
}

/**
 * Averages of named tensors, such as `module.namedParameters()`, starting from what they hold now. `apply` puts the averages
 * into the tensors themselves, `restore` takes them out again.
 */
export class ExponentialMovingAverage {
  private readonly tensors: ReadonlyMap<string, Tensor>;
  private readonly averages: ReadonlyMap<string, Tensor>;
  private readonly decay: number;
  private readonly warmUp: boolean;
  private before: ReadonlyMap<string, Tensor> | null = null;
  private updates = 0;

  constructor(tensors: ReadonlyMap<string, Tensor>, { decay = 0.999, warmUp = false }: MovingAverageOptions = {}) {
    mustLie('ExponentialMovingAverage', 'decay', decay, 0, 1);
    for (const [name, value] of tensors) must(value.dtype === 'f32', `ExponentialMovingAverage: ${name} is ${value.dtype}; expected f32`);
    this.tensors = new Map(tensors);
    this.averages = copies(tensors);
    this.decay = decay;
    this.warmUp = warmUp;
  }

  /** Moves every average towards its tensor: average = decay average + (1 - decay) tensor. */
  update(): void {
    this.assertNotApplied('update');
    this.updates++;
    const decay = this.warmUp ? Math.min(this.decay, (1 + this.updates) / (10 + this.updates)) : this.decay;
    for (const [name, value] of this.tensors) lerpStep(this.averages.get(name)!, value, { amount: 1 - decay });
  }

  /** Puts the averages into the tensors and remembers what was there. */
  apply(): void {
    this.assertNotApplied('apply');
    this.before = copies(this.tensors);
    for (const [name, value] of this.tensors) copyStep(value, this.averages.get(name)!);
  }

  /** Puts back what `apply` replaced. */
  restore(): void {
    if (!this.before) throw new BlemishError('ARGUMENT_INVALID', 'restore: the averages are not applied; expected apply() before');
    for (const [name, value] of this.tensors) copyStep(value, this.before.get(name)!);
    this.dropBefore();
  }

  /** The averages as arrays by their tensors' names, and the number of updates as `updates`, i32[]. */
  async state(): Promise<State> {
    const updates: ArrayEntry = { dtype: 'i32', shape: [], data: Int32Array.of(this.updates) };
    return new Map([['updates', updates], ...[...(await readTensors(this.averages))].map(([name, entry]) => [`averages.${name}`, entry] as const)]);
  }

  /** Takes over a state: what follows is bit for bit what would have followed. Throws STATE_INVALID and changes nothing. */
  loadState(state: ReadonlyMap<string, ArrayEntry>): void {
    const updates = state.get('updates');
    if (updates?.dtype !== 'i32' || updates.shape.length !== 0 || !(updates.data[0] >= 0)) {
      throw new BlemishError(
        'STATE_INVALID',
        `ExponentialMovingAverage: updates is ${updates ? `${updates.dtype}[${updates.shape.join(' ')}]` : 'missing'}; expected a count as i32[]`,
      );
    }
    const rest = new Map([...state].filter(([name]) => name !== 'updates'));
    writeTensors('ExponentialMovingAverage', new Map([...this.averages].map(([name, value]) => [`averages.${name}`, value])), rest);
    this.updates = updates.data[0];
  }

  /** Frees the averages; the tensors are not its own, and keep what they hold. */
  dispose(): void {
    for (const average of this.averages.values()) average.dispose();
    this.dropBefore();
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  private assertNotApplied(where: string): void {
    if (this.before) throw new BlemishError('ARGUMENT_INVALID', `${where}: the averages are applied; expected restore() before`);
  }

  private dropBefore(): void {
    for (const value of this.before?.values() ?? []) value.dispose();
    this.before = null;
  }
}

function copies(tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  return new Map(
    [...tensors].map(([name, value]) => {
      const copy = keep(tensor(new Float32Array(value.size), value.shape, { device: value.device }));
      copyStep(copy, value);
      return [name, copy];
    }),
  );
}
