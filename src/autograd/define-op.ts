// Turns an op's name and its gradient into a differentiable function: checks operands, crosses the border, records.
import { type Attributes, type PreparedOp, prepareOp, run } from '../../bindings/call.ts';
import type { Ops } from '../../bindings/native.gen.ts';
import { native, sharedInputs } from '../../bindings/native.ts';
import { BlemishError } from '../errors.ts';
import { adoptOutputs, Tensor } from '../tensor/tensor.ts';
import { activeTapes, isWalking, provideWalkOps, type Tape, type TapeNode } from './tape.ts';

export type OpTable = Ops<Tensor>;
export type OpName = keyof OpTable & string;

/** What is known of a tensor whose numbers were not saved. */
export interface Outline {
  readonly shape: readonly number[];
  readonly dtype: string;
}

type Names<N extends OpName> = OpTable[N]['inputs'] | OpTable[N]['outputs'];
/** Operands and results by name; only those in `save` still have numbers. */
export type Saved<N extends OpName, S extends string> = { [K in Names<N>]: K extends S ? Tensor : Outline };
/** Attributes with every default filled in, lists always as lists. */
export type Resolved<A> = {
  [K in keyof A]-?: Exclude<A[K], undefined> extends number | readonly number[]
    ? readonly number[] extends Exclude<A[K], undefined>
      ? readonly number[]
      : Exclude<A[K], undefined>
    : Exclude<A[K], undefined>;
};
type Thunks<N extends OpName> = { [K in OpTable[N]['inputs']]?: (index: number) => Tensor };

export interface Gradient<N extends OpName, S extends string> {
  /** Names of operands and results whose numbers `backward` reads. */
  readonly save?: readonly S[];
  /** A thunk per operand, so that nobody pays for a gradient nobody asked for. `dy` belongs to the first result. */
  readonly backward: (saved: Saved<N, S>, dy: Tensor, attributes: Resolved<OpTable[N]['attrs']>) => Thunks<N>;
}

export type OpFunction<N extends OpName> = OpTable[N]['needsAttrs'] extends true
  ? (...args: [...OpTable[N]['args'], attributes: OpTable[N]['attrs']]) => OpTable[N]['result']
  : (...args: [...OpTable[N]['args'], attributes?: OpTable[N]['attrs']]) => OpTable[N]['result'];

/** All ops that `defineOp` has seen: the conformance test and the benchmarks call them by name. */
export const definedOps = new Map<string, { gradient: 'defined' | 'constant' | 'none'; call: (...args: unknown[]) => unknown }>();

/**
 * @param gradient how to differentiate; `'constant'` for results that do not vary with the operands (an index, a
 *   comparison); without it, use under a tape throws TAPE_MISUSED
 */
export function defineOp<N extends OpName, S extends Names<N> = never>(name: N, gradient?: Gradient<N, S> | 'constant'): OpFunction<N> {
  const op = prepareOp(name);
  if (definedOps.has(name)) throw new BlemishError('UNKNOWN_OP', `${name}: defineOp was called twice; expected one definition`);
  const list = op.info.inputs.length === 1 && op.info.inputs[0].list;
  const count = op.info.inputs.length;
  const names = [...op.info.inputs, ...op.info.outputs].map((item) => item.name);
  const definition: Definition = {
    op,
    list,
    count,
    gradient: gradient === 'constant' ? undefined : (gradient as never),
    saved: gradient && gradient !== 'constant' ? (gradient.save ?? []).map((saved) => names.indexOf(saved)) : [],
  };
  const invoke = (...args: unknown[]): unknown => {
    const operands = (list ? args[0] : args) as (Tensor | null | undefined)[];
    const attributes = args[list ? 1 : count] as Attributes | undefined;
    const outputs = call(op, operands, list ? (operands?.length ?? 0) : count, attributes);
    if (observer) observer(name, list ? operands : operands.slice(0, count), resolve(op, attributes), outputs);
    if (gradient !== 'constant') {
      const tapes = activeTapes();
      for (let i = 0; i < tapes.length; i++) note(tapes[i], definition, operands, attributes, outputs);
    }
    return outputs.length === 1 ? outputs[0] : outputs.length === 0 ? undefined : outputs;
  };
  definedOps.set(name, { gradient: gradient === 'constant' ? 'constant' : gradient ? 'defined' : 'none', call: invoke });
  return invoke as OpFunction<N>;
}

