// The pictures under work, the opacity laid on them so far, and corruptions that can go on where others have worked.
import { must } from '../../errors.ts';
import type { Hypers, ValuesOf } from '../../hyper.ts';
import * as ops from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type Corrupted, type Corruption, type CorruptionInput, defineCorruption } from '../corruption.ts';
import { chance } from './draws.ts';
import { Rows } from './rows.ts';

const candidates = 16; // places among which a defect that is drawn to busy ones has the choice

/** A copy of the pictures on which defects are laid, one layer after another. */
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

  constructor(where: string, { images, donors }: Omit<CorruptionInput, 'random'>) {
    const shape = images.shape;
    must(
      shape.length === 4 && (shape[1] === 1 || shape[1] === 3) && shape[2] > 0 && shape[3] > 0,
      `${where}: images are [${shape.join(' ')}]; expected [N C H W] with 1 or 3 channels and at least one pixel`,
    );
    must(donors.shape.join() === shape.join(), `${where}: donors are [${donors.shape.join(' ')}]; expected [${shape.join(' ')}] as the images`);
    [this.pictures, this.channels, this.height, this.width] = shape;
    this.images = images;
    this.donors = donors;
    this.image = ops.reorderLayout(images);
    this.opacity = ops.full([this.pictures, 1, this.height, this.width], 0);
  }

  /** The shorter side in pixels, the measure of all sizes. */
  get side(): number {
    return Math.min(this.height, this.width);
  }

  get device(): string {
    return this.images.device;
  }

  /** A layer's extents and a fresh key, as operations that make fields want them. */
  field(random: Random): { key: readonly number[]; height: number; width: number } {
    return { key: random.nextKey(), height: this.height, width: this.width };
  }

  /**
   * A place in each picture: f32 [N 2], column and row of a pixel.
   *
   * @param radii about how far what lies there reaches, in pixels
   * @param attracted probability of being drawn to a busy place: one for all, or each its own
   */
  places(random: Random, radii: readonly number[], attracted: number | readonly number[], images = this.images): Tensor {
    const rows = new Rows(this.pictures, [candidates, 2]);
    radii.forEach((_, n) => {
      const choices = chance(random, typeof attracted === 'number' ? attracted : attracted[n]) ? candidates : 1;
      const points = Array.from({ length: choices }, () => [random.integer(this.width), random.integer(this.height)]);
      rows.set(n, Array.from({ length: candidates }, (__, k) => points[k % choices]).flat());
    });
    const reach = new Rows(this.pictures, []);
    radii.forEach((radius, n) => reach.set(n, [radius]));
    return ops.busyPlaces(images, rows.tensor(this.device), reach.tensor(this.device), { key: random.nextKey() });
  }

  finish(): Corrupted {
    return { image: this.image, mask: ops.greater(this.opacity, 0), opacity: this.opacity };
  }
}

/** A corruption that can also work on some pictures of a canvas. */
export interface Painter<H extends Hypers = Hypers> extends Corruption<H> {
  /** Lays a defect on each picture n with `chosen[n]`. Enqueues only. */
  readonly paint: (canvas: Canvas, chosen: readonly boolean[], random: Random, values: ValuesOf<H>) => void;
}

/** A painter's corruption is to paint all pictures of a fresh canvas. */
export function definePainter<const H extends Hypers>(painter: Omit<Painter<H>, 'apply'>): Painter<H> {
  const corruption = defineCorruption<H>({
    name: painter.name,
    meaning: painter.meaning,
    hyper: painter.hyper,
    apply({ images, donors, random }, values) {
      const canvas = new Canvas(painter.name, { images, donors });
      painter.paint(canvas, new Array<boolean>(canvas.pictures).fill(true), random, values);
      return canvas.finish();
    },
  });
  return { ...corruption, paint: painter.paint };
}
