// Score maps with their masks: what pixel-level metrics look at.
import { BlemishError, must } from '../errors.ts';
import * as ops from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { type Ranking, rankingOf } from './image-record.ts';
import type { MetricRecord } from './metric.ts';
import { Run } from './run.ts';

/** What is truly abnormal: not 0 is marked. */
export interface Mask {
  /** [height width], row-major. */
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** A picture's map with its true mask. */
export interface PixelSample {
  /** [height width], row-major: raw pixel scores, larger is more abnormal. NaN is refused; infinities are scores like others. */
  readonly map: Float32Array;
  readonly width: number;
  readonly height: number;
  /** null: nothing is marked. An abnormal picture whose mask is not known says nothing about pixels and must be left out. */
  readonly mask: Mask | null;
  /** Default: 1 where a pixel is marked. 1 with an empty mask: the picture counts, but not as a normal one (see `aupimo`). */
  readonly label?: 0 | 1;
  /** For messages. */
  readonly name?: string;
}

/** How pixels are kept. */
export interface PixelRecordOptions {
  /**
   * Marked pixels count with the largest score in a square of so many pixels around them, an odd number. Default 1: with their own.
   * One of the older AUPRO variants needs 5; nothing else should.
   */
  readonly spread?: number;
}

/**
 * Pixels of maps by class, held as float32 on the device: 4 bytes a pixel, 8 a marked one, whatever the number of metrics that share
 * the record. While a value is made it takes up to four times as much again. `dispose` frees it.
 */
export class PixelRecord implements MetricRecord<PixelSample> {
  readonly spread: number;
  // Pictures with label 1 first, then normal ones: the order of everything that goes picture by picture.
  private readonly marked = new Run('f32');
  private readonly regionSizes = new Run('i32');
  private readonly around = new Run('f32');
  private readonly normal = new Run('f32');
  private lengths: { marked: number[]; around: number[]; normal: number[] } = { marked: [], around: [], normal: [] };
  private least = Number.POSITIVE_INFINITY;
  private largest = Number.NEGATIVE_INFINITY;
  private ranked: Promise<Ranking> | null = null;
  private disposed = false;

  constructor({ spread = 1 }: PixelRecordOptions = {}) {
    must(Number.isSafeInteger(spread) && spread % 2 === 1 && spread >= 1 && spread <= 99, `PixelRecord: spread is ${spread}; expected an odd number of 1 … 99`);
    this.spread = spread;
  }

  /**
   * Takes in one picture or several. Throws SHAPE_MISMATCH where extents differ, ARGUMENT_INVALID for NaN and for a label that
   * contradicts the mask.
   */
  update(batch: PixelSample | Iterable<PixelSample>): void {
    if (Symbol.iterator in batch) for (const sample of batch) this.one(sample);
    else this.one(batch);
  }

  private one(sample: PixelSample): void {
    this.assertLive();
    const { least, largest, count, label } = this.checked(sample);
    const { map, width, height, mask } = sample;
    scope(() => {
      const x = tensor(map);
      if (label === 0) this.normal.push(x);
      else if (count === 0) this.around.push(x);
      else this.apart(x, mask!, width, height, count);
    });
    if (label === 1) {
      this.lengths.marked.push(count);
      this.lengths.around.push(map.length - count);
    } else this.lengths.normal.push(map.length);
    this.least = Math.min(this.least, least);
    this.largest = Math.max(this.largest, largest);
    this.ranked = null;
  }

  /** Pixels inside and outside of the mask go to runs of their own. */
  private apart(x: Tensor, { data }: Mask, width: number, height: number, count: number): void {
    const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray ? data : Uint8Array.from(data, (m) => (m === 0 ? 0 : 1));
    const sizes = ops.reshape(ops.regionSizes(tensor(bytes, [height, width])), [width * height]);
    const [own, sizesInside, outside] = ops.partition(x, sizes, { count });
    let inside = own;
    if (this.spread > 1) {
      const wide = ops.maxPool2d(ops.reshape(x, [1, 1, height, width]), this.spread, { stride: 1, padding: (this.spread - 1) / 2 });
      [inside] = ops.partition(ops.reshape(wide, [width * height]), sizes, { count });
    }
    this.around.push(outside);
    this.regionSizes.push(sizesInside);
    this.marked.push(inside);
  }

