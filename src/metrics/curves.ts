// Curves for plots: exact points, thinned to as many as anyone can see.
import { must } from '../errors.ts';
import * as ops from '../ops/index.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { readAll } from '../tensor/waiting.ts';
import { pimoOperands } from './aupimo.ts';
import type { ImageRecord } from './image-record.ts';
import type { PixelRecord } from './pixel-record.ts';

/** How many points a curve has. */
export interface CurveOptions {
  /** Most points, 4 … 16,777,216. Default 500. */
  readonly points?: number;
}

/** Point by point: scores at least `threshold` count as abnormal. The first threshold is infinite. */
export interface RocCurve {
  readonly threshold: Float64Array;
  readonly falsePositiveRate: Float64Array;
  readonly truePositiveRate: Float64Array;
}

/** Precision over recall, point by point. */
export interface PrecisionRecallCurve {
  readonly threshold: Float64Array;
  readonly recall: Float64Array;
  /** 1 where nothing is called abnormal. */
  readonly precision: Float64Array;
}

/** Overlap per region over the false-positive rate, point by point. */
export interface ProCurve {
  readonly threshold: Float64Array;
  readonly falsePositiveRate: Float64Array;
  /** Mean over defects of the share that is found. */
  readonly overlap: Float64Array;
}

/** Thresholds and the two other columns of a curve, cut to its length, and what stands between them and the length. */
async function cornersOf(curve: () => readonly Tensor[]): Promise<{ threshold: Float64Array; x: Float64Array; y: Float64Array; total: number }> {
  const results = await readAll(curve);
  const length = results[results.length - 1][0];
  const [threshold, x, y] = results.map((list) => list.slice(0, length) as Float64Array);
  return { threshold, x, y, total: results[3][0] };
}

const shares = (counts: Float64Array, all: number): Float64Array => counts.map((count) => count / all);
const last = (list: Float64Array): number => list[list.length - 1];

/** True over false positive rate, from (0, 0) to (1, 1); null where a class is missing. Points that are left out lie close to the line through those kept. */
export async function rocCurve(record: ImageRecord | PixelRecord, { points = 500 }: CurveOptions = {}): Promise<RocCurve | null> {
  const {
    threshold,
    x: alarms,
    y: found,
  } = await cornersOf(() => {
    const { positives, negatives } = record.samples();
    return ops.rocCurve(positives, negatives, null, { points });
  });
  if (!last(alarms) || !last(found)) return null;
  return { threshold, falsePositiveRate: shares(alarms, last(alarms)), truePositiveRate: shares(found, last(found)) };
}

/** Precision over recall, from recall 0 to 1; null where a class is missing. To be drawn as steps: average precision is the area under those. */
export async function precisionRecallCurve(record: ImageRecord | PixelRecord, { points = 500 }: CurveOptions = {}): Promise<PrecisionRecallCurve | null> {
  const {
    threshold,
    x: alarms,
    y: found,
  } = await cornersOf(() => {
    const { positives, negatives } = record.samples();
    return ops.rocCurve(positives, negatives, null, { points, spacing: 'precisionRecall' });
  });
  if (!last(alarms) || !last(found)) return null;
  const precision = found.map((count, i) => (i ? count / (count + alarms[i]) : 1));
  return { threshold, recall: shares(found, last(found)), precision };
}

/**
 * The curve under AUPRO, from false positive rate 0 to the limit (default 0.3), where it is cut with linear interpolation; null where no
 * region or no normal pixel was seen.
 */
export async function proCurve(record: PixelRecord, { points = 500, limit = 0.3 }: CurveOptions & { limit?: number } = {}): Promise<ProCurve | null> {
  must(limit > 0 && limit <= 1, `proCurve: limit is ${limit}; expected a false positive rate above 0 and at most 1`);
  let normals = 0;
  const corners = await cornersOf(() => {
    const { positives, negatives, sizes } = record.samples();
    normals = negatives.size;
    return ops.rocCurve(positives, negatives, sizes, { points, limit });
  });
  if (!normals || !corners.total) return null;
  const { threshold } = corners;
  const [x, y] = [shares(corners.x, normals), shares(corners.y, corners.total)];
  const end = x.length - 1;
  if (end && x[end] > limit) {
    y[end] = y[end - 1] + ((y[end] - y[end - 1]) * (limit - x[end - 1])) / (x[end] - x[end - 1]);
    x[end] = limit;
  }
  return { threshold, falsePositiveRate: x, overlap: y };
}

/** The curve under AUPIMO: mean overlap over the false positive rate of normal pictures, from 0 to 1; null where AUPIMO is. */
export async function pimoCurve(record: PixelRecord, { points = 500 }: CurveOptions = {}): Promise<ProCurve | null> {
  if (!record.counts.normal || !record.pixelCounts.positives.some((count) => count)) return null;
  const { threshold, x, y } = await cornersOf(() => ops.pimoCurve(...pimoOperands(record), { points }));
  return { threshold, falsePositiveRate: x, overlap: y };
}
