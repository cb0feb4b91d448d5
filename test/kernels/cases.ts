// A case list for every function on plain arrays: arguments, the options last; made anew for each call, since a source of noise moves on.
import type { NdArray, Picture } from '../../src/kernels/index.ts';
import * as ops from '../../src/ops/index.ts';
import { sync } from '../../src/tensor/device.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { fillOperand } from '../support/cases.ts';

export interface KernelCase {
  readonly args: () => unknown[];
  /** The tensor function, where it is not that of the same name. Operands and options as tensors. */
  // biome-ignore lint/suspicious/noExplicitAny: each case knows its own operands
  readonly tensors?: (...args: any[]) => unknown;
  /** The tensor function gives a promise. */
  readonly waits?: boolean;
  /** Any extents are right, or any kind of number. */
  readonly anyRank?: boolean;
  readonly anyKind?: boolean;
}

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const filled = (shape: readonly number[], seed: number, values: 'unit' | 'normal' | 'spd' = 'unit') =>
  fillOperand({ shape, values: values as 'unit' }, seed).data;

export const f32 = (shape: number[], seed: number, values?: 'unit' | 'normal' | 'spd'): NdArray<Float32Array> => ({
  data: Float32Array.from(filled(shape, seed, values)),
  shape,
});
export const f64 = (shape: number[], seed: number, values?: 'unit' | 'normal' | 'spd'): NdArray<Float64Array> => ({
  // Some digits that f32 does not have, so that a detour by way of it would be seen.
  data: Float64Array.from(filled(shape, seed, values), (x) => x * (1 + 2 ** -40)),
  shape,
});
export const i32 = (shape: number[], below: number, seed: number): NdArray<Int32Array> => ({
  data: Int32Array.from(filled(shape, seed), (x) => Math.floor(x * below)),
  shape,
});
const onSphere = (rows: number, dimension: number, seed: number): NdArray<Float64Array> => {
  const x = f64([rows, dimension], seed, 'normal');
  for (let i = 0; i < rows; i++) {
    const row = x.data.subarray(i * dimension, (i + 1) * dimension);
    const length = Math.hypot(...row);
    row.forEach((value, j) => {
      row[j] = value / length;
    });
  }
  return x;
};
export const bytes = (width: number, height: number, channels: number, seed: number): Picture<Uint8Array> => ({
  data: Uint8Array.from(filled([height, width, channels], seed), (x) => Math.floor(x * 256)),
  width,
  height,
  channels,
});

const one = (...args: unknown[]): KernelCase => ({ args: () => [...args] });
/** Two stacks of maps, in f32, and in f64 where the operation has it. */
const both = (shape: number[], rest: unknown[], alsoDouble = true): KernelCase[] => [
  one(f32(shape, 1), f32(shape, 2), ...rest),
  ...(alsoDouble ? [one(f64(shape, 1), f64(shape, 2), ...rest)] : []),
];
const alone = (shape: number[], rest: unknown[], alsoDouble = true): KernelCase[] => [
  one(f32(shape, 3), ...rest),
  ...(alsoDouble ? [one(f64(shape, 3), ...rest)] : []),
];
const points = (x: number[], rest: unknown[]): KernelCase[] => [one(f64(x, 4, 'normal'), ...rest), one(f32(x, 4, 'normal'), ...rest)];
const pairs = (x: number[], y: number[], rest: unknown[]): KernelCase[] => [
  one(f64(x, 5, 'normal'), f64(y, 6, 'normal'), ...rest),
  one(f32(x, 5, 'normal'), f32(y, 6, 'normal'), ...rest),
];
const noisy = (...operands: NdArray[]): KernelCase => ({ args: () => [...operands, { k: 2, jitter: { source: new Random(7), amplitude: 1e-3 } }] });

