// Named tensors ↔ a flat map of arrays: what files and checkpoints hold of modules, optimisers and averages.
import { BlemishError } from '../errors.ts';
import { copyStep } from '../ops/nn/optimizer.ts';
import { scope } from '../tensor/scope.ts';
import { type Dtype, sizeOf, type Tensor, type TypedArray, tensor } from '../tensor/tensor.ts';
import type { AnyModule } from './module.ts';

/** The numbers of one tensor on the host, row-major. */
export interface ArrayEntry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** Arrays by name. A Map, so that no name that a file brings can touch an object's prototype. */
export type State = Map<string, ArrayEntry>;

/** How exactly a state has to fit. */
export interface LoadOptions {
  /** Whether names must agree exactly; without, what both sides have is loaded. Extents must agree in any case. Default true. */
  strict?: boolean;
}

/** What of a state was used, and what was not. */
export interface LoadReport {
  /** Names that the state lacks. */
  readonly missing: readonly string[];
  /** Names that only the state has. */
  readonly unexpected: readonly string[];
}

/** Parameters and buffers of a module, by name. */
export const tensorsOf = (module: AnyModule): Map<string, Tensor> => new Map<string, Tensor>([...module.namedParameters(), ...module.namedBuffers()]);

/** Reads named tensors once all work queued before has run. */
export async function readTensors(tensors: ReadonlyMap<string, Tensor>): Promise<State> {
  const entries = await Promise.all(
    [...tensors].map(async ([name, value]): Promise<[string, ArrayEntry]> => [name, { dtype: value.dtype, shape: [...value.shape], data: await value.read() }]),
  );
  return new Map(entries);
}

/**
 * Writes a state into tensors, in place: those who hold the tensors see the new numbers. Checks everything first, so that a
 * state that does not fit changes nothing. f64 is rounded to f32 and the other way round widened; other types must agree.
 *
 * @param where named in the error
 */
export function writeTensors(
  where: string,
  tensors: ReadonlyMap<string, Tensor>,
  state: ReadonlyMap<string, ArrayEntry>,
  options: LoadOptions = {},
): LoadReport {
  const missing = [...tensors.keys()].filter((name) => !state.has(name));
  const unexpected = [...state.keys()].filter((name) => !tensors.has(name));
  const wrong: string[] = [];
  for (const [name, target] of tensors) {
    const entry = state.get(name);
    if (entry) wrong.push(...misfits(name, target, entry));
  }
  const complaints = (options.strict ?? true) ? [list('missing', missing), list('unexpected', unexpected)] : [];
  const all = [...complaints, list('of another shape or type', wrong)].filter((text) => text !== '');
  if (all.length) {
    throw new BlemishError('STATE_INVALID', `${where}: ${all.join('; ')}; expected the ${tensors.size} arrays of the receiver`);
  }
  scope(() => {
    for (const [name, target] of tensors) {
      const entry = state.get(name);
      if (entry) copyStep(target, tensor(entry.data, entry.shape, { dtype: target.dtype, device: target.device }));
    }
  });
  return { missing, unexpected };
}

const shown = 12;

function list(what: string, items: readonly string[]): string {
  if (!items.length) return '';
  const rest = items.length > shown ? ` and ${items.length - shown} more` : '';
  return `${items.length} ${what} (${items.slice(0, shown).join(', ')}${rest})`;
}

const isFloat = (dtype: Dtype) => dtype === 'f32' || dtype === 'f64';
const text = (dtype: string, shape: readonly number[]) => `${dtype}[${shape.join(' ')}]`;

function misfits(name: string, target: Tensor, entry: ArrayEntry): string[] {
  const sameShape = entry.shape.length === target.shape.length && entry.shape.every((n, axis) => n === target.shape[axis]);
  const sameType = entry.dtype === target.dtype || (isFloat(entry.dtype) && isFloat(target.dtype));
  if (!sameShape || !sameType) return [`${name} is ${text(entry.dtype, entry.shape)} where ${text(target.dtype, target.shape)} is wanted`];
  if (entry.data.length !== sizeOf(entry.shape)) return [`${name} is ${text(entry.dtype, entry.shape)} but holds ${entry.data.length} numbers`];
  return [];
}

/** Parameters and buffers of a module as arrays. */
export const moduleState = (module: AnyModule): Promise<State> => readTensors(tensorsOf(module));

/**
 * Writes arrays into the parameters and buffers of a module. Throws STATE_INVALID, listing every name that is missing,
 * unexpected or of another shape; then nothing has been changed.
 */
export function loadModuleState(module: AnyModule, state: ReadonlyMap<string, ArrayEntry>, options: LoadOptions = {}): LoadReport {
  return writeTensors(module.constructor.name, tensorsOf(module), state, options);
}
