// Pictures: what goes through PNG comes back, other files are converted to what was asked for, bad ones are refused.
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { scope, tensor } from '../../src/index.ts';
import { decodePicture, encodePng, isPictureName, type RawPicture, readPicture } from '../../src/tensor/pictures.ts';
import { badCodes, goodNames, noise, writeBadPictures } from '../support/bad-pictures.ts';
import { rejected } from '../support/thrown.ts';
import { newFolder } from '../support/trees.ts';

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

describe('encodePng of 16 bits', () => {
  it.each([1, 3, 4] as const)('brings back every number of %i channels', async (channels) => {
    const data = Uint16Array.from(noise(5 * 7 * channels), (x, i) => x * 256 + i);
    const png = await encodePng({ data, shape: [5, 7, channels] });
    expect(await sharp(png).metadata()).toMatchObject({ depth: 'ushort', channels });
    const opaque = channels === 4 ? data.filter((_, i) => i % 4 < 3) : data;
    expect(await readPicture(png)).toEqual({ data: opaque, width: 7, height: 5, channels: Math.min(channels, 3) });
  });

  it('keeps grey files grey', async () => {
    expect(await sharp(await encodePng({ data: ramp(12), shape: [3, 4] })).metadata()).toMatchObject({ channels: 1, space: 'b-w' });
  });
});

const rgb = { raw: { width: 8, height: 6, channels: 3 } } as const;
const near = (a: RawPicture, b: { data: Uint8Array }, by: number) => a.data.every((x, i) => Math.abs(x - b.data[i]) <= by);

