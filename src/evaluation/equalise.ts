// Pictures made as bright as those that were learnt from, for sets in which brightness alone gives the label away.
import type { Sample } from '../data/sample.ts';
import { type RawPicture, readPicture } from '../tensor/pictures.ts';
import { opaqueChannels, whiteOf } from '../tensor/pixels.ts';

/** Mean grey of a picture, 0 … 1: 0.299 R + 0.587 G + 0.114 B, or the mean of the channels where there are not three. */
export function brightnessOf(picture: RawPicture): number {
  const { data, channels } = picture;
  const colours = opaqueChannels(channels);
  const sums = new Float64Array(colours);
  for (let at = 0; at < data.length; at += channels) for (let c = 0; c < colours; c++) sums[c] += data[at + c];
  const weights = colours === 3 ? [0.299, 0.587, 0.114] : Array<number>(colours).fill(1 / colours);
  return weights.reduce((sum, weight, c) => sum + weight * sums[c], 0) / (data.length / channels) / whiteOf(data);
}

/**
 * The picture times one gain, so that its mean grey is `brightness`, 0 … 1; floats, cut at white, opacity left out. A black picture
 * stays black.
 */
export function equalised(picture: RawPicture, brightness: number): RawPicture {
  const { data, channels, width, height } = picture;
  const own = brightnessOf(picture);
  const gain = own > 0 ? brightness / own / whiteOf(data) : 0;
  const colours = opaqueChannels(channels);
  const lit = new Float32Array(width * height * colours);
  for (let from = 0, to = 0; from < data.length; from += channels) {
    for (let c = 0; c < colours; c++) lit[to++] = Math.min(1, data[from + c] * gain);
  }
  return { data: lit, width, height, channels: colours };
}

/** The samples with their pictures equalised as they are read. */
export const equalisedSamples = (samples: readonly Sample[], brightness: number): Sample[] =>
  samples.map((sample) => ({ ...sample, source: async () => equalised(await readPicture(sample.source, { name: sample.name }), brightness) }));
