// Accuracy of the elementary functions over all of float32, and their values at the edges.
import { expect, it } from 'vitest';
import * as ops from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { normalCdf } from '../../support/special.ts';

/** Every 4099th float32 by bit pattern: subnormal, huge, negative, NaN. */
const sweep = new Float32Array(Uint32Array.from({ length: 1047800 }, (_, i) => i * 4099).buffer);
/** Where the functions bend: a fine grid of [-20, 20]. */
const grid = Float32Array.from({ length: 400001 }, (_, i) => (i - 200000) * 1e-4);

const run = (x: Float32Array, f: (x: Tensor) => Tensor): Float32Array => scope(() => f(tensor(x)).readSync() as Float32Array);

/** |got - want| in units of want's last place; from the largest float32 on, and where NaN is due, right or infinite. */
function ulps(got: number, want: number): number {
  if (Number.isNaN(want)) return Number.isNaN(got) ? 0 : Infinity;
  const largest = 3.4028234663852886e38;
  if (Math.fround(want) === got) return 0;
  const bounded = (x: number) => Math.max(-largest * (1 + 2 ** -24), Math.min(largest * (1 + 2 ** -24), x));
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(want))), -126);
  return Math.abs(bounded(got) - bounded(want)) / 2 ** (Math.min(exponent, 127) - 23);
}

function worst(f: (x: Tensor) => Tensor, reference: (x: number) => number, where: (x: number) => boolean = () => true): number {
  let largest = 0;
  for (const x of [sweep, grid]) {
    const y = run(x, f);
    for (let i = 0; i < x.length; i++) if (where(x[i])) largest = Math.max(largest, ulps(y[i], reference(x[i])));
  }
  return largest;
}

const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

it.each<[string, (x: Tensor) => Tensor, (x: number) => number, number]>([
  ['exp', ops.exp, Math.exp, 1.1],
  ['expm1', ops.expm1, Math.expm1, 1.8],
  ['log', ops.log, Math.log, 1],
  ['log1p', ops.log1p, Math.log1p, 1],
  ['tanh', ops.tanh, Math.tanh, 2.7],
  ['sigmoid', ops.sigmoid, sigmoid, 2.5],
  ['softplus', ops.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), 1.8],
  ['sin', ops.sin, Math.sin, 1.7],
  ['cos', ops.cos, Math.cos, 1.7],
  ['sqrt', ops.sqrt, Math.sqrt, 0.501],
  ['x to 2.2', (x) => ops.pow(x, 2.2), (x) => x ** Math.fround(2.2), 0.501],
  ['x to -7', (x) => ops.pow(x, -7), (x) => x ** -7, 0.501],
  ['0.3 to x', (x) => ops.pow(0.3, x), (x) => Math.fround(0.3) ** x, 0.501],
])('%s', (_, f, reference, bound) => {
  expect(worst(f, reference)).toBeLessThan(bound);
});

it('gelu: the distribution function to 1e-7', () => {
  const y = run(grid, ops.gelu);
  let largest = 0;
  for (let i = 0; i < grid.length; i += 7) largest = Math.max(largest, Math.abs(y[i] - grid[i] * normalCdf(grid[i])) / Math.max(1, Math.abs(grid[i])));
  expect(largest).toBeLessThan(1.2e-7);
});

const edges = Float32Array.of(-Infinity, -1, -0, 0, 1, Infinity, NaN);
const at = (f: (x: Tensor) => Tensor) => Array.from(run(edges, f));

