// Numbers that other software gives for two integer patterns, and closed forms.
import { describe, expect, it } from 'vitest';
import {
  averagePool2d,
  binomialTailMap,
  chiSquareThreshold,
  gmsd,
  gmsMap,
  msGmsd,
  msgms,
  msSsim,
  type SsimOptions,
  ssim,
  ssimMap,
  transpose,
} from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { thrown } from '../../support/thrown.ts';

const clip = (x: number) => Math.min(Math.max(x, 0), 255);
type Pixel = (i: number, j: number) => number;
const patterns: Record<string, { a: Pixel; b: (a: number, i: number, j: number) => number }> = {
  P: { a: (i, j) => (i * i + 3 * j * j + 7 * i * j) % 256, b: (a, i, j) => clip(a + ((5 * i + 11 * j) % 41) - 20) },
  Q: { a: (i, j) => clip(128 + (((5 * i) % 97) - 48) + (((3 * j) % 61) - 30)), b: (a, i, j) => clip(a + ((i * j) % 23) - 11) },
};

function pictures(pattern: string, height: number, width: number): [Float64Array, Float64Array] {
  const { a, b } = patterns[pattern];
  const x = Float64Array.from({ length: height * width }, (_, k) => a(Math.floor(k / width), k % width));
  return [x, x.map((value, k) => b(value, Math.floor(k / width), k % width))];
}

interface Row {
  pattern: string;
  height: number;
  width: number;
  sums: [number, number];
  skimage: number;
  wang: number;
  pytorch?: number;
  /** MS-SSIM of pytorch-msssim and of piq, where the picture is large enough. */
  multi?: [number, number];
  gmsd: number;
  msGmsd: number;
  /** RIAD's loss over three scales, and over one. */
  msgms: [number, number];
}
const table: Row[] = [
  {
    pattern: 'P',
    height: 64,
    width: 64,
    sums: [525312, 525227],
    skimage: 0.9867268097319792,
    wang: 0.9854831693538685,
    pytorch: 0.9854831743463518,
    gmsd: 0.01757887150828348,
    msGmsd: 0.02622998901696621,
    msgms: [0.011955056621670587, 0.026926494176874604],
  },
  {
    pattern: 'P',
    height: 192,
    width: 256,
    sums: [6258688, 6258685],
    skimage: 0.9872583501356119,
    wang: 0.9863190967686873,
    pytorch: 0.9863191005329334,
    multi: [0.9933898693187276, 0.9933898583130416],
    gmsd: 0.018964277523940042,
    msGmsd: 0.026998995542129423,
    msgms: [0.012229823880917236, 0.026864716634691185],
  },
  {
    pattern: 'Q',
    height: 64,
    width: 64,
    sums: [508224, 505874],
    skimage: 0.9266586385596323,
    wang: 0.8931611511505627,
    pytorch: 0.8931618993804705,
    gmsd: 0.011596373641215706,
    msGmsd: 0.022618823761294416,
    msgms: [0.014181747202437816, 0.036884893957992305],
  },
  {
    pattern: 'Q',
    height: 192,
    width: 256,
    sums: [6239104, 6211853],
    skimage: 0.9259612386718571,
    wang: 0.8984476121274801,
    multi: [0.9907694460740174, 0.9907694010255989],
    gmsd: 0.012970091622271139,
    msGmsd: 0.024185280183540412,
    msgms: [0.01591167348527827, 0.041160102256883976],
  },
];

const value = (x: Tensor): number => x.readSync()[0];

