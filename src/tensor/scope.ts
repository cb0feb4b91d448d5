// scope(), keep() and the account of live tensors.
import { freeHandles } from '../../bindings/call.ts';
import type { Tensor } from './tensor.ts';

const scopes: Tensor[][] = [];

/** @internal Enters a new tensor into the innermost scope. */
export function enter(tensor: Tensor): void {
  if (scopes.length) scopes[scopes.length - 1].push(tensor);
}

type NotPromise<R> = R extends PromiseLike<unknown> ? never : R;

/**
 * Runs `body` and disposes every tensor made inside it, except those that it returns (alone, or within arrays and plain
 * objects) and those given to `keep`; returned ones belong to the scope outside. Synchronous on purpose: operations only
 * enqueue, so nothing inside needs to wait, and two tasks can never adopt each other's tensors.
 */
export function scope<R>(body: () => R & NotPromise<R>): R {
  const own: Tensor[] = [];
  scopes.push(own);
  let result: R | undefined;
  try {
    result = body();
    return result;
  } finally {
    scopes.pop();
    close(own, result);
  }
}

function close(own: Tensor[], result: unknown): void {
  const returned = new Set<unknown>();
  collect(result, returned, 0);
  const outside = scopes.length ? scopes[scopes.length - 1] : null;
  const handles: number[] = [];
  for (const tensor of own) {
    if (tensor.kept || tensor.disposed) continue;
    if (returned.has(tensor)) outside?.push(tensor);
    else {
      const handle = tensor.surrender();
      if (handle) handles.push(handle);
    }
  }
  if (handles.length) freeHandles(handles);
}

function collect(value: unknown, into: Set<unknown>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > 4 || into.has(value)) return;
  into.add(value);
  if ('tensorId' in value) return;
  if (Array.isArray(value)) for (const item of value) collect(item, into, depth + 1);
  else if (value instanceof Map) for (const item of value.values()) collect(item, into, depth + 1);
  else if ('scopeResults' in value && typeof value.scopeResults === 'function') {
    for (const item of value.scopeResults()) collect(item, into, depth + 1);
  } else if (Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) collect(item, into, depth + 1);
  }
}

/** Takes a tensor out of every scope: it lives until its `dispose()`. */
export function keep<T extends Tensor>(tensor: T): T {
  tensor.kept = true;
  return tensor;
}

/** Undoes `keep`: the innermost scope disposes the tensor at its end. */
export function adopt<T extends Tensor>(tensor: T): T {
  if (tensor.kept) {
    tensor.kept = false;
    enter(tensor);
  }
  return tensor;
}
