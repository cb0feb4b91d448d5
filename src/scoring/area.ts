// Which part of a picture counts: regions of interest, and what is to be ignored.
import type { Frame } from '../data/input.ts';
import { readMask } from '../data/mask.ts';
import { BlemishError, must, type OwnCode } from '../errors.ts';
import type { PictureSource } from '../tensor/pictures.ts';

/** In pixels of the picture; what lies beyond its border is cut off. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Rectangles, or a mask of the picture's extents: a file, bytes or pixels, of which any but 0 count. */
export type Area = Rectangle | readonly Rectangle[] | { readonly mask: PictureSource };

/** What a function of areas is told of a picture. */
export interface AreaPicture {
  readonly index: number;
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** One area for all pictures, or one for each; null: none of its own. */
export type AreaOption = Area | ((picture: AreaPicture) => Area | null | Promise<Area | null>);

export interface AreaOptions {
  /** Scores and regions come from within alone. Default the whole picture. */
  readonly roi?: AreaOption;
  /** Scores and regions come from outside alone. Default nothing. */
  readonly ignore?: AreaOption;
}

/** Throws ARGUMENT_INVALID for what is no area. */
export function checkArea(where: string, area: AreaOption | null | undefined): void {
  if (area === undefined || area === null || typeof area === 'function') return;
  if (typeof area === 'object' && 'mask' in area) return;
  for (const rectangle of Array.isArray(area) ? area : [area]) {
    const { x, y, width, height } = (rectangle ?? {}) as Rectangle;
    const whole = [x, y, width, height].every(Number.isSafeInteger);
    must(whole && width > 0 && height > 0, `${where} is ${JSON.stringify(rectangle)}; expected whole x, y and positive width, height, or a mask`);
  }
}

/** Row by row 1 where a pixel lies within. */
async function maskOf(area: Area, picture: AreaPicture): Promise<Uint8Array> {
  if ('mask' in area) return readMask(area.mask, picture, typeof area.mask === 'string' ? area.mask : `the mask of ${picture.name}`);
  const { width, height } = picture;
  const mask = new Uint8Array(width * height);
  for (const rectangle of Array.isArray(area) ? (area as readonly Rectangle[]) : [area as Rectangle]) {
    const [left, right] = [Math.max(0, rectangle.x), Math.min(width, rectangle.x + rectangle.width)];
    for (let y = Math.max(0, rectangle.y); y < Math.min(height, rectangle.y + rectangle.height) && left < right; y++)
      mask.fill(1, y * width + left, y * width + right);
  }
  return mask;
}

/** Areas by picture; what is the same for all pictures of the same extents is made once. */
export class Areas {
  private readonly options: AreaOptions;
  private last: { readonly key: string; readonly mask: Promise<Uint8Array> } | null = null;

  /** Throws ARGUMENT_INVALID for options that are no areas. */
  constructor({ roi, ignore }: AreaOptions) {
    checkArea('score: roi', roi);
    checkArea('score: ignore', ignore);
    this.options = { roi, ignore };
  }

  /**
   * Row by row 1 where a pixel of the picture counts; null: all do.
   *
   * Rejects with AREA_EMPTY where none does, with DATA_INVALID where a mask has other extents than the picture, and as `readPicture`.
   */
  async of(picture: AreaPicture): Promise<Uint8Array | null> {
    const { roi, ignore } = this.options;
    if (roi === undefined && ignore === undefined) return null;
    if (typeof roi === 'function' || typeof ignore === 'function') return this.make(picture);
    const key = `${picture.width} ${picture.height}`;
    if (this.last?.key !== key) {
      const mask = this.make(picture) as Promise<Uint8Array>;
      this.last = { key, mask };
      // What could not be had once, such as a file of too many open ones, is asked for again.
      mask.catch(() => {
        if (this.last?.mask === mask) this.last = null;
      });
    }
    return this.last.mask;
  }

  private async make(picture: AreaPicture): Promise<Uint8Array | null> {
    const [inside, outside] = await Promise.all(
      [this.options.roi, this.options.ignore].map(async (option, i) => {
        const area = typeof option === 'function' ? await option(picture) : (option ?? null);
        checkArea(i === 0 ? 'score: roi' : 'score: ignore', area);
        return area && maskOf(area, picture);
      }),
    );
    if (!inside && !outside) return null;
    const mask = Uint8Array.from({ length: picture.width * picture.height }, (_, i) => ((inside ? inside[i] : 1) && !outside?.[i] ? 1 : 0));
    if (!mask.includes(1)) {
      const { name, width, height } = picture;
      throw new BlemishError<OwnCode>('AREA_EMPTY', `score: ${name}: of its ${width} x ${height} pixels none is left to be looked at; expected at least one`);
    }
    return mask;
  }
}

/**
 * Positions within the network's input [height width] that stand for pixels that count: those whose centre lies in one, and where there
 * is no such position, those that hold any part of one.
 *
 * @param mask row by row, of the picture's extents
 */
export function positionsOf(mask: Uint8Array, frame: Frame, inputWidth: number): Int32Array {
  const { width, height, x, y, w, h } = frame;
  const positions: number[] = [];
  for (let row = 0; row < h; row++) {
    const from = Math.min(height - 1, Math.floor(((row + 0.5) * height) / h)) * width;
    for (let column = 0; column < w; column++) {
      if (mask[from + Math.min(width - 1, Math.floor(((column + 0.5) * width) / w))]) positions.push((y + row) * inputWidth + x + column);
    }
  }
  if (positions.length) return Int32Array.from(positions);
  const touched = new Set<number>();
  mask.forEach((counts, i) => {
    if (!counts) return;
    const [row, column] = [Math.floor((Math.floor(i / width) * h) / height), Math.floor(((i % width) * w) / width)];
    touched.add((y + row) * inputWidth + x + column);
  });
  return Int32Array.from(touched).sort();
}

/** A map of which only what counts is left: elsewhere stands its smallest number that counts. Changes the map. */
export function confine(map: Float32Array, mask: Uint8Array): Float32Array {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < map.length; i++) if (mask[i] && map[i] < least) least = map[i];
  for (let i = 0; i < map.length; i++) if (!mask[i]) map[i] = least;
  return map;
}

/** The largest number that counts. */
export function largestWithin(map: Float32Array, mask: Uint8Array | null): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < map.length; i++) if ((!mask || mask[i]) && !(map[i] <= largest)) largest = map[i];
  return largest;
}
