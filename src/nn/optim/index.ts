// Optimisers, schedules and averages; the keys are the names by which they are asked for.
import { Adam, AdamW } from './adam.ts';
import { Sgd } from './sgd.ts';

export { Adam, type AdamSettings, AdamW } from './adam.ts';
export { ExponentialMovingAverage, type MovingAverageOptions } from './moving-average.ts';
export { type Clipping, clipByNorm, Optimizer, type ParameterGroup, type ParameterList, type StepOptions } from './optimizer.ts';
export * from './schedule.ts';
export { Sgd, type SgdSettings } from './sgd.ts';

/** Every optimiser by its name. */
export const optimizers = { adam: Adam, adamW: AdamW, sgd: Sgd } as const;
