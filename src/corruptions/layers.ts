// What corruptions share: the picture under work with its opacity so far, tables with a row for each picture, draws of chance.

import type { Hypers, ValuesOf } from '../hyper.ts';
import * as ops from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { type Corrupted, type Corruption, type CorruptionInput, defineCorruption } from './corruption.ts';

/** A copy of the pictures that defects are laid on, one layer after another. */
export class Canvas {
  /** f32 [N C H W]: the pictures as they came, to take texture and colours from. */
  readonly images: Tensor;
  readonly donors: Tensor;
  /** f32 [N C H W], changed in place. */
  readonly image: Tensor;
  /** f32 [N 1 H W], changed in place: how much of all layers shows. */
  readonly opacity: Tensor;
  readonly pictures: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;

  constructor({ images, donors }: Omit<CorruptionInput, 'random'>) {
    [this.pictures, this.channels, this.height, this.width] = images.shape;
    this.images = images;
    this.donors = donors;
    this.image = ops.reorderLayout(images);
    this.opacity = ops.full([this.pictures, 1, this.height, this.width], 0);
  }

  /** The shorter side in pixels, the measure of all sizes. */
  get side(): number {
    return Math.min(this.height, this.width);
  }

  /** A layer's extents and a fresh key, as operations that make fields want them. */
  field(random: Random): { key: readonly number[]; height: number; width: number } {
    return { key: random.nextKey(), height: this.height, width: this.width };
  }

  finish(): Corrupted {
    return { image: this.image, mask: ops.greater(this.opacity, 0), opacity: this.opacity };
  }
}

/** Numbers for the device, a row for each picture; 0 unless set. */
export class Rows {
  readonly data: Float32Array;
  private readonly rows: number;
  private readonly extents: readonly number[];
  private readonly width: number;

  constructor(rows: number, extents: readonly number[]) {
    this.rows = rows;
    this.extents = extents;
    this.width = extents.reduce((a, b) => a * b, 1);
    this.data = new Float32Array(rows * this.width);
  }

  set(row: number, values: readonly number[]): void {
    this.data.set(values, row * this.width);
  }

  tensor(device: string): Tensor {
    return tensor(this.data, [this.rows, ...this.extents], { device });
  }
}

/** A corruption that can also work on some pictures of a canvas on which others have worked before. */
export interface Painter<H extends Hypers = Hypers> extends Corruption<H> {
  /** Lays a defect on each picture n with `chosen[n]`. Enqueues only. */
  readonly paint: (canvas: Canvas, chosen: readonly boolean[], random: Random, values: ValuesOf<H>) => void;
}

/** A corruption of a painter: all pictures of a fresh canvas. */
export function definePainter<const H extends Hypers>(painter: Omit<Painter<H>, 'apply'>): Painter<H> {
  const corruption = defineCorruption<H>({
    name: painter.name,
    meaning: painter.meaning,
    hyper: painter.hyper,
    apply({ images, donors, random }, values) {
      const canvas = new Canvas({ images, donors });
      painter.paint(canvas, new Array<boolean>(canvas.pictures).fill(true), random, values);
      return canvas.finish();
    },
  });
  return { ...corruption, paint: painter.paint };
}

/** Where a defect lies and how large it is, in pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Uniform between two numbers. */
export const between = (random: Random, low: number, high: number): number => low + (high - low) * random.uniform();
/** Between two positive numbers with a uniform logarithm: each factor of two is as likely as the next. */
export const logBetween = (random: Random, low: number, high: number): number => low * (high / low) ** random.uniform();
export const chance = (random: Random, probability: number): boolean => random.uniform() < probability;
export const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)];
