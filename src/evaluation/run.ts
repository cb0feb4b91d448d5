// Runs a detector over samples, masks read ahead, and hands on every picture with its mask, or what was wrong with it.
import type { Sample } from '../data/sample.ts';
import { BlemishError } from '../errors.ts';
import type { Scoring } from '../scoring/result.ts';
import type { EvaluationFailure } from './evaluation.ts';
import { type Mask, mustFit, readMask } from './masks.ts';
import type { Scorer } from './scorer.ts';

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly batchSize?: number;
  readonly maps: boolean;
  readonly reconstructions: boolean;
}

/** One sample that was scored; its mask, null where there is none; what was wrong with the mask, if anything. */
export interface Scored {
  readonly sample: Sample;
  readonly scoring: Scoring;
  readonly mask: Mask | null;
  readonly maskFailure: EvaluationFailure | null;
}

export type Ran = Scored | EvaluationFailure;

type Settled = { readonly mask: Mask | null } | { readonly error: unknown };

/** Errors of this library are results; anything else is a fault and is thrown on. */
function failureOf(name: string, what: EvaluationFailure['what'], error: unknown): EvaluationFailure {
  if (!(error instanceof BlemishError)) throw error;
  return { name, what, code: error.code, message: error.message };
}

/** In the order of the samples. Rejects with the signal's reason, and as the detector's `score`. */
export async function* run(detector: Scorer, samples: readonly Sample[], options: RunOptions): AsyncGenerator<Ran> {
  const { maps, reconstructions, batchSize, signal } = options;
  const masks = new Map<number, Promise<Settled>>();
  // The detector asks for samples ahead of its results, as many as it can use: masks keep step with it.
  function* fed() {
    for (const [i, sample] of samples.entries()) {
      const reading = maps ? readMask(sample) : Promise.resolve(null);
      masks.set(
        i,
        reading.then(
          (mask) => ({ mask }),
          (error: unknown) => ({ error }),
        ),
      );
      yield sample;
    }
  }
  for await (const result of detector.score(fed(), { maps, reconstructions, ordered: true, batchSize, signal })) {
    signal?.throwIfAborted();
    const sample = samples[result.index];
    const settled = await masks.get(result.index)!;
    masks.delete(result.index);
    if (result.error) {
      yield { name: sample.name, what: 'picture', ...result.error };
      continue;
    }
    try {
      if ('error' in settled) throw settled.error;
      if (settled.mask) mustFit(sample.name, settled.mask, result.width, result.height);
      yield { sample, scoring: result, mask: settled.mask, maskFailure: null };
    } catch (error) {
      yield { sample, scoring: result, mask: null, maskFailure: failureOf(sample.name, 'mask', error) };
    }
  }
}
