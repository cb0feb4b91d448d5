// What a defect shows: a deformed copy, another picture's texture, made texture, a colour, a change of tone, relief.
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Canvas } from './canvas.ts';
import { Copies } from './copies.ts';
import { between, chance, logBetween, pick, sign } from './draws.ts';
import { type TextureKind, Textures } from './textures.ts';

/** The kinds of content by the names that hyper-parameters give them. */
export const contentKinds = ['deformed', 'donor', 'made', 'colour', 'tone', 'relief'] as const;
export type ContentKind = (typeof contentKinds)[number];

const madeKinds: readonly TextureKind[] = ['perlin', 'perlin', 'cells', 'cracks', 'lines', 'mesh', 'grain'];
/** Ranges of what `pasteTextureStep` calls detail. */
const details: Partial<Record<TextureKind, [number, number]>> = { perlin: [0.3, 0.8], cells: [0.8, 1.6], cracks: [2, 8], lines: [1, 5], mesh: [1, 5] };

/**
 * The contents of one layer, at most one for each picture; a picture without one stays as it is. `radius` is half the
 * extent of picture n's defect in pixels, the measure of its texture; `contrast` the change of brightness.
 */
export class Contents {
  readonly copies: Copies;
  readonly textures: Textures;
  private readonly random: Random;

  constructor(canvas: Canvas, random: Random) {
    this.copies = new Copies(canvas);
    this.textures = new Textures(canvas);
    this.random = random;
  }

  choose(n: number, kind: ContentKind, radius: number, contrast: number): void {
    this[kind](n, radius, contrast);
  }

  /** The picture's own texture: pulled about where it is, or from beside it, turned and stretched. */
  deformed(n: number, radius: number): void {
    const { random, copies } = this;
    const size = Math.max(radius, 2);
    const sigma = size * between(random, 0.2, 0.6);
    if (chance(random, 0.5)) {
      copies.take(n, 'own');
      copies.origin.atCentre(n);
      copies.deform(n, sigma, Math.max(1.5, size * between(random, 0.15, 0.6)));
      return;
    }
    const angle = between(random, 0, 2 * Math.PI);
    const distance = Math.max(2, size * between(random, 0.5, 3));
    const [turned, stretched] = [chance(random, 0.5), chance(random, 0.5)];
    copies.take(n, 'own', turned ? between(random, -Math.PI, Math.PI) : 0, stretched ? logBetween(random, 0.6, 1.6) : 1);
    copies.origin.atCentre(n, Math.round(distance * Math.cos(angle)), Math.round(distance * Math.sin(angle)));
    if (chance(random, 0.5)) copies.deform(n, sigma, size * between(random, 0.05, 0.3));
    if (chance(random, 0.3)) copies.jitter(n, 0.2, random);
  }

  /** Another picture's texture, from anywhere in it, turned and stretched, a little brighter or darker. */
  donor(n: number, radius: number): void {
    const { random, copies } = this;
    copies.take(n, 'donor', between(random, -Math.PI, Math.PI), logBetween(random, 0.5, 2));
    copies.fromDonor(n, radius);
    copies.jitter(n, 0.2, random);
  }

  /** A made texture in colours near the picture's own: in place of what is there or, as dirt and rubbing are, on it. */
  made(n: number, radius: number, contrast: number): void {
    const { random, textures } = this;
    const kind = pick(random, madeKinds);
    const cell = kind === 'grain' ? pick(random, [1, 1, 2, 3]) : Math.max(2, radius * logBetween(random, 0.1, 1));
    const [least, most] = details[kind] ?? [1, 1];
    textures.take(n, kind, cell, random, { detail: between(random, least, most), aspect: chance(random, 0.5) ? 1 : logBetween(random, 1, 6) });
    if (chance(random, 0.3)) textures.elsewhere(n, radius, random);
    else textures.around(n, radius, chance(random, 0.4) ? between(random, 0.5, 1) : 0);
    const middle = between(random, -1, 1) * contrast;
    const half = between(random, 0.2, 0.7) * contrast;
    textures.shifts(n, middle - half, middle + half, textures.tint(random));
  }

  /** One colour, the same all over or changing slowly: brighter (1) or darker (-1) by the contrast or, at times, of some other place. */
  colour(n: number, radius: number, contrast: number, direction?: number): void {
    const { random, textures } = this;
    textures.take(n, 'perlin', Math.max(2, radius * between(random, 1, 3)), random, { detail: 0.4 });
    const drift = chance(random, 0.5) ? 0 : between(random, 0, 0.3) * contrast;
    if (direction === undefined && chance(random, 0.35)) {
      textures.elsewhere(n, radius, random);
      textures.shifts(n, -drift, drift);
      return;
    }
    textures.around(n, radius, 0);
    this.shifted(n, direction ?? sign(random), contrast, drift);
  }

  /** The picture's own texture, brighter, darker or discoloured, flatter or harsher. */
  tone(n: number, radius: number, contrast: number, direction = sign(this.random)): void {
    const { random, textures } = this;
    textures.take(n, 'perlin', Math.max(2, radius * between(random, 0.5, 3)), random, { detail: 0.4 });
    textures.around(n, radius, chance(random, 0.4) ? 1 : between(random, 0.3, 1.4));
    this.shifted(n, direction, contrast, between(random, 0, 0.4) * contrast);
  }

  /** Dents and bumps: the layer taken for a height, its slopes towards the light brighter, those away from it darker. */
  relief(n: number, radius: number, contrast: number): void {
    const { random, textures } = this;
    textures.take(n, 'relief', 1, random, { detail: Math.max(0.5, Math.min(radius, 16) / 4) });
    textures.around(n, radius, 1);
    textures.shifts(n, -1.5 * contrast, 1.5 * contrast);
  }

  /** Noise on the picture's own texture, of the given standard deviation, in grains of some pixels. */
  noise(n: number, deviation: number, grain: number): void {
    this.textures.take(n, 'grain', grain, this.random);
    this.textures.around(n, 0, 1);
    this.textures.shifts(n, -4 * deviation, 4 * deviation); // the texture is 1/2 + z / 8
  }

  private shifted(n: number, direction: number, contrast: number, drift: number): void {
    this.textures.shifts(n, direction * contrast - drift, direction * contrast + drift, this.textures.tint(this.random));
  }

  /** Lays them on the canvas around their centres f32 [N 2], as far as the layer f32 [N 1 H W] is opaque. */
  paste(layer: Tensor, centre: Tensor): void {
    this.copies.paste(layer, centre, this.random);
    this.textures.paste(layer, centre, this.random);
  }
}
