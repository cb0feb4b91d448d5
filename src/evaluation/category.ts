// One category judged: every picture scored once, its score and map into metrics, its small picture into the gallery.
import type { Category, Sample } from '../data/sample.ts';
import { BlemishError, must, type OwnCode } from '../errors.ts';
import type { Random } from '../tensor/random.ts';
import { baselineRows } from './baseline-rows.ts';
import type { BaselineKey } from './baselines.ts';
import { equalisedSamples } from './equalise.ts';
import type {
  BaselineRow,
  CategoryEvaluation,
  Curve,
  Equalised,
  Estimate,
  EvaluationFailure,
  JudgedPicture,
  MaskState,
  PixelMetrics,
  Shot,
} from './evaluation.ts';
import { heatScaleOf } from './heat-scale.ts';
import { kindsOf } from './kinds.ts';
import { imageMeasures, type MeasureOptions, PixelMeasures } from './measures.ts';
import { pick } from './pick.ts';
import { run } from './run.ts';
import type { Scorer } from './scorer.ts';
import { shotOf } from './shots.ts';
import { type SmallPicture, smallPictures } from './small-pictures.ts';

/** How far an evaluation is. */
export interface EvaluationEvent {
  readonly kind: 'scoring' | 'measuring' | 'baselines' | 'equalised' | 'gallery';
  readonly category: string;
  /** Pictures dealt with so far; while measuring, metrics of their pixels. */
  readonly done: number;
  readonly total: number;
}

/** What judging needs to know; see `EvaluateOptions`. */
export interface JudgeOptions extends MeasureOptions {
  readonly signal?: AbortSignal;
  readonly batchSize?: number;
  readonly onProgress?: (event: EvaluationEvent) => void;
  readonly equalise?: boolean;
  readonly gallery: number;
  readonly thumbnail: number;
}

/** What one pass over the pictures gives. */
interface Looked {
  readonly judged: readonly Sample[];
  readonly pictures: readonly JudgedPicture[];
  readonly failures: readonly EvaluationFailure[];
  readonly shots: readonly Shot[];
  readonly seconds: number;
}

async function look(detector: Scorer, name: string, samples: readonly Sample[], pixels: PixelMeasures | null, options: JudgeOptions): Promise<Looked> {
  const { signal, batchSize, onProgress, gallery, thumbnail } = options;
  const begun = performance.now();
  // Where all pictures are shown, they are made small as they pass by.
  const showsAll = samples.length <= gallery;
  const judged: Sample[] = [];
  const pictures: JudgedPicture[] = [];
  const failures: EvaluationFailure[] = [];
  const shots: Shot[] = [];
  let done = 0;
  for await (const ran of run(detector, samples, { signal, batchSize, maps: pixels !== null || showsAll, reconstructions: showsAll })) {
    if ('code' in ran) failures.push(ran);
    else {
      const { sample, scoring, mask, maskFailure } = ran;
      const { score, pValue, anomalous, width, height } = scoring;
      const label = sample.label as 0 | 1;
      if (maskFailure) failures.push(maskFailure);
      const state: MaskState = maskFailure ? 'unusable' : label === 0 ? 'none' : mask ? 'used' : 'missing';
      if (scoring.map && (state === 'none' || state === 'used')) pixels?.update(scoring.map, width, height, mask, sample.name);
      if (showsAll) shots.push(await shotOf(pictures.length, sample, scoring, detector.input, mask?.data ?? null, thumbnail));
      judged.push(sample);
      pictures.push({ name: sample.name, kind: sample.kind, label, score, pValue, anomalous, width, height, mask: state, aupimo: null, equalisedScore: null });
    }
    done++;
    onProgress?.({ kind: 'scoring', category: name, done, total: samples.length });
  }
  return { judged, pictures, failures, shots, seconds: (performance.now() - begun) / 1000 };
}

interface LookedAtPixels {
  readonly looked: Looked;
  /** null where no mask could be used. */
  readonly pixel: { readonly metrics: PixelMetrics; readonly roc: Curve | null; readonly pro: Curve | null } | null;
}

/** The pass with the metrics of its maps, whose pixels are let go of before anything else is done. */
async function lookAtPixels(
  detector: Scorer,
  where: string,
  name: string,
  samples: readonly Sample[],
  options: JudgeOptions,
  random: Random,
): Promise<LookedAtPixels> {
  const marked = samples.some((sample) => sample.label === 1 && sample.mask !== null);
  using pixels = marked ? new PixelMeasures() : null;
  const looked = await look(detector, name, samples, pixels, options);
  mustHavePictures(where, samples.length, looked);
  if (!pixels || !looked.pictures.some((p) => p.mask === 'used')) return { looked, pixel: null };
  const onMetric = (done: number, total: number) => options.onProgress?.({ kind: 'measuring', category: name, done, total });
  const pixel = await pixels.value({ ...options, onMetric }, random);
  const found = await pixels.byPicture();
  let next = 0;
  const pictures = looked.pictures.map((picture) => (found && picture.mask === 'used' ? { ...picture, aupimo: found[next++] } : picture));
  return { looked: { ...looked, pictures }, pixel };
}

/** The second look at those that are shown, where not all are. */
async function shotsOf(detector: Scorer, name: string, { judged, pictures, shots }: Looked, options: JudgeOptions): Promise<readonly Shot[]> {
  const { signal, batchSize, onProgress, gallery, thumbnail } = options;
  if (gallery === 0 || shots.length) return shots;
  const chosen = pick(pictures, gallery);
  const made: Shot[] = [];
  let done = 0;
  const again = run(
    detector,
    chosen.map((i) => judged[i]),
    { signal, batchSize, maps: true, reconstructions: true },
  );
  for await (const ran of again) {
    const index = chosen[done++];
    // A file that was whole a moment ago may be gone by now; then it is not shown.
    if (!('code' in ran)) made.push(await shotOf(index, ran.sample, ran.scoring, detector.input, ran.mask?.data ?? null, thumbnail));
    onProgress?.({ kind: 'gallery', category: name, done, total: chosen.length });
  }
  return made;
}

