// A module: named parameters and buffers found by walking its properties, train and eval mode, dispose.
import { must } from '../errors.ts';
import { Tensor, tensor } from '../tensor/tensor.ts';
import { Parameter, stateBuffer } from './parameter.ts';

/** Any module, whatever it takes and gives. */
export type AnyModule = Module<never, unknown>;

interface Place {
  readonly name: string;
  readonly value: Tensor | AnyModule;
  /** What holds it, so that it can be replaced. */
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/**
 * The base of everything with weights. Assign parameters (`Parameter`), buffers (a kept `Tensor`) and other modules to
 * properties, alone or within arrays and plain objects; their names are the path of properties joined by dots, in the order
 * of assignment: `encoder.0.weight`. What is reached twice is counted once, under its first name.
 */
export abstract class Module<A extends unknown[] = [x: Tensor], R = Tensor> {
  /** Whether dropout drops and batch statistics are used and gathered; set it with `train()` and `eval()`. */
  training = true;

  /** What comes out for what goes in; the class says which. */
  abstract forward(...args: A): R;

  /** @internal What is searched for members: all properties, unless a module names its members otherwise. */
  members(): object {
    return this;
  }

  /** All parameters by name, frozen ones too. */
  namedParameters(): Map<string, Parameter> {
    return byName(this, (value): value is Parameter => value instanceof Parameter);
  }

  /** All buffers by name: tensors of the state that are not trained. */
  namedBuffers(): Map<string, Tensor> {
    return byName(this, (value): value is Tensor => value instanceof Tensor && !(value instanceof Parameter));
  }

  /** This module under the name '' and all modules inside it. */
  namedModules(): Map<string, AnyModule> {
    return new Map([['', this as AnyModule], ...byName(this, (value): value is AnyModule => value instanceof Module)]);
  }

  /** What the module learns, of modules inside too. */
  parameters(): Parameter[] {
    return [...this.namedParameters().values()];
  }

  /** What the module keeps and does not learn, of modules inside too. */
  buffers(): Tensor[] {
    return [...this.namedBuffers().values()];
  }

  /** Puts this module and all inside it into training mode (or out of it). */
  train(on = true): this {
    for (const module of this.namedModules().values()) module.training = on;
    return this;
  }

  /** Puts this module and all inside it into inference mode. */
  eval(): this {
    return this.train(false);
  }

  /** Keeps tapes and optimisers off all parameters. Batch statistics still move in training mode: see `eval()`. */
  freeze(): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = false;
    return this;
  }

  /** Undoes `freeze`. */
  unfreeze(): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = true;
    return this;
  }

  /**
   * Moves all parameters and buffers to a device, through the host and waiting for it: do so before an optimiser is made,
   * since parameters become new objects.
   */
  to(device: string): this {
    const moved = new Map<Tensor, Tensor>();
    for (const { value, holder, key } of places(this, true)) {
      if (!(value instanceof Tensor) || (value.device === device && !moved.has(value))) continue;
      let target = moved.get(value);
      if (!target) {
        const copy = tensor(value.readSync(), value.shape, { dtype: value.dtype, device });
        target = value instanceof Parameter ? new Parameter(copy) : stateBuffer(copy);
        target.requiresGrad = value.requiresGrad;
        moved.set(value, target);
      }
      holder[key] = target;
    }
    for (const old of moved.keys()) old.dispose();
    return this;
  }

  /** @internal Frees what a module holds besides its members, such as what it derives from them; called by `dispose`. */
  release(): void {}

  /** Frees all parameters and buffers, those of the modules inside too. */
  dispose(): void {
    for (const module of this.namedModules().values()) module.release();
    for (const { value } of places(this)) if (value instanceof Tensor) value.dispose();
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Runs `body` with a module in inference mode, and leaves every part of it in the mode that it was in. */
export function inInference<R>(module: AnyModule, body: () => R): R {
  const before = [...module.namedModules().values()].map((one) => [one, one.training] as const);
  module.eval();
  try {
    return body();
  } finally {
    for (const [one, training] of before) one.training = training;
  }
}

function byName<T extends Tensor | AnyModule>(module: AnyModule, is: (value: Tensor | AnyModule) => value is T): Map<string, T> {
  const named = new Map<string, T>();
  for (const { name, value } of places(module)) {
    if (!is(value)) continue;
    must(!named.has(name), `${module.constructor.name}: two members are called ${name}; expected keys without dots`);
    named.set(name, value);
  }
  return named;
}

/** Every tensor and module reachable through properties; with `everyPlace`, a tensor held twice is listed twice. */
function places(module: AnyModule, everyPlace = false): Place[] {
  const found: Place[] = [];
  const seen = new Set<object>([module]);
  const visit = (holder: object, prefix: string): void => {
    for (const key of Object.keys(holder)) {
      const value = (holder as Record<string, unknown>)[key];
      if (typeof value !== 'object' || value === null) continue;
      const isTensor = value instanceof Tensor;
      if (seen.has(value) && !(everyPlace && isTensor)) continue;
      seen.add(value);
      const name = prefix + key;
      if (isTensor || value instanceof Module) found.push({ name, value: value as Tensor | AnyModule, holder: holder as Record<string, unknown>, key });
      if (value instanceof Module) visit(value.members(), `${name}.`);
      else if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) visit(value, `${name}.`);
    }
  };
  visit(module.members(), '');
  return found;
}
