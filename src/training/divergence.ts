// Why a loss is no number any more: which term, and which weights were first.
import { BlemishError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

const shown = 3;

/** The error of a step whose loss is not finite; names the terms and the tensors that hold NaN or infinity. */
export async function explainDivergence(step: number, terms: Readonly<Record<string, number>>, tensors: ReadonlyMap<string, Tensor>): Promise<BlemishError> {
  const bad: string[] = [];
  for (const [name, tensor] of tensors) {
    const data = await tensor.read();
    let count = 0;
    for (const x of data) if (!Number.isFinite(x)) count++;
    if (count) bad.push(`${name} (${count} of ${data.length})`);
  }
  const values = Object.entries(terms).map(([name, value]) => `${name} ${value}`);
  const what = `training: the loss of step ${step} is no number (${values.join(', ')})`;
  // The step of that loss has been taken already: weights that are still finite had no part in it.
  const why = bad.length
    ? `${bad.length} of ${tensors.size} tensors hold numbers that are not finite: ${bad.slice(0, shown).join(', ')}${bad.length > shown ? ' …' : ''}; expected weights that stay finite: try a smaller rate`
    : 'all weights are finite, so the pictures or the loss itself made it; expected terms that are finite for every picture';
  return new BlemishError('TRAINING_DIVERGED', `${what}; ${why}`);
}