const errorMaps: Record<string, KernelCase[]> = {
  l1Map: both([2, 3, 9, 7], [{}]),
  l2Map: both([2, 3, 9, 7], [{}]),
  huberMap: both([2, 3, 9, 7], [0.1, {}]),
  cosineDistanceMap: both([2, 3, 9, 7], [1e-3, {}]),
  l2DistanceMap: both([2, 3, 9, 7], [{}]),
  ssimMap: [
    ...both([2, 3, 19, 17], [{}]),
    ...both([1, 1, 19, 17], [{ preset: 'skimage', range: 1 }]),
    ...both([1, 1, 19, 17], [{ preset: 'pytorch-msssim', range: 1 }]),
    one(f32([1, 1, 19, 17], 1), f32([1, 1, 19, 17], 2), { preset: 'kornia', size: 5, sigma: 0.8, k1: 0.02 }),
    one(f32([1, 1, 400, 390], 1), f32([1, 1, 400, 390], 2), { preset: 'piq' }),
  ],
  ssimErrorMap: both([2, 3, 19, 17], [{ preset: 'wang2004', range: 1 }], false),
  contrastStructureMap: both([2, 3, 19, 17], [{ preset: 'kornia' }]),
  ssim: [...both([2, 3, 19, 17], [{}]), ...both([2, 3, 19, 17], [{ preset: 'skimage', range: 1 }])],
  msSsim: both([2, 3, 44, 51], [{ size: 5, weights: [0.2, 0.3, 0.5] }], false),
  msSsimMap: both([2, 3, 19, 17], [{ preset: 'kornia', size: 5, weights: [0.2, 0.3, 0.5] }], false),
  gmsMap: [...both([2, 3, 9, 7], [{}]), ...both([1, 1, 9, 7], [{ c: 0.01, masking: 0.5 }])],
  msgmsMap: both([2, 3, 19, 17], [{ scales: 2 }], false),
  msgms: both([2, 3, 19, 17], [{}], false),
  gmsd: both([2, 3, 19, 17], [{ range: 2 }], false),
  msGmsd: both([2, 3, 19, 17], [{}], false),
  twoAreaSquaredError: [one(f32([2, 3, 9, 7], 1), f32([2, 3, 9, 7], 2), f32([2, 1, 9, 7], 3), 0.3, {})],
  gaussianBlur: alone([2, 3, 9, 7], [1.3, { truncate: 3, border: 'reflect' }]),
  boxFilter: alone([2, 3, 9, 7], [3, { times: 2, border: 'replicate' }]),
  medianFilter: alone([2, 3, 9, 7], [5, { border: 'replicate' }]),
  binomialTailMap: alone([2, 3, 9, 7], [0.6, { radius: 1, probability: 0.4, strict: false, border: 'inside' }]),
  nfaMap: [
    one(f32([2, 3, 9, 8], 3, 'normal'), {}),
    one([f32([2, 3, 9, 8], 3, 'normal'), f32([2, 5, 5, 4], 4, 'normal')], { size: [18, 16], upsampling: 'bilinear', strict: false }),
  ],
};

