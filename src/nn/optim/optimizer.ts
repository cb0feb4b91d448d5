// What every optimiser is: parameters in groups, one step from gradients, state in and out bit for bit.
import type { Gradients } from '../../autograd/tape.ts';
import { BlemishError, must } from '../../errors.ts';
import { clipScale } from '../../ops/nn/optimizer.ts';
import { keep } from '../../tensor/scope.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Parameter } from '../parameter.ts';
import { type ArrayEntry, readTensors, type State, writeTensors } from '../state.ts';

/** Parameters with their names, as `module.namedParameters()` gives them, or a list, named by position. */
export type ParameterList = ReadonlyMap<string, Parameter> | readonly Parameter[];

/** Parameters that share settings; what a group leaves out is the optimiser's own. */
export type ParameterGroup<H> = { parameters: ParameterList } & Partial<H>;

/** What a step may be told. */
export interface StepOptions {
  /** Multiplies every group's rate; a schedule's value. Default 1. */
  factor?: number;
  /** f32[]: multiplies every gradient; from `clipByNorm`. */
  scale?: Tensor | null;
}

/** One parameter with what its optimiser remembers of it. */
export interface Slot<H> {
  readonly name: string;
  readonly parameter: Parameter;
  readonly settings: H;
  /** f32, of the parameter's extents, under the names that the state uses. */
  readonly memory: Readonly<Record<string, Tensor>>;
  /** Steps taken so far. */
  steps: number;
}

/** Any optimiser, whatever its settings. */
export type AnyOptimizer = Pick<Optimizer<object>, 'step' | 'state' | 'loadState' | 'dispose'>;

/**
 * The base of the optimisers. A parameter without a gradient, or with `requiresGrad` off, is left as it is, and its count of
 * steps with it.
 */
export abstract class Optimizer<H extends object> {
  protected readonly slots: readonly Slot<H>[];

  /** @param memory names of the arrays that the optimiser keeps for a parameter; zero at first */
  constructor(parameters: ParameterList | readonly ParameterGroup<H>[], settings: H, check: (settings: H) => void, memory: (settings: H) => readonly string[]) {
    const groups = groupsOf<H>(parameters);
    const where = new.target.name;
    const names = new Set<string>();
    const seen = new Set<Parameter>();
    const wanted: { name: string; parameter: Parameter; settings: H }[] = [];
    for (const { parameters: own, ...rest } of groups) {
      const merged = { ...settings, ...rest } as H;
      check(merged);
      for (const [name, parameter] of own instanceof Map ? own : [...(own as readonly Parameter[])].map((p, i) => [String(names.size + i), p] as const)) {
        must(!names.has(name), `${where}: two parameters are called ${name}; expected every name once`);
        must(!seen.has(parameter), `${where}: ${name} was given twice; expected every parameter in one group`);
        seen.add(parameter);
        must(parameter.dtype === 'f32', `${where}: ${name} is ${parameter.dtype}; expected f32`);
        wanted.push({ name, parameter, settings: merged });
      }
      for (const { name } of wanted) names.add(name);
    }
    must(wanted.length > 0, `${where}: there are no parameters; expected at least one`);
    this.slots = wanted.map((one) => ({ ...one, memory: Object.fromEntries(memory(one.settings).map((name) => [name, zerosLike(one.parameter)])), steps: 0 }));
  }

  /** Changes one parameter, the slot's memory and nothing else; `slot.steps` counts this step already. */
  protected abstract update(slot: Slot<H>, gradient: Tensor, factor: number, scale: Tensor | null): void;

  /** One step. Throws TAPE_MISUSED if not a single parameter has a gradient. */
  step(gradients: Gradients, options: StepOptions = {}): void {
    const factor = options.factor ?? 1;
    must(Number.isFinite(factor) && factor >= 0, `step: factor is ${factor}; expected a number of at least 0`);
    let changed = 0;
    for (const slot of this.slots) {
      const gradient = slot.parameter.requiresGrad ? gradients.get(slot.parameter) : undefined;
      if (!gradient) continue;
      slot.steps++;
      this.update(slot, gradient, factor, options.scale ?? null);
      changed++;
    }
    if (!changed) {
      throw new BlemishError('TAPE_MISUSED', `step: none of ${this.slots.length} parameters has a gradient; expected those of a loss that depends on them`);
    }
  }

