// Metrics by name; every entry is tested by test/conformance/metrics.test.ts.
import { aupimo } from './aupimo.ts';
import { aupro } from './aupro.ts';
import { auroc } from './auroc.ts';
import { averagePrecision } from './average-precision.ts';
import { f1Max } from './f1-max.ts';
import type { MetricKind } from './metric.ts';

export { type AupimoOptions, aupimo, aupimoByPicture, aupimoWith } from './aupimo.ts';
export { type AuproMode, type AuproOptions, aupro, auproWith } from './aupro.ts';
export { auroc } from './auroc.ts';
export { averagePrecision } from './average-precision.ts';
export { imageIntervals, percentileInterval, quantile } from './bootstrap.ts';
export { type CurveOptions, type PrecisionRecallCurve, type ProCurve, pimoCurve, precisionRecallCurve, proCurve, type RocCurve, rocCurve } from './curves.ts';
export { f1Max } from './f1-max.ts';
export { ImageRecord, type ImageSample, type Ranking } from './image-record.ts';
export { type ImageMetric, type Interval, type IntervalOptions, Metric, type MetricKind, type PixelMetric } from './metric.ts';
export { type Mask, PixelRecord, type PixelRecordOptions, type PixelSample } from './pixel-record.ts';

/** Every metric by its name. */
export const metrics = { auroc, ap: averagePrecision, f1Max, aupro, aupimo } as const satisfies Readonly<Record<string, MetricKind>>;
