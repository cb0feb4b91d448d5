// What evaluation asks of a detector; `Detector` has it all.
import type { InputSpec } from '../data/input.ts';
import type { Sample } from '../data/sample.ts';
import type { HyperValue } from '../hyper.ts';
import type { ScoreResult } from '../scoring/result.ts';

export interface Scorer {
  readonly method: { readonly name: string };
  readonly hyper: Readonly<Record<string, HyperValue>>;
  readonly input: InputSpec;
  /** Image scores strictly above it are anomalous; null: none is in force. */
  readonly threshold: number | null;
  /** The same for the numbers of a map. */
  readonly pixelThreshold: number | null;
  /** Plain JSON; `training` as fitting leaves it. */
  readonly provenance: Readonly<Record<string, unknown>>;
  describe(): Record<string, unknown>;
  score(
    samples: Iterable<Sample>,
    options: { signal?: AbortSignal; batchSize?: number; maps: boolean; reconstructions: boolean; ordered: true },
  ): AsyncIterable<ScoreResult>;
}
