// A tensor that training may change: it outlives every scope, and tapes follow it without being asked.
import { BlemishError } from '../errors.ts';
import { keep } from '../tensor/scope.ts';
import { Tensor } from '../tensor/tensor.ts';

/**
 * Takes over the numbers of `value`, which counts as disposed from then on. A module finds its parameters by this class;
 * `requiresGrad = false` freezes one: it stays a parameter, but tapes and optimisers pass it by.
 */
export class Parameter extends Tensor {
  constructor(value: Tensor) {
    super(takeHandle(value), value.shape, value.dtype, value.device);
    this.kept = true;
    this.requiresGrad = true;
  }
}

function takeHandle(value: Tensor): number {
  const wasDisposed = value.disposed;
  const handle = value.surrender();
  if (handle) return handle;
  const why = wasDisposed ? 'was disposed' : 'is still needed by a tape';
  throw new BlemishError('TENSOR_DISPOSED', `Parameter: the tensor [${value.shape.join(' ')}] ${why}; expected a live tensor of its own`);
}

/** A tensor that belongs to a module's state without being trained, such as running statistics: it outlives every scope. */
export const stateBuffer = (value: Tensor): Tensor => keep(value);
