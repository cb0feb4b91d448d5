// From a picture to a network's input, and from the network's frame back to the picture's own.
import { BlemishError, must } from '../errors.ts';
import { add, affine, concat, pad2d, pixelsToPlanes, resize2d, slice } from '../ops/index.ts';
import type { RawPicture } from '../tensor/pictures.ts';
import { opaqueChannels, whiteOf } from '../tensor/pixels.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';

/** What a network takes in. */
export interface InputSpec {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** 'stretch' fills the input; 'pad' keeps the picture's proportions and repeats its border around it. */
  readonly fit: 'stretch' | 'pad';
}

/** Where a picture's own frame lies within the network's input: its own extents, and the rectangle it fills (all of it for 'stretch'). */
export interface Frame {
  /** Of the picture, in its own pixels. */
  readonly width: number;
  readonly height: number;
  /** Of the rectangle, in pixels of the input. */
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Throws ARGUMENT_INVALID unless the specification makes sense. */
export function checkSpec(where: string, { height, width, channels, fit }: InputSpec): void {
  must(
    [height, width].every((n) => Number.isSafeInteger(n) && n > 0),
    `${where}: the input is ${height} x ${width}; expected positive whole numbers`,
  );
  must(channels === 1 || channels === 3, `${where}: channels is ${channels}; expected 1 or 3`);
  must(fit === 'stretch' || fit === 'pad', `${where}: fit is ${fit}; expected stretch or pad`);
}

/** Where a picture comes to lie in the input. */
export function frameOf({ width, height }: { readonly width: number; readonly height: number }, spec: InputSpec): Frame {
  if (spec.fit === 'stretch') return { width, height, x: 0, y: 0, w: spec.width, h: spec.height };
  const scale = Math.min(spec.width / width, spec.height / height);
  const w = Math.max(1, Math.min(spec.width, Math.round(width * scale)));
  const h = Math.max(1, Math.min(spec.height, Math.round(height * scale)));
  return { width, height, x: Math.floor((spec.width - w) / 2), y: Math.floor((spec.height - h) / 2), w, h };
}

/** Brightness as ITU-R BT.601 weighs it. */
const luma = [0.299, 0.587, 0.114] as const;

/**
 * A picture as the network takes it: f32 [1 C H W] within 0 … 1, enqueued, owned by the scope around. Resampled by the
 * antialiased bilinear filter of `resize2d`, in the picture's own (gamma-encoded) numbers. Opacity (the last of 2 or 4 channels)
 * is left out; colour becomes grey as 0.299 R + 0.587 G + 0.114 B, grey becomes colour by repetition.
 *
 * Throws PICTURE_UNSUPPORTED for more than 4 channels.
 *
 * @param frame where the picture comes to lie; default as the specification has it
 */
export function toInput(picture: RawPicture, spec: InputSpec, frame: Frame = frameOf(picture, spec)): { x: Tensor; frame: Frame } {
  checkSpec('toInput', spec);
  const { channels } = picture;
  if (channels > 4) {
    throw new BlemishError('PICTURE_UNSUPPORTED', `toInput: the picture has ${channels} channels; expected 1 or 3, or 2 or 4 of which the last is opacity`);
  }
  const x = scope(() => {
    const fitted = shrunk(picture, frame);
    const coloured = convertChannels(fitted, spec.channels);
    if (frame.w === spec.width && frame.h === spec.height) return coloured;
    return pad2d(coloured, [frame.y, spec.height - frame.h - frame.y, frame.x, spec.width - frame.w - frame.x], { mode: 'replicate' });
  });
  return { x, frame };
}

// Larger pictures are taken in bands of rows of so many numbers: a whole one as floats would need eight times its own memory.
const bandNumbers = 1 << 22;

/** f32 [1 C h w], C is 1 or 3. In bands the width comes first and the height after it; the filter is a product of the two. */
function shrunk(picture: RawPicture, { w, h }: Frame): Tensor {
  const { width, height, channels } = picture;
  const rows = Math.max(1, Math.floor(bandNumbers / (width * channels)));
  const smooth = { mode: 'bilinear', antialias: true } as const;
  if (rows >= height) return resize2d(rowsOf(picture, 0, height), { height: h, width: w, ...smooth });
  const bands: Tensor[] = [];
  for (let from = 0; from < height; from += rows) {
    const count = Math.min(rows, height - from);
    bands.push(scope(() => resize2d(rowsOf(picture, from, count), { height: count, width: w, ...smooth })));
  }
  return resize2d(concat(bands, 2), { height: h, width: w, ...smooth });
}

/** Some rows as f32 [1 C rows width] within 0 … 1, without opacity. */
function rowsOf({ data, width, channels }: RawPicture, from: number, rows: number): Tensor {
  const own = data.subarray(from * width * channels, (from + rows) * width * channels);
  const raw = tensor(own instanceof Uint16Array ? new Float32Array(own) : own, [rows, width, channels], { lend: true });
  return pixelsToPlanes(raw, { channels: opaqueChannels(channels), white: whiteOf(own) });
}

function convertChannels(x: Tensor, channels: 1 | 3): Tensor {
  const [, have, height, width] = x.shape;
  if (have === channels) return x;
  if (have === 1) return concat([x, x, x], 1);
  const [red, green, blue] = luma.map((scale, c) => affine(slice(x, [0, c, 0, 0], [1, 1, height, width]), { scale }));
  return add(add(red, green), blue);
}

/**
 * A map f32 [1 K H W] over the network's input, as f32 [1 K height width] over the picture: its rectangle cut out and
 * resampled. Enqueued, owned by the scope around.
 */
export function toFrame(map: Tensor, frame: Frame): Tensor {
  return scope(() => {
    const [n, k, height, width] = map.shape;
    const { x, y, w, h } = frame;
    const own = x === 0 && y === 0 && w === width && h === height ? map : slice(map, [0, 0, y, x], [n, k, h, w]);
    return resize2d(own, { height: frame.height, width: frame.width, mode: 'bilinear', antialias: true });
  });
}
