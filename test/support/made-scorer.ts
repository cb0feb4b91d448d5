// A scorer that knows: what it says of a picture is a function that the test gives; pictures are read as a detector would.
import type { Sample } from '../../src/data/sample.ts';
import type { Scorer } from '../../src/evaluation/scorer.ts';
import type { ScoreResult } from '../../src/scoring/result.ts';
import { type RawPicture, readPicture } from '../../src/tensor/pictures.ts';

export interface Said {
  readonly score: number;
  /** [height width] of the picture; default all `score`. */
  readonly map?: Float32Array;
}

/** What was asked of a scorer, pass by pass. */
export interface Pass {
  readonly names: string[];
  readonly maps: boolean;
  readonly reconstructions: boolean;
}

export function madeScorer(say: (sample: Sample, picture: RawPicture) => Said, more: Partial<Scorer> = {}): Scorer & { readonly passes: Pass[] } {
  const passes: Pass[] = [];
  return {
    passes,
    method: { name: 'made' },
    hyper: { width: 4 },
    input: { height: 8, width: 8, channels: 1, fit: 'stretch' },
    threshold: null,
    pixelThreshold: null,
    provenance: {},
    describe: () => ({}),
    ...more,
    async *score(samples, { maps, reconstructions, signal }): AsyncGenerator<ScoreResult> {
      const pass: Pass = { names: [], maps, reconstructions };
      passes.push(pass);
      let index = 0;
      for (const sample of samples) {
        signal?.throwIfAborted();
        pass.names.push(sample.name);
        const own = { index: index++, name: sample.name };
        const picture = sample.problem ?? (await readPicture(sample.source, { name: sample.name }).catch((error: { code: string; message: string }) => error));
        if ('code' in picture) {
          yield { ...own, error: { code: picture.code, message: picture.message } };
          continue;
        }
        const { width, height } = picture;
        const { score, map } = say(sample, picture);
        const { threshold = null } = more;
        yield {
          ...own,
          score,
          pValue: null,
          anomalous: threshold === null ? null : score > threshold,
          threshold,
          width,
          height,
          map: maps ? (map ?? new Float32Array(width * height).fill(score)) : null,
          regions: [],
          reconstruction: reconstructions ? { data: new Uint8Array(64).fill(128), width: 8, height: 8, channels: 1 } : null,
          error: null,
        };
      }
    },
  };
}
