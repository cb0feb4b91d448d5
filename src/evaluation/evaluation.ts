// What an evaluation holds: every number of the report, and the small pictures of its gallery.
import type { HyperValue } from '../hyper.ts';

/** A number measured on the pictures at hand, and the interval in which resampling them puts it; null where that says nothing. */
export interface Estimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** How well image scores order the pictures; null where one of the two classes is absent. */
export interface ImageMetrics {
  readonly auroc: Estimate | null;
  readonly ap: Estimate | null;
  readonly f1Max: Estimate | null;
}

/** How well maps point at what is marked. */
export interface PixelMetrics extends ImageMetrics {
  readonly aupro: Estimate | null;
  readonly aupimo: Estimate | null;
}

/** 'none': a normal picture; 'used': in the pixel metrics; 'missing': abnormal, nothing marked; 'unusable': listed among the failures. */
export type MaskState = 'none' | 'used' | 'missing' | 'unusable';

/** One picture that was scored and counted. */
export interface JudgedPicture {
  readonly name: string;
  readonly kind: string;
  /** 1 is abnormal. */
  readonly label: 0 | 1;
  /** Raw, larger is more abnormal. */
  readonly score: number;
  readonly pValue: number | null;
  /** Strictly above the threshold in force; null where there is none. */
  readonly anomalous: boolean | null;
  readonly width: number;
  readonly height: number;
  readonly mask: MaskState;
  /** Share of its mask that the map finds at the false-alarm rates of AUPIMO; null where its mask is not in the pixel metrics. */
  readonly aupimo: number | null;
  /** Score of the picture with its brightness made that of the training pictures; null where that was not asked for. */
  readonly equalisedScore: number | null;
}

/** Pictures of one kind against all good ones. */
export interface KindRow {
  readonly kind: string;
  readonly label: 0 | 1;
  readonly pictures: number;
  /** Of them, how many have a mask in the pixel metrics. */
  readonly masked: number;
  /** Against the good pictures; null for those themselves. */
  readonly auroc: Estimate | null;
  /** Mean AUPIMO of those with a mask; null where there is none. */
  readonly aupimo: number | null;
  /** How many lie strictly above the threshold; null where there is none. */
  readonly flagged: number | null;
  readonly medianScore: number;
}

/** What a score that needs no learning reaches on the same pictures. */
export interface BaselineRow {
  readonly key: string;
  readonly name: string;
  readonly meaning: string;
  readonly auroc: Estimate;
  /** Whether small numbers were taken for abnormal, since that is better. */
  readonly inverted: boolean;
  /** 'separates': alone nearly tells the classes apart; 'near': comes near the detector or beats it; 'below': neither. */
  readonly verdict: 'separates' | 'near' | 'below';
}

/** A line of a plot, thinned for drawing. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Image level: true against false alarms, precision against recall. Pixel level: mean overlap with regions against false alarms up to the limit. */
export interface Curves {
  readonly roc: Curve | null;
  readonly precisionRecall: Curve | null;
  readonly pixelRoc: Curve | null;
  readonly pro: Curve | null;
}

/** A picture, mask or map that could not be used, or was not. */
export interface EvaluationFailure {
  readonly name: string;
  readonly what: 'picture' | 'mask';
  readonly code: string;
  readonly message: string;
}

/** The same judged on pictures whose mean grey was made that of the training pictures by one gain each. */
export interface Equalised {
  /** Mean grey of the training pictures, 0 … 1. */
  readonly brightness: number;
  readonly image: ImageMetrics;
  readonly baselines: readonly BaselineRow[];
}

/** A small picture: u8 [height width channels]. */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** A small map: raw scores [height width], each the largest of the pixels it stands for. */
export interface SmallMap {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** One entry of the gallery. */
export interface Shot {
  /** Position in `pictures`. */
  readonly index: number;
  readonly picture: Raster;
  readonly reconstruction: Raster | null;
  readonly map: SmallMap;
  /** Not 0 is marked. */
  readonly mask: Raster | null;
}

/** Which numbers of a map are shown as cold and as hot, the same for every picture. */
export interface HeatScale {
  readonly low: number;
  readonly high: number;
  /** Threshold of single pixels, where one is known. */
  readonly threshold: number | null;
  /** Where the scale comes from, a phrase without a full stop. */
  readonly basis: string;
}

/** What was measured on the pictures of one category. */
export interface CategoryEvaluation {
  readonly name: string;
  readonly pictures: readonly JudgedPicture[];
  readonly counts: {
    readonly train: number;
    readonly good: number;
    readonly abnormal: number;
    /** Abnormal pictures in the pixel metrics. */
    readonly masked: number;
    /** Abnormal pictures left out of the pixel metrics. */
    readonly unmasked: number;
    /** Pictures whose label is not known, not scored. */
    readonly unlabelled: number;
    /** Pictures that could not be read, not counted. */
    readonly unreadable: number;
  };
  readonly image: ImageMetrics;
  /** null where no mask is known. */
  readonly pixel: PixelMetrics | null;
  readonly threshold: number | null;
  readonly kinds: readonly KindRow[];
  /** Empty where one of the two classes is missing; without training pictures, those that need none. */
  readonly baselines: readonly BaselineRow[];
  readonly equalised: Equalised | null;
  readonly curves: Curves;
  readonly failures: readonly EvaluationFailure[];
  readonly heat: HeatScale | null;
  readonly gallery: readonly Shot[];
  /** Seconds that scoring took, reading included. */
  readonly seconds: number;
}

/** A mean over the categories that have the number. */
export interface MeanMetrics {
  readonly image: { readonly [K in keyof ImageMetrics]: number | null };
  readonly pixel: { readonly [K in keyof PixelMetrics]: number | null } | null;
}

/** What training wrote down, if the method learns by steps. */
export interface TrainingHistory {
  readonly steps: number;
  readonly seconds: number;
  readonly images: number;
  readonly seed: number;
  readonly history: readonly { step: number; seconds: number; loss: number; terms: Readonly<Record<string, number>>; rate: number }[];
  readonly validation: readonly { step: number; seconds: number; imageAuroc: number; pixelAuroc: number; pixelAp: number }[];
  /** What the method watched besides its loss. */
  readonly monitors: readonly { step: number; seconds: number; values: Readonly<Record<string, number>> }[];
  readonly failures: readonly { name: string; code: string; message: string }[];
}

/** Where the numbers come from. */
export interface EvaluationProvenance {
  /** The command line that repeats this, if it came from one. */
  readonly command: string | null;
  /** When, as text; null leaves it out, so that the same evaluation gives the same bytes. */
  readonly date: string | null;
  readonly seed: number;
  /** Resamples behind each interval, and the share it is meant to hold. */
  readonly resamples: number;
  readonly level: number;
  readonly layout: string | null;
  readonly root: string | null;
  /** Name to version: blemish, node, the native build and what it links. */
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string>>;
  /** Path of the model, if it came from a file. */
  readonly model: string | null;
}

export interface DetectorFacts {
  readonly method: string;
  readonly hyper: Readonly<Record<string, HyperValue>>;
  readonly input: string;
  readonly training: TrainingHistory | null;
  /** Whatever else the detector says of itself. */
  readonly facts: Readonly<Record<string, string>>;
}

/** All that judging a detector gave. */
export interface Evaluation {
  readonly categories: readonly CategoryEvaluation[];
  /** null for a single category. */
  readonly mean: MeanMetrics | null;
  readonly detector: DetectorFacts;
  readonly provenance: EvaluationProvenance;
  /** Seconds of the whole. */
  readonly seconds: number;
}
