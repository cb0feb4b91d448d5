// Weight initialisers: what a parameter holds before training, from a seeded source.
import { BlemishError, must } from '../errors.ts';
import { full, normal as normalOp, uniform as uniformOp } from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import { type Shape, sizeOf, type Tensor, tensor } from '../tensor/tensor.ts';

/** Makes an f32 tensor of the given extents. */
export type Initializer = (shape: Shape, random: Random) => Tensor;

/** How many numbers lead into and out of a unit. */
export interface Fans {
  /** Numbers that one result is summed from. */
  readonly fanIn: number;
  /** Results that one number takes part in. */
  readonly fanOut: number;
}

/** Fans of a weight `[out in …]`: the extents after the second belong to both, as PyTorch counts them, transposed convolutions included. */
export function fansOf(shape: Shape): Fans {
  if (shape.length < 2) throw new BlemishError('SHAPE_MISMATCH', `init: a weight is [${shape.join(' ')}]; expected at least two axes, out and in`);
  const field = sizeOf(shape.slice(2));
  return { fanIn: shape[1] * field, fanOut: shape[0] * field };
}

/** Activations whose gain is known. */
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu';

/** What keeps the variance through a nonlinearity (He et al. 2015); `slope` is leakyRelu's. */
export function gainOf(nonlinearity: Nonlinearity, slope = 0.01): number {
  if (nonlinearity === 'tanh') return 5 / 3;
  if (nonlinearity === 'relu') return Math.SQRT2;
  if (nonlinearity === 'leakyRelu') return Math.sqrt(2 / (1 + slope ** 2));
  return nonlinearity === 'selu' ? 0.75 : 1;
}

/** One number everywhere. */
export const constant =
  (value: number): Initializer =>
  (shape) =>
    full(shape, value);
/** Zeros everywhere. */
export const zeros: Initializer = constant(0);
/** Ones everywhere. */
export const ones: Initializer = constant(1);

/** Uniform between two bounds. */
export function uniform(low: number, high: number): Initializer {
  must(low <= high, `uniform: low is ${low} and high ${high}; expected low <= high`);
  return (shape, random) => uniformOp(shape, random, { low, high });
}

/** Numbers of a normal distribution. */
export function normal({ mean = 0, deviation = 1 }: { mean?: number; deviation?: number } = {}): Initializer {
  must(deviation >= 0, `normal: deviation is ${deviation}; expected at least 0`);
  return (shape, random) => normalOp(shape, random, { mean, deviation });
}

/** Normal numbers, drawn again where they fall outside mean + deviation · [-limit, limit]. */
export function truncatedNormal({ mean = 0, deviation = 1, limit = 2 }: { mean?: number; deviation?: number; limit?: number } = {}): Initializer {
  must(deviation >= 0 && limit > 0, `truncatedNormal: deviation is ${deviation} and limit ${limit}; expected at least 0 and above 0`);
  // A narrow window would refuse most normal numbers: there uniform ones are thinned to the bell's shape.
  const draw = (random: Random): number => {
    for (;;) {
      const x = limit < 1 ? limit * (2 * random.uniform() - 1) : random.normal();
      if (limit < 1 ? random.uniform() <= Math.exp((-x * x) / 2) : Math.abs(x) <= limit) return x;
    }
  };
  return (shape, random) =>
    tensor(
      Float32Array.from({ length: sizeOf(shape) }, () => mean + deviation * draw(random)),
      shape,
    );
}

/** What follows the layer, and which fan counts. */
export interface KaimingOptions {
  /** Whose count of summands is held: forwards or backwards. Default 'fanIn'. */
  mode?: keyof Fans;
  /** Default 'leakyRelu'. */
  nonlinearity?: Nonlinearity;
  /** leakyRelu's slope; default 0, that is relu. */
  slope?: number;
}

const kaimingDeviation = (shape: Shape, { mode = 'fanIn', nonlinearity = 'leakyRelu', slope = 0 }: KaimingOptions): number =>
  gainOf(nonlinearity, slope) / Math.sqrt(Math.max(1, fansOf(shape)[mode]));

/** He et al. 2015: uniform, of variance gain² / fan. */
export const kaimingUniform =
  (options: KaimingOptions = {}): Initializer =>
  (shape, random) => {
    const bound = Math.sqrt(3) * kaimingDeviation(shape, options);
    return uniform(-bound, bound)(shape, random);
  };

/** He et al. 2015: normal, of variance gain² / fan. */
export const kaimingNormal =
  (options: KaimingOptions = {}): Initializer =>
  (shape, random) =>
    normal({ deviation: kaimingDeviation(shape, options) })(shape, random);

const xavierDeviation = (shape: Shape, gain: number): number => {
  const { fanIn, fanOut } = fansOf(shape);
  return gain * Math.sqrt(2 / Math.max(1, fanIn + fanOut));
};

/** Glorot & Bengio 2010: uniform, of variance 2 gain² / (fanIn + fanOut). */
export const xavierUniform =
  ({ gain = 1 }: { gain?: number } = {}): Initializer =>
  (shape, random) => {
    const bound = Math.sqrt(3) * xavierDeviation(shape, gain);
    return uniform(-bound, bound)(shape, random);
  };

/** Glorot & Bengio 2010: normal, of variance 2 gain² / (fanIn + fanOut). */
export const xavierNormal =
  ({ gain = 1 }: { gain?: number } = {}): Initializer =>
  (shape, random) =>
    normal({ deviation: xavierDeviation(shape, gain) })(shape, random);

/** Saxe et al. 2014: rows (or columns, where there are fewer) orthogonal and of length `gain`; a weight counts as `[out, the rest]`. */
export const orthogonal =
  ({ gain = 1 }: { gain?: number } = {}): Initializer =>
  (shape, random) => {
    if (shape.length < 2) throw new BlemishError('SHAPE_MISMATCH', `orthogonal: the weight is [${shape.join(' ')}]; expected at least two axes`);
    const rows = shape[0];
    const columns = sizeOf(shape.slice(1));
    const wide = rows <= columns;
    const vectors = orthonormal(Math.min(rows, columns), Math.max(rows, columns), random);
    const out = new Float32Array(rows * columns);
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[r * columns + c] = gain * (wide ? vectors[r][c] : vectors[c][r]);
    return tensor(out, shape);
  };

/** Normal vectors made orthonormal by Gram and Schmidt, twice for float64's sake: uniform among all such frames. */
function orthonormal(count: number, length: number, random: Random): Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let n = 0; n < count; n++) {
    const v = Float64Array.from({ length }, () => random.normal());
    for (let pass = 0; pass < 2; pass++) {
      for (const u of vectors) {
        let dot = 0;
        for (let i = 0; i < length; i++) dot += u[i] * v[i];
        for (let i = 0; i < length; i++) v[i] -= dot * u[i];
      }
    }
    const norm = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    for (let i = 0; i < length; i++) v[i] /= norm;
    vectors.push(v);
  }
  return vectors;
}

/** PyTorch's default for the weights of convolutions and linear layers: uniform within ±1/√fanIn. */
export const defaultWeight: Initializer = kaimingUniform({ slope: Math.sqrt(5) });

/** PyTorch's default for their biases: uniform within ±1/√fanIn of the weight. */
export function defaultBias(weight: Shape): Initializer {
  const { fanIn } = fansOf(weight);
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  return uniform(-bound, bound);
}
