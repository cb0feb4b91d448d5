// Area under the ROC curve.
import * as ops from '../ops/index.ts';
import { imageIntervals, pixelInterval } from './bootstrap.ts';
import { defineMetric } from './metric.ts';

/** Rank statistic with midranks, exact. null where one of the two classes is missing. Constant scores give one half. */
export const auroc = defineMetric({
  name: 'auroc',
  meaning: 'chance that of one abnormal and one normal thing the abnormal one has the larger score, a tie counting half (Mann and Whitney 1947)',
  image: {
    value: async (record) => (await record.ranking()).auroc,
    interval: async (record, options) => (await imageIntervals(record, options))?.auroc ?? null,
  },
  pixel: {
    value: async (record) => (await record.ranking()).auroc,
    interval: (record, options) =>
      pixelInterval(
        record,
        {
          exact: async () => (await record.ranking()).auroc,
          curve: () => {
            const { positives, negatives } = record.samples();
            return ops.rocCurve(positives, negatives);
          },
          share: 'pixel',
          result: 'area',
        },
        options,
      ),
  },
});
