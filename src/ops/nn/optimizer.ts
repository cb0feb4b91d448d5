// What training changes in place; no tape records these.
import { defineOp } from '../../autograd/define-op.ts';

/** One step of Adam or AdamW on one parameter and its two moments, all of the same extents. */
export const adamStep = defineOp('adamStep', 'constant');
/** One step of gradient descent, with or without a velocity, on one parameter. */
export const sgdStep = defineOp('sgdStep', 'constant');
/** target += amount (factor value - target): moving averages and running statistics. */
export const lerpStep = defineOp('lerpStep', 'constant');
/** Writes value into the memory of target; extents and type must be the same. */
export const copyStep = defineOp('copyStep', 'constant');
/** The factor that brings the common Euclidean norm of all gradients under maxNorm, and that norm. */
export const clipScale = defineOp('clipScale', 'constant');