const entropy: Record<string, KernelCase[]> = {
  kozachenkoLeonenko: [
    ...points([60, 3], [{ k: 4, metric: 'chebyshev' }]),
    one(onSphere(50, 3, 8), { metric: 'sphere' }),
    one(i32AsDoubles([60, 2]), { duplicates: 'zero' }),
    noisy(i32AsDoubles([60, 2])),
  ],
  localEntropy: [...points([60, 3], [{}]), noisy(i32AsDoubles([60, 2]))],
  mutualInformation: [...pairs([80, 2], [80, 1], [{ estimator: 'ksg2', k: 4 }]), noisy(i32AsDoubles([60, 2]), i32AsDoubles([60, 1]))],
  localMutualInformation: pairs([80, 2], [80, 1], [{}]),
  lncMutualInformation: pairs([80, 1], [80, 1], [{ alpha: 0.3 }]),
  conditionalMutualInformation: [one(f64([60, 1], 5), f64([60, 2], 6), f64([60, 1], 7), { k: 2 })],
  localConditionalMutualInformation: [one(f32([60, 1], 5), f32([60, 2], 6), f32([60, 1], 7), {})],
  knnDivergence: pairs([50, 2], [40, 2], [{ k: 2, metric: 'chebyshev' }]),
  jitter: [{ args: () => [f64([9, 2], 4), { source: new Random(5) }] }],
  kernelDensityEntropy: [...points([50, 3], [{ rule: 'silverman', estimator: 'resubstitution' }]), ...points([50, 3], [{ bandwidth: 0.3 }])],
  gaussianEntropy: [...points([50, 3], [{}]), ...points([6, 9], [{ estimator: 'ledoitWolf' }])],
  vonMisesFisherEntropy: [{ ...one(Float64Array.of(0, 0.3, 20), 5, {}), anyRank: true }, one(Float32Array.of(0, 3), 5, {})],
  vonMisesFisherFit: [one(onSphere(30, 4, 9), {})],
  labelCounts: [{ ...one(i32([2, 3, 20], 5, 1), 5, {}), anyRank: true }, one(i32([20], 5, 1).data, 5, {})],
  discreteEntropy: [
    { ...one(i32([2, 3, 5], 9, 1), { estimator: 'grassberger' }), anyRank: true },
    one(Int32Array.of(3, 4, 0, 1), { estimator: 'chaoShen' }),
    one(Int32Array.of(3, 4, 0, 1), {}),
  ],
  matrixRenyiEntropy: [one(f64([12, 12], 1, 'spd'), { alpha: 1.01 }), one(f32([12, 12], 1, 'spd'), {})],
  matrixRenyiJointEntropy: [one(f64([12, 12], 1, 'spd'), f64([12, 12], 2, 'spd'), { alpha: 2 })],
  gaussianGram: points([12, 3], [{ sigma: 0.7 }]),
  patchEntropyMap: [
    ...alone([2, 3, 9, 7], [{ radius: 2, footprint: 'box' }]),
    one({ data: bytes(9, 7, 6, 1).data, shape: [2, 3, 9, 7] }, { radius: 3 }),
    one(f32([1, 1, 9, 7], 2), { range: 0.5, radius: [1, 3], footprint: 'box' }),
  ],
  cosineScores: [one(f32([8, 3], 1, 'normal'), f32([8, 3], 2, 'normal'), 0.2, {})],
  infoNceBound: [one(f32([8, 8], 1, 'normal'), { symmetric: true })],
  jensenShannonBound: [one(f32([8, 8], 1, 'normal'), {})],
  donskerVaradhanBound: [one(f32([8, 8], 1, 'normal'), {})],
  nwjBound: [one(f32([8, 8], 1, 'normal'), {})],
  gaussianLogDetBound: [one(f32([30, 4], 1, 'normal'), 1e-3, {})],
  gaussianIsotropicBound: [one(f32([30, 4], 1, 'normal'), 1e-3, {})],
  renyi2Entropy: [one(f32([30, 4], 1, 'normal'), 0.5, {})],
};

/** Points of few levels, many of which coincide. */
function i32AsDoubles(shape: number[]): NdArray<Float64Array> {
  return { data: Float64Array.from(i32(shape, 4, 3).data), shape };
}

const rows = f32([60, 6], 1, 'normal');
const batchesOf = (x: NdArray<Float32Array>, starts: readonly number[]): NdArray<Float32Array>[] => {
  const each = size(x.shape.slice(1));
  return starts.map((from, i) => {
    const to = starts[i + 1] ?? x.shape[0];
    return { data: x.data.slice(from * each, to * each), shape: [to - from, ...x.shape.slice(1)] };
  });
};
const scatterOf = (positions: number, channels: number): NdArray<Float64Array> => {
  const full = f64([positions, channels, channels], 1, 'spd');
  const triangle: number[] = [];
  for (let p = 0; p < positions; p++) {
    for (let i = 0; i < channels; i++) for (let j = 0; j <= i; j++) triangle.push(10 * full.data[(p * channels + i) * channels + j]);
  }
  return { data: Float64Array.from(triangle), shape: [positions, triangle.length / positions] };
};
const basis = { mean: f32([6], 2).data, components: f32([4, 6], 3), variances: Float32Array.of(3, 2, 1, 1e-12) };

async function coresetOf(x: Tensor | Tensor[], count: number, { projection, ...options }: { projection?: Tensor; bytes?: number }): Promise<unknown> {
  const coreset = new ops.StreamingCoreset({ dimension: 6, projection, ...options });
  for (const batch of [x].flat()) await coreset.add(batch);
  const result = await coreset.select(count);
  coreset.dispose();
  return result;
}

