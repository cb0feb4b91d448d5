// Convolutions, pooling, normalisation, resampling: what networks are made of.
import { resize2d } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import { tensor } from '../../tensor/tensor.ts';
import type { Graph } from '../graph.ts';
import { activated } from './elementwise.ts';
import { type Call, type Operator, type Operators, padsOf } from './operator.ts';

const geometry = ({ a, shapes: [, weight] }: Call) => ({
  kernel_shape: weight.slice(2),
  strides: a.stride,
  pads: padsOf(a.padding),
  dilations: a.dilation ?? [1, 1],
  group: { int: a.groups ?? 1 },
});

const some = (names: readonly string[]): string[] => {
  const last = names.findLastIndex((name) => name !== '');
  return names.slice(0, last + 1);
};

/** Rows and columns that the last window reaches beyond the padded picture: what ceilMode adds. */
function beyond({ a, shapes: [x], outputs: [y] }: Call, stride: readonly number[]): [number, number] {
  const [top, bottom, left, right] = a.padding;
  const over = (axis: number, pads: number) => {
    const dilation = a.dilation?.[axis] ?? 1;
    const reach = (y[2 + axis] - 1) * stride[axis] + dilation * (a.kernel[axis] - 1) + 1;
    return Math.max(0, reach - x[2 + axis] - pads);
  };
  return [over(0, top + bottom), over(1, left + right)];
}

const strideOf = ({ a }: Call): number[] => (a.stride as number[]).map((n, i) => n || a.kernel[i]);

function maxPool(graph: Graph, call: Call): string {
  const { inputs, a } = call;
  const stride = strideOf(call);
  const [down, across] = beyond(call, stride);
  const [top, left, bottom, right] = padsOf(a.padding);
  return graph.add('MaxPool', [inputs[0]], {
    kernel_shape: a.kernel,
    strides: stride,
    pads: [top, left, bottom + down, right + across],
    dilations: a.dilation,
  });
}

/** What ceilMode adds never counts; the padding counts where it is asked to, and is then made a part of the picture. */
function averagePool(graph: Graph, call: Call): string {
  const { inputs, a } = call;
  const stride = strideOf(call);
  const [down, across] = beyond(call, stride);
  let x = inputs[0];
  let [top, left, bottom, right] = padsOf(a.padding);
  if (a.countIncludePad && top + left + bottom + right > 0) {
    x = graph.add('Pad', [x, graph.integers(0, 0, top, left, 0, 0, bottom, right), graph.number(0)], { mode: 'constant' });
    [top, left, bottom, right] = [0, 0, 0, 0];
  }
  const pads = [top, left, bottom + down, right + across];
  return graph.add('AveragePool', [x], { kernel_shape: a.kernel, strides: stride, pads, count_include_pad: { int: 0 } });
}

function transposed(graph: Graph, call: Call, height: number, width: number): string {
  const { inputs, shapes, a } = call;
  const [rows, columns] = shapes[1].slice(2);
  const [top, bottom, left, right] = a.padding;
  const dilation = a.dilation ?? [1, 1];
  const reach = (axis: number, kernel: number, pads: number) => (shapes[0][2 + axis] - 1) * a.stride[axis] + dilation[axis] * (kernel - 1) + 1 - pads;
  const extra = [height - reach(0, rows, top + bottom), width - reach(1, columns, left + right)];
  if (extra.some((n) => n < 0)) call.refuse(`a result smaller than the convolution reaches (${height} x ${width})`);
  return graph.add('ConvTranspose', some(inputs.slice(0, 3)), { ...geometry(call), output_padding: extra });
}

/** Per channel [C] as it broadcasts over [N C H W]. */
const perChannel = (graph: Graph, value: string, channels: number): string => graph.reshape(value, [1, channels, 1, 1]);

function groupNorm(graph: Graph, { inputs: [x, scale, shift], shapes: [shape], a }: Call): string {
  const [n, c, h, w] = shape;
  const rows = graph.reshape(x, [n, a.groups, (c / a.groups) * h * w]);
  const ones = (value: number) => graph.constant(new Float32Array(a.groups).fill(value), [a.groups]);
  const normal = graph.add('InstanceNormalization', [rows, ones(1), ones(0)], { epsilon: { float: a.epsilon } });
  let y = graph.reshape(normal, shape);
  if (scale) y = graph.add('Mul', [y, perChannel(graph, scale, c)]);
  return shift ? graph.add('Add', [y, perChannel(graph, shift, c)]) : y;
}

/** What resampling an axis does to its positions, as a matrix [to from]. */
function resampling(from: number, to: number, a: Call['a']): Float32Array {
  return scope(() => {
    const identity = Float32Array.from({ length: from * from }, (_, i) => (i % (from + 1) === 0 ? 1 : 0));
    const options = { mode: a.mode, alignCorners: a.alignCorners, antialias: a.antialias };
    return { rows: resize2d(tensor(identity, [1, 1, from, from]), { ...options, height: to, width: from }).readSync() as Float32Array };
  }).rows;
}

