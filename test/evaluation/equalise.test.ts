// Brightness: what it is, and how it is taken away.
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/data/sample.ts';
import { brightnessOf, equalised, equalisedSamples } from '../../src/evaluation/equalise.ts';
import { type RawPicture, readPicture } from '../../src/tensor/pictures.ts';

const raw = (data: RawPicture['data'], channels = 1): RawPicture => ({ data, width: data.length / channels, height: 1, channels });
const sample = (name: string, source: Sample['source']): Sample => ({ name, source, label: 0, kind: 'good', mask: null });

describe('brightness', () => {
  it('is the mean grey from 0 to 1, whatever the depth', () => {
    expect(brightnessOf(raw(Uint8Array.of(0, 255, 51, 102)))).toBeCloseTo(0.4, 12);
    expect(brightnessOf(raw(Uint16Array.of(0, 65535)))).toBeCloseTo(0.5, 12);
    expect(brightnessOf(raw(Float32Array.of(0.25, 0.5)))).toBeCloseTo(0.375, 12);
    expect(brightnessOf(raw(Uint8Array.of(255, 0, 0), 3))).toBeCloseTo(0.299, 12);
    expect(brightnessOf(raw(Uint8Array.of(0, 0, 255, 9), 4))).toBeCloseTo(0.114, 12);
    expect(brightnessOf(raw(Uint8Array.of(51, 255, 51, 0), 2))).toBeCloseTo(0.2, 12);
  });
});

describe('equalising', () => {
  it('gives a picture the wanted mean by one gain', () => {
    const { data, channels, width } = equalised(raw(Uint8Array.of(51, 102, 153)), 0.2);
    expect([channels, width]).toEqual([1, 3]);
    [0.1, 0.2, 0.3].forEach((x, i) => expect(data[i]).toBeCloseTo(x, 6));
    const colour = equalised(raw(Uint16Array.of(1000, 2000, 3000, 4000, 5000, 6000), 3), 0.5);
    expect(brightnessOf(colour)).toBeCloseTo(0.5, 6);
    expect(colour.data[1] / colour.data[0]).toBeCloseTo(2, 5);
  });

  it('cuts at white, leaves opacity out and black as it is', () => {
    expect([...equalised(raw(Uint8Array.of(0, 255)), 0.9).data]).toEqual([0, 1]);
    expect(equalised(raw(Uint8Array.of(10, 20, 30, 255), 4), 0.1).channels).toBe(3);
    expect([...equalised(raw(Uint8Array.of(0, 0)), 0.4).data]).toEqual([0, 0]);
  });

  it('takes away what brightness alone says, when the pictures are read', async () => {
    const lit = [0.2, 0.5, 1].map((by, i) => sample(`#${i}`, raw(Uint8Array.from([30, 60, 120], (x) => x * by))));
    const read = await Promise.all(equalisedSamples(lit, 0.25).map((one) => readPicture(one.source)));
    read.forEach((picture) => expect(brightnessOf(picture)).toBeCloseTo(0.25, 6));
  });
});
