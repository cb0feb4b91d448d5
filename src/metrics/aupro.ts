// Area under the per-region overlap curve.
import { must } from '../errors.ts';
import * as ops from '../ops/index.ts';
import { tensor } from '../tensor/tensor.ts';
import { readAll } from '../tensor/waiting.ts';
import { pixelInterval } from './bootstrap.ts';
import { definePixelMetric, type MakePixelMetric, type MetricKind } from './metric.ts';
import type { PixelRecord } from './pixel-record.ts';
import { orNull } from './read.ts';

/** Conventions by which regions are weighed. */
export type AuproMode = 'exact' | 'dinomaly' | 'simplenet';

/** The bound of the false-positive rate, and the convention. */
export interface AuproOptions {
  /** Largest false positive rate, above 0 and at most 1. Default 0.3. */
  readonly limit?: number;
  /**
   * Older ways of counting, for comparison with numbers that were made with them and for nothing else. Both take 200 equally spaced
   * thresholds from the smallest score on and stretch the false positive rates below the limit to 0 … 1, so the number depends on the
   * range of the scores and not on their order alone. `dinomaly`: divided by the largest rate below the limit, as RD4AD
   * and Dinomaly do. `simplenet`: stretched between the smallest and the largest, and detections grown by a 5x5 square before they are
   * compared with regions, but not before false positives are counted. Default `exact`.
   */
  readonly mode?: AuproMode;
}

const equalSteps = 200;
const grown = 5;

async function exactly(record: PixelRecord, limit: number): Promise<number | null> {
  const [area] = await readAll(() => {
    const { positives, negatives, sizes } = record.samples();
    return [ops.rocArea(positives, negatives, sizes, { limit })];
  });
  return orNull(area[0]);
}

async function byEqualSteps(record: PixelRecord, limit: number, mode: AuproMode): Promise<number | null> {
  const [least, largest] = record.range;
  if (!(Number.isFinite(least) && Number.isFinite(largest) && largest > least)) return null;
  const falling = Float64Array.from({ length: equalSteps + 1 }, (_, i) =>
    i < equalSteps ? largest - ((i + 1) * (largest - least)) / equalSteps : Number.NEGATIVE_INFINITY,
  );
  // From the smallest score on, so that rounding leaves it where it is.
  falling[equalSteps - 1] = least;
  const [overlaps, alarms] = await readAll(() => {
    const { positives, negatives, sizes } = record.samples(mode === 'simplenet' ? grown : 1);
    const thresholds = tensor(falling);
    return [
      ops.tally(positives, tensor(Int32Array.of(positives.size)), thresholds, sizes, { strict: true }),
      ops.tally(negatives, tensor(Int32Array.of(negatives.size)), thresholds, null, { strict: true }),
    ];
  });
  // The last tally has everything.
  const [regions, normals] = [overlaps[equalSteps], alarms[equalSteps]];
  if (!regions || !normals) return null;
  const rates = Array.from(alarms.subarray(0, equalSteps), (count) => count / normals).filter((rate) => rate < limit);
  const [first, last] = mode === 'simplenet' ? [rates[0], rates[rates.length - 1] + 1e-10] : [0, rates[rates.length - 1]];
  let area = 0;
  for (let i = 1; i < rates.length; i++) area += (rates[i] - rates[i - 1]) * 0.5 * (overlaps[i] + overlaps[i - 1]);
  return last > first ? area / ((last - first) * regions) : null;
}

/**
 * AUPRO with other settings than the usual ones. Regions are 8-connected; the false positive rate is that of all pixels outside every
 * mask, of normal and of abnormal pictures; a threshold at every distinct score, ties entering together; trapezoids up to the limit
 * with linear interpolation there, over the limit. null where no region or no normal pixel was seen.
 */
export function auproWith({ limit = 0.3, mode = 'exact' }: AuproOptions): MetricKind<null, MakePixelMetric> {
  must(limit > 0 && limit <= 1, `aupro: limit is ${limit}; expected a false positive rate above 0 and at most 1`);
  must(['exact', 'dinomaly', 'simplenet'].includes(mode), `aupro: mode is ${mode}; expected exact, dinomaly or simplenet`);
  return definePixelMetric({
    name: 'aupro',
    meaning: `share of each defect that is found, averaged over defects and over false positive rates up to ${limit} (Bergmann et al. 2021)${mode === 'exact' ? '' : `, counted as ${mode} does`}`,
    spread: mode === 'simplenet' ? grown : 1,
    pixel: {
      value: (record) => (mode === 'exact' ? exactly(record, limit) : byEqualSteps(record, limit, mode)),
      interval: (record, options) => {
        must(mode === 'exact', `aupro: there is no interval in mode ${mode}; expected mode exact`);
        return pixelInterval(
          record,
          {
            exact: () => exactly(record, limit),
            curve: () => {
              const { positives, negatives, sizes } = record.samples();
              return ops.rocCurve(positives, negatives, sizes, { limit });
            },
            share: 'region',
            result: 'area',
            scale: { upper: limit },
          },
          options,
        );
      },
    },
  });
}

/** Area under the per-region overlap curve (Bergmann et al. 2021). */
export const aupro = auproWith({});
