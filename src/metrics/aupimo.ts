// Area under the per-image overlap curve.
import { must } from '../errors.ts';
import * as ops from '../ops/index.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { readAll } from '../tensor/waiting.ts';
import { pixelInterval } from './bootstrap.ts';
import { definePixelMetric, type MakePixelMetric, type MetricKind } from './metric.ts';
import type { PixelRecord } from './pixel-record.ts';

/** Bounds of the false-positive rates, and the path to them. */
export interface AupimoOptions {
  /** False positive rates between which it is averaged: 0 < lower < upper <= 1. Default 1e-5 and 1e-4. */
  readonly lower?: number;
  readonly upper?: number;
}

/** Operands of `pimo` and `pimoCurve`, for use in a scope. */
export function pimoOperands(record: PixelRecord): [positives: Tensor, lengths: Tensor, negatives: Tensor, negativeLengths: Tensor] {
  const { abnormal } = record.counts;
  const { positives, negatives } = record.pixelCounts;
  return [
    record.samples().positives,
    tensor(Int32Array.from(positives.slice(0, abnormal))),
    record.normals(),
    tensor(Int32Array.from(negatives.slice(abnormal))),
  ];
}

/**
 * AUPIMO of each abnormal picture, in the order in which they came: its distribution says more than its mean. NaN for a picture
 * with an empty mask; null where there is no normal picture.
 */
export async function aupimoByPicture(record: PixelRecord, { lower = 1e-5, upper = 1e-4 }: AupimoOptions = {}): Promise<Float64Array | null> {
  if (!record.counts.normal) return null;
  const [areas] = await readAll(() => [ops.pimo(...pimoOperands(record), { lower, upper })]);
  return areas as Float64Array;
}

/**
 * AUPIMO with other bounds than the usual ones. Thresholds are the distinct scores of normal pictures, so the number is exact; the
 * reference implementation's 300,000 equally spaced ones leave so few between the usual bounds that single pictures are off by up to 0.05.
 * The false positive rate cannot be finer than one pixel of all normal pictures: below the smallest rate there is, the overlap above all normal
 * scores counts. With fewer than 1 / lower normal pixels that is what is mostly seen.
 *
 * null where there is no normal picture, or no picture with a marked pixel.
 */
export function aupimoWith({ lower = 1e-5, upper = 1e-4 }: AupimoOptions): MetricKind<null, MakePixelMetric> {
  must(lower > 0 && lower < upper && upper <= 1, `aupimo: bounds are ${lower} and ${upper}; expected 0 < lower < upper <= 1`);
  const value = async (record: PixelRecord): Promise<number | null> => {
    const known = ((await aupimoByPicture(record, { lower, upper })) ?? new Float64Array()).filter((area) => !Number.isNaN(area));
    return known.length ? known.reduce((sum, area) => sum + area, 0) / known.length : null;
  };
  return definePixelMetric({
    name: 'aupimo',
    meaning: `share of a picture's own defects that is found, averaged over abnormal pictures and over the logarithm of normal pictures' false positive rate from ${lower} to ${upper} (Bertoldo et al. 2024)`,
    pixel: {
      value,
      interval: (record, options) =>
        pixelInterval(
          record,
          { exact: value, curve: () => ops.pimoCurve(...pimoOperands(record)), share: 'picture', result: 'area', scale: { lower, upper, scale: 'log' } },
          options,
        ),
    },
  });
}

/** Area under the per-image overlap curve (Bertoldo et al. 2024). */
export const aupimo = aupimoWith({});
