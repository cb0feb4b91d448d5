// Records operations and walks back over them.
//
// A backward pass is made of ordinary operations, so an outer tape records it too: that is how gradients of gradients work.
import { BlemishError } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import { idMark, type Tensor } from '../tensor/tensor.ts';

/** @internal One recorded operation: which inputs are followed, and how to make their gradients. */
export interface TapeNode {
  readonly name: string;
  readonly output: Tensor;
  /** The followed inputs, each with what makes its gradient from the output's. */
  readonly thunks: (dy: Tensor) => Iterable<[input: Tensor, make: () => Tensor]>;
  readonly saved: readonly Tensor[];
}

let active: Tape[] = [];
let walking = 0;

/** @internal Whether a backward walk is under way: then tensors that only the tape still holds may be used. */
export const isWalking = (): boolean => walking > 0;

/** @internal Tapes that record now, outermost first. */
export const activeTapes = (): readonly Tape[] => active;

/** Gradients by the tensor they belong to. Dispose it, or let the scope around it do so. */
export class Gradients {
  private readonly map = new Map<number, Tensor>();

  /** The gradient with respect to `tensor`; undefined where the loss does not depend on it. */
  get(tensor: Tensor): Tensor | undefined {
    return this.map.get(tensor.tensorId);
  }

  /** @internal */
  set(tensor: Tensor, gradient: Tensor): void {
    this.map.set(tensor.tensorId, gradient);
  }

  /** @internal Gives a gradient away. */
  take(tensor: Tensor): Tensor | undefined {
    const found = this.map.get(tensor.tensorId);
    this.map.delete(tensor.tensorId);
    return found;
  }

  /** @internal What a scope keeps when this is returned from it. */
  scopeResults(): Iterable<Tensor> {
    return this.map.values();
  }

  /** Frees its tensors; twice is fine. */
  dispose(): void {
    for (const gradient of this.map.values()) gradient.dispose();
    this.map.clear();
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** What the walk needs of the operations above it: set once by `define-op.ts`, which knows how to run them. */
export interface WalkOps {
  onesLike(x: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  alias(x: Tensor): Tensor;
}
let ops: WalkOps | null = null;
/** @internal */
export function provideWalkOps(given: WalkOps): void {
  ops = given;
}

/** What `record` noted: the value, and the way back to its gradients. */
export class Tape<R = unknown> {
  /** What the recorded function returned. */
  value!: R;
  private nodes: TapeNode[] = [];
  private readonly followed = new Set<number>();
  private readonly ofParameters: boolean;

  constructor({ parameters = true }: { parameters?: boolean } = {}) {
    this.ofParameters = parameters;
  }

  /** @internal */
  follows(tensor: Tensor): boolean {
    return (this.ofParameters && tensor.requiresGrad) || this.followed.has(tensor.tensorId);
  }

  /** Follows a tensor that is no parameter, so that `backward` yields its gradient. */
  watch(...tensors: Tensor[]): void {
    for (const tensor of tensors) this.followed.add(tensor.tensorId);
  }

  /** @internal */
  push(node: TapeNode): void {
    for (const tensor of node.saved) tensor.hold();
    this.nodes.push(node);
    this.followed.add(node.output.tensorId);
  }

  /** Number of recorded operations. */
  get length(): number {
    return this.nodes.length;
  }

  /** What a scope keeps when the tape is returned from it. */
  scopeResults(): Iterable<unknown> {
    return [this.value];
  }

  /**
   * Gradients of a scalar with respect to every parameter and watched tensor. Walks once; saved tensors are let go of as
   * the walk passes them.
   *
   * @param loss a tensor of one element; default the recorded value
   * @param seed gradient of the loss itself; needed where it has more than one element
   */
  backward(loss: Tensor = this.value as Tensor, seed?: Tensor): Gradients {
    if (!loss || !('tensorId' in loss)) throw new BlemishError('TAPE_MISUSED', 'backward: the recorded value is no tensor; expected the loss as an argument');
    if (!this.followed.has(loss.tensorId)) {
      throw new BlemishError('TAPE_MISUSED', 'backward: the loss was not computed from any parameter or watched tensor on this tape; expected one that was');
    }
    if (!seed && loss.size !== 1) {
      throw new BlemishError('TAPE_MISUSED', `backward: the loss is [${loss.shape.join(' ')}]; expected one number, or a seed of that shape`);
    }
    if (!ops) throw new BlemishError('TAPE_MISUSED', 'backward: no operations are loaded; expected src/ops');
    const { onesLike, add, alias } = ops;
    const nodes = this.nodes;
    this.nodes = [];
    const gradients = new Gradients();
    walking++;
    try {
      gradients.set(loss, seed ? alias(seed) : onesLike(loss));
      for (let i = nodes.length - 1; i >= 0; i--) {
        const node = nodes[i];
        const dy = gradients.take(node.output);
        if (dy) {
          scope(() => {
            const mark = idMark();
            const made: Tensor[] = [];
            for (const [input, make] of node.thunks(dy)) {
              let gradient = make();
              if (!sameShape(gradient, input)) {
                throw new BlemishError(
                  'SHAPE_MISMATCH',
                  `${node.name}: the gradient is [${gradient.shape.join(' ')}] but its operand [${input.shape.join(' ')}]; expected equal extents`,
                );
              }
              if (gradient.tensorId < mark) gradient = alias(gradient);
              const before = gradients.take(input);
              const total = before ? add(before, gradient) : gradient;
              before?.dispose();
              gradients.set(input, total);
              made.push(total);
            }
            return made;
          });
          dy.dispose();
        }
        release(node);
        nodes.length = i;
      }
      return gradients;
    } catch (error) {
      gradients.dispose();
      throw error;
    } finally {
      walking--;
      for (const node of nodes) release(node);
    }
  }

  /** Lets go of everything that a walk which never came would have needed. */
  dispose(): void {
    for (const node of this.nodes) release(node);
    this.nodes = [];
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function release(node: TapeNode): void {
  for (const tensor of node.saved) tensor.release();
}

function sameShape(a: Tensor, b: Tensor): boolean {
  return a.shape.length === b.shape.length && a.shape.every((n, axis) => n === b.shape[axis]);
}

/**
 * Runs `body` and records the operations that depend on parameters (or on `watch`).
 *
 * @param options watch: followed as well; parameters: whether parameters are followed, default true: without, a gradient by what is
 *   watched alone costs no gradients of weights
 * @returns a tape whose `value` is what `body` returned; call `backward()` or `dispose()` on it
 */
export function record<R>(body: (tape: Tape<R>) => R, options: { watch?: readonly Tensor[]; parameters?: boolean } = {}): Tape<R> {
  const tape = new Tape<R>(options);
  if (options.watch) tape.watch(...options.watch);
  active = [...active, tape];
  try {
    tape.value = body(tape);
    return tape;
  } catch (error) {
    tape.dispose();
    throw error;
  } finally {
    active = active.filter((other) => other !== tape);
  }
}

/** Runs `body` without recording anything on any tape. */
export function noGrad<R>(body: () => R): R {
  const before = active;
  active = [];
  try {
    return body();
  } finally {
    active = before;
  }
}