/** @internal Sees every operation as it is called, its attributes with all defaults filled in. */
export type OpObserver = (name: string, operands: readonly (Tensor | null | undefined)[], attributes: Attributes, outputs: readonly Tensor[]) => void;

let observer: OpObserver | null = null;

/** @internal Runs `body` while `given` sees every operation, also `reshape` and `detach`, which make another tensor of the same numbers. */
export function observeOps<R>(given: OpObserver, body: () => R): R {
  const outer = observer;
  observer = given;
  try {
    return body();
  } finally {
    observer = outer;
  }
}

interface Definition {
  readonly op: PreparedOp;
  readonly list: boolean;
  readonly count: number;
  readonly gradient: Gradient<OpName, never> | undefined;
  /** Positions among operands, then results, of what `backward` reads. */
  readonly saved: readonly number[];
}

function call(op: PreparedOp, operands: (Tensor | null | undefined)[], count: number, attributes: Attributes | undefined): Tensor[] {
  let device = 'cpu';
  if (count > sharedInputs.length) throw new BlemishError('INPUT_MISSING', `${op.info.name}: ${count} operands came; expected at most ${sharedInputs.length}`);
  for (let i = 0; i < count; i++) {
    const tensor = operands[i];
    if (tensor === null || tensor === undefined) {
      sharedInputs[i] = 0;
      continue;
    }
    if (!(tensor instanceof Tensor))
      throw new BlemishError('ARGUMENT_INVALID', `${op.info.name}: ${nameOfInput(op, i)} is ${Object.prototype.toString.call(tensor)}; expected a tensor`);
    if (tensor.handle === 0 || (tensor.disposed && !isWalking())) {
      throw new BlemishError('TENSOR_DISPOSED', `${op.info.name}: ${nameOfInput(op, i)} [${tensor.shape.join(' ')}] was disposed; expected a live tensor`);
    }
    sharedInputs[i] = tensor.handle;
    device = tensor.device;
  }
  run(op, count, attributes);
  return adoptOutputs(device);
}

function nameOfInput(op: PreparedOp, index: number): string {
  const first = op.info.inputs[0];
  return first.list ? `${first.name}[${index}]` : op.info.inputs[index].name;
}

/** What one recorded call remembers; names are only looked up when the walk comes by. */
class OpNode implements TapeNode {
  readonly name: string;
  readonly output: Tensor;
  readonly saved: Tensor[] = [];
  private readonly definition: Definition;
  private readonly operands: readonly (Tensor | null | undefined)[];
  private readonly outputs: readonly Tensor[];
  private readonly attributes: Attributes;
  private readonly tape: Tape;

  constructor(
    tape: Tape,
    definition: Definition,
    operands: readonly (Tensor | null | undefined)[],
    attributes: Attributes | undefined,
    outputs: readonly Tensor[],
  ) {
    this.name = definition.op.info.name;
    this.output = outputs[0];
    this.definition = definition;
    this.operands = operands;
    this.outputs = outputs;
    this.attributes = definition.op.info.attributes.length ? resolve(definition.op, attributes) : noAttributes;
    this.tape = tape;
    const { count, list } = definition;
    for (const position of definition.saved) {
      if (position < count && list) for (const tensor of operands) this.saved.push(tensor as Tensor);
      else {
        const tensor = position < count ? operands[position] : outputs[position - count];
        if (tensor) this.saved.push(tensor);
      }
    }
  }

  *thunks(dy: Tensor): Iterable<[Tensor, () => Tensor]> {
    const { op, list, gradient } = this.definition;
    const { inputs, outputs } = op.info;
    const named: Record<string, unknown> = {};
    if (list) named[inputs[0].name] = this.operands;
    else for (let i = 0; i < inputs.length; i++) named[inputs[i].name] = this.operands[i];
    for (let i = 0; i < outputs.length; i++) named[outputs[i].name] = this.outputs[i];
    const thunks = gradient!.backward(named as never, dy, this.attributes as never) as Record<string, ((index: number) => Tensor) | undefined>;
    for (let i = 0; i < this.operands.length; i++) {
      const operand = this.operands[i];
      const make = thunks[list ? inputs[0].name : inputs[i].name];
      if (operand && make && this.tape.follows(operand)) yield [operand, () => make(i)];
    }
  }
}

const noAttributes: Attributes = Object.freeze({});

