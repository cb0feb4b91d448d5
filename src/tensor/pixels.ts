// What pixels of each kind mean.

/** Channels of a picture without opacity, which is the last of 2 and of 4. */
export const opaqueChannels = (channels: number): number => (channels === 2 || channels === 4 ? channels - 1 : channels);

/** What stands for white: 255 of 8 bits, 65535 of 16, 1 of floats. */
export const whiteOf = (data: object): 1 | 255 | 65535 =>
  data instanceof Uint8Array || data instanceof Uint8ClampedArray ? 255 : data instanceof Uint16Array ? 65535 : 1;
