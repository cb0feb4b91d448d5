// Named attributes → the shared array of `run`, with every check that a sentence allows before native code sees a number.
import { BlemishError } from '../src/errors.ts';
import { type AttributeInfo, native, type OpInfo, schema, sharedAttributes, sharedInputs } from './native.ts';

export type Attributes = Record<string, unknown>;

/** An op made ready for calling: its number, and its attributes' defaults as they travel. */
export interface PreparedOp {
  readonly info: OpInfo;
  readonly index: number;
  readonly known: ReadonlyMap<string, AttributeInfo>;
  readonly defaults: Float64Array | null; // null where an attribute is required
}

const prepared = new Map<string, PreparedOp>();

/** Looks an op up by name; throws UNKNOWN_OP. */
export function prepareOp(name: string): PreparedOp {
  const found = prepared.get(name);
  if (found) return found;
  const index = schema.ops.findIndex((op) => op.name === name);
  if (index < 0) throw new BlemishError('UNKNOWN_OP', `${name}: there is no such operation; expected one of docs/ops.md`);
  const info = schema.ops[index];
  let defaults: Float64Array | null = null;
  if (!info.attributes.some((a) => a.required)) {
    defaults = Float64Array.from(info.attributes.flatMap((a) => (isList(a) ? [a.fallback.length, ...a.fallback] : a.fallback)));
  }
  const op = { info, index, known: new Map(info.attributes.map((a) => [a.name, a])), defaults };
  prepared.set(name, op);
  return op;
}

const isList = (a: AttributeInfo) => a.kind === 'integers' || a.kind === 'reals';

function refuse(op: PreparedOp, attribute: string, wrong: string, expected: string): never {
  throw new BlemishError('ATTRIBUTE_INVALID', `${op.info.name}: attribute ${attribute} ${wrong}; expected ${expected}`);
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : Array.isArray(value) ? `[${value.join(' ')}]` : String(value);
}

function numberOf(op: PreparedOp, a: AttributeInfo, value: unknown): number {
  const whole = a.kind === 'integer' || a.kind === 'integers';
  const expected = whole ? 'an integer' : a.infinite ? 'a number' : 'a finite number';
  if (typeof value !== 'number' || Number.isNaN(value)) refuse(op, a.name, `is ${show(value)}`, expected);
  if (whole ? !Number.isSafeInteger(value) : !a.infinite && !Number.isFinite(value)) refuse(op, a.name, `is ${value}`, expected);
  return value;
}

/** Writes the attributes of one call into the shared array and returns how many numbers that took. */
export function encodeAttributes(op: PreparedOp, attributes: Attributes | undefined): number {
  if (attributes === undefined && op.defaults) {
    for (let i = 0; i < op.defaults.length; i++) sharedAttributes[i] = op.defaults[i];
    return op.defaults.length;
  }
  for (const name in attributes) {
    if (!op.known.has(name)) {
      const names = op.info.attributes.map((a) => a.name).join(', ');
      refuse(op, name, 'is unknown', names ? `one of ${names}` : 'none at all');
    }
  }
  let at = 0;
  for (const a of op.info.attributes) {
    const value = attributes?.[a.name];
    if (value === undefined) {
      if (a.required) refuse(op, a.name, 'is missing', isList(a) ? 'a list of numbers' : a.kind === 'boolean' ? 'true or false' : 'a number');
      if (isList(a)) sharedAttributes[at++] = a.fallback.length;
      for (const item of a.fallback) sharedAttributes[at++] = item;
    } else if (isList(a)) {
      const length = a.fallback.length;
      if (typeof value === 'number' && a.fixedLength) {
        sharedAttributes[at++] = length;
        for (let i = 0; i < length; i++) sharedAttributes[at++] = numberOf(op, a, value);
        continue;
      }
      if (!Array.isArray(value)) refuse(op, a.name, `is ${show(value)}`, a.fixedLength ? `a number or ${length} numbers` : 'a list of numbers');
      if (a.fixedLength && value.length !== length) refuse(op, a.name, `is ${show(value)}`, `${length} numbers`);
      if (at + value.length + 1 > sharedAttributes.length) refuse(op, a.name, `has ${value.length} items`, 'at most 4000');
      sharedAttributes[at++] = value.length;
      for (const item of value) sharedAttributes[at++] = numberOf(op, a, item);
    } else if (a.kind === 'boolean') {
      if (typeof value !== 'boolean') refuse(op, a.name, `is ${show(value)}`, 'true or false');
      sharedAttributes[at++] = value ? 1 : 0;
    } else if (a.kind === 'choice') {
      const index = a.words.indexOf(value as string);
      if (index < 0) refuse(op, a.name, `is ${show(value)}`, `one of ${a.words.join(', ')}`);
      sharedAttributes[at++] = index;
    } else {
      sharedAttributes[at++] = numberOf(op, a, value);
    }
  }
  return at;
}

/** Runs an op whose handles lie in `sharedInputs`; its results are left in `sharedOutputs`. */
export function run(op: PreparedOp, inputs: number, attributes: Attributes | undefined): void {
  native.run(op.index, inputs, encodeAttributes(op, attributes));
}

/** Frees many handles with few crossings. */
export function freeHandles(handles: readonly number[]): void {
  for (let from = 0; from < handles.length; from += sharedInputs.length) {
    const count = Math.min(sharedInputs.length, handles.length - from);
    for (let i = 0; i < count; i++) sharedInputs[i] = handles[from + i];
    native.free(count);
  }
}
