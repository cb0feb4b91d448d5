// What a defect shows: a deformed copy, another picture's texture, made texture, a colour or a change of tone, one for each picture.
import * as ops from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { between, type Canvas, chance, logBetween, pick, Rows, type Spot } from './layers.ts';

/** The kinds of content by the names that hyper-parameters give them. */
export const contentKinds = ['deformed', 'donor', 'made', 'colour', 'tone'] as const;
export type ContentKind = (typeof contentKinds)[number];

const probes = 4; // a colour is the mean of 4 x 4 pixels

/** The contents of one layer. Pictures for which none was chosen stay as they are. */
export class Contents {
  private readonly canvas: Canvas;
  private readonly random: Random;
  private readonly source: Int32Array;
  private readonly copyFrame: Rows;
  private readonly warp: Rows;
  private readonly tone: Rows;
  private readonly texture: Int32Array;
  private readonly textureFrame: Rows;
  private readonly detail: Rows;
  private readonly kept: Rows;
  private readonly probe: Rows;
  private readonly shift: Rows;

  constructor(canvas: Canvas, random: Random) {
    const { pictures, channels } = canvas;
    this.canvas = canvas;
    this.random = random;
    this.source = new Int32Array(pictures).fill(-1);
    this.copyFrame = new Rows(pictures, [2, 3]);
    this.warp = new Rows(pictures, [2]);
    this.tone = new Rows(pictures, [2, channels]);
    this.texture = new Int32Array(pictures).fill(-1);
    this.textureFrame = new Rows(pictures, [2, 3]);
    this.detail = new Rows(pictures, []);
    this.kept = new Rows(pictures, [1, 1]);
    this.probe = new Rows(pictures, [probes, probes, 2]);
    this.shift = new Rows(pictures, [2, channels]);
  }

  choose(n: number, kind: ContentKind, spot: Spot, contrast: number): void {
    if (kind === 'deformed') this.deformed(n, spot);
    else if (kind === 'donor') this.donor(n, spot);
    else if (kind === 'made') this.made(n, spot, contrast);
    else if (kind === 'colour') this.colour(n, spot, contrast);
    else this.toned(n, contrast);
  }

  /** The picture's own texture: pulled about where it is, or taken from elsewhere, turned and stretched. */
  deformed(n: number, spot: Spot): void {
    const { random } = this;
    const size = Math.max(spot.radius, 2);
    if (chance(random, 0.5)) {
      this.copy(n, 0, spot, { x: 0, y: 0 }, 0, 1);
      this.warp.set(n, [size * between(random, 0.2, 0.6), Math.max(1.5, size * between(random, 0.15, 0.6))]);
      return;
    }
    const angle = between(random, 0, 2 * Math.PI);
    const distance = Math.max(2, size * between(random, 0.5, 3));
    const turned = chance(random, 0.5) ? between(random, -Math.PI, Math.PI) : 0;
    this.copy(n, 0, spot, { x: distance * Math.cos(angle), y: distance * Math.sin(angle) }, turned, logBetween(random, 0.6, 1.6));
    this.warp.set(n, [size * between(random, 0.2, 0.6), chance(random, 0.5) ? size * between(random, 0.05, 0.3) : 0]);
  }

  /** Another picture's texture, from anywhere in it, a little brighter or darker. */
  donor(n: number, spot: Spot): void {
    const { random, canvas } = this;
    const away = { x: between(random, 0, canvas.width) - spot.x, y: between(random, 0, canvas.height) - spot.y };
    this.copy(n, 1, spot, away, between(random, -Math.PI, Math.PI), logBetween(random, 0.5, 2));
    const gain = between(random, 0.8, 1.2);
    const offset = between(random, -0.08, 0.08);
    this.retone(n, () => [gain * between(random, 0.95, 1.05), offset]);
  }

  /** A made texture in colours near the picture's own. */
  made(n: number, spot: Spot, contrast: number): void {
    const { random } = this;
    const kind = pick(random, ['perlin', 'perlin', 'cells', 'cracks', 'lines', 'mesh', 'grain'] as const);
    this.texture[n] = ops.textureKinds[kind];
    const cell = kind === 'grain' ? pick(random, [1, 1, 2, 3]) : Math.max(2, spot.radius * logBetween(random, 0.1, 1));
    this.frame(n, between(random, 0, Math.PI), cell, chance(random, 0.5) ? 1 : logBetween(random, 1, 6));
    this.detail.set(n, [
      kind === 'perlin'
        ? between(random, 0.3, 0.8)
        : kind === 'cells'
          ? between(random, 0.8, 1.6)
          : kind === 'cracks'
            ? between(random, 2, 8)
            : logBetween(random, 1, 6),
    ]);
    // Laid on the picture's own texture, as dirt or rubbing is, or in its place.
    if (chance(random, 0.35)) {
      this.kept.set(n, [1]);
      const middle = between(random, -0.5, 0.5) * contrast;
      this.colours(n, middle - contrast / 2, middle + contrast / 2);
      return;
    }
    this.probeAt(n, chance(random, 0.7) ? spot : this.somewhere(spot.radius));
    const middle = between(random, -1, 1) * contrast;
    const half = between(random, 0.2, 0.7) * contrast;
    this.colours(n, middle - half, middle + half);
  }

