// From a function of tensors to an ONNX file: traced, then said operation by operation.
import { BlemishError, type OwnCode } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Graph } from './graph.ts';
import { operators } from './operators/index.ts';
import { encodeModel, type OnnxNumbers } from './proto.ts';
import { type Trace, type TracedCall, type TracedValue, trace } from './trace.ts';

export interface ExportOptions {
  /** What messages and the file call it. */
  readonly name: string;
  readonly version: string;
  /** Free text by key, kept in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const unsupported = (name: string, wrong: string, expected: string): never => {
  throw new BlemishError<OwnCode>('EXPORT_UNSUPPORTED', `toOnnx: ${name}: ${wrong}; expected ${expected}`);
};

/** What two traces have to agree in. */
const outlineOf = ({ calls }: Trace<string>): string =>
  JSON.stringify(calls.map(({ op, operands, attributes }) => [op, operands.map((one) => one && [one.shape, one.numbers !== null]), attributes]));

/**
 * The ONNX file (operator set 18) of a function from pictures f32 [N C H W], the value `images`, to named tensors. Everything that
 * does not depend on the pictures is a constant of it.
 *
 * Rejects with EXPORT_UNSUPPORTED, naming the operation, where ONNX has no words for one, and where what the function does depends on
 * what is in the pictures.
 *
 * @param inputs two different batches of the same extents, by which the function is traced; not disposed
 */
export async function exportFunction<K extends string>(
  inputs: readonly [Tensor, Tensor],
  body: (images: Tensor) => Readonly<Record<K, Tensor>>,
  { name, version, metadata = {} }: ExportOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const [first, second] = inputs.map((input) => trace<K>(input, body));
  if (outlineOf(first) !== outlineOf(second)) unsupported(name, 'what it does depends on what is in the pictures', 'the same operations for all of them');
  const graph = new Graph();
  const names = new Map<number, string>([[first.input.id, 'images']]);
  const numbers = new Map<number, OnnxNumbers>();
  for (const [i, { op, operands }] of first.calls.entries()) {
    for (const [k, operand] of operands.entries()) {
      if (!operand?.numbers || numbers.has(operand.id)) continue;
      const [own, other] = await Promise.all([operand.numbers, second.calls[i].operands[k]!.numbers!]);
      if (Buffer.compare(bytesOf(own), bytesOf(other)) !== 0) unsupported(name, `an operand of ${op} depends on what is in the pictures`, 'operations alone');
      numbers.set(operand.id, plain(name, op, operand, own));
    }
  }
  const nameOf = (value: TracedValue | null): string => {
    if (!value) return '';
    const known = names.get(value.id);
    if (known !== undefined) return known;
    const given = numbers.get(value.id);
    if (!given) return unsupported(name, 'a result is missing that another operation takes', 'operations that were traced');
    const own = graph.constant(given, value.shape);
    names.set(value.id, own);
    return own;
  };
  for (const call of first.calls) say(name, graph, call, nameOf, names, numbers);
  const outputs = Object.entries<TracedValue>(first.outputs).map(([output, value]) => {
    if (value.numbers !== null) unsupported(name, `its ${output} is the same for all pictures`, 'one that depends on them');
    graph.nodes.push({ type: 'Identity', inputs: [nameOf(value)], outputs: [output], attributes: {} });
    if (value.dtype !== 'f32' && value.dtype !== 'i32') unsupported(name, `its ${output} is ${value.dtype}`, 'f32 or i32');
    return { name: output, dtype: value.dtype as 'f32' | 'i32', dims: value.shape };
  });
  const { nodes } = graph;
  const taken = new Set(nodes.flatMap((node) => node.inputs));
  const constants = graph.constants.filter((constant) => taken.has(constant.name));
  return encodeModel({
    name,
    nodes,
    constants,
    inputs: [{ name: 'images', dtype: 'f32', dims: first.input.shape }],
    outputs,
    metadata,
    producer: ['blemish', version],
  });
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

function plain(name: string, op: string, { dtype }: TracedValue, data: OnnxNumbers | ArrayLike<number>): OnnxNumbers {
  if (data instanceof Float32Array || data instanceof Int32Array) return data;
  return unsupported(name, `${op} takes numbers of the kind ${dtype}`, 'f32 and i32 alone');
}

function say(
  name: string,
  graph: Graph,
  { op, operands, attributes, results }: TracedCall,
  nameOf: (value: TracedValue | null) => string,
  names: Map<number, string>,
  numbers: ReadonlyMap<number, OnnxNumbers>,
): void {
  const operator = Object.hasOwn(operators, op)
    ? operators[op]
    : unsupported(name, `ONNX has no words for the operation ${op}`, 'another method or other settings');
  const made = operator(graph, {
    op,
    inputs: operands.map(nameOf),
    shapes: operands.map((operand) => operand?.shape ?? []),
    numbers: operands.map((operand) => (operand && (numbers.get(operand.id) as Float32Array | undefined)) ?? null),
    a: attributes,
    outputs: results.map(({ shape }) => shape),
    refuse: (what) => unsupported(name, `the operation ${op} asks for ${what}, for which ONNX has no words`, 'another method or other settings'),
  });
  const list = typeof made === 'string' ? [made] : made;
  for (const [i, value] of list.entries()) names.set(results[i].id, value);
}
