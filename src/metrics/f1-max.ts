// The largest F1.
import { imageIntervals, pixelInterval, precisionPlan } from './bootstrap.ts';
import { defineMetric } from './metric.ts';

/**
 * Exact, over all distinct scores. null where one of the two classes is missing. The threshold that reaches it stands in the record's
 * `ranking()`: scores at or above it count as abnormal, and of several the largest is taken. It is chosen on labelled test
 * data, so it is a number for reports and never one to decide by.
 */
export const f1Max = defineMetric({
  name: 'f1Max',
  meaning: 'harmonic mean of precision and recall at the threshold that makes it largest',
  image: {
    value: async (record) => (await record.ranking()).f1Max,
    interval: async (record, options) => (await imageIntervals(record, options))?.f1Max ?? null,
  },
  pixel: {
    value: async (record) => (await record.ranking()).f1Max,
    interval: (record, options) => pixelInterval(record, precisionPlan('f1Max'), options),
  },
});
