// An evaluation of realistic size, made without a detector: surfaces with planted defects, and maps that mostly find them.
import { makeSurface, type SurfaceKind, surfaces } from '../../src/cli/demo/surfaces.ts';
import type { CategoryEvaluation, Curve, Estimate, Evaluation, JudgedPicture, Shot } from '../../src/evaluation/evaluation.ts';
import { Random } from '../../src/tensor/random.ts';

export interface MadeOptions {
  readonly surface?: SurfaceKind;
  readonly good?: number;
  readonly ofEachDefect?: number;
  /** Side of the pictures in the gallery. */
  readonly size?: number;
  readonly threshold?: number | null;
  readonly seed?: number;
}

const estimate = (value: number, half: number): Estimate => ({ value, low: Math.max(0, value - half), high: Math.min(1, value + 0.7 * half) });

/** The mask and some noise, blurred by running means. */
function mapOf(mask: Uint8Array, size: number, strength: number, noise: () => number): Float32Array {
  let map = Float32Array.from(mask, (x) => (strength * x) / 255 + 0.02 + 0.1 * noise() ** 2);
  for (let pass = 0; pass < 2; pass++) {
    for (const [along, across] of [
      [1, size],
      [size, 1],
    ]) {
      const next = new Float32Array(map.length);
      for (let row = 0; row < size; row++) {
        for (let i = 0; i < size; i++) {
          let [sum, n] = [0, 0];
          for (let k = Math.max(0, i - 2); k <= Math.min(size - 1, i + 2); k++, n++) sum += map[row * across + k * along];
          next[row * across + i * along] = sum / n;
        }
      }
      map = next;
    }
  }
  return map;
}

/** What a network might make of it: the sound twin of the picture, without its finest detail. */
const softened = (rgb: Uint8Array, size: number): Uint8Array =>
  rgb.map((_, at) => {
    const [pixel, c] = [Math.floor(at / 3), at % 3];
    const [x, y] = [pixel % size, Math.floor(pixel / size)];
    let [sum, n] = [0, 0];
    for (let v = Math.max(0, y - 1); v <= Math.min(size - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(size - 1, x + 1); u++, n++) sum += rgb[(v * size + u) * 3 + c];
    }
    return sum / n;
  });

/** Steps of both curves over scores in falling order. */
function curvesOf(pictures: readonly JudgedPicture[]): { roc: Curve; precisionRecall: Curve; auroc: number } {
  const sorted = [...pictures].sort((a, b) => b.score - a.score);
  const abnormal = sorted.filter((p) => p.label).length;
  const good = sorted.length - abnormal;
  let [caught, alarms, area] = [0, 0, 0];
  const [roc, pr] = [
    { x: [0], y: [0] },
    { x: [0], y: [1] },
  ];
  for (const { label } of sorted) {
    if (label) caught++;
    else {
      alarms++;
      area += caught / abnormal / good;
    }
    roc.x.push(alarms / good);
    roc.y.push(caught / abnormal);
    pr.x.push(caught / abnormal);
    pr.y.push(caught / (caught + alarms));
  }
  return { roc, precisionRecall: pr, auroc: area };
}