async function gaussiansOf(x: Tensor | Tensor[], options: ops.GaussianFitOptions): Promise<unknown> {
  const [first] = [x].flat();
  const gaussians = new ops.PositionGaussians(first.shape.slice(1) as [number, number, number], { ledoitWolf: options.shrinkage === 'ledoitWolf' });
  for (const batch of [x].flat()) gaussians.add(batch);
  const { mean, whitening, amount, logDet } = scope(() => gaussians.fit(options));
  await sync();
  gaussians.dispose();
  return { mean, whitening, amount, logDet };
}

async function pcaOf(x: Tensor | Tensor[], options: ops.PcaFitOptions): Promise<unknown> {
  const pca = new ops.Pca(6);
  for (const batch of [x].flat()) pca.add(batch);
  const result = await pca.fit(options);
  pca.dispose();
  return result;
}

const patches: Record<string, KernelCase[]> = {
  unfold2d: [one(f32([2, 3, 9, 7], 1), 3, {}), one(f32([2, 3, 9, 7], 1), [3, 2], { stride: 2, padding: 1, border: 'reflect', dilation: [1, 2] })],
  toVectors: [{ ...one(f32([2, 3, 4, 5], 1), {}), anyKind: true }, one(f64([2, 3, 4, 5], 1), {})],
  fromVectors: [{ ...one(f32([40, 3], 1), [4, 5], {}), anyKind: true }, one(f32([40], 1).data, [4, 5], {})],
  localAverage: [one(f32([2, 3, 9, 7], 1), 5, {})],
  poolVectors: [one(f32([9, 7], 1), 3, {})],
  aggregateNeighbourhoods: [one(f32([2, 3, 5, 4], 1), { size: 3, dimension: 8 })],
  alignMaps: [one([f32([2, 3, 8, 6], 1), f32([2, 4, 4, 3], 2)], undefined, {}), one([f32([2, 3, 8, 6], 1), f32([2, 4, 4, 3], 2)], [5, 5], {})],
  nearest: [one(f32([30, 6], 1), f32([50, 6], 2), { k: 3 }), one(f32([50, 6], 2), f32([50, 6], 2), { k: 2, metric: 'cosine', excludeSelf: true })],
  kCentreGreedy: [{ ...one(rows, 10, { first: 3, rows: 50 }), waits: true }],
  streamingCoreset: [
    { ...one(rows, 10, {}), waits: true, tensors: coresetOf },
    { ...one(batchesOf(rows, [0, 25, 26]), 10, { bytes: 40 * 60, projection: f32([6, 3], 4) }), waits: true, tensors: coresetOf },
  ],
  positionGaussians: [
    { ...one(f32([12, 3, 2, 4], 1, 'normal'), {}), waits: true, tensors: gaussiansOf },
    { ...one(batchesOf(f32([12, 3, 2, 4], 1, 'normal'), [0, 5, 11]), { shrinkage: 'ledoitWolf', epsilon: 0.1 }), waits: true, tensors: gaussiansOf },
  ],
  gaussianWhitening: [
    one(f64([5, 3], 1), scatterOf(5, 3), null, { count: 12, shrinkage: 'oas', epsilon: 0.01 }),
    one(f64([5, 3], 1), scatterOf(5, 3), Float64Array.of(90, 80, 70, 60, 50), { count: 12, shrinkage: 'ledoitWolf' }),
  ],
  mahalanobisMap: [one(f32([2, 3, 2, 4], 1), f32([8, 3], 2), f32([8, 6], 3), {})],
  pca: [
    { ...one(rows, {}), waits: true, tensors: pcaOf },
    { ...one(batchesOf(rows, [0, 25, 26]), { components: 0.7 }), waits: true, tensors: pcaOf },
  ],
  whitenedComponents: [{ ...one(basis, {}), waits: true }],
  pcaProject: [one(f32([9, 6], 1), basis, {})],
  pcaResidual: [one(f32([9, 6], 1), basis, {})],
  symmetricEigen: [{ ...one(f64([2, 5, 5], 1, 'spd'), {}) }, one(f32([5, 5], 1, 'spd'), {})],
  symmetricFromTriangle: [one(scatterOf(5, 3), {}), one(f32([2, 6], 1), {})],
  sparseRandomProjection: [{ args: () => [9, 4, new Random(1), { density: 0.4 }] }],
  matmul: [one(f32([9, 6], 1), f32([6, 4], 2), {})],
};

export const kernelCases: Record<string, KernelCase[]> = { ...errorMaps, ...entropy, ...patches };
