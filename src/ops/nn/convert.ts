// Conversions between element types.
import { defineOp } from '../../autograd/define-op.ts';

/** x as f32, whatever it was. */
export const toFloat = defineOp('toFloat', { backward: (_, dy) => ({ x: () => dy }) });
/** x as f64; ends a gradient's way. */
export const toDouble = defineOp('toDouble', 'constant');
/** x as i32, cut towards zero. */
export const toInteger = defineOp('toInteger', 'constant');
/** Bytes as numbers of 0 … 1: x / 255. */
export const toUnitRange = defineOp('toUnitRange', 'constant');
/** Numbers as bytes: scale · x (default 255), rounded and held within 0 … 255. */
export const toBytes = defineOp('toBytes', 'constant');