  /** What the optimiser remembers, as arrays: `<parameter>.<memory>`, and `<parameter>.steps` as i32[]. */
  async state(): Promise<State> {
    const steps = this.slots.map((slot): [string, ArrayEntry] => [`${slot.name}.steps`, { dtype: 'i32', shape: [], data: Int32Array.of(slot.steps) }]);
    return new Map([...steps, ...(await readTensors(this.memories()))]);
  }

  /** Takes over a state: what follows is bit for bit what would have followed. Throws STATE_INVALID and changes nothing. */
  loadState(state: ReadonlyMap<string, ArrayEntry>): void {
    const rest = new Map(state);
    const counts = this.slots.map((slot) => {
      const name = `${slot.name}.steps`;
      const entry = state.get(name);
      rest.delete(name);
      const steps = entry?.data[0];
      if (entry?.dtype !== 'i32' || entry.shape.length !== 0 || steps === undefined || steps < 0) {
        throw new BlemishError(
          'STATE_INVALID',
          `${this.constructor.name}: ${name} is ${entry ? `${entry.dtype}[${entry.shape.join(' ')}] ${steps}` : 'missing'}; expected a count as i32[]`,
        );
      }
      return steps;
    });
    writeTensors(this.constructor.name, this.memories(), rest);
    this.slots.forEach((slot, i) => {
      slot.steps = counts[i];
    });
  }

  /** Frees what the optimiser remembers; the parameters are not its own. */
  dispose(): void {
    for (const memory of this.memories().values()) memory.dispose();
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  private memories(): Map<string, Tensor> {
    return new Map(this.slots.flatMap((slot) => Object.entries(slot.memory).map(([name, value]): [string, Tensor] => [`${slot.name}.${name}`, value])));
  }
}

function groupsOf<H>(parameters: ParameterList | readonly ParameterGroup<H>[]): readonly ParameterGroup<H>[] {
  if (Array.isArray(parameters) && parameters.length && 'parameters' in parameters[0]) return parameters as readonly ParameterGroup<H>[];
  return [{ parameters: parameters as ParameterList } as ParameterGroup<H>];
}

const zerosLike = (x: Tensor): Tensor => keep(tensor(new Float32Array(x.size), x.shape, { device: x.device }));

/** Throws ARGUMENT_INVALID unless `least <= value < below`. */
export function mustLie(where: string, name: string, value: number, least: number, below = Number.POSITIVE_INFINITY): void {
  const upper = below === Number.POSITIVE_INFINITY ? '' : ` and below ${below}`;
  must(typeof value === 'number' && value >= least && value < below, `${where}: ${name} is ${value}; expected a number of at least ${least}${upper}`);
}

/** How long a gradient may be. */
export interface Clipping {
  /** f32[]: min(1, maxNorm / (norm + 1e-6)); give it to `step`. */
  readonly scale: Tensor;
  /** f32[]: Euclidean norm of all gradients together, before clipping. */
  readonly norm: Tensor;
}

/**
 * What brings the common norm of gradients under `maxNorm` (Pascanu et al. 2013). Nothing is read and no gradient rewritten:
 * the step itself scales.
 *
 * @param parameters whose gradients count; default all that `gradients` holds
 */
export function clipByNorm(gradients: Gradients, maxNorm: number, parameters?: readonly Tensor[]): Clipping {
  const list = parameters ? parameters.flatMap((one) => gradients.get(one) ?? []) : [...gradients.scopeResults()];
  if (!list.length) throw new BlemishError('TAPE_MISUSED', 'clipByNorm: there are no gradients; expected those of a loss that depends on parameters');
  const [scale, norm] = clipScale(list, { maxNorm });
  return { scale, norm };
}
