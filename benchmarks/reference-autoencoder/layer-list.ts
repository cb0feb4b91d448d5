// What the reference autoencoder consists of, as data, and how much arithmetic that is.

/** One convolution with what stands around it. */
export interface Layer {
  inputs: number;
  outputs: number;
  kernel: number;
  dilation: number;
  /** Behind a nearest upsampling by two. */
  upsampled: boolean;
  /** Before a max-pooling by two. */
  pooled: boolean;
  /** With a bias and a sigmoid, instead of batch normalisation and ReLU. */
  last: boolean;
}

const layer = (inputs: number, outputs: number, rest: Partial<Layer> = {}): Layer => ({
  inputs,
  outputs,
  kernel: 3,
  dilation: 1,
  upsampled: false,
  pooled: false,
  last: false,
  ...rest,
});
const pooled = { pooled: true };
const upsampled = { upsampled: true };

export const layerList: readonly Layer[] = [
  layer(3, 32, { kernel: 5 }),
  layer(32, 32, pooled),
  layer(32, 64),
  layer(64, 64, pooled),
  layer(64, 128),
  layer(128, 128, pooled),
  layer(128, 256),
  layer(256, 256, { dilation: 2 }),
  layer(256, 256, { dilation: 4 }),
  layer(256, 128, upsampled),
  layer(128, 128),
  layer(128, 64, upsampled),
  layer(64, 64),
  layer(64, 32, upsampled),
  layer(32, 32),
  layer(32, 3, { kernel: 1, last: true }),
];

/**
 * Operations of the convolutions of one pass, two per multiply-add; a training step counts each three times, the first
 * twice, since nobody needs the gradient for the image.
 *
 * @param what `nominal`: as the network is written down, which is how the peers count; `done`: with an upsampling and its
 *   convolution as one transposed convolution, 4 products per result and channel instead of 9
 */
export function arithmetic(what: 'nominal' | 'done', mode: 'train' | 'infer', batch: number, size: number): number {
  let extent = size;
  let total = 0;
  layerList.forEach(({ inputs, outputs, kernel, upsampled, pooled }, i) => {
    if (upsampled) extent *= 2;
    const taps = upsampled && what === 'done' ? ((kernel + 1) / 2) ** 2 : kernel ** 2;
    total += 2 * batch * extent ** 2 * outputs * inputs * taps * (mode === 'train' ? (i ? 3 : 2) : 1);
    if (pooled) extent /= 2;
  });
  return total;
}