  private checked({ map, width, height, mask, label, name }: PixelSample): { least: number; largest: number; count: number; label: 0 | 1 } {
    const where = `pixel metrics: picture ${this.pictures}${name === undefined ? '' : ` (${name})`}`;
    must(map instanceof Float32Array, `${where}: its map is ${Object.prototype.toString.call(map)}; expected a Float32Array`);
    const whole = Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0;
    if (!whole || map.length !== width * height) {
      throw new BlemishError(
        'SHAPE_MISMATCH',
        `${where}: its map has ${map.length} numbers; expected ${width} x ${height}${whole ? ` = ${width * height}` : ', positive whole numbers'}`,
      );
    }
    let least = map[0];
    let largest = map[0];
    let nans = 0;
    for (let i = 0; i < map.length; i++) {
      const x = map[i];
      if (x < least) least = x;
      if (x > largest) largest = x;
      if (Number.isNaN(x)) nans++;
    }
    if (nans) {
      const at = map.findIndex(Number.isNaN);
      throw new BlemishError(
        'ARGUMENT_INVALID',
        `${where}: its map is NaN at column ${at % width} of row ${Math.floor(at / width)}; expected numbers or infinities`,
      );
    }
    let count = 0;
    if (mask) {
      if (mask.width !== width || mask.height !== height || mask.data.length !== map.length) {
        throw new BlemishError(
          'SHAPE_MISMATCH',
          `${where}: its mask is ${mask.width} x ${mask.height} with ${mask.data.length} numbers, but its map ${width} x ${height}; expected one number for each pixel of the map`,
        );
      }
      for (let i = 0; i < map.length; i++) if (mask.data[i] !== 0) count++;
    }
    must(label === undefined || label === 0 || label === 1, `${where}: its label is ${label}; expected 0 for normal or 1 for abnormal`);
    must(!(label === 0 && count), `${where}: its label is 0 but ${count} pixels of its mask are marked; expected none, or label 1`);
    must(!(label === 1 && !mask), `${where}: its label is 1 but its mask is not known; expected a mask: leave out pictures without one`);
    return { least, largest, count, label: label ?? (count ? 1 : 0) };
  }

  /** Takes over the pixels of another record; what was read of neither is copied or sorted, so the result is exact. */
  merge(other: PixelRecord): void {
    this.assertLive();
    must(other !== this, 'pixel metrics: a record was to be merged with itself; expected another one');
    must(other.spread === this.spread, `pixel metrics: a record of spread ${other.spread} was to be merged into one of ${this.spread}; expected them equal`);
    for (const run of ['marked', 'regionSizes', 'around', 'normal'] as const) this[run].take(other[run]);
    for (const side of ['marked', 'around', 'normal'] as const) this.lengths[side] = this.lengths[side].concat(other.lengths[side]);
    this.least = Math.min(this.least, other.least);
    this.largest = Math.max(this.largest, other.largest);
    other.lengths = { marked: [], around: [], normal: [] };
    other.least = Number.POSITIVE_INFINITY;
    other.largest = Number.NEGATIVE_INFINITY;
    this.ranked = other.ranked = null;
  }

  /** Pictures taken in. */
  get pictures(): number {
    return this.lengths.around.length + this.lengths.normal.length;
  }

  /** Pictures taken in, by label. */
  get counts(): { readonly normal: number; readonly abnormal: number } {
    return { normal: this.lengths.normal.length, abnormal: this.lengths.around.length };
  }

  /** The smallest and the largest score; infinite the wrong way round where there is none. */
  get range(): readonly [least: number, largest: number] {
    return [this.least, this.largest];
  }

  /**
   * Scores f32 of marked pixels [P] and of all others [N], and the sizes i32 [P] of the regions of the marked ones: for use in a scope.
   *
   * @param spread what the caller counts on
   */
  samples(spread = 1): { positives: Tensor; negatives: Tensor; sizes: Tensor } {
    this.assertLive();
    must(this.spread === spread, `pixel metrics: the record has spread ${this.spread}; expected ${spread} for this metric`);
    const [around, normal] = [this.around.whole(), this.normal.whole()];
    const negatives = around.size && normal.size ? ops.concat([around, normal]) : around.size ? around : normal;
    return { positives: this.marked.whole(), negatives, sizes: this.regionSizes.whole() };
  }

  /** Scores f32 of the pixels of normal pictures: for use in a scope. */
  normals(): Tensor {
    this.assertLive();
    return this.normal.whole();
  }

  /** How many marked pixels and how many others each picture has: abnormal pictures first, then normal ones. */
  get pixelCounts(): { readonly positives: readonly number[]; readonly negatives: readonly number[] } {
    const { marked, around, normal } = this.lengths;
    return { positives: [...marked, ...normal.map(() => 0)], negatives: [...around, ...normal] };
  }

  /** AUROC, average precision, largest F1 and its threshold, from one sort; remembered until the next update. */
  ranking(): Promise<Ranking> {
    this.ranked ??= rankingOf(() => this.samples());
    return this.ranked;
  }

  private assertLive(): void {
    if (this.disposed) throw new BlemishError('TENSOR_DISPOSED', 'pixel metrics: the record was disposed; expected a live one');
  }

  /** Frees the pixels. Disposing twice is fine. */
  dispose(): void {
    this.disposed = true;
    for (const run of [this.marked, this.regionSizes, this.around, this.normal]) run.dispose();
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