describe.each(table)('pattern $pattern, $height by $width', (row) => {
  const [a, b] = pictures(row.pattern, row.height, row.width);
  const shape = [1, 1, row.height, row.width];
  const both = (scale: number, dtype: 'f32' | 'f64'): [Tensor, Tensor] => [
    tensor(
      a.map((p) => p / scale),
      shape,
      { dtype },
    ),
    tensor(
      b.map((p) => p / scale),
      shape,
      { dtype },
    ),
  ];
  const near = (found: Tensor, expected: number, tolerance: number) => expect(Math.abs(value(found) - expected)).toBeLessThan(tolerance);

  it('is the pattern', () => {
    expect([a, b].map((x) => x.reduce((p, q) => p + q, 0))).toEqual(row.sums);
  });

  it('has the structural similarity of skimage and of Wang 2004', () => {
    scope(() => {
      for (const [preset, expected] of [['skimage', row.skimage] as const, ['wang2004', row.wang] as const]) {
        near(ssim(...both(1, 'f64'), { preset, range: 255 }), expected, 1e-12);
        near(ssim(...both(1, 'f32'), { preset, range: 255 }), expected, 2e-6);
        near(ssim(...both(255, 'f32'), { preset, range: 1 }), expected, 2e-6);
      }
    });
  });

  it('has the structural similarity of pytorch-msssim and piq', () => {
    scope(() => {
      near(ssim(...both(1, 'f32'), { preset: 'pytorch-msssim' }), row.pytorch ?? row.wang, 2e-6);
      near(ssim(...both(255, 'f32'), { preset: 'piq' }), row.pytorch ?? row.wang, 2e-6);
    });
  });

  it('has their multi-scale structural similarity, or is too small for it', () => {
    scope(() => {
      if (!row.multi) {
        expect(thrown(() => msSsim(...both(255, 'f32')))).toMatch(/expected \[N C H W\] of at least 161 by 161 pixels/);
        return;
      }
      near(msSsim(...both(1, 'f32'), { preset: 'pytorch-msssim' }), row.multi[0], 2e-6);
      near(msSsim(...both(255, 'f32'), { preset: 'piq' }), row.multi[1], 2e-6);
    });
  });

  it('has the gradient magnitude deviations of piq and the loss of RIAD', () => {
    scope(() => {
      near(gmsd(...both(255, 'f32')), row.gmsd, 1e-6);
      near(gmsd(...both(1, 'f32'), { range: 255 }), row.gmsd, 1e-6);
      near(msGmsd(...both(255, 'f32')), row.msGmsd, 1e-6);
      near(msgms(...both(255, 'f32')), row.msgms[0], 1e-6);
      near(msgms(...both(255, 'f32'), { scales: 1 }), row.msgms[1], 1e-6);
    });
  });
});

describe('structural similarity in closed form', () => {
  const c1 = (0.01 * 255) ** 2;
  const c2 = (0.03 * 255) ** 2;

  it('of two constant pictures', () => {
    scope(() => {
      const [x, y] = [100, 110].map((p) => tensor(new Float64Array(400).fill(p), [1, 1, 20, 20], { dtype: 'f64' }));
      const expected = (2 * 100 * 110 + c1) / (100 ** 2 + 110 ** 2 + c1);
      expect(expected).toBeCloseTo(0.9954764440915066, 15);
      for (const preset of ['skimage', 'wang2004', 'pytorch-msssim'] as const)
        for (const number of ssimMap(x, y, { preset, range: 255 }).readSync()) expect(Math.abs(number - expected)).toBeLessThan(1e-12);
    });
  });

  it('of two ramps', () => {
    scope(() => {
      const ramp = (slope: number) =>
        tensor(
          Float64Array.from({ length: 4096 }, (_, k) => slope * (k % 64)),
          [1, 1, 64, 64],
          { dtype: 'f64' },
        );
      const [x, y] = [ramp(1), ramp(2)];
      const mean = (radius: number, v: number) => {
        let sum = 0;
        for (let m = radius; m < 64 - radius; m++) sum += ((4 * m * m + c1) * (4 * v + c2)) / ((5 * m * m + c1) * (5 * v + c2));
        return sum / (64 - 2 * radius);
      };
      expect(mean(5, 2.2434897543634715)).toBeCloseTo(0.7751956996994975, 14);
      expect(mean(3, (4 * 49) / 48)).toBeCloseTo(0.7601284233742066, 14);
      expect(Math.abs(value(ssim(x, y, { preset: 'wang2004', range: 255 })) - 0.7751956996994975)).toBeLessThan(1e-12);
      expect(Math.abs(value(ssim(x, y, { preset: 'skimage', range: 255 })) - 0.7601284233742066)).toBeLessThan(1e-12);
    });
  });

  it('is 1 of a picture and itself, symmetric, and turns with the pictures', () => {
    scope(() => {
      const [a, b] = pictures('Q', 40, 30).map((x) =>
        tensor(
          x.map((p) => p / 255),
          [1, 1, 40, 30],
          { dtype: 'f64' },
        ),
      );
      const conventions: SsimOptions[] = [
        { preset: 'riad' },
        { preset: 'kornia' },
        { preset: 'skimage', range: 1 },
        { preset: 'wang2004', range: 1 },
        { preset: 'piq' },
      ];
      for (const options of conventions) {
        for (const number of ssimMap(a, a, options).readSync()) expect(Math.abs(number - 1)).toBeLessThan(options.preset === 'kornia' ? 1e-4 : 1e-14);
        const map = ssimMap(a, b, options);
        expect(ssimMap(b, a, options).readSync()).toEqual(map.readSync());
        const turned = ssimMap(transpose(a, [0, 1, 3, 2]), transpose(b, [0, 1, 3, 2]), options);
        const back = transpose(turned, [0, 1, 3, 2]).readSync();
        map.readSync().forEach((number, k) => {
          expect(Math.abs(number - back[k])).toBeLessThan(1e-12);
        });
      }
    });
  });

  it('of piq is that of pictures averaged down by their shorter side over 256', () => {
    scope(() => {
      const noise = (seed: number) =>
        tensor(
          Float32Array.from({ length: 400 * 390 }, (_, k) => ((k * seed) % 251) / 250),
          [1, 1, 400, 390],
        );
      const [x, y] = [noise(97), noise(193)];
      const expected = value(ssim(averagePool2d(x, 2), averagePool2d(y, 2), { preset: 'piq', shrink: false }));
      expect(value(ssim(x, y, { preset: 'piq' }))).toBe(expected);
      expect(value(ssim(x, y, { preset: 'piq', shrink: false }))).not.toBe(expected);
    });
  });
});

