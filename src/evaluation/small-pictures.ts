// Pictures shrunk for scores that need no learning, and how bright they are.
import { inFlight } from '../data/in-flight.ts';
import { toInput } from '../data/input.ts';
import type { Sample } from '../data/sample.ts';
import { BlemishError } from '../errors.ts';
import { readPicture } from '../tensor/pictures.ts';
import { scope } from '../tensor/scope.ts';
import { baselineSide } from './baselines.ts';
import { brightnessOf } from './equalise.ts';

export interface SmallPicture {
  readonly sample: Sample;
  /** f32 [channels 32 32] within 0 … 1. */
  readonly pixels: Float32Array;
  /** Mean grey of the whole picture, 0 … 1. */
  readonly brightness: number;
}

/** The samples whose pictures can be read, in order, four at a time; the others are passed over. */
export async function* smallPictures(samples: readonly Sample[], channels: 1 | 3, signal?: AbortSignal): AsyncGenerator<SmallPicture> {
  const spec = { height: baselineSide, width: baselineSide, channels, fit: 'stretch' } as const;
  const read = async (sample: Sample): Promise<SmallPicture | null> => {
    signal?.throwIfAborted();
    try {
      const picture = await readPicture(sample.source, { name: sample.name });
      const small = scope(() => toInput(picture, spec).x);
      const pixels = small.read();
      small.dispose();
      return { sample, pixels: (await pixels) as Float32Array, brightness: brightnessOf(picture) };
    } catch (error) {
      if (error instanceof BlemishError) return null;
      throw error;
    }
  };
  const usable = samples.filter((sample) => !sample.problem);
  for await (const small of inFlight(usable, 4, read)) if (small) yield small;
}
