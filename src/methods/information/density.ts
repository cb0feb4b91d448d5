// What a trained network keeps of normal pictures to score by: where their codes lie, what their maps show, how their energies vary.
import { Gaussians } from '../../features/gaussians.ts';
import { MemoryBank } from '../../features/index.ts';
import { Module } from '../../nn/module.ts';
import { stateBuffer } from '../../nn/parameter.ts';
import type { State } from '../../nn/state.ts';
import {
  add,
  affine,
  copyStep,
  div,
  full,
  mahalanobisMap,
  matmul,
  maximum,
  mean,
  nearest,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  toFloat,
  transpose,
  whitenMoments,
} from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { RunningMoments } from '../parts/moments.ts';

export type DensityKind = 'gaussian' | 'nearest' | 'distance' | 'norm' | 'none';

export interface DensityOptions {
  readonly density: DensityKind;
  /** Numbers of a code. */
  readonly code: number;
  /** Codes of a picture, one for each view of it. */
  readonly views: number;
  /** Pictures that a bank keeps at most. */
  readonly bank: number;
  /** Its own arrays, of a network that is read from a file. */
  readonly learnt: State | null;
}

/** Added to the variances of codes, as a share of their mean: directions that hardly vary are not blown up. */
const ridge = 0.01;
const neighbours = 3;
/** MiB that codes may take while they are gathered, and numbers by which they are compared then. */
const gathered = 256;
const projected = 64;

/** Codes of all views of a picture, f32 [N code views 1] → how unlikely they are among those of normal pictures, f32 [N]. */
export class CodeDensity extends Module<[codes: Tensor], Tensor> {
  /** f32 [views code] */
  readonly mean: Tensor;
  /** f32 [views code(code + 1)/2], of kind gaussian; else of no view. */
  readonly whitening: Tensor;
  readonly bank: MemoryBank | null;
  private readonly kind: DensityKind;
  // No member of the module: what is gathered is no part of a detector.
  #moments: Gaussians | null = null;

  constructor({ density, code, views, bank, learnt }: DensityOptions) {
    super();
    this.kind = density;
    this.mean = stateBuffer(full([views, code], 0));
    this.whitening = stateBuffer(full([density === 'gaussian' ? views : 0, (code * (code + 1)) / 2], 0));
    this.bank = density === 'nearest' ? new MemoryBank({ width: views * code, size: bank, memory: gathered, projected, learnt }) : null;
  }

  /**
   * gaussian: half the squared Mahalanobis distance, -ln of the density but for a constant; nearest: the mean distance to the nearest of
   * the bank; distance: the squared distance from the mean; norm: the length. In the mean over views, the squares over numbers too.
   */
  override forward(codes: Tensor): Tensor {
    return scope(() => {
      const [count, width, views] = codes.shape;
      const average = (x: Tensor) => mean(reshape(x, [count, x.size / count]), 1);
      if (this.kind === 'gaussian') return affine(average(square(mahalanobisMap(codes, this.mean, this.whitening))), { scale: 0.5 / width });
      if (this.kind === 'norm') return average(sqrt(sum(square(codes), 1)));
      if (!this.bank) return average(square(sub(codes, reshape(transpose(this.mean, [1, 0]), [1, width, views, 1]))));
      const { vectors } = this.bank;
      // A validation in the middle of training asks before there is a bank.
      if (!vectors.shape[0]) return full([count], 0);
      return average(nearest(reshape(codes, [count, width * views]), vectors, { k: Math.min(neighbours, vectors.shape[0]) }).distances);
    });
  }

  /** Takes in codes f32 [N code views 1] of normal pictures. */
  async observe(codes: Tensor, random: Random, signal?: AbortSignal): Promise<void> {
    const [count, width, views] = codes.shape;
    if (!this.bank) {
      this.#moments ??= new Gaussians(width, null);
      this.#moments.add(codes);
      return;
    }
    const vectors = scope(() => reshape(codes, [count, width * views]));
    try {
      await this.bank.add(vectors, random, signal);
    } finally {
      vectors.dispose();
    }
  }