describe('gradient magnitude similarity in closed form', () => {
  it('of two ramps, away from the border', () => {
    scope(() => {
      const ramp = (slope: number) =>
        tensor(
          Float64Array.from({ length: 100 }, (_, k) => slope * (k % 10)),
          [1, 1, 10, 10],
          { dtype: 'f64' },
        );
      const map = gmsMap(ramp(0.01), ramp(0.02)).readSync();
      for (let i = 1; i < 9; i++) for (let j = 1; j < 9; j++) expect(Math.abs(map[10 * i + j] - 21 / 23)).toBeLessThan(1e-9);
    });
  });

  it('deviates by nothing between a picture and itself', () => {
    scope(() => {
      const [a] = pictures('P', 33, 47).map((x) =>
        tensor(
          x.map((p) => p / 255),
          [1, 1, 33, 47],
          { dtype: 'f32' },
        ),
      );
      expect(value(gmsd(a, a))).toBe(0);
      expect(value(msGmsd(a, a))).toBe(0);
      expect(value(msgms(a, a))).toBe(0);
    });
  });
});

describe('the number of false alarms', () => {
  it('has the quantile of the chi-square law', () => {
    expect(Math.abs(chiSquareThreshold(0.1) - 2.705543454095404)).toBeLessThan(1e-13);
    // Two, three and five standard deviations.
    expect(chiSquareThreshold(0.04550026389635842)).toBeCloseTo(4, 13);
    expect(chiSquareThreshold(0.0026997960632601866)).toBeCloseTo(9, 12);
    expect(chiSquareThreshold(5.733031437583892e-7)).toBeCloseTo(25, 11);
    expect(chiSquareThreshold(0.5)).toBeCloseTo(0.454936423119572, 14);
  });

  it('has the binomial tail to the last digits', () => {
    scope(() => {
      // Ten of 25 numbers are large.
      const x = tensor(
        Float64Array.from({ length: 25 }, (_, k) => (k < 10 ? 1 : 0)),
        [1, 1, 5, 5],
        { dtype: 'f64' },
      );
      const centre = (strict: boolean) => binomialTailMap(x, 1, { strict }).readSync()[12];
      expect(Math.abs(centre(false) + 4.1024724171604925)).toBeLessThan(1e-14);
      expect(Math.abs(centre(true) + 4.932518809687729)).toBeLessThan(1e-14);
    });
  });

  it('keeps its digits in large neighbourhoods and far out', () => {
    scope(() => {
      const all = (radius: number, value: number) =>
        tensor(new Float64Array((2 * radius + 1) ** 2).fill(value), [1, 1, 2 * radius + 1, 2 * radius + 1], { dtype: 'f64' });
      // All of n are large: p^n.
      expect(Math.abs(binomialTailMap(all(32, 1), 1, { radius: 32, strict: false }).readSync()[0] / -4225 - 1)).toBeLessThan(1e-13);
      // At least none: 1. More than none: 1 - (1 - p)^n, here 1 - 1.2e-12.
      expect(binomialTailMap(all(8, 0), 1, { radius: 8, strict: false }).readSync()[0]).toBe(0);
      const more = binomialTailMap(all(8, 0), 1, { radius: 8, probability: 0.0907, strict: true }).readSync()[0];
      expect(more / (Math.log1p(-(0.9093 ** 289)) / Math.LN10) - 1).toBeCloseTo(0, 12);
    });
  });
});
