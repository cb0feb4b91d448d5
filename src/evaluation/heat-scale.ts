// Which numbers of maps are shown as cold and hot: from the threshold and normal pictures, never from the picture that is shown.
import type { Sample } from '../data/sample.ts';
import type { Random } from '../tensor/random.ts';
import type { HeatScale, JudgedPicture, Shot } from './evaluation.ts';
import { run } from './run.ts';
import type { Scorer } from './scorer.ts';
import { extentsWithin, smallMap } from './thumbnails.ts';

/** Normal pictures whose maps are looked at. */
const enough = 12;
/** Their maps are made this small first, as those that are shown. */
const side = 160;

/** Numbers of maps of normal training pictures, chosen by seed; none where there are none that can be scored. */
async function normalMaps(detector: Scorer, train: readonly Sample[], signal: AbortSignal | undefined, random: Random): Promise<Float32Array[]> {
  const usable = train.filter((sample) => !sample.problem);
  const chosen = random
    .permutation(usable.length)
    .slice(0, enough)
    .map((i) => usable[i]);
  const maps: Float32Array[] = [];
  for await (const ran of run(detector, chosen, { signal, maps: true, reconstructions: false })) {
    if ('code' in ran || !ran.scoring.map) continue;
    const { map, width, height } = ran.scoring;
    maps.push(smallMap(map, width, height, extentsWithin(width, height, side)).data);
  }
  return maps;
}

/**
 * One scale for all pictures of a category. Cold is the median of maps of normal pictures; a number at the threshold of single pixels
 * lies half-way to hot. Without a threshold the largest number of the normal maps stands for it. Normal pictures are those of training, or, if there are none,
 * good ones of the set: the scale is for looking, no number is made from it.
 */
export async function heatScaleOf(
  detector: Scorer,
  train: readonly Sample[],
  pictures: readonly JudgedPicture[],
  gallery: readonly Shot[],
  { signal }: { readonly signal?: AbortSignal },
  random: Random,
): Promise<HeatScale> {
  const learnt = await normalMaps(detector, train, signal, random);
  const shown = (label: 0 | null) =>
    gallery
      .filter((shot) => label === null || pictures[shot.index].label === label)
      .slice(0, enough)
      .map((shot) => shot.map.data);
  const good = shown(0);
  const [maps, source] = learnt.length
    ? [learnt, `maps of ${learnt.length} training pictures`]
    : good.length
      ? [good, 'maps of good pictures of this set']
      : [shown(null), 'the maps shown, as there are no normal ones'];
  const numbers = Float32Array.from(maps.flatMap((map) => [...map])).sort();
  const low = numbers[numbers.length >> 1];
  const { pixelThreshold: threshold } = detector;
  const middle = threshold !== null && threshold > low ? threshold : numbers[numbers.length - 1];
  return {
    low,
    high: low + 2 * (middle - low),
    threshold,
    basis: threshold === null ? source : `the pixel threshold and ${source}`,
  };
}
