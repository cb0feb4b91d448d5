// A small ONNX file, written by hand: convolutions with ReLU, each a halving, whose results are all outputs.

type Field = readonly [number, number | string | Uint8Array | Float32Array | readonly Field[]];

function varint(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...out, rest];
    out.push((rest % 128) + 128);
  }
}

/** Protocol buffers: numbers as varints, all else with its length. */
function message(fields: readonly Field[]): Uint8Array {
  const parts = fields.flatMap(([tag, value]) => {
    if (typeof value === 'number') return [Uint8Array.from([...varint(8 * tag), ...varint(value)])];
    const bytes =
      typeof value === 'string'
        ? new TextEncoder().encode(value)
        : value instanceof Float32Array
          ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
          : value instanceof Uint8Array
            ? value
            : message(value);
    return [Uint8Array.from([...varint(8 * tag + 2), ...varint(bytes.length)]), bytes];
  });
  return Uint8Array.from(Buffer.concat(parts));
}

const floats = 1;
const ints = (name: string, values: readonly number[]): Field => [5, [[1, name], ...values.map((value): Field => [8, value]), [20, 7]]];
const dimension = (size: number | string): Field => [1, [typeof size === 'number' ? [1, size] : [2, size]]];
const value = (name: string, ...shape: (number | string)[]): readonly Field[] => [
  [1, name],
  [
    2,
    [
      [
        1,
        [
          [1, floats],
          [2, shape.map(dimension)],
        ],
      ],
    ],
  ],
];

/** @param weights of each convolution [K C 3 3], stride 2, padding 1 */
export function onnxBytes(weights: readonly { readonly shape: readonly number[]; readonly data: Float32Array }[]): Uint8Array<ArrayBuffer> {
  const nodes = weights.flatMap((_, i): Field[] => [
    [1, [[1, i === 0 ? 'x' : `y${i - 1}`], [1, `w${i}`], [2, `c${i}`], [4, 'Conv'], ints('strides', [2, 2]), ints('pads', [1, 1, 1, 1])]],
    [
      1,
      [
        [1, `c${i}`],
        [2, `y${i}`],
        [4, 'Relu'],
      ],
    ],
  ]);
  const initializers = weights.map(({ shape, data }, i): Field => [5, [...shape.map((n): Field => [1, n]), [2, floats], [8, `w${i}`], [9, data]]]);
  const outputs = weights.map(({ shape }, i): Field => [12, value(`y${i}`, 'n', shape[0], `h${i}`, `w${i}`)]);
  const graph: Field[] = [...nodes, [2, 'g'], ...initializers, [11, value('x', 'n', 3, 'h', 'w')], ...outputs];
  return message([
    [1, 8],
    [7, graph],
    [
      8,
      [
        [1, ''],
        [2, 13],
      ],
    ],
  ]) as Uint8Array<ArrayBuffer>;
}
