// Distances of feature vectors: few and many channels, vectors of length 0 and shorter than epsilon, equal vectors.
import { type Attrs, type OpCase, type Operand, opCases } from '../../support/cases.ts';
import { at, build, type NdArray } from '../../support/reference.ts';
import { slopes } from './reference.ts';

function distances(x: NdArray, y: NdArray, { kind, epsilon }: Attrs): NdArray {
  const [n, c, h, w] = x.shape;
  return build([n, 1, h, w], ([p, , i, j]) => {
    let [xy, xx, yy, dd] = [0, 0, 0, 0];
    for (let k = 0; k < c; k++) {
      const [a, b] = [x.data[at(x.shape, [p, k, i, j])], y.data[at(x.shape, [p, k, i, j])]];
      xy += a * b;
      xx += a * a;
      yy += b * b;
      dd += (a - b) ** 2;
    }
    return kind === 'l2' ? Math.sqrt(dd) : 1 - xy / (Math.max(Math.sqrt(xx), epsilon) * Math.max(Math.sqrt(yy), epsilon));
  });
}

const pair = (shape: number[], dtype: 'f32' | 'f64' = 'f32'): Record<string, Operand> => ({ x: { shape, dtype }, y: { shape, dtype } });
const shapes = [
  [2, 3, 5, 7],
  [1, 2, 1, 3],
  [1, 40, 3, 5],
  [2, 2, 17, 33],
  [0, 3, 4, 4],
  [1, 2, 0, 3],
];
const cases: OpCase[] = [
  ...['cosine', 'l2'].flatMap((kind) => shapes.map((shape): OpCase => ({ inputs: pair(shape), attrs: { kind } }))),
  { inputs: pair([1, 3, 4, 4]), attrs: { epsilon: 1.8 } },
];
const zeros = (shape: number[]): Operand => ({ shape, values: () => 0 });
const flat: OpCase[] = [
  { inputs: { x: zeros([1, 3, 2, 2]), y: [1, 3, 2, 2] } },
  { inputs: { x: zeros([1, 3, 2, 2]), y: zeros([1, 3, 2, 2]) }, attrs: { kind: 'l2' } },
];
const timed: OpCase[] = ['cosine', 'l2'].flatMap((kind): OpCase[] => [
  { inputs: pair([1, 3, 512, 512]), attrs: { kind }, bench: true },
  { inputs: pair([8, 3, 256, 256]), attrs: { kind }, bench: true },
  { label: 'features', inputs: pair([8, 256, 32, 32]), attrs: { kind }, bench: true },
]);
const shapeOf = (one: OpCase): number[] => (one.inputs.x as { shape: number[] }).shape;
const inDouble = (list: OpCase[]): OpCase[] => list.map((one) => ({ ...one, inputs: pair(shapeOf(one), 'f64') }));
const withDy = (list: OpCase[]): OpCase[] =>
  list.map((one) => {
    const [n, , h, w] = shapeOf(one);
    return { ...one, inputs: { ...one.inputs, dy: { shape: [n, 1, h, w], dtype: (one.inputs.x as { dtype: 'f64' }).dtype } } };
  });

const area = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const dot = (a: NdArray, b: NdArray) => a.data.reduce((sum, value, i) => sum + value * b.data[i], 0);

export default [
  opCases('featureDistanceMap', {
    reference: ({ x, y }, attrs) => distances(x, y, attrs),
    work: ({ x }) => ({ bytes: 8 * area(x) + (4 * area(x)) / x[1] }),
    cases: [...cases, ...timed],
  }),
  opCases('featureDistanceMap', { reference: ({ x, y }, attrs) => distances(x, y, attrs), cases: flat, differentiate: [] }),
  opCases('featureDistanceMap', { reference: ({ x, y }, attrs) => distances(x, y, attrs), cases: inDouble(cases), tolerance: 1e-14, differentiate: [] }),
  opCases('featureDistanceMapGrad', {
    reference: ({ x, y, dy }, attrs) => slopes(x, 1e-6, (moved) => dot(distances(moved, y, attrs), dy)),
    work: ({ x }) => ({ bytes: 12 * area(x) + (4 * area(x)) / x[1] }),
    cases: withDy([...cases.filter((one) => area(shapeOf(one)) < 700), ...timed]),
  }),
  opCases('featureDistanceMapGrad', {
    reference: ({ x, y, dy }, attrs) => slopes(x, 1e-6, (moved) => dot(distances(moved, y, attrs), dy)),
    tolerance: 1e-8,
    cases: withDy(inDouble(cases.filter((one) => area(shapeOf(one)) < 700))),
  }),
];