/** A category of made surfaces. The same options, the same numbers. */
export function madeCategory(options: MadeOptions = {}): CategoryEvaluation {
  const { surface = 'woven', good = 32, ofEachDefect = 10, size = 96, threshold = 0.25, seed = 1 } = options;
  const random = new Random(seed);
  const kinds = [...Array<null>(good).fill(null), ...surfaces[surface].defects.flatMap((kind) => Array<typeof kind>(ofEachDefect).fill(kind))];
  const pictures: JudgedPicture[] = [];
  const gallery: Shot[] = [];
  kinds.forEach((defect, index) => {
    const made = makeSurface(surface, size, 100 + index, defect);
    const noise = random.split(index);
    const weak = index % 9 === 4;
    const data = mapOf(made.mask, size, defect ? (weak ? 0.03 : 0.1 + 0.5 * noise.uniform()) : 0, () => noise.normal());
    const score = data.reduce((a, b) => Math.max(a, b), 0) + (defect ? 0 : 0.03 * noise.uniform());
    const kind = defect ?? 'good';
    const name = `${surface}/test/${kind}/${String(index).padStart(3, '0')}.png`;
    const label = defect ? 1 : 0;
    pictures.push({
      name,
      kind,
      label,
      score,
      pValue: Math.max(1 / 41, Math.round(41 * Math.exp(-score * 25)) / 41),
      anomalous: threshold === null ? null : score > threshold,
      width: 4 * size,
      height: 4 * size,
      mask: label ? 'used' : 'none',
      aupimo: label ? Math.min(1, Math.max(0, 1.6 * score - 0.25)) : null,
      equalisedScore: null,
    });
    gallery.push({
      index,
      picture: { data: made.rgb, width: size, height: size, channels: 3 },
      reconstruction: { data: softened(defect ? makeSurface(surface, size, 100 + index).rgb : made.rgb, size), width: size, height: size, channels: 3 },
      map: { data, width: size, height: size },
      mask: label ? { data: made.mask, width: size, height: size, channels: 1 } : null,
    });
  });

  const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
  const { auroc, ...curves } = curvesOf(pictures);
  const falling: Curve = { x: Array.from({ length: 61 }, (_, i) => i / 200), y: Array.from({ length: 61 }, (_, i) => 1 - Math.exp(-i / 5)) };
  const whole: Curve = { x: Array.from({ length: 101 }, (_, i) => i / 100), y: Array.from({ length: 101 }, (_, i) => 1 - Math.exp(-i / 2)) };
  return {
    name: surface,
    pictures,
    counts: { train: 240, good, abnormal: pictures.length - good, masked: pictures.length - good, unmasked: 0, unlabelled: 0, unreadable: 2 },
    image: { auroc: estimate(auroc, 0.024), ap: estimate(0.987, 0.018), f1Max: estimate(0.949, 0.03) },
    pixel: {
      auroc: estimate(0.991, 0.004),
      ap: estimate(0.764, 0.05),
      f1Max: estimate(0.731, 0.04),
      aupro: estimate(0.943, 0.014),
      aupimo: estimate(0.612, 0.09),
    },
    threshold,
    kinds: [...new Set(pictures.map((p) => p.kind))].map((kind) => {
      const own = pictures.filter((p) => p.kind === kind);
      const label = own[0].label;
      return {
        kind,
        label,
        pictures: own.length,
        masked: label ? own.length : 0,
        auroc: label ? estimate(curvesOf([...own, ...pictures.filter((p) => !p.label)]).auroc, 0.03) : null,
        aupimo: label ? own.reduce((sum, p) => sum + p.aupimo!, 0) / own.length : null,
        flagged: threshold === null ? null : own.filter((p) => p.anomalous).length,
        medianScore: median(own.map((p) => p.score)),
      };
    }),
    baselines: (
      [
        ['mean', 'mean', 'mean of all numbers of the picture', 0.612],
        ['deviation', 'standard deviation', 'standard deviation of all numbers of the picture', 0.664],
        ['meanDistance', 'distance of the mean', 'distance of its mean to the mean of the training pictures', 0.545],
        ['pictureDistance', 'distance to the mean picture', 'Euclidean distance to the mean of the training pictures, pixel by pixel', 0.583],
        ['nearest', 'nearest neighbour', 'Euclidean distance to the nearest training picture, pixel by pixel', 0.702],
      ] as const
    ).map(([key, name, meaning, auroc]) => ({ key, name, meaning, auroc: estimate(auroc, 0.08), inverted: key === 'mean', verdict: 'below' })),
    equalised: null,
    curves: { ...curves, pixelRoc: whole, pro: falling },
    failures: [
      {
        name: `${surface}/test/good/broken.png`,
        what: 'picture',
        code: 'PICTURE_INVALID',
        message: 'readPicture: broken.png: cut short after 1,204 bytes; expected a whole picture file',
      },
      {
        name: `${surface}/test/hole/empty.png`,
        what: 'picture',
        code: 'PICTURE_INVALID',
        message: 'readPicture: empty.png: 0 bytes; expected a whole picture file',
      },
    ],
    heat: { low: 0.06, high: 0.44, threshold: 0.25, basis: 'the calibration on normal pictures' },
    gallery,
    seconds: 11.4,
  };
}