describe('readPicture', () => {
  it('keeps grey and colour as they are, and leaves opacity out', async () => {
    const data = ramp(8 * 6);
    expect(await readPicture(await encodePng({ data, shape: [6, 8] }))).toEqual({ data, width: 8, height: 6, channels: 1 });
    const colour = ramp(8 * 6 * 3);
    expect(await readPicture(await encodePng({ data: colour, shape: [6, 8, 3] }))).toEqual({ data: colour, width: 8, height: 6, channels: 3 });
    const clear = ramp(8 * 6 * 4).map((x, i) => (i % 4 === 3 ? i % 3 : x)); // nearly or wholly transparent: colours stay
    const opaque = clear.filter((_, i) => i % 4 < 3);
    expect(await readPicture(await encodePng({ data: clear, shape: [6, 8, 4] }))).toEqual({ data: opaque, width: 8, height: 6, channels: 3 });
    const greyAlpha = await sharp(ramp(8 * 6 * 2), { raw: { width: 8, height: 6, channels: 2 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await sharp(greyAlpha).metadata()).channels).toBe(2);
    expect(await readPicture(greyAlpha)).toEqual({ data: ramp(8 * 6 * 2).filter((_, i) => i % 2 === 0), width: 8, height: 6, channels: 1 });
  });

  it('reads what other programs write: lossless kinds exactly, of pages and frames the first', async () => {
    const data = ramp(8 * 6 * 3);
    const exact = { data, width: 8, height: 6, channels: 3 };
    expect(await readPicture(await sharp(data, rgb).tiff({ compression: 'lzw' }).toBuffer())).toEqual(exact);
    expect(await readPicture(await sharp(data, rgb).webp({ lossless: true, exact: true }).toBuffer())).toEqual(exact);
    const avif = await readPicture(await sharp(data, rgb).avif({ lossless: true }).toBuffer());
    expect([avif.width, avif.height, avif.channels]).toEqual([8, 6, 3]);
    const frames = await sharp(
      [data, data.map((x) => 255 - x)].map((own) => Buffer.from(own)).reduce((a, b) => Buffer.concat([a, b])),
      {
        raw: { width: 8, height: 12, channels: 3, pageHeight: 6 },
      },
    )
      .gif({ colours: 256 })
      .toBuffer();
    expect((await sharp(frames).metadata()).pages).toBe(2);
    const first = await readPicture(frames);
    expect([first.width, first.height, first.channels]).toEqual([8, 6, 3]);
    expect(near(first, { data }, 24)).toBe(true);
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="1"><rect width="1" height="1" fill="#ff8000"/></svg>';
    expect(await readPicture(Buffer.from(svg))).toEqual({ data: Uint8Array.of(255, 128, 0, 0, 0, 0), width: 2, height: 1, channels: 3 });
    const palette = await sharp(data, rgb).threshold().png({ palette: true, colours: 2 }).toBuffer();
    expect(new Set((await readPicture(palette)).data)).toEqual(new Set([0, 255]));
  });

  it('converts CMYK to sRGB', async () => {
    // One colour that inks can make: JPEG and the two conversions leave it nearly as it is.
    const data = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => [200, 120, 60][i % 3]);
    const cmyk = await sharp(data, { raw: { width: 16, height: 16, channels: 3 } })
      .toColourspace('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const picture = await readPicture(cmyk);
    expect(picture).toMatchObject({ width: 16, height: 16, channels: 3 });
    expect(near(picture, { data }, 25)).toBe(true);
  });

  it('is upright', async () => {
    const grey = (list: number[]) => Uint8Array.from(list.flatMap((x) => [x, x, x]));
    const turned = await sharp(grey([10, 20, 30, 40, 50, 60]), { raw: { width: 3, height: 2, channels: 3 } })
      .png()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect(await readPicture(turned)).toEqual({ data: grey([40, 10, 50, 20, 60, 30]), width: 2, height: 3, channels: 3 });
  });

  it('reads every picture of a bad folder, and tells of every other file what is wrong with it', async () => {
    const folder = await writeBadPictures(await newFolder());
    for (const name of goodNames) expect(await readPicture(join(folder, name)), name).toMatchObject({ width: 48, height: 32 });
    expect((await readPicture(join(folder, 'deep.png'))).data).toBeInstanceOf(Uint16Array);
    const messages = Object.fromEntries(
      await Promise.all(Object.keys(badCodes).map(async (name) => [name, (await rejected(readPicture(join(folder, name)))).replaceAll(folder, '<folder>')])),
    );
    for (const [name, code] of Object.entries(badCodes)) expect(messages[name].split(':')[0], name).toBe(code);
    expect(messages).toMatchInlineSnapshot(`
      {
        "cut.jpg": "PICTURE_DAMAGED: readPicture: <folder>/cut.jpg: VipsJpeg: premature end of JPEG image; expected a whole picture file",
        "dangling.png": "PICTURE_MISSING: readPicture: <folder>/dangling.png: there is no such file; expected a picture file",
        "empty.png": "PICTURE_EMPTY: readPicture: <folder>/empty.png: the file has 0 bytes; expected a picture file",
        "folder.png": "PICTURE_UNREADABLE: readPicture: <folder>/folder.png: it is a folder; expected a picture file",
        "foreign.png": "PICTURE_UNSUPPORTED: readPicture: <folder>/foreign.png: the file is JPEG XL; expected PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF, PNM or SVG",
        "head.png": "PICTURE_DAMAGED: readPicture: <folder>/head.png: its header is damaged; expected a whole picture file",
        "text.png": "PICTURE_UNKNOWN: readPicture: <folder>/text.png: the file begins with the bytes 54 68 69 73 20 69 73 20; expected a picture (PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF, PNM or SVG)",
        "wide.png": "PICTURE_TOO_LARGE: readPicture: <folder>/wide.png: the picture has 20000 x 3 pixels; expected at most 16384 a side and 268435456 in all",
      }
    `);
  });

  // As root every file may be read, so the test becomes nobody for a moment.
  it.skipIf(process.platform === 'win32')('says so where a file may not be read', async () => {
    const folder = await newFolder();
    await chmod(folder, 0o755);
    const path = join(folder, 'secret.png');
    await writeFile(path, await encodePng({ data: ramp(4), shape: [2, 2] }));
    await chmod(path, 0);
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(65534);
    try {
      expect((await rejected(readPicture(path))).replace(folder, '<folder>')).toMatchInlineSnapshot(
        `"PICTURE_UNREADABLE: readPicture: <folder>/secret.png: it may not be read; expected a picture file"`,
      );
    } finally {
      if (root) process.seteuid?.(0);
    }
  });

  it('refuses more pixels than are allowed, before they are decoded', async () => {
    const png = await encodePng({ data: ramp(30 * 20), shape: [20, 30] });
    expect(await rejected(readPicture(png, { maxSide: 29 }))).toMatchInlineSnapshot(
      `"PICTURE_TOO_LARGE: readPicture: 433 bytes: the picture has 30 x 20 pixels; expected at most 29 a side and 268435456 in all"`,
    );
    expect(await rejected(readPicture(png, { maxPixels: 599, name: 'left.png' }))).toMatchInlineSnapshot(
      `"PICTURE_TOO_LARGE: readPicture: left.png: the picture has 30 x 20 pixels; expected at most 16384 a side and 599 in all"`,
    );
    expect(await readPicture(png, { maxPixels: 600, maxSide: 30 })).toMatchObject({ width: 30, height: 20 });
    // 900 million pixels in a hundred bytes: only the header may be believed, and it is too much.
    const bomb = Buffer.from(png);
    bomb.writeUInt32BE(30000, 16);
    bomb.writeUInt32BE(30000, 20);
    expect(await rejected(readPicture(bomb, { maxSide: 1e6 }))).toMatch(/^PICTURE_(TOO_LARGE|DAMAGED)/);
  });

  it('refuses numbers of other kinds, and more channels than colour and opacity', async () => {
    expect(await rejected(readPicture(tiff(1, 32, 3)))).toMatchInlineSnapshot(
      `"PICTURE_UNSUPPORTED: readPicture: 150 bytes: its numbers are of the kind float; expected 8 or 16 bits without sign"`,
    );
    expect(await rejected(readPicture(tiff(5, 8, 1)))).toMatchInlineSnapshot(
      `"PICTURE_UNSUPPORTED: readPicture: 154 bytes: the picture has 5 channels; expected at most 4"`,
    );
    expect(await readPicture(tiff(3, 8, 1))).toMatchObject({ width: 2, height: 2, channels: 3 });
    expect(await readPicture(tiff(1, 16, 1))).toEqual({ data: Uint16Array.of(0, 256 + 1, 2 * 256 + 2, 3 * 256 + 3), width: 2, height: 2, channels: 1 });
  });

  it('refuses a JPEG whose data are corrupt', async () => {
    const jpeg = await sharp(noise(64 * 64 * 3), { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    const corrupt = Buffer.from(jpeg);
    for (let i = 900; i < 1000; i++) corrupt[i] = (i * 37) & 127;
    expect(await rejected(readPicture(corrupt))).toMatch(/^PICTURE_DAMAGED: readPicture: \d+ bytes: VipsJpeg: /);
  });

  it('does nothing but decode or refuse, whatever the bytes are', async () => {
    const image = sharp(noise(16 * 12 * 3), { raw: { width: 16, height: 12, channels: 3 } });
    const files = [image.clone().png(), image.clone().jpeg(), image.clone().tiff(), image.clone().webp(), image.clone().gif()];
    const random = noise(3 * 60, 40503);
    for (const whole of await Promise.all(files.map((file) => file.toBuffer()))) {
      for (let i = 0; i < 60; i++) {
        const bytes = Buffer.from(whole);
        // The header has most to lie about.
        const at = i % 2 ? random[3 * i] % 64 : (random[3 * i] * 256 + random[3 * i + 1]) % bytes.length;
        bytes[at % bytes.length] = random[3 * i + 2];
        const outcome = await readPicture(bytes, { maxPixels: 1e5 }).catch((error: { code: string }) => error);
        expect('data' in outcome || /^PICTURE_/.test(outcome.code)).toBe(true);
      }
    }
  });

  it('takes pixels, at hand or made when asked for, and checks them', async () => {
    const picture = { data: Float32Array.of(0, 0.5, 1, 0.25), width: 2, height: 2, channels: 1 };
    expect(await readPicture(picture)).toBe(picture);
    expect(await readPicture(async () => picture)).toBe(picture);
    expect(await rejected(readPicture({ ...picture, data: Float32Array.of(0, 255, 1, 0) }))).toMatchInlineSnapshot(
      `"PICTURE_INVALID: readPicture: pixels: number 1 is 255; expected 0 … 1 in floats"`,
    );
    expect(await rejected(readPicture({ ...picture, data: Float32Array.of(0, 0, Number.NaN, 0) }, { name: '#3' }))).toMatchInlineSnapshot(
      `"PICTURE_INVALID: readPicture: #3: number 2 is NaN; expected 0 … 1 in floats"`,
    );
    expect(await rejected(readPicture({ ...picture, width: 3 }))).toMatchInlineSnapshot(
      `"PICTURE_INVALID: readPicture: pixels: 4 numbers came for [2 3 1]; expected 6"`,
    );
    expect(await rejected(readPicture({ ...picture, height: 1.5 }))).toMatchInlineSnapshot(
      `"PICTURE_INVALID: readPicture: pixels: it is [1.5 2 1]; expected positive [height width channels]"`,
    );
    expect(await rejected(readPicture({ ...picture, data: [1, 2, 3, 4] as never }))).toMatchInlineSnapshot(
      `"PICTURE_INVALID: readPicture: pixels: its data is no typed array of pixels; expected Uint8Array, Uint8ClampedArray, Uint16Array or Float32Array"`,
    );
    expect(await rejected(readPicture(null as never))).toMatchInlineSnapshot(
      `"PICTURE_INVALID: readPicture: pixels: its data is no typed array of pixels; expected Uint8Array, Uint8ClampedArray, Uint16Array or Float32Array"`,
    );
    expect(await rejected(readPicture(async () => ({ ...picture, channels: 0 })))).toMatchInlineSnapshot(
      `"PICTURE_INVALID: readPicture: made pixels: it is [2 2 0]; expected positive [height width channels]"`,
    );
    expect(await rejected(readPicture(picture, { maxSide: 1 }))).toMatchInlineSnapshot(
      `"PICTURE_TOO_LARGE: readPicture: pixels: the picture has 2 x 2 pixels; expected at most 1 a side and 268435456 in all"`,
    );
  });
});

/** An uncompressed TIFF of 2 x 2 pixels; byte i of a number is the number's position. Formats: 1 unsigned, 3 floats. */
function tiff(channels: number, bits: number, format: number): Buffer {
  const size = (4 * channels * bits) / 8;
  const entries: [tag: number, type: 3 | 4, count: number, value: number][] = [
    [256, 4, 1, 2],
    [257, 4, 1, 2],
    [258, 3, 1, bits],
    [259, 3, 1, 1],
    [262, 3, 1, channels === 3 ? 2 : 1],
    [273, 4, 1, 8],
    [277, 3, 1, channels],
    [278, 4, 1, 2],
    [279, 4, 1, size],
    [339, 3, 1, format],
  ];
  const file = Buffer.alloc(8 + size + 2 + 12 * entries.length + 4);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(8 + size, 4);
  for (let i = 0; i < size; i++) file[8 + i] = Math.floor((8 * i) / bits);
  file.writeUInt16LE(entries.length, 8 + size);
  entries.forEach(([tag, type, count, value], i) => {
    const at = 10 + size + 12 * i;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    file.writeUInt32LE(value, at + 8);
  });
  return file;
}

it('names are told apart by their endings', () => {
  for (const name of ['a.png', 'a.PNG', 'a.b.JPeG', 'a.tif', 'a.bmp', 'a.pgm', 'a.avif']) expect(isPictureName(name), name).toBe(true);
  for (const name of ['png', 'a.txt', 'a.png.json', 'a.npy', 'Thumbs.db', 'a.']) expect(isPictureName(name), name).toBe(false);
});
