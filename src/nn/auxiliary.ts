// Losses that layers have of their own, handed to whoever trains the network that they stand in.
import { add } from '../ops/index.ts';
import { adopt, keep } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';

type Found = Map<string, Tensor>;
const collectors: Found[] = [];

/** What a function returned, and the losses that layers had while it ran. */
export interface WithAuxiliary<R> {
  readonly value: R;
  /** f32[] by name; what several layers call alike is summed. */
  readonly losses: Readonly<Record<string, Tensor>>;
}

/**
 * Runs `body`, the forward pass of a network, and gathers what the layers inside hand over with `auxiliaryLoss`; they go into the objective
 * beside its other terms. Without it layers have no such loss and compute none. Within another such call the inner one gathers.
 */
export function withAuxiliaryLosses<R>(body: () => R): WithAuxiliary<R> {
  const found: Found = new Map();
  collectors.push(found);
  try {
    const value = body();
    return { value, losses: Object.fromEntries([...found].map(([name, loss]) => [name, adopt(loss)])) };
  } catch (error) {
    for (const loss of found.values()) loss.dispose();
    throw error;
  } finally {
    collectors.pop();
  }
}

/**
 * For a layer, within its forward pass: hands over a loss of its own.
 *
 * @param make f32[], weighted; called only where somebody gathers
 */
export function auxiliaryLoss(name: string, make: () => Tensor): void {
  const found = collectors[collectors.length - 1];
  if (!found) return;
  const loss = make();
  const before = found.get(name);
  // Kept beyond the scopes that networks open around their forward pass.
  found.set(name, keep(before ? add(before, loss) : loss));
  before?.dispose();
}
