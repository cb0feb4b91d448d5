// Made defects on held-out normal pictures, and how well a detector tells and finds them.
import { corruptions } from '../src/corruptions/index.ts';
import { naturalOrder } from '../src/data/files.ts';
import { split } from '../src/data/split.ts';
import { PictureStore } from '../src/data/store.ts';
import { resolveHypers } from '../src/hyper.ts';
import { type Detector, noGrad, Random, type RawPicture, type Sample, scope, type Tensor, tensor } from '../src/index.ts';
import { ranking, transpose } from '../src/ops/index.ts';
import { readPicture } from '../src/tensor/pictures.ts';

const corrupting = ['mixture', 'softBlob', 'scratch', 'cutPaste', 'perlinPaste'] as const;

interface Kind {
  readonly name: string;
  readonly corruption: (typeof corrupting)[number];
  readonly defects: Readonly<Record<string, number>>;
}

/** Smaller than what most methods learn from: what is hard to find tells settings apart. */
const small = {
  smallest: 0.015,
  largest: 0.12,
  narrowest: 0.02,
  widest: 0.1,
  longest: 0.2,
  faintest: 0.3,
  contrast: 0.4,
  attracted: 0.6,
  clean: 0,
};

/** From a fifth to half of a side: of surfaces that can be wrong as a whole. */
const large = { ...small, smallest: 0.2, largest: 0.5 };

/** The kinds of made defects; with `withLarge`, large blobs too. */
export const kindsOf = (withLarge: boolean): readonly Kind[] => [
  ...corrupting.map((corruption): Kind => ({ name: corruption, corruption, defects: small })),
  ...(withLarge ? [{ name: 'largeBlob', corruption: 'softBlob', defects: large } as const] : []),
];

export interface Held {
  readonly kinds: readonly Kind[];
  readonly clean: RawPicture[];
  /** Spoilt pictures with their masks, one for each clean one, by kind. */
  readonly spoilt: Record<string, { readonly picture: RawPicture; readonly mask: Float32Array }[]>;
}

/** What pictures are put in order by: a part of their name, as `by` captures it, or all of it. */
const keyOf = (name: string, by: RegExp | null): string => (by && (by.exec(name)?.[1] ?? '')) || name;

/**
 * Sets `count` normal pictures aside. Pictures are mostly taken one after another and are alike where they are near in time, so that whoever
 * holds out at random judges by near copies: 'last' takes those at the end of the order of their names.
 *
 * @param by captures what of a name is compared; null: all of it
 */
export function holdOut(samples: readonly Sample[], count: number, how: 'last' | 'random', by: RegExp | null): { train: Sample[]; held: Sample[] } {
  if (how === 'random') {
    const { train, validation } = split(samples, count / samples.length, new Random(7));
    return { train, held: validation };
  }
  const ordered = [...samples].sort((a, b) => naturalOrder(keyOf(a.name, by), keyOf(b.name, by)));
  const held = new Set(ordered.slice(samples.length - count));
  return { train: samples.filter((one) => !held.has(one)), held: samples.filter((one) => held.has(one)) };
}

/** Pixels of the longer side above which held-out pictures are made smaller. */
const longest = 640;

/** The picture at its own extents as a batch of one, and the next one at the same. */
async function pairOf(sample: Sample, next: Sample, channels: 1 | 3): Promise<[Tensor, Tensor]> {
  const own = await readPicture(sample.source);
  const scale = Math.min(1, longest / Math.max(own.width, own.height));
  const [height, width] = [own.height, own.width].map((side) => Math.max(1, Math.round(side * scale)));
  const store = await PictureStore.open([sample, next], { height, width, channels, fit: 'stretch' });
  const pair: [Tensor, Tensor] = [await store.batch([0]), await store.batch([1])];
  store.dispose();
  return pair;
}

/**
 * Held-out pictures at their own extents, and the same with made defects: whatever a detector brings pictures to, and how, it is judged by the
 * same ones.
 */
export async function heldOut(samples: readonly Sample[], channels: 1 | 3, kinds: readonly Kind[]): Promise<Held> {
  const held: Held = { kinds, clean: [], spoilt: Object.fromEntries(kinds.map(({ name }) => [name, []])) };
  for (const [i, sample] of samples.entries()) {
    const [images, donors] = await pairOf(sample, samples[(i + 1) % samples.length], channels);
    const [, , height, width] = images.shape;
    const results = scope(() => {
      const rows = [transpose(images, [0, 2, 3, 1])];
      for (const { name, corruption, defects } of kinds) {
        const { hyper, apply } = corruptions[corruption];
        const given = Object.fromEntries(Object.entries(defects).filter(([key]) => key in hyper));
        const { image, mask } = apply({ images, donors, random: new Random(99).split(name).split(i) }, resolveHypers(corruption, hyper, given));
        rows.push(transpose(image, [0, 2, 3, 1]), mask);
      }
      return rows;
    });
    const [clean, ...rest] = (await Promise.all(results.map((one) => one.read()))) as Float32Array[];
    for (const one of [images, donors, ...results]) one.dispose();
    held.clean.push({ data: clean, width, height, channels });
    for (const [k, { name }] of kinds.entries()) held.spoilt[name].push({ picture: { data: rest[2 * k], width, height, channels }, mask: rest[2 * k + 1] });
  }
  return held;
}

async function ranked(negatives: readonly number[], positives: readonly number[]): Promise<{ auroc: number; ap: number }> {
  const results = scope(() => noGrad(() => ranking(tensor(Float32Array.from(positives)), tensor(Float32Array.from(negatives)))));
  const [[auroc], [ap]] = (await Promise.all(results.map((one) => one.read()))) as Float32Array[];
  for (const one of results) one.dispose();
  return { auroc, ap };
}

async function scoresOf(detector: Detector, pictures: readonly RawPicture[]): Promise<{ score: number; map: Float32Array }[]> {
  const list: { score: number; map: Float32Array }[] = [];
  for await (const result of detector.score(pictures, { maps: true })) {
    if (result.error) throw new Error(result.error.message);
    list.push({ score: result.score, map: result.map! });
  }
  return list;
}

export interface Found {
  readonly image: number;
  readonly pixel: number;
  readonly ap: number;
}

/** For every kind: AUROC of pictures, AUROC and average precision of pixels. */
export async function judge(detector: Detector, held: Held): Promise<Found[]> {
  const clean = (await scoresOf(detector, held.clean)).map(({ score }) => score);
  const found: Found[] = [];
  for (const { name } of held.kinds) {
    const positives: number[] = [];
    const pixel: [number[], number[]] = [[], []];
    const results = await scoresOf(
      detector,
      held.spoilt[name].map(({ picture }) => picture),
    );
    results.forEach(({ score, map }, i) => {
      const { mask } = held.spoilt[name][i];
      if (mask.includes(1)) positives.push(score);
      map.forEach((value, p) => void pixel[mask[p]].push(value));
    });
    const [image, pixels] = [await ranked(clean, positives), await ranked(...pixel)];
    found.push({ image: image.auroc, pixel: pixels.auroc, ap: pixels.ap });
  }
  return found;
}