it('edges of functions', () => {
  expect(at(ops.exp)).toEqual([0, Math.fround(1 / Math.E), 1, 1, Math.fround(Math.E), Infinity, NaN]);
  expect(
    at(ops.expm1)
      .filter((_, i) => i % 4)
      .map((y) => y + 0),
  ).toEqual([Math.fround(Math.expm1(-1)), 0, 0, Infinity, NaN]);
  expect(at(ops.expm1)[0]).toBe(-1);
  expect(at(ops.log)).toEqual([NaN, NaN, -Infinity, -Infinity, 0, Infinity, NaN]);
  expect(at(ops.log1p).map((y) => y + 0)).toEqual([NaN, -Infinity, 0, 0, Math.fround(Math.LN2), Infinity, NaN]);
  expect([at(ops.tanh)[0], ...at(ops.tanh).slice(2, 4), ...at(ops.tanh).slice(5)]).toEqual([-1, -0, 0, 1, NaN]);
  expect([at(ops.sigmoid)[0], at(ops.sigmoid)[5], at(ops.sigmoid)[6]]).toEqual([0, 1, NaN]);
  expect(at(ops.sqrt)).toEqual([NaN, NaN, -0, 0, 1, Infinity, NaN]);
  expect(at(ops.rsqrt)).toEqual([NaN, NaN, -Infinity, Infinity, 1, 0, NaN]);
  expect(at(ops.sin).map(Number.isNaN)).toEqual([true, false, false, false, false, true, true]);
  expect(at(ops.abs)).toEqual([Infinity, 1, 0, 0, 1, Infinity, NaN]);
  expect(at(ops.sign)).toEqual([-1, -1, -0, 0, 1, 1, NaN]);
  expect(at((x) => ops.clamp(x, { min: -0.5, max: 0.5 }))).toEqual([-0.5, -0.5, -0, 0, 0.5, 0.5, NaN]);
});

it('limits of activations', () => {
  const ends = (f: (x: Tensor) => Tensor) => [at(f)[0], at(f)[5], at(f)[6]].map((y) => y + 0);
  for (const f of [ops.relu, ops.silu, ops.gelu, ops.mish, ops.hardSwish, ops.softplus]) expect(ends(f)).toEqual([0, Infinity, NaN]);
  expect(ends((x) => ops.gelu(x, { form: 'tanh' }))).toEqual([0, Infinity, NaN]);
  expect(ends(ops.relu6)).toEqual([0, 6, NaN]);
  expect(ends(ops.hardSigmoid)).toEqual([0, 1, NaN]);
  expect(ends(ops.elu)).toEqual([-1, Infinity, NaN]);
  expect(ends(ops.leakyRelu)).toEqual([-Infinity, Infinity, NaN]);
  const slopes = (f: (x: Tensor, dy: Tensor) => Tensor) => ends((x) => f(x, ops.full(x.shape, 1)));
  for (const f of [ops.siluGrad, ops.geluGrad, ops.mishGrad, ops.hardSwishGrad, ops.softplusGrad]) expect(slopes(f).slice(0, 2)).toEqual([0, 1]);
});

it('special cases of powers, as C has them', () => {
  const bases = [0, -0, 1, -1, 2, -2, 0.5, Infinity, -Infinity, NaN];
  const exponents = [0, 1, -1, 2, 3, -3, 0.5, -0.5, 16777217, Infinity, -Infinity, NaN];
  const pairs = bases.flatMap((a) => exponents.map((b): [number, number] => [a, b]));
  const got = scope(() => Array.from(ops.pow(tensor(pairs.map((p) => p[0])), tensor(pairs.map((p) => p[1]))).readSync()));
  // JavaScript differs from C where the base is ±1 and the exponent infinite or not a number.
  const expected = pairs.map(([a, b]) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.fround(a ** Math.fround(b))));
  expect(got).toEqual(expected);
});

it('a NaN on either side is the larger and the smaller', () => {
  scope(() => {
    const a = tensor([NaN, 1, NaN]);
    const b = tensor([1, NaN, NaN]);
    expect(Array.from(ops.maximum(a, b).readSync())).toEqual([NaN, NaN, NaN]);
    expect(Array.from(ops.minimum(a, b).readSync())).toEqual([NaN, NaN, NaN]);
  });
});

it('conversions hold what does not fit', () => {
  scope(() => {
    const x = tensor([NaN, -Infinity, Infinity, -3e9, 3e9, 2.7, -2.7]);
    expect(Array.from(ops.toInteger(x).readSync())).toEqual([0, -2147483648, 2147483647, -2147483648, 2147483647, 2, -2]);
    expect(Array.from(ops.toBytes(x, { scale: 1 }).readSync())).toEqual([0, 0, 255, 0, 255, 3, 0]);
    const bytes = tensor(Uint8Array.from({ length: 256 }, (_, i) => i));
    expect(Array.from(ops.toBytes(ops.toUnitRange(bytes)).readSync())).toEqual(Array.from(bytes.readSync()));
  });
});
