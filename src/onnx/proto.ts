// ONNX models as bytes: the messages of onnx.proto that an exported detector needs; the only importer of pbf.
import type { PbfWriter } from 'pbf';
import { BlemishError, type OwnCode } from '../errors.ts';

/** Whole numbers, a list of them, a real number or a word. */
export type AttributeValue = { readonly int: number } | { readonly float: number } | readonly number[] | string;

export interface OnnxNode {
  readonly type: string;
  /** Names of values; an empty one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export type OnnxNumbers = Float32Array | Int32Array | BigInt64Array;

/** A constant. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: OnnxNumbers;
}

/** What goes in or comes out. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: 'f32' | 'i32';
  readonly dims: readonly number[];
}

export interface OnnxModel {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Free text by key. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly producer: readonly [name: string, version: string];
}

/** Version of the operators, and of the file's own form: what onnxruntime reads since 1.14. */
export const opset = 18;
const irVersion = 8;

const floatType = 1;
const integerType = 6;
const dataType = (data: OnnxNumbers): number => (data instanceof Float32Array ? floatType : data instanceof Int32Array ? integerType : 7);

// Field numbers as in onnx.proto.
function writeAttribute([name, value]: readonly [string, AttributeValue], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if (typeof value === 'string') {
    pbf.writeStringField(4, value);
    pbf.writeVarintField(20, 3);
  } else if ('int' in value) {
    pbf.writeVarintField(3, value.int);
    pbf.writeVarintField(20, 2);
  } else if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, 1);
  } else {
    for (const one of value) pbf.writeVarintField(8, one);
    pbf.writeVarintField(20, 7);
  }
}

function writeNode({ type, inputs, outputs, attributes }: OnnxNode, pbf: PbfWriter): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  for (const output of outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, outputs[0]);
  pbf.writeStringField(4, type);
  for (const attribute of Object.entries(attributes)) pbf.writeMessage(5, writeAttribute, attribute);
}

function writeTensor({ name, dims, data }: OnnxTensor, pbf: PbfWriter): void {
  for (const extent of dims) pbf.writeVarintField(1, extent);
  pbf.writeVarintField(2, dataType(data));
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

const writeDimension = (extent: number, pbf: PbfWriter): void => pbf.writeVarintField(1, extent);

function writeShape(dims: readonly number[], pbf: PbfWriter): void {
  for (const extent of dims) pbf.writeMessage(1, writeDimension, extent);
}

function writeTensorType({ dtype, dims }: OnnxValue, pbf: PbfWriter): void {
  pbf.writeVarintField(1, dtype === 'f32' ? floatType : integerType);
  pbf.writeMessage(2, writeShape, dims);
}

function writeValue(value: OnnxValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, value.name);
  pbf.writeMessage(2, (one: OnnxValue, inner: PbfWriter) => inner.writeMessage(1, writeTensorType, one), value);
}

function writeGraph({ name, nodes, constants, inputs, outputs }: OnnxModel, pbf: PbfWriter): void {
  for (const node of nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, name);
  for (const constant of constants) pbf.writeMessage(5, writeTensor, constant);
  for (const input of inputs) pbf.writeMessage(11, writeValue, input);
  for (const output of outputs) pbf.writeMessage(12, writeValue, output);
}

function writeEntry([key, value]: readonly [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeStringField(2, value);
}

/** What one file holds: the format's own limit. */
const mostBytes = 2 ** 31 - 1;

/** The bytes of an ONNX file. Rejects with EXPORT_UNSUPPORTED where its numbers are more than one file holds. */
export async function encodeModel(model: OnnxModel): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = model.constants.reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes > mostBytes)
    throw new BlemishError<OwnCode>('EXPORT_UNSUPPORTED', `toOnnx: ${model.name}: its numbers take ${bytes} bytes; expected at most ${mostBytes}`);
  const { PbfWriter: Writer } = await import('pbf');
  const pbf = new Writer();
  pbf.writeVarintField(1, irVersion);
  pbf.writeStringField(2, model.producer[0]);
  pbf.writeStringField(3, model.producer[1]);
  pbf.writeMessage(7, writeGraph, model);
  pbf.writeMessage(8, (version: number, inner: PbfWriter) => inner.writeVarintField(2, version), opset);
  for (const entry of Object.entries(model.metadata)) pbf.writeMessage(14, writeEntry, entry);
  return pbf.finish() as Uint8Array<ArrayBuffer>;
}
