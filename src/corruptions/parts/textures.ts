// Made textures to be laid on pictures: which, how coarse, in which colours, in place of the picture's own texture or on it.
import * as ops from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Canvas } from './canvas.ts';
import { between, chance } from './draws.ts';
import { Place } from './place.ts';
import { Rows } from './rows.ts';

export type TextureKind = keyof typeof ops.textureKinds;

/** At most one texture for each picture of a layer. */
export class Textures {
  private readonly canvas: Canvas;
  private readonly kind: Int32Array;
  private readonly frame: Rows;
  private readonly detail: Rows;
  private readonly probe: Place;
  private readonly reach: Rows;
  private readonly shift: Rows;
  private readonly kept: Rows;

  constructor(canvas: Canvas) {
    const { pictures, channels } = canvas;
    this.canvas = canvas;
    this.kind = new Int32Array(pictures).fill(-1);
    this.frame = new Rows(pictures, [2, 3]);
    this.detail = new Rows(pictures, []);
    this.probe = new Place(pictures);
    this.reach = new Rows(pictures, []);
    this.shift = new Rows(pictures, [2, channels]);
    this.kept = new Rows(pictures, []);
  }

  /**
   * Picture n gets a texture, somehow turned.
   *
   * @param cell extent of its cells in pixels
   * @param aspect how many times as long as broad they are
   */
  take(n: number, kind: TextureKind, cell: number, random: Random, options: { detail?: number; aspect?: number } = {}): void {
    const { detail = 1, aspect = 1 } = options;
    const angle = between(random, 0, Math.PI);
    const [c, s] = [Math.cos(angle) / cell, Math.sin(angle) / cell];
    this.kind[n] = ops.textureKinds[kind];
    this.frame.set(n, [c, s, random.uniform(), -s / aspect, c / aspect, random.uniform()]);
    this.detail.set(n, [detail]);
  }

  /** How much of the picture's own texture stays beneath, and which colour it stands for: that around the defect's centre. */
  around(n: number, radius: number, kept: number): void {
    this.probe.atCentre(n);
    this.reach.set(n, [0.7 * radius]);
    this.kept.set(n, [kept]);
  }

  /** In place of the picture's own texture, around the colour of somewhere else in it. */
  elsewhere(n: number, radius: number, random: Random): void {
    this.probe.at(n, between(random, 0, this.canvas.width), between(random, 0, this.canvas.height));
    this.reach.set(n, [0.7 * radius]);
    this.kept.set(n, [0]);
  }

  /** How much brighter the darkest and the brightest of the texture are than the colour they are relative to. */
  shifts(n: number, low: number, high: number, tint: readonly number[] = new Array<number>(this.canvas.channels).fill(1)): void {
    this.shift.set(n, [...tint.map((t) => low * t), ...tint.map((t) => high * t)]);
  }

  /** Factors of a shift for each channel: grey for some, of a hue for others. */
  tint(random: Random): number[] {
    const spread = this.canvas.channels === 1 || chance(random, 0.4) ? 0 : between(random, 0.2, 1.2);
    return Array.from({ length: this.canvas.channels }, () => 1 + spread * between(random, -1, 1));
  }

  paste(layer: Tensor, centre: Tensor, random: Random): void {
    const { canvas } = this;
    if (this.kind.every((kind) => kind < 0)) return;
    const kind = tensor(this.kind, [canvas.pictures], { device: canvas.device });
    const [frame, detail, reach, shift, kept] = [this.frame, this.detail, this.reach, this.shift, this.kept].map((rows) => rows.tensor(canvas.device));
    const base = ops.probeMean(canvas.images, this.probe.tensor(centre), reach);
    const { image, opacity } = canvas;
    ops.pasteTextureStep(image, opacity, layer, kind, centre, frame, detail, base, shiftWithin(base, shift), kept, { key: random.nextKey() });
  }
}

/** Shifts f32 [N 2 C] that would lead beyond black or white on average go the other way where there is more room for them. */
function shiftWithin(base: Tensor, shift: Tensor): Tensor {
  const aside = ops.sub(ops.mean(base, 1), 0.5);
  const step = ops.mean(shift, [1, 2]);
  const outside = ops.greater(ops.abs(ops.add(aside, step)), 0.5);
  const away = ops.greater(ops.mul(aside, step), 0);
  return ops.where(ops.reshape(ops.mul(outside, away), [base.shape[0], 1, 1]), ops.neg(shift), shift);
}