/** Baselines that brightness alone makes. */
const ofBrightness: readonly string[] = ['mean', 'meanDistance'] satisfies BaselineKey[];

/** What needs no learning, on the same pictures, and the training pictures that it looked at. */
async function compare(
  detector: Scorer,
  { name, train }: Category,
  { judged }: Looked,
  own: Estimate | null,
  options: JudgeOptions,
  random: Random,
): Promise<{ baselines: BaselineRow[]; learnt: SmallPicture[] }> {
  const { channels } = detector.input;
  const total = train.length + judged.length;
  const learnt: SmallPicture[] = [];
  for await (const small of smallPictures(train, channels, options.signal)) {
    learnt.push(small);
    options.onProgress?.({ kind: 'baselines', category: name, done: learnt.length, total });
  }
  const baselines = await baselineRows(learnt, judged, own, { ...options, channels }, random);
  options.onProgress?.({ kind: 'baselines', category: name, done: total, total });
  return { baselines, learnt };
}

/** The same scores of pictures whose brightness says nothing any more; null where there is nothing to take the brightness from. */
async function equalise(detector: Scorer, name: string, train: readonly SmallPicture[], looked: Looked, options: JudgeOptions, random: Random) {
  const { signal, batchSize, onProgress } = options;
  if (!train.length) return null;
  const brightness = train.reduce((sum, picture) => sum + picture.brightness, 0) / train.length;
  const samples = equalisedSamples(looked.judged, brightness);
  const scores: (number | null)[] = [];
  for await (const ran of run(detector, samples, { signal, batchSize, maps: false, reconstructions: false })) {
    scores.push('code' in ran ? null : ran.scoring.score);
    onProgress?.({ kind: 'equalised', category: name, done: scores.length, total: samples.length });
  }
  const pictures = looked.pictures.map((picture, i) => ({ ...picture, equalisedScore: scores[i] }));
  const rescored = pictures.filter((p) => p.equalisedScore !== null).map((p) => ({ label: p.label, score: p.equalisedScore! }));
  const { metrics: image } = await imageMeasures(rescored, options, random.split('image'));
  const baselines = await baselineRows(train, samples, image.auroc, { ...options, channels: detector.input.channels }, random.split('baselines'));
  return { pictures, equalised: { brightness, image, baselines } satisfies Equalised };
}

/** Why there is nothing to judge, if so. */
function mustHavePictures(where: string, samples: number, looked: Looked | null): void {
  if (samples === 0) {
    throw new BlemishError<OwnCode>(
      'DATA_INVALID',
      `${where}: there are no labelled pictures to judge by; expected good and abnormal ones, such as test/good and test/<defect>`,
    );
  }
  if (looked && !looked.pictures.length) {
    const [{ name, message }] = looked.failures;
    throw new BlemishError<OwnCode>('DATA_UNUSABLE', `${where}: none of ${samples} pictures could be scored, the first of them ${name}: ${message}`);
  }
}

/** Everything that is measured of one category. Rejects with DATA_INVALID or DATA_UNUSABLE where there is no picture to judge by. */
export async function judgeCategory(detector: Scorer, category: Category, options: JudgeOptions, random: Random): Promise<CategoryEvaluation> {
  const { name, train, test } = category;
  const where = `evaluate: ${name}`;
  const samples = test.filter((sample) => sample.label !== null);
  mustHavePictures(where, samples.length, null);
  must(!options.equalise || train.length > 0, `${where}: equalise is true, and there are no training pictures; expected some, whose brightness is taken`);
  const { looked, pixel } = await lookAtPixels(detector, where, name, samples, options, random.split('pixel'));
  const { metrics: image, ...curves } = await imageMeasures(looked.pictures, options, random.split('image'));
  const { baselines, learnt } = await compare(detector, category, looked, image.auroc, options, random.split('baselines'));
  const brightnessTells = baselines.some(({ key, verdict }) => ofBrightness.includes(key) && verdict !== 'below');
  const again = (options.equalise ?? brightnessTells) ? await equalise(detector, name, learnt, looked, options, random.split('equalised')) : null;
  if (options.equalise && !again) {
    const wrong = `equalise is true, and none of ${train.length} training pictures can be read`;
    throw new BlemishError<OwnCode>('DATA_UNUSABLE', `${where}: ${wrong}; expected some, whose brightness is taken`);
  }
  const pictures = again?.pictures ?? looked.pictures;
  const gallery = await shotsOf(detector, name, looked, options);
  const abnormal = pictures.filter((p) => p.label === 1);
  const masked = abnormal.filter((p) => p.mask === 'used').length;
  return {
    name,
    pictures,
    counts: {
      train: train.length,
      good: pictures.length - abnormal.length,
      abnormal: abnormal.length,
      masked,
      unmasked: abnormal.length - masked,
      unlabelled: test.length - samples.length,
      unreadable: samples.length - pictures.length,
    },
    image,
    pixel: pixel?.metrics ?? null,
    threshold: detector.threshold,
    kinds: await kindsOf(pictures, options, random.split('kinds')),
    baselines,
    equalised: again?.equalised ?? null,
    curves: { ...curves, pixelRoc: pixel?.roc ?? null, pro: pixel?.pro ?? null },
    failures: looked.failures,
    heat: gallery.length ? await heatScaleOf(detector, train, looked.pictures, gallery, options, random.split('heat')) : null,
    gallery,
    seconds: looked.seconds,
  };
}
