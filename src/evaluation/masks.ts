// True masks, in the picture's own frame, held against the picture and its label.
import type { Sample } from '../data/sample.ts';
import { BlemishError, type OwnCode } from '../errors.ts';
import { readPicture } from '../tensor/pictures.ts';
import { opaqueChannels } from '../tensor/pixels.ts';

const invalid = (name: string, wrong: string, expected: string) => new BlemishError<OwnCode>('MASK_INVALID', `${name}: ${wrong}; expected ${expected}`);

/** A true mask: u8 [height width], 1 where something is marked. */
export interface Mask {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Which pixels of a sample are marked: those where any channel of the mask is not 0. null where there is no mask: then nothing is marked
 * in a normal picture, and nothing is known of an abnormal one.
 *
 * Rejects with MASK_INVALID where the mask marks nothing of an abnormal picture or something of a normal one; and as `readPicture`
 * where it cannot be read.
 */
export async function readMask({ name, label, mask: source }: Sample): Promise<Mask | null> {
  if (source === null) return null;
  const { data, channels, width, height } = await readPicture(source, { name: `mask of ${name}` });
  const seen = opaqueChannels(channels);
  const marks = new Uint8Array(width * height);
  let marked = 0;
  for (let i = 0; i < marks.length; i++) {
    for (let c = 0; c < seen; c++) {
      if (data[i * channels + c] === 0) continue;
      marks[i] = 1;
      marked++;
      break;
    }
  }
  if (label === 1 && marked === 0) throw invalid(name, 'the picture is abnormal, and its mask marks nothing', 'at least one pixel that is not 0');
  if (label === 0 && marked > 0) throw invalid(name, `the picture is normal, and its mask marks ${marked} pixels`, 'none');
  return label === 0 ? null : { data: marks, width, height };
}

/** Throws MASK_INVALID where the mask has other extents than its picture. */
export function mustFit(name: string, mask: Mask, width: number, height: number): void {
  if (mask.width === width && mask.height === height) return;
  throw invalid(name, `the mask is ${mask.width} x ${mask.height}`, `${width} x ${height} as the picture`);
}
