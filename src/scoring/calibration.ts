// Conformal calibration: from the scores of normal pictures alone to p-values and to thresholds with a stated false-alarm rate.
import { BlemishError, must, type OwnCode } from '../errors.ts';

/** What calibration on normal pictures gives. */
export interface Calibration {
  /** Raw image scores of the normal pictures, ascending. */
  readonly scores: Float64Array;
  /** Largest number of each normal picture's map in the picture's own frame, ascending. */
  readonly peaks: Float64Array;
  /** Share of normal pictures that may raise an alarm, above 0 and below 1. */
  readonly falseAlarmRate: number;
  /** Image scores strictly above it are alarms: exactly those whose p-value is at most the false-alarm rate. */
  readonly threshold: number;
  /** The same for `peaks`: of normal pictures at most that share has any region at all. */
  readonly pixelThreshold: number;
  /** Pictures that were given as normal but could not be scored; they count for nothing. */
  readonly failures: readonly { readonly name: string; readonly code: string; readonly message: string }[];
}

/** What onProgress of a calibration is told. */
export interface CalibrationEvent {
  readonly kind: 'calibrating';
  /** Pictures dealt with so far. */
  readonly done: number;
}

/** Number of `ascending` that are at least `score`, by halving. */
function atLeast(ascending: Float64Array, score: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] >= score) high = middle;
    else low = middle + 1;
  }
  return ascending.length - low;
}

/**
 * Conformal p-value of a score: (1 + calibration normals at least as abnormal) / (1 + calibration normals), within
 * 1 / (n + 1) … 1. For a normal picture that is exchangeable with them, P(p ≤ α) ≤ α for every α. Vovk, Gammerman, Shafer 2005;
 * Bates et al. 2023, "Testing for outliers with conformal p-values", eq. 1.
 *
 * @param ascending scores of n normal pictures, sorted
 */
export function pValueOf(ascending: Float64Array, score: number): number {
  return (1 + atLeast(ascending, score)) / (1 + ascending.length);
}

function mustBeRate(where: string, rate: number): void {
  must(rate > 0 && rate < 1, `${where}: falseAlarmRate is ${rate}; expected above 0 and below 1`);
}

/** How many normal pictures a false-alarm rate asks for: the least n with 1 / (n + 1) ≤ rate, so n ≥ 1 / rate - 1. */
export function picturesNeeded(falseAlarmRate: number): number {
  mustBeRate('picturesNeeded', falseAlarmRate);
  let n = Math.max(1, Math.floor(1 / falseAlarmRate) - 2);
  while (1 / (n + 1) > falseAlarmRate) n++;
  return n;
}

/**
 * The threshold t for which a score is above t exactly when its p-value is at most the rate: the k-th largest of the n scores,
 * k the largest whole number with k / (n + 1) ≤ rate. The probability that a normal picture is above is then at most the rate;
 * without ties it is k / (n + 1) exactly.
 *
 * Throws CALIBRATION_TOO_SMALL where there are fewer scores than `picturesNeeded`.
 *
 * @param ascending scores of normal pictures, sorted, finite
 */
export function thresholdFor(ascending: Float64Array, falseAlarmRate: number): number {
  mustBeRate('thresholdFor', falseAlarmRate);
  const n = ascending.length;
  const needed = picturesNeeded(falseAlarmRate);
  if (n < needed) {
    const scored = `${n} normal ${n === 1 ? 'picture was' : 'pictures were'} scored for a false-alarm rate of ${falseAlarmRate}`;
    const instead = n > 0 ? `, or a rate of at least 1 / ${n + 1}` : '';
    throw new BlemishError<OwnCode>('CALIBRATION_TOO_SMALL', `calibrate: ${scored}; expected at least ${needed}${instead}`);
  }
  // The comparison that p-values themselves are held to, so that rounding cannot part the two.
  let k = Math.floor(falseAlarmRate * (n + 1));
  while ((k + 1) / (n + 1) <= falseAlarmRate) k++;
  while (k / (n + 1) > falseAlarmRate) k--;
  return ascending[n - k];
}

/** The calibration of scores and peaks in any order; throws as `thresholdFor`. */
export function calibrationOf(
  scores: ArrayLike<number>,
  peaks: ArrayLike<number>,
  falseAlarmRate: number,
  failures: Calibration['failures'] = [],
): Calibration {
  const sorted = Float64Array.from(scores).sort();
  const sortedPeaks = Float64Array.from(peaks).sort();
  const threshold = thresholdFor(sorted, falseAlarmRate);
  return { scores: sorted, peaks: sortedPeaks, falseAlarmRate, threshold, pixelThreshold: thresholdFor(sortedPeaks, falseAlarmRate), failures };
}
