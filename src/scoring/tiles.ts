// Pictures larger than the network sees: cut into overlapping tiles of its input, and their maps blended into one.
import { type Frame, type InputSpec, toInput } from '../data/input.ts';
import { must } from '../errors.ts';
import type { RawPicture } from '../tensor/pictures.ts';
import { scope } from '../tensor/scope.ts';
import { confine, largestWithin, positionsOf } from './area.ts';
import type { Fitted, Input, Numbers, Wanted } from './passes.ts';

/** How a picture is cut. */
export interface TileOptions {
  /** Part of a tile that it shares with the next one, at least; 0 … 0.5. Default 0.25. */
  readonly overlap?: number;
}

/** Along one axis: where tiles begin, and how much each counts at each of its positions. */
export interface TiledAxis {
  readonly starts: readonly number[];
  /** For each tile [extent of a tile]; of those that cover a position the weights add up to 1, exactly. */
  readonly weights: readonly Float64Array[];
}

/** Weights are multiples of this, so that they and their complements are exact. */
const weightSteps = 2 ** 16;

/**
 * Tiles along an axis, evenly spread. Where two overlap, the weight goes over from one to the other in the middle half of what they share:
 * the outermost quarter, where a network feels the border, does not count, but at the picture's own border.
 */
export function tileAxis(extent: number, tile: number, overlap: number): TiledAxis {
  const count = extent <= tile ? 1 : Math.ceil((extent - tile) / Math.max(1, Math.floor(tile * (1 - overlap)))) + 1;
  const starts = Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.round((i * (extent - tile)) / (count - 1))));
  const weights = starts.map(() => new Float64Array(tile).fill(1));
  for (let i = 0; i + 1 < count; i++) {
    const [from, to] = [starts[i + 1], starts[i] + tile];
    const stride = from - starts[i];
    const middle = (from + to) / 2;
    const half = Math.max(0.5, Math.min((to - from) / 4, stride / 2));
    for (let at = from; at < to; at++) {
      const share = Math.min(1, Math.max(0, (at + 0.5 - middle + half) / (2 * half)));
      const next = Math.round(share * weightSteps) / weightSteps;
      weights[i + 1][at - from] = Math.min(weights[i + 1][at - from], next);
      weights[i][at - starts[i]] *= 1 - next;
    }
  }
  return { starts, weights };
}

/** Pixels of a rectangle of a picture. */
function cut({ data, width, channels }: RawPicture, x: number, y: number, w: number, h: number): RawPicture {
  const pixels = new (data.constructor as Uint8ArrayConstructor)(w * h * channels) as RawPicture['data'];
  for (let row = 0; row < h; row++) {
    const from = ((y + row) * width + x) * channels;
    pixels.set(data.subarray(from, from + w * channels), row * w * channels);
  }
  return { data: pixels, width: w, height: h, channels };
}

/** Tiles on the device: one at work, one behind it. */
const atOnce = 2;

/** Whether a picture is larger than the input, so that it is cut. */
export const isLarger = ({ width, height }: { readonly width: number; readonly height: number }, input: InputSpec): boolean =>
  width > input.width || height > input.height;

export function overlapOf({ overlap = 0.25 }: TileOptions): number {
  must(overlap >= 0 && overlap <= 0.5, `score: the overlap of tiles is ${overlap}; expected 0 … 0.5`);
  return overlap;
}

export interface TiledWork {
  readonly fitted: Fitted;
  readonly picture: RawPicture;
  /** 1 where a pixel counts; null: everywhere. */
  readonly mask: Uint8Array | null;
  readonly wanted: Pick<Wanted, 'maps' | 'peaks'>;
  readonly overlap: number;
  /** Looks at one tile. */
  readonly look: (input: Input) => Promise<Numbers>;
  /** Whether nobody waits for it any more. */
  readonly ended: () => boolean;
}

/**
 * A picture tile by tile, at its own scale: a pixel of the picture is one of the network's input; an extent that is smaller than the input
 * is filled up with the repeated border. The map is the tiles' maps blended; the score is the largest score of a tile. Tiles of which no
 * pixel counts are not looked at. Beside the picture and its map only a few tiles are held.
 */
export async function passTiles({ fitted, picture, mask, wanted, overlap, look, ended }: TiledWork): Promise<Numbers> {
  const { input } = fitted;
  const { width, height } = picture;
  const needsMap = wanted.maps || wanted.peaks;
  const map = needsMap ? new Float32Array(width * height) : null;
  const [rows, columns] = [tileAxis(height, input.height, overlap), tileAxis(width, input.width, overlap)];
  const padded: InputSpec = { ...input, fit: 'pad' };
  let [score, low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let failed: unknown = null;

  const one = async (i: number, k: number): Promise<void> => {
    const [y, x] = [rows.starts[i], columns.starts[k]];
    const [h, w] = [Math.min(input.height, height), Math.min(input.width, width)];
    const within = mask && cut({ data: mask, width, height, channels: 1 }, x, y, w, h).data;
    if (within && !within.includes(1)) return;
    const whole: Frame = { width: w, height: h, x: Math.floor((input.width - w) / 2), y: Math.floor((input.height - h) / 2), w, h };
    const tensor = scope(() => toInput(cut(picture, x, y, w, h), padded, whole).x);
    const work = look({ x: tensor, frame: whole, positions: within && positionsOf(within as Uint8Array, whole, input.width) });
    tensor.dispose();
    const numbers = await work;
    score = numbers.score > score || Number.isNaN(numbers.score) ? numbers.score : score;
    low = numbers.low < low || Number.isNaN(numbers.low) ? numbers.low : low;
    high = numbers.high > high || Number.isNaN(numbers.high) ? numbers.high : high;
    if (!map) return;
    const own = numbers.map as Float32Array;
    const [down, across] = [rows.weights[i], columns.weights[k]];
    for (let r = 0; r < h; r++) {
      const to = (y + r) * width + x;
      for (let c = 0; c < w; c++) {
        const weight = down[r] * across[c];
        if (weight) map[to + c] += weight * own[r * w + c];
      }
    }
  };

  // The device works in order, and so the sums come in the same order always.
  const running: Promise<void>[] = [];
  for (let i = 0; i < rows.starts.length && !failed; i++) {
    for (let k = 0; k < columns.starts.length && !failed; k++) {
      if (ended()) break;
      const work = one(i, k).catch((error: unknown) => {
        failed ??= error;
      });
      running.push(work);
      if (running.length >= atOnce) await running.shift();
    }
  }
  await Promise.all(running);
  if (failed) throw failed;
  const peak = wanted.peaks && map ? largestWithin(map, mask) : null;
  if (map && mask) confine(map, mask);
  return { score, low, high, peak, map: wanted.maps ? map : null, reconstruction: null, bits: null };
}