/** Bilinear and bicubic enlarging is ONNX's own; nearest pixels are picked; the wider filters of antialiasing are matrices, since those of runtimes differ. */
function resize(graph: Graph, { inputs: [x], outputs: [out], shapes: [from], a }: Call): string {
  if (a.mode === 'nearest' || a.mode === 'nearestExact') {
    return [2, 3].reduce((value, axis) => {
      const place = (i: number) => (a.mode === 'nearest' ? Math.floor((i * from[axis]) / out[axis]) : Math.floor(((2 * i + 1) * from[axis]) / (2 * out[axis])));
      return graph.add('Gather', [value, graph.integers(...Array.from({ length: out[axis] }, (_, i) => place(i)))], { axis: { int: axis } });
    }, x);
  }
  const wider = a.antialias && (a.mode === 'bicubic' || out[2] < from[2] || out[3] < from[3]);
  if (wider) {
    const down = graph.constant(resampling(from[2], out[2], a), [out[2], from[2]]);
    const across = graph.constant(resampling(from[3], out[3], a), [out[3], from[3]]);
    return graph.add('MatMul', [graph.add('MatMul', [down, x]), graph.transpose(across, [1, 0])]);
  }
  const coordinate_transformation_mode = a.alignCorners ? 'align_corners' : 'half_pixel';
  const [mode, more] = a.mode === 'bilinear' ? (['linear', {}] as const) : (['cubic', { cubic_coeff_a: { float: -0.75 } }] as const);
  return graph.add('Resize', [x, '', '', graph.integers(...out)], { mode, coordinate_transformation_mode, ...more });
}

const convolution: Operator = (graph, call) => graph.add('Conv', some(call.inputs.slice(0, 3)), geometry(call));

export const layers: Operators = {
  conv2d: convolution,
  conv2dFused(graph, call) {
    const y = convolution(graph, call) as string;
    const addend = call.inputs[3];
    return activated(graph, addend ? graph.add('Add', [y, addend]) : y, call.a.activation, call.a.alpha);
  },
  conv2dGradInput: (graph, call) => transposed(graph, call, call.outputs[0][2], call.outputs[0][3]),
  convTranspose2dFused: (graph, call) => activated(graph, transposed(graph, call, call.a.height, call.a.width), call.a.activation),
  maxPool2d: maxPool,
  averagePool2d: averagePool,
  adaptiveAveragePool2d(graph, { inputs: [x], shapes: [[, , h, w]], a, refuse }) {
    if (h % a.rows || w % a.columns) refuse(`${a.rows} x ${a.columns} bins over ${h} x ${w} pixels, which do not divide evenly`);
    const kernel = [h / a.rows, w / a.columns];
    return graph.add('AveragePool', [x], { kernel_shape: kernel, strides: kernel });
  },
  batchNormInference(graph, { inputs, a }) {
    return activated(graph, graph.add('BatchNormalization', inputs, { epsilon: { float: a.epsilon } }), a.activation);
  },
  groupNorm,
  layerNorm(graph, { inputs, shapes: [shape], a }) {
    const width = shape.slice(-a.axes);
    const scale = inputs[1] || graph.constant(new Float32Array(width.reduce((p, n) => p * n, 1)).fill(1), width);
    return graph.add('LayerNormalization', some([inputs[0], scale, inputs[2]]), { axis: { int: -a.axes }, epsilon: { float: a.epsilon } });
  },
  resize2d: resize,
  gridSample(graph, { inputs, a }) {
    const padding_mode = a.padding === 'zero' ? 'zeros' : a.padding;
    return graph.add('GridSample', inputs, { mode: a.mode, padding_mode, align_corners: { int: a.alignCorners ? 1 : 0 } });
  },
  unfold2d(graph, call) {
    const {
      inputs: [x],
      shapes: [[, c]],
      a,
    } = call;
    // Every number of the window is a channel: a convolution that picks it.
    const [rows, columns] = a.kernel;
    const count = c * rows * columns;
    const weight = new Float32Array(count * c * rows * columns);
    for (let m = 0; m < count; m++) weight[m * count + m] = 1;
    const stride = strideOf(call);
    const [down, across] = beyond(call, stride);
    const [top, left, bottom, right] = padsOf(a.padding);
    const attributes = { kernel_shape: a.kernel, strides: stride, pads: [top, left, bottom + down, right + across], dilations: a.dilation };
    return graph.add('Conv', [x, graph.constant(weight, [count, c, rows, columns])], attributes);
  },
};
