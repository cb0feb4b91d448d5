// Settings of a method against each other: made defects on held-out normal pictures, the same for every setting.
//
// The first row has the common settings alone; every further argument is a row of its own. No test picture is ever opened.
import { parseArgs } from 'node:util';
import { settingsOf } from '../src/cli/flags.ts';
import { corruptions } from '../src/corruptions/index.ts';
import { split } from '../src/data/split.ts';
import { PictureStore } from '../src/data/store.ts';
import { type HyperValue, resolveHypers } from '../src/hyper.ts';
import { type Detector, data, fit, noGrad, Random, type RawPicture, type Sample, scope, sync, tensor } from '../src/index.ts';
import { methods } from '../src/methods/index.ts';
import { ranking, transpose } from '../src/ops/index.ts';

const usage =
  'node dist/benchmarks/ablation.js <method> <data> [--size 256|256x320] [--steps 1000] [--batch 8] [--seed 1] [--common key=value,…] [key=value,… …]';
const mostHeld = 32;
const kinds = ['mixture', 'softBlob', 'scratch', 'cutPaste', 'perlinPaste'] as const;

/** Smaller than what most methods learn from: what is hard to find tells settings apart. */
const defects = { smallest: 0.015, largest: 0.12, narrowest: 0.02, widest: 0.1, longest: 0.2, faintest: 0.3, contrast: 0.4, attracted: 0.6, clean: 0 };

interface Held {
  readonly clean: RawPicture[];
  /** Spoilt pictures with their masks, one for each clean one, by kind. */
  readonly spoilt: Record<string, { readonly picture: RawPicture; readonly mask: Float32Array }[]>;
}

/** Held-out pictures at the extents of the input, and the same with made defects. */
async function heldOut(samples: readonly Sample[], detector: Detector): Promise<Held> {
  const store = await PictureStore.open(samples, detector.input);
  const { height, width, channels } = detector.input;
  const held: Held = { clean: [], spoilt: Object.fromEntries(kinds.map((kind) => [kind, []])) };
  for (let i = 0; i < store.size; i++) {
    const [images, donors] = [await store.batch([i]), await store.batch([(i + 1) % store.size])];
    const results = scope(() => {
      const rows = [transpose(images, [0, 2, 3, 1])];
      for (const kind of kinds) {
        const { hyper, apply } = corruptions[kind];
        const given = Object.fromEntries(Object.entries(defects).filter(([key]) => key in hyper));
        const { image, mask } = apply({ images, donors, random: new Random(99).split(kind).split(i) }, resolveHypers(kind, hyper, given));
        rows.push(transpose(image, [0, 2, 3, 1]), mask);
      }
      return rows;
    });
    const [clean, ...rest] = (await Promise.all(results.map((one) => one.read()))) as Float32Array[];
    for (const one of [images, donors, ...results]) one.dispose();
    held.clean.push({ data: clean, width, height, channels });
    for (const [k, kind] of kinds.entries()) held.spoilt[kind].push({ picture: { data: rest[2 * k], width, height, channels }, mask: rest[2 * k + 1] });
  }
  store.dispose();
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

/** For every kind: image AUROC / pixel AUROC / pixel AP. */
async function judge(detector: Detector, held: Held): Promise<string[]> {
  const clean = (await scoresOf(detector, held.clean)).map(({ score }) => score);
  const cells: string[] = [];
  for (const kind of kinds) {
    const positives: number[] = [];
    const pixel: [number[], number[]] = [[], []];
    const results = await scoresOf(
      detector,
      held.spoilt[kind].map(({ picture }) => picture),
    );
    results.forEach(({ score, map }, i) => {
      const { mask } = held.spoilt[kind][i];
      if (mask.includes(1)) positives.push(score);
      map.forEach((value, p) => void pixel[mask[p]].push(value));
    });
    const [image, pixels] = [await ranked(clean, positives), await ranked(...pixel)];
    cells.push([image.auroc, pixels.auroc, pixels.ap].map((x) => x.toFixed(3)).join(' / '));
  }
  return cells;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '256' },
    steps: { type: 'string', default: '1000' },
    batch: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    common: { type: 'string', default: '' },
  },
});
const [name, place, ...variants] = positionals;
if (!place || !Object.hasOwn(methods, name)) {
  console.error(usage);
  process.exit(2);
}
const pairsOf = (text: string) => text.split(',').filter((pair) => pair !== '');
const normals = (await data.openData(place)).categories[0].train.filter(({ label, problem }) => label !== 1 && !problem);
const { train, validation } = split(normals, Math.min(0.25, mostHeld / normals.length), new Random(7));
const [height, width = height] = values.size.split('x').map(Number);
console.log(`${train.length} normal pictures to learn from, ${validation.length} held out; image AUROC / pixel AUROC / pixel AP of made defects\n`);
console.log(`| settings | ms a step | ${kinds.join(' | ')} |\n|---|---|${kinds.map(() => '---').join('|')}|`);
let held: Held | null = null;
for (const variant of ['', ...variants]) {
  const hyper: Record<string, HyperValue> = {
    ...settingsOf(name, methods[name].hyper, pairsOf(values.common)),
    ...settingsOf(name, methods[name].hyper, pairsOf(variant)),
  };
  const begun = performance.now();
  const detector = await fit(name, train, {
    hyper,
    size: [height, width],
    steps: Number(values.steps),
    batchSize: Number(values.batch),
    seed: Number(values.seed),
    validationShare: 0,
    onProgress: (event) => event.kind === 'step' && event.step % 100 === 0 && console.error(`${variant || 'common'}: step ${event.step}/${event.steps}`),
  });
  await sync();
  const pace = (performance.now() - begun) / Number(values.steps);
  held ??= await heldOut(validation, detector);
  console.log(`| ${variant || '(common)'} | ${pace.toFixed(0)} | ${(await judge(detector, held)).join(' | ')} |`);
  detector.dispose();
}
