// What benchmark rows promise to those who read them by program, and the arithmetic behind their rates.
import { describe, expect, it } from 'vitest';
import { arithmetic } from '../../benchmarks/reference-autoencoder/layer-list.ts';
import { rowOf, table } from '../../benchmarks/rows.ts';
import { quantile, summary, time } from '../../benchmarks/timing.ts';
import { ops, scope, sync, tensor } from '../../src/index.ts';

const parts = { name: 'mul', case: '8x8', device: 'cpu', threads: 2, timing: { ms: 2, spread: 0.1, minMs: 1.5 } };
const ceilings = { gflops: 100, gbps: 10, rows: [] };

describe('a row', () => {
  it('begins with the nine keys, in order; what does not apply is null', () => {
    const row = rowOf(parts, { peakRssMb: 7 });
    expect(JSON.stringify(row)).toMatchInlineSnapshot(
      `"{"name":"mul","case":"8x8","device":"cpu","threads":2,"ms":2,"spread":0.1,"gflops":null,"gbps":null,"ceilingShare":null,"minMs":1.5,"peakRssMb":7}"`,
    );
  });

  it('is held to the ceiling that takes longer', () => {
    // 0.1 GFLOP take 1 ms at most, 16 MB take 1.6 ms.
    const row = rowOf({ ...parts, work: { flops: 1e8, bytes: 16e6 }, ceilings });
    expect([row.gflops, row.gbps, row.ceilingShare]).toEqual([50, 8, 0.8]);
    expect(rowOf({ ...parts, work: { flops: 1e8 }, ceilings }).ceilingShare).toBe(0.5);
    expect(rowOf({ ...parts, ceilings }).ceilingShare).toBeNull();
  });

  it('stands in a table, its extras below', () => {
    expect(table([rowOf({ ...parts, work: { bytes: 16e6 }, ceilings }, { ns: 12 })])).toMatchInlineSnapshot(`
      "name  case  ms  best  spread  GFLOP/s  GB/s  ceiling
      mul   8x8    2   1.5     10%        -     8      80%
          ns 12"
    `);
  });
});

describe('statistics', () => {
  it('interpolate between samples', () => {
    expect([quantile([4, 1, 3, 2], 0.5), quantile([4, 1, 3, 2], 0.25), quantile([7], 0.9)]).toEqual([2.5, 1.75, 7]);
    expect(summary([1, 2, 3, 4, 5])).toEqual({ ms: 3, spread: 2 / 3, minMs: 1 });
  });

  it('wait for the device, and free what was made', async () => {
    const x = tensor(new Float32Array(1 << 16).fill(0.5));
    let calls = 0;
    const timing = await time(
      () => {
        calls++;
        return ops.mul(x, x);
      },
      { device: 'cpu', repeats: 3, sampleMs: 1 },
    );
    expect(calls).toBeGreaterThanOrEqual(5);
    expect(timing.minMs).toBeGreaterThan(0);
    expect(timing.ms).toBeGreaterThanOrEqual(timing.minMs);
    scope(() => x.dispose());
    await sync();
  });
});

it('the reference network has the arithmetic that the peers count', () => {
  // By the peers' scripts: 152.4 and 454.7 GFLOP.
  expect(arithmetic('nominal', 'infer', 8, 256) / 1e9).toBeCloseTo(152.4, 1);
  expect(arithmetic('nominal', 'train', 8, 256) / 1e9).toBeCloseTo(454.7, 1);
  // Three layers behind an upsampling at four ninths.
  const upsampled = 2 * 8 * 9 * (64 ** 2 * 256 * 128 + 128 ** 2 * 128 * 64 + 256 ** 2 * 64 * 32);
  expect(arithmetic('nominal', 'infer', 8, 256) - arithmetic('done', 'infer', 8, 256)).toBe((5 / 9) * upsampled);
});
