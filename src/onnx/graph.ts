// A graph of ONNX operators under construction.
import type { AttributeValue, OnnxNode, OnnxNumbers, OnnxTensor } from './proto.ts';

/** Operators and constants in the order in which they were added; values go by name. */
export class Graph {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  private readonly small = new Map<string, string>();
  private count = 0;

  /** A constant; equal small ones are one. */
  constant(data: OnnxNumbers, dims: readonly number[]): string {
    const key = data.length <= 16 ? `${data.constructor.name} ${dims.join(' ')}: ${data.join(' ')}` : null;
    const known = key === null ? undefined : this.small.get(key);
    if (known !== undefined) return known;
    const name = `c${this.constants.length}`;
    this.constants.push({ name, dims, data });
    if (key !== null) this.small.set(key, name);
    return name;
  }

  /** A list of int64, as extents, axes and positions are given. */
  integers(...values: readonly number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** One float32. */
  number(value: number): string {
    return this.constant(Float32Array.of(value), []);
  }

  /** Adds an operator and returns the names of its first `count` results. */
  many(type: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>>, count: number): string[] {
    const outputs = Array.from({ length: count }, () => `v${this.count++}`);
    this.nodes.push({ type, inputs, outputs, attributes });
    return outputs;
  }

  /** Adds an operator of one result and returns its name. */
  add(type: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): string {
    return this.many(type, inputs, attributes, 1)[0];
  }

  reshape(x: string, shape: readonly number[]): string {
    return this.add('Reshape', [x, this.integers(...shape)]);
  }

  transpose(x: string, axes: readonly number[]): string {
    return axes.every((axis, i) => axis === i) ? x : this.add('Transpose', [x], { perm: axes });
  }

  /** One of the reductions, over axes. */
  reduce(type: string, x: string, axes: readonly number[], keepDims: boolean): string {
    return this.add(type, [x, this.integers(...axes)], { keepdims: { int: keepDims ? 1 : 0 } });
  }
}
