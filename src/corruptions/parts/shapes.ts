// Outlines of defects between disk and rectangle, one for each picture of a layer.
import * as ops from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Canvas } from './canvas.ts';
import { between, chance, logBetween } from './draws.ts';
import { Rows } from './rows.ts';

/** The shapes of one layer; a picture without one gets a layer of zeros. */
export class Shapes {
  private readonly canvas: Canvas;
  private readonly rows: Rows;

  constructor(canvas: Canvas) {
    this.canvas = canvas;
    this.rows = new Rows(canvas.pictures, [8]);
  }

  /** An irregular stain: a disk, longish and at times angular, its border hard or fading, warped in waves or ragged. */
  stain(n: number, diameter: number, opacity: number, random: Random): void {
    const elongation = logBetween(random, 1, 3);
    const along = (diameter / 2) * Math.sqrt(elongation);
    const across = Math.max(1.5, diameter / 2 / Math.sqrt(elongation));
    const squareness = chance(random, 0.2) ? random.uniform() : 0;
    const softness = chance(random, 0.3) ? 0 : between(random, 0.1, 1);
    // Three times the amplitude stays within a small stain, so that its middle is never lost.
    const sigma = across * between(random, 0.25, 0.9);
    const amplitude = across * between(random, 0.05, diameter < 8 ? 0.3 : 0.5);
    this.rows.set(n, [along, across, between(random, 0, Math.PI), squareness, Math.min(1, Math.max(softness, 1.2 / across)), sigma, amplitude, opacity]);
  }

  /** A rectangle with hard edges. */
  rectangle(n: number, halfLength: number, halfBreadth: number, angle: number): void {
    this.rows.set(n, [halfLength, halfBreadth, angle, 1, 0, 0, 0, 1]);
  }

  /** A disk that fades from its middle to its border. */
  glow(n: number, radius: number, opacity: number): void {
    this.rows.set(n, [radius, radius, 0, 0, 1, 0, 0, opacity]);
  }

  /** f32 [N 1 H W], each around its centre. */
  layer(centre: Tensor, random: Random): Tensor {
    return ops.softShapes(this.rows.tensor(this.canvas.device), centre, this.canvas.field(random));
  }
}