const history = Array.from({ length: 200 }, (_, i) => {
  const step = 15 * (i + 1);
  const wave = 1 + 0.12 * Math.sin(i * 1.7) + 0.06 * Math.sin(i * 5.3);
  const terms = { defective: 0.21 * Math.exp(-i / 24) * wave + 0.011 * wave, normal: 0.034 * Math.exp(-i / 40) * wave + 0.0042 * wave };
  return { step, seconds: step * 0.06, loss: terms.defective + terms.normal, terms, rate: 1e-3 * (0.5 + 0.5 * Math.cos((Math.PI * i) / 200)) };
});

/** A report's worth of it. */
export function madeEvaluation(categories: readonly CategoryEvaluation[] = [madeCategory()]): Evaluation {
  const meanOf = (pick: (c: CategoryEvaluation) => Estimate | null | undefined) =>
    categories.reduce((sum, c) => sum + (pick(c)?.value ?? 0), 0) / categories.length;
  return {
    categories,
    mean:
      categories.length === 1
        ? null
        : {
            image: { auroc: meanOf((c) => c.image.auroc), ap: meanOf((c) => c.image.ap), f1Max: meanOf((c) => c.image.f1Max) },
            pixel: {
              auroc: meanOf((c) => c.pixel?.auroc),
              ap: meanOf((c) => c.pixel?.ap),
              f1Max: meanOf((c) => c.pixel?.f1Max),
              aupro: meanOf((c) => c.pixel?.aupro),
              aupimo: meanOf((c) => c.pixel?.aupimo),
            },
          },
    detector: {
      method: 'ssae',
      hyper: { width: 32, depth: 4, skips: true, noise: 0.1, loss: 'l2' },
      input: '192 × 192, 3 channels, stretched',
      training: {
        steps: 3000,
        seconds: 182,
        images: 240,
        seed: 1,
        history,
        validation: Array.from({ length: 10 }, (_, i) => ({
          step: 300 * (i + 1),
          seconds: 18 * (i + 1),
          imageAuroc: 0.99 - 0.32 * Math.exp(-i / 1.6),
          pixelAuroc: 0.985 - 0.2 * Math.exp(-i / 2),
          pixelAp: 0.72 - 0.5 * Math.exp(-i / 2.4),
        })),
        monitors: Array.from({ length: 30 }, (_, i) => ({
          step: 100 * i + 1,
          seconds: 6 * i,
          values: { entropy: 120 - 2 * i, information: 40 + 30 * (1 - Math.exp(-i / 5)) },
        })),
        failures: [],
      },
      facts: { Parameters: '1.9 million', Calibration: '40 normal pictures, false-alarm rate 0.05' },
    },
    provenance: {
      command: "blemish evaluate 'woven.blemish' parts --report out --seed 7",
      date: null,
      seed: 7,
      resamples: 1000,
      level: 0.95,
      layout: 'mvtec',
      root: 'parts/woven',
      versions: { blemish: '0.1.0', node: '20.20.2', onednn: '3.11.0' },
      machine: { processor: 'a processor with two cores', cores: '2', memory: '24 GiB', system: 'linux x64' },
      model: 'woven.blemish',
    },
    seconds: 14.2,
  };
}
