// Pictures: what goes through PNG comes back, other files are converted to what was asked for, bad ones are refused.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { scope, tensor } from '../../src/index.ts';
import { decodePicture, encodePng } from '../../src/tensor/pictures.ts';
import { rejected } from '../support/thrown.ts';

const ramp = (count: number) => Uint8Array.from({ length: count }, (_, i) => (i * 37) % 256);

describe('encodePng and decodePicture', () => {
  it.each([1, 3, 4] as const)('bring back every number of %i channels', async (channels) => {
    const picture = { data: ramp(5 * 7 * channels), shape: [5, 7, channels] };
    expect(await decodePicture(await encodePng(picture), { channels })).toEqual(picture);
  });

  it('take [H W] as grey, and tensors as plain numbers', async () => {
    const data = ramp(6 * 4);
    const plain = await encodePng({ data, shape: [6, 4] });
    const x = scope(() => tensor(data, [6, 4]));
    expect(await encodePng(x)).toEqual(plain);
    x.dispose();
    expect(await decodePicture(plain, { channels: 1 })).toEqual({ data, shape: [6, 4, 1] });
  });

  it('gives three channels unless asked otherwise', async () => {
    const grey = await encodePng({ data: Uint8Array.of(0, 128, 255, 18), shape: [2, 2] });
    expect([...(await decodePicture(grey)).data]).toEqual([0, 0, 0, 128, 128, 128, 255, 255, 255, 18, 18, 18]);
    const clear = await encodePng({ data: Uint8Array.of(200, 10, 60, 80), shape: [1, 1, 4] });
    expect([...(await decodePicture(clear)).data]).toEqual([200, 10, 60]);
    expect([...(await decodePicture(grey, { channels: 4 })).data.subarray(4, 8)]).toEqual([128, 128, 128, 255]);
  });

  it('scales 16 bits to 8', async () => {
    const deep = await sharp(Uint16Array.of(0, 0x8000, 0xffff, 0x1234), { raw: { width: 4, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    expect([...(await decodePicture(deep, { channels: 1 })).data]).toEqual([0, 128, 255, 18]);
  });

  it("applies the camera's orientation", async () => {
    const turned = await sharp(Uint8Array.of(10, 200), { raw: { width: 2, height: 1, channels: 1 } })
      .png()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect(await decodePicture(turned, { channels: 1 })).toEqual({ data: Uint8Array.of(10, 200), shape: [2, 1, 1] });
  });

  it('refuses files that are none, damaged or cut short', async () => {
    const whole = await encodePng({ data: ramp(64 * 64 * 3), shape: [64, 64, 3] });
    expect(await rejected(decodePicture('there/is/no.png'))).toMatchInlineSnapshot(
      `"PICTURE_MISSING: decodePicture: there/is/no.png: there is no such file; expected a picture file"`,
    );
    expect(await rejected(decodePicture(Buffer.from('not a picture')))).toMatchInlineSnapshot(
      `"PICTURE_UNKNOWN: decodePicture: 13 bytes: the file begins with the bytes 6e 6f 74 20 61 20 70 69; expected a picture (PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF, PNM or SVG)"`,
    );
    expect(await rejected(decodePicture(whole.subarray(0, whole.length / 2)))).toMatchInlineSnapshot(
      `"PICTURE_DAMAGED: decodePicture: 280 bytes: vipspng: libpng read error; expected a whole picture file"`,
    );
    expect(await rejected(decodePicture(whole, { channels: 2 as 1 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: decodePicture: channels is 2; expected 1, 3 or 4"`,
    );
  });

  it('refuses numbers that are no picture', async () => {
    const x = tensor([1, 2, 3], [1, 1, 3]);
    expect(await rejected(encodePng(x))).toMatchInlineSnapshot(`"PICTURE_INVALID: encodePng: the picture is f32; expected u8, 0 … 255"`);
    x.dispose();
    expect(await rejected(encodePng({ data: ramp(4), shape: [2, 2, 3] }))).toMatchInlineSnapshot(
      `"PICTURE_INVALID: encodePng: 4 numbers came for [2 2 3]; expected 12"`,
    );
    expect(await rejected(encodePng({ data: ramp(8), shape: [2, 2, 2] }))).toMatchInlineSnapshot(
      `"PICTURE_INVALID: encodePng: the picture is [2 2 2]; expected [height width channels] with 1, 3 or 4 channels"`,
    );
    expect(await rejected(encodePng({ data: ramp(0), shape: [0, 2, 3] }))).toMatchInlineSnapshot(
      `"PICTURE_INVALID: encodePng: the picture is [0 2 3]; expected [height width channels] with 1, 3 or 4 channels"`,
    );
  });
});
