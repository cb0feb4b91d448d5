// How one of our operations is said in ONNX.
import type { TypedArray } from '../../tensor/tensor.ts';
import type { Graph } from '../graph.ts';

/** One recorded call, its operands by the names of their values in the graph. */
export interface Call {
  readonly op: string;
  /** Empty where an operand was left out. */
  readonly inputs: readonly string[];
  /** Extents of the operands; of one that was left out, none. */
  readonly shapes: readonly (readonly number[])[];
  /** Numbers of operands that are constants. */
  readonly numbers: readonly (TypedArray | null)[];
  /** All of them, defaults filled in. */
  // biome-ignore lint/suspicious/noExplicitAny: each operation knows its own
  readonly a: Readonly<Record<string, any>>;
  /** Extents of the results. */
  readonly outputs: readonly (readonly number[])[];
  /** Throws EXPORT_UNSUPPORTED with what it is that ONNX cannot say. */
  readonly refuse: (what: string) => never;
}

/** Adds nodes and names what became of the results; those beyond the first only where they can be said. */
export type Operator = (graph: Graph, call: Call) => string | readonly string[];

export type Operators = Readonly<Record<string, Operator>>;

/** [top bottom left right] as ONNX has it: [top left bottom right]. */
export const padsOf = ([top, bottom, left, right]: readonly number[]): number[] => [top, left, bottom, right];

/** Axes counted from the front; none named are all. */
export const axesOf = (axes: readonly number[], rank: number): number[] =>
  axes.length ? axes.map((axis) => (axis < 0 ? axis + rank : axis)) : Array.from({ length: rank }, (_, i) => i);