  /** After the last codes. @param centre f32 [code], what distances are from; null: the mean of each view's codes */
  async settle(centre: Tensor | null, signal?: AbortSignal): Promise<void> {
    await this.bank?.settle(signal);
    const moments = this.#moments;
    if (!moments) return;
    const fixed = this.kind === 'distance' ? centre : null;
    scope(() => copyStep(this.mean, fixed ? add(affine(this.mean, { scale: 0 }), fixed) : toFloat(moments.mean)));
    if (this.kind === 'gaussian') {
      const level = scope(() => {
        const covariance = moments.covariance();
        const [, width] = covariance.shape;
        const unit = tensor(
          Float32Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 / width : 0)),
          [width * width, 1],
        );
        return maximum(mean(matmul(reshape(covariance, [covariance.shape[0], width * width]), unit)), 1e-12);
      });
      // Codes that do not differ at all leave nothing to compare with.
      const epsilon = ridge * (await level.read())[0];
      level.dispose();
      scope(() => copyStep(this.whitening, whitenMoments(moments, Math.max(2, moments.count), { epsilon }).whitening));
    }
    this.release();
  }

  override release(): void {
    this.#moments?.dispose();
    this.#moments = null;
  }
}

/** Variances of the map are raised by this share of their mean: where nothing ever varied, little is no news. */
const mapRidge = 0.1;

/** What maps f32 [N C P Q] of normal pictures show at each position. */
export class MapReference extends Module {
  /** f32 [1 C P Q] */
  readonly mean: Tensor;
  /** f32 [1 C P Q] */
  readonly variance: Tensor;
  readonly #moments: RunningMoments;

  constructor(extents: readonly [channels: number, rows: number, columns: number]) {
    super();
    this.mean = stateBuffer(full([1, ...extents], 0));
    this.variance = stateBuffer(full([1, ...extents], 1));
    this.#moments = new RunningMoments(this.mean, this.variance);
  }

  /** f32 [N C P Q] → squares of what differs from the mean over the variance, in the mean over channels: f32 [N 1 P Q], about 1 where all is usual. */
  override forward(map: Tensor): Tensor {
    return scope(() => mean(div(square(sub(map, this.mean)), this.variance), 1, { keepDims: true }));
  }

  observe(maps: Tensor): void {
    this.#moments.observe(maps);
  }

  settle(): void {
    const { count } = this.#moments;
    if (!count) return;
    scope(() => {
      const spread = affine(this.variance, { scale: 1 / count });
      // By channel, since channels differ in scale.
      const level = affine(mean(spread, [2, 3], { keepDims: true }), { scale: mapRidge, shift: 1e-12 });
      copyStep(this.variance, add(spread, level));
    });
    this.#moments.settle();
  }
}

/** Energies of pictures brought to one scale: deviations above their mean on normal pictures. */
export class EnergyScale extends Module {
  /** f32 [energies] */
  readonly mean: Tensor;
  /** f32 [energies] */
  readonly deviation: Tensor;
  #count = 0;
  #sums: { mean: number; squares: number }[];

  constructor(energies: number) {
    super();
    this.mean = stateBuffer(full([energies], 0));
    this.deviation = stateBuffer(full([energies], 1));
    this.#sums = Array.from({ length: energies }, () => ({ mean: 0, squares: 0 }));
  }

  /** f32 [N energies] → the same in deviations. */
  override forward(energies: Tensor): Tensor {
    return div(sub(energies, this.mean), this.deviation);
  }

  /** Takes in energies of normal pictures, row by row (Welford 1962). */
  observe(energies: Float32Array): void {
    const width = this.#sums.length;
    for (let at = 0; at < energies.length; at += width) {
      this.#count++;
      this.#sums.forEach((sums, e) => {
        const delta = energies[at + e] - sums.mean;
        sums.mean += delta / this.#count;
        sums.squares += delta * (energies[at + e] - sums.mean);
      });
    }
  }

  settle(): void {
    const count = this.#count;
    if (!count) return;
    scope(() => {
      copyStep(this.mean, tensor(this.#sums.map((sums) => sums.mean)));
      // An energy that never varies says nothing, and is not to say everything about the first picture in which it does.
      copyStep(this.deviation, tensor(this.#sums.map((sums) => Math.max(Math.sqrt(sums.squares / count), 1e-3 * Math.abs(sums.mean), 1e-12))));
    });
    this.#count = 0;
    this.#sums = this.#sums.map(() => ({ mean: 0, squares: 0 }));
  }
}
