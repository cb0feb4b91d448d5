// How our operations are said in ONNX, by name; what is missing here is refused by its name.
import { elementwise } from './elementwise.ts';
import { layers } from './layers.ts';
import { layout } from './layout.ts';
import { maps } from './maps.ts';
import type { Operators } from './operator.ts';
import { reductions } from './reductions.ts';

export const operators: Operators = { ...elementwise, ...layers, ...layout, ...maps, ...reductions };