function note(
  tape: Tape,
  definition: Definition,
  operands: readonly (Tensor | null | undefined)[],
  attributes: Attributes | undefined,
  outputs: Tensor[],
): void {
  const { op, gradient } = definition;
  const count = definition.list ? operands.length : definition.count;
  let first = 0;
  while (first < count && !(operands[first] && tape.follows(operands[first] as Tensor))) first++;
  if (first === count || !outputs.length) return;
  if (!gradient) {
    throw new BlemishError(
      'TAPE_MISUSED',
      `${op.info.name}: has no gradient, but ${nameOfInput(op, first)} is followed by a tape; expected it inside noGrad or detached`,
    );
  }
  tape.push(new OpNode(tape, definition, operands.slice(0, count), attributes, outputs));
}

function resolve(op: PreparedOp, attributes: Attributes | undefined): Attributes {
  const out: Attributes = {};
  for (const a of op.info.attributes) {
    const value = attributes?.[a.name];
    const list = a.kind === 'integers' || a.kind === 'reals';
    if (value === undefined) out[a.name] = list ? a.fallback : a.kind === 'boolean' ? a.fallback[0] === 1 : a.kind === 'choice' ? a.words[0] : a.fallback[0];
    else out[a.name] = list && typeof value === 'number' ? a.fallback.map(() => value) : value;
  }
  return out;
}

function assertUsable(where: string, x: Tensor): void {
  if (!(x instanceof Tensor)) throw new BlemishError('ARGUMENT_INVALID', `${where}: x is ${Object.prototype.toString.call(x)}; expected a tensor`);
  if (x.handle === 0 || (x.disposed && !isWalking())) {
    throw new BlemishError('TENSOR_DISPOSED', `${where}: x [${x.shape.join(' ')}] was disposed; expected a live tensor`);
  }
}

/** The same numbers under other extents; shares the memory. One extent may be -1: what is left over. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  assertUsable('reshape', x);
  const open = shape.indexOf(-1);
  let target = shape;
  if (open >= 0) {
    const rest = shape.reduce((product, n, axis) => (axis === open ? product : product * n), 1);
    target = shape.map((n, axis) => (axis === open ? x.size / rest : n));
  }
  if (!target.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new BlemishError('SHAPE_MISMATCH', `reshape: x [${x.shape.join(' ')}] does not fit [${shape.join(' ')}]; expected ${x.size} numbers`);
  }
  const out = new Tensor(native.reshape(x.handle, target), [...target], x.dtype, x.device);
  if (observer) observer('reshape', [x], { shape: target }, [out]);
  for (const tape of activeTapes()) {
    if (!tape.follows(x)) continue;
    const from = x.shape;
    tape.push({ name: 'reshape', output: out, saved: [], thunks: (dy) => [[x, () => reshape(dy, from)]] });
  }
  return out;
}

/** Operations that the walk itself is made of. */
/** A tensor of one value, by its attributes; `full` reads better. */
export const fill = defineOp('fill', 'constant');
/** a + b, broadcast from the right. */
export const add = defineOp('add', {
  backward: ({ a, b }, dy) => ({ a: () => sumTo(dy, a.shape), b: () => sumTo(dy, b.shape) }),
});
const sumToRaw = defineOp('sumTo', {
  backward: ({ x }, dy) => ({ x: () => broadcastTo(dy, x.shape) }),
});
const broadcastToRaw = defineOp('broadcastTo', {
  backward: ({ x }, dy) => ({ x: () => sumTo(dy, x.shape) }),
});

const same = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((n, i) => n === b[i]);

/** Sums away what broadcasting `shape` to x's extents would have added: the gradient of broadcasting. */
export function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  return same(x.shape, shape) ? x : sumToRaw(x, { shape });
}

/** Repeats along axes of extent 1, and along new leading axes. */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  return same(x.shape, shape) ? x : broadcastToRaw(x, { shape });
}

/** A tensor of one value. */
export function full(shape: readonly number[], value: number): Tensor {
  return fill({ shape, value });
}

/** The same numbers, followed by no tape: a constant from here on. Shares the memory. */
export function detach(x: Tensor): Tensor {
  assertUsable('detach', x);
  const out = new Tensor(native.reshape(x.handle, x.shape), x.shape, x.dtype, x.device);
  if (observer) observer('reshape', [x], { shape: x.shape }, [out]);
  return out;
}

provideWalkOps({ onesLike: (x) => full(x.shape, 1), add, alias: (x) => reshape(x, x.shape) });
