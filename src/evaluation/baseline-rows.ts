// Temporary.
import type { Sample } from '../data/sample.ts';
import type { Random } from '../tensor/random.ts';
import type { BaselineRow, Estimate } from './evaluation.ts';
import type { MeasureOptions } from './measures.ts';
export async function baselineRows(
  _train: readonly Sample[],
  _test: readonly Sample[],
  _own: Estimate | null,
  _o: MeasureOptions,
  _r: Random,
): Promise<{ rows: (BaselineRow & { ofBrightness?: boolean })[]; missing: string | null }> {
  return { rows: [], missing: 'none yet' };
}
