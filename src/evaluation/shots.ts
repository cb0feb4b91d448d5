// Small pictures of what was scored, for the gallery.
import { frameOf, type InputSpec, toFrame, toInput } from '../data/input.ts';
import type { Sample } from '../data/sample.ts';
import { reshape, toBytes, toUnitRange, transpose } from '../ops/index.ts';
import type { Scoring } from '../scoring/result.ts';
import { readPicture } from '../tensor/pictures.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import type { Raster, Shot } from './evaluation.ts';
import { extentsWithin, smallMap, smallMask } from './thumbnails.ts';

/** The picture of f32 [1 C H W] within 0 … 1, made by `make` within a scope of its own. */
async function rasterOf(make: () => Tensor): Promise<Raster> {
  const pixels = scope(() => {
    const x = make();
    return toBytes(reshape(transpose(x, [0, 2, 3, 1]), [x.shape[2], x.shape[3], x.shape[1]]));
  });
  try {
    const [height, width, channels] = pixels.shape;
    return { data: (await pixels.read()) as Uint8Array, width, height, channels: channels as 1 | 3 };
  } finally {
    pixels.dispose();
  }
}

/**
 * What the gallery shows of one sample, no longer than `side` pixels on its longer side. Reads the picture again; rejects as
 * `readPicture` does.
 *
 * @param index position among the judged pictures
 * @param spec the network's input, in whose frame the reconstruction lies
 * @param mask u8 [height width] of the picture's frame; null where nothing is marked or known
 */
export async function shotOf(index: number, sample: Sample, scoring: Scoring, spec: InputSpec, mask: Uint8Array | null, side: number): Promise<Shot> {
  const { width, height, map, reconstruction } = scoring;
  const small = extentsWithin(width, height, side);
  const picture = await readPicture(sample.source, { name: sample.name });
  const channels = picture.channels < 3 ? 1 : 3;
  return {
    index,
    picture: await rasterOf(() => toInput(picture, { ...small, channels, fit: 'stretch' }).x),
    reconstruction:
      reconstruction &&
      (await rasterOf(() => {
        const own = toUnitRange(tensor(reconstruction.data, [1, reconstruction.height, reconstruction.width, reconstruction.channels]));
        return toFrame(transpose(own, [0, 3, 1, 2]), { ...frameOf({ width, height }, spec), ...small });
      })),
    map: smallMap(map ?? new Float32Array(width * height), width, height, small),
    mask: mask && smallMask(mask, width, height, small),
  };
}
