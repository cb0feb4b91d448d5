// Copies of pictures to be laid on pictures: from where, turned, stretched, warped, in which tone.
import * as ops from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Canvas } from './canvas.ts';
import { between } from './draws.ts';
import { Place } from './place.ts';
import { Rows } from './rows.ts';

const sources = { own: 0, donor: 1 } as const;

/** At most one copy for each picture of a layer. */
export class Copies {
  /** What stands in the middle of the defect. */
  readonly origin: Place;
  private readonly canvas: Canvas;
  private readonly source: Int32Array;
  private readonly turn: Rows;
  private readonly warp: Rows;
  private readonly tone: Rows;
  private readonly inDonor: Rows;
  private readonly donorRadii: number[];

  constructor(canvas: Canvas) {
    const { pictures, channels } = canvas;
    this.canvas = canvas;
    this.origin = new Place(pictures);
    this.source = new Int32Array(pictures).fill(-1);
    this.turn = new Rows(pictures, [2, 2]);
    this.warp = new Rows(pictures, [2]);
    this.tone = new Rows(pictures, [2, channels]);
    this.inDonor = new Rows(pictures, [1]);
    this.donorRadii = new Array<number>(pictures).fill(0);
  }

  /** Picture n gets a copy, turned by an angle and read in steps of `stride` pixels; upright in whole steps it is not blurred. */
  take(n: number, source: keyof typeof sources, angle = 0, stride = 1): void {
    const [a, b] = [stride * Math.cos(angle), stride * Math.sin(angle)];
    this.source[n] = sources[source];
    this.turn.set(n, [a, -b, b, a]);
    this.tone.set(n, new Array<number>(this.canvas.channels).fill(1));
  }

  /** The middle of picture n's copy stands somewhere in the donor: mostly where it is busy, since empty ground looks alike. */
  fromDonor(n: number, radius: number): void {
    this.origin.at(n, 0, 0);
    this.inDonor.set(n, [1]);
    this.donorRadii[n] = radius;
  }

  /** Pulls the copy about: smooth displacements of the given extent and strength in pixels. */
  deform(n: number, sigma: number, amplitude: number): void {
    this.warp.set(n, [sigma, amplitude]);
  }

  /** Another tone: contrast and brightness changed by up to `most`, the channels nearly alike. */
  jitter(n: number, most: number, random: Random): void {
    const [gain, offset] = [1 + between(random, -most, most), between(random, -most, most) / 2];
    const gains = Array.from({ length: this.canvas.channels }, () => gain * (1 + between(random, -most, most) / 4));
    this.tone.set(n, [...gains, ...gains.map((own) => offset + (1 - own) / 2)]);
  }

  paste(layer: Tensor, centre: Tensor, random: Random): void {
    const { canvas } = this;
    if (this.source.every((source) => source < 0)) return;
    const [turn, warp, tone] = [this.turn, this.warp, this.tone].map((rows) => rows.tensor(canvas.device));
    const source = tensor(this.source, [canvas.pictures], { device: canvas.device });
    let origin = this.origin.tensor(centre);
    if (this.donorRadii.some((radius) => radius > 0)) {
      const places = canvas.places(random, this.donorRadii, 0.7, canvas.donors);
      origin = ops.add(origin, ops.mul(this.inDonor.tensor(canvas.device), places));
    }
    const { image, opacity, images, donors } = canvas;
    ops.pasteCopyStep(image, opacity, layer, images, donors, source, centre, origin, turn, warp, tone, { key: random.nextKey() });
  }
}
