// Writes ONNX models: just the messages and fields that the reference network needs.
//
// protobufjs rather than @bufbuild/protobuf: it takes the schema as text at run time,
// so the few messages below are the whole definition and no code is generated.
import protobuf from 'protobufjs';

// Field names and numbers as in onnx.proto; fields that are not used are left out.
const schema = `
syntax = "proto2";
package onnx;
message AttributeProto {
  optional string name = 1;
  optional float f = 2;
  optional int64 i = 3;
  optional bytes s = 4;
  repeated int64 ints = 8;
  optional int32 type = 20;
}
message NodeProto {
  repeated string input = 1;
  repeated string output = 2;
  optional string name = 3;
  optional string op_type = 4;
  repeated AttributeProto attribute = 5;
  optional string domain = 7;
}
message TensorProto {
  repeated int64 dims = 1;
  optional int32 data_type = 2;
  optional string name = 8;
  optional bytes raw_data = 9;
}
message TensorShapeProto {
  message Dimension { optional int64 dim_value = 1; }
  repeated Dimension dim = 1;
}
message TypeProto {
  message Tensor {
    optional int32 elem_type = 1;
    optional TensorShapeProto shape = 2;
  }
  optional Tensor tensor_type = 1;
}
message ValueInfoProto {
  optional string name = 1;
  optional TypeProto type = 2;
}
message GraphProto {
  repeated NodeProto node = 1;
  optional string name = 2;
  repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11;
  repeated ValueInfoProto output = 12;
}
message OperatorSetIdProto {
  optional string domain = 1;
  optional int64 version = 2;
}
message ModelProto {
  optional int64 ir_version = 1;
  optional string producer_name = 2;
  optional GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8;
}
`;

const Model = protobuf.parse(schema, { keepCase: true }).root.lookupType('onnx.ModelProto');
const FLOAT = 1; // TensorProto.DataType
const TYPE = { f: 1, i: 2, s: 3, ints: 7 }; // AttributeProto.AttributeType

function attribute(name, value) {
  if (Array.isArray(value)) return { name, ints: value, type: TYPE.ints };
  if (typeof value === 'string') return { name, s: Buffer.from(value), type: TYPE.s };
  if (Number.isInteger(value)) return { name, i: value, type: TYPE.i };
  return { name, f: value, type: TYPE.f };
}

const valueInfo = (name, dims) => ({
  name,
  type: { tensor_type: { elem_type: FLOAT, shape: { dim: dims.map((dim_value) => ({ dim_value })) } } },
});

/** A graph under construction; every `add` returns the name of the node's one output. */
export class OnnxGraph {
  nodes = [];
  initializers = [];
  count = 0;

  constructor(name) {
    this.name = name;
  }

  tensor(name, dims, values) {
    const raw_data = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    this.initializers.push({ name, dims, data_type: FLOAT, raw_data });
    return name;
  }

  add(op_type, input, attributes = {}, output = `${op_type}_${this.count}`) {
    this.nodes.push({
      name: `node_${this.count++}`,
      op_type,
      input,
      output: [output],
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return output;
  }

  /** `input` and `output` are `[name, dims]`. */
  encode(input, output) {
    return Model.encode(
      Model.fromObject({
        ir_version: 8,
        producer_name: 'blemish-benchmark',
        opset_import: [{ domain: '', version: 17 }],
        graph: {
          name: this.name,
          node: this.nodes,
          initializer: this.initializers,
          input: [valueInfo(...input)],
          output: [valueInfo(...output)],
        },
      }),
    ).finish();
  }
}

/** How often each operator stands in a model, as `{ 'domain.Operator': count }`. */
export function countOperators(bytes) {
  const counts = {};
  for (const node of Model.decode(bytes).graph.node) {
    const name = node.domain ? `${node.domain}.${node.op_type}` : node.op_type;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