  /** One colour, the same all over or changing slowly; that of some other place, or one that differs by the contrast. */
  colour(n: number, spot: Spot, contrast: number): void {
    const { random } = this;
    this.texture[n] = ops.textureKinds.perlin;
    this.frame(n, between(random, 0, Math.PI), Math.max(2, spot.radius * between(random, 1, 3)), 1);
    const drift = chance(random, 0.5) ? 0 : between(random, 0, 0.3) * contrast;
    if (chance(random, 0.25)) {
      this.probeAt(n, this.somewhere(spot.radius));
      this.colours(n, -drift, drift);
      return;
    }
    this.probeAt(n, spot);
    const middle = (chance(random, 0.5) ? 1 : -1) * contrast;
    this.colours(n, middle - drift, middle + drift);
  }

  /** The picture's own texture, brighter, darker or discoloured. */
  toned(n: number, contrast: number): void {
    const { random } = this;
    this.copy(n, 0, { x: 0, y: 0, radius: 1 }, { x: 0, y: 0 }, 0, 1);
    const sign = chance(random, 0.5) ? 1 : -1;
    const share = between(random, 0, 1); // of the change that is by a factor
    const tint = this.tint();
    this.retone(n, (c) => [1 + sign * share * contrast * tint[c], sign * (1 - share) * contrast * tint[c]]);
  }

  /** Lays them on the canvas as far as the layer f32 [N 1 H W] is opaque. */
  paste(layer: Tensor): void {
    const { canvas, random } = this;
    const { device } = canvas.images;
    if (this.source.some((source) => source >= 0)) {
      const source = tensor(this.source, [canvas.pictures], { device });
      const [frame, warp, tone] = [this.copyFrame.tensor(device), this.warp.tensor(device), this.tone.tensor(device)];
      ops.pasteCopyStep(canvas.image, canvas.opacity, layer, canvas.images, canvas.donors, source, frame, warp, tone, { key: random.nextKey() });
    }
    if (this.texture.some((kind) => kind >= 0)) {
      const kind = tensor(this.texture, [canvas.pictures], { device });
      const [frame, detail, kept] = [this.textureFrame.tensor(device), this.detail.tensor(device), this.kept.tensor(device)];
      const colours = this.placedColours(kept);
      const flat = ops.reshape(kept, [canvas.pictures]);
      ops.pasteTextureStep(canvas.image, canvas.opacity, layer, kind, frame, detail, colours, flat, { key: random.nextKey() });
    }
  }

  /** What colours are relative to: the mean of the pixels probed, or nothing where the picture's own texture is kept. */
  private placedColours(kept: Tensor): Tensor {
    const { canvas } = this;
    const { device } = canvas.images;
    const around = ops.mean(ops.gridSample(canvas.images, this.probe.tensor(device), { padding: 'border' }), [2, 3]);
    const base = ops.mul(ops.reshape(around, [canvas.pictures, 1, canvas.channels]), ops.sub(1, kept));
    const shift = this.shift.tensor(device);
    const above = ops.add(base, shift);
    // A colour beyond black or white is moved to the other side, so that its contrast stays.
    const outside = ops.mul(ops.sub(1, kept), ops.greater(ops.abs(ops.sub(above, 0.5)), 0.5));
    return ops.where(outside, ops.sub(base, shift), above);
  }

  private copy(n: number, source: 0 | 1, spot: Spot, away: { x: number; y: number }, angle: number, zoom: number): void {
    const [a, b] = [zoom * Math.cos(angle), zoom * Math.sin(angle)];
    this.source[n] = source;
    this.copyFrame.set(n, [a, -b, spot.x + away.x - a * spot.x + b * spot.y, b, a, spot.y + away.y - b * spot.x - a * spot.y]);
    this.retone(n, () => [1, 0]);
  }

  private retone(n: number, of: (c: number) => [gain: number, offset: number]): void {
    const pairs = Array.from({ length: this.canvas.channels }, (_, c) => of(c));
    this.tone.set(n, [...pairs.map(([gain]) => gain), ...pairs.map(([, offset]) => offset)]);
  }

  private frame(n: number, angle: number, cell: number, aspect: number): void {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const along = cell * aspect;
    this.textureFrame.set(n, [c / cell, s / cell, this.random.uniform(), -s / along, c / along, this.random.uniform()]);
  }

  private colours(n: number, low: number, high: number): void {
    const tint = this.tint();
    this.shift.set(n, [...tint.map((t) => low * t), ...tint.map((t) => high * t)]);
  }

  /** Factors of a change in each channel: alike for most, of one hue for some. */
  private tint(): number[] {
    const { random, canvas } = this;
    const spread = canvas.channels === 1 || chance(random, 0.4) ? 0 : between(random, 0.2, 1.2);
    return Array.from({ length: canvas.channels }, () => 1 + spread * between(random, -1, 1));
  }

  private somewhere(radius: number): Spot {
    return { x: between(this.random, 0, this.canvas.width), y: between(this.random, 0, this.canvas.height), radius };
  }

  /** Sets where the colour of picture n is taken from: a grid of pixels over the spot. */
  private probeAt(n: number, spot: Spot): void {
    const { width, height } = this.canvas;
    const points: number[] = [];
    for (let i = 0; i < probes; i++) {
      for (let j = 0; j < probes; j++) {
        const [dx, dy] = [j, i].map((k) => ((2 * k + 1) / probes - 1) * 0.7 * spot.radius);
        points.push((2 * (spot.x + dx) + 1) / width - 1, (2 * (spot.y + dy) + 1) / height - 1);
      }
    }
    this.probe.set(n, points);
  }
}
