// What pictures look like around a place.
import { defineOp } from '../../autograd/define-op.ts';

/** Mean colour of each picture around a place: f32[N C]. */
export const probeMean = defineOp('probeMean', 'constant');
/** For each picture one of several places, busy ones more likely: f32[N 2], column and row. */
export const busyPlaces = defineOp('busyPlaces', 'constant');
