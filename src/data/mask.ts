// True masks: which pixels of a picture are abnormal.
import { BlemishError, type OwnCode } from '../errors.ts';
import { type PictureSource, readPicture, usualSide } from '../tensor/pictures.ts';

/**
 * A mask, row by row: 1 where any channel but opacity is not 0, else 0.
 *
 * Rejects with DATA_INVALID where its extents are not those of its picture, and as `readPicture` does.
 *
 * @param picture the extents of its picture
 */
export async function readMask(source: PictureSource, picture: { readonly width: number; readonly height: number }, name?: string): Promise<Uint8Array> {
  const { data, width, height, channels } = await readPicture(source, { name, maxSide: Math.max(usualSide, picture.width, picture.height) });
  if (width !== picture.width || height !== picture.height) {
    const called = name ?? (typeof source === 'string' ? source : 'the mask');
    throw new BlemishError<OwnCode>(
      'DATA_INVALID',
      `readMask: ${called} has ${width} x ${height} pixels; expected ${picture.width} x ${picture.height}, as its picture`,
    );
  }
  const colours = channels === 2 ? 1 : channels === 4 ? 3 : channels;
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) {
    for (let c = 0; c < colours; c++) if (data[i * channels + c] !== 0) mask[i] = 1;
  }
  return mask;
}
