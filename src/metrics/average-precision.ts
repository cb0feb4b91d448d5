// Average precision.
import { imageIntervals, pixelInterval, precisionPlan } from './bootstrap.ts';
import { defineMetric } from './metric.ts';

/**
 * Step-wise, not interpolated, as scikit-learn's `average_precision_score`; ties enter together, exact. null where one of the two
 * classes is missing. Scores that say nothing give the share of abnormal things.
 */
export const averagePrecision = defineMetric({
  name: 'ap',
  meaning: 'precision averaged over the abnormal things, each at the threshold that just finds it',
  image: {
    value: async (record) => (await record.ranking()).averagePrecision,
    interval: async (record, options) => (await imageIntervals(record, options))?.averagePrecision ?? null,
  },
  pixel: {
    value: async (record) => (await record.ranking()).averagePrecision,
    interval: (record, options) => pixelInterval(record, precisionPlan('averagePrecision'), options),
  },
});
