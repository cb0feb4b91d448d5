// What became of a picture at the threshold in force, in the report's words.
import type { JudgedPicture } from '../evaluation.ts';

export type Fate = 'caught' | 'missed' | 'false alarm' | 'passed' | 'undecided';

/** Strictly above the threshold is flagged; without a threshold nothing is decided. */
export function fateOf({ label, anomalous }: Pick<JudgedPicture, 'label' | 'anomalous'>): Fate {
  if (anomalous === null) return 'undecided';
  if (label === 1) return anomalous ? 'caught' : 'missed';
  return anomalous ? 'false alarm' : 'passed';
}
