// What plots show: thresholds where they are, shares that add up, axes that hold everything.
import { beforeAll, describe, expect, it } from 'vitest';
import type { JudgedPicture, TrainingHistory } from '../../../src/evaluation/evaluation.ts';
import { type Draw, openPlots, type PlotOption } from '../../../src/evaluation/plots.ts';
import * as charts from '../../../src/evaluation/report/charts.ts';

let draw: Draw;
beforeAll(async () => {
  draw = await openPlots();
});
const drawn = (option: PlotOption) => draw(option, { ...charts.plotSize, id: 'x', label: 'x' });

const picture = (score: number, label: 0 | 1) => ({ score, label, kind: label ? 'hole' : 'good' }) as JudgedPicture;
/** Scores so close together that two places tell nothing. */
const close = [
  ...Array.from({ length: 20 }, (_, i) => picture(0.3441 + 0.0002 * i, 0)),
  ...Array.from({ length: 30 }, (_, i) => picture(0.3455 + 0.0002 * i, 1)),
];
const far = [...Array.from({ length: 20 }, (_, i) => picture(0.01 + 0.001 * i, 0)), ...Array.from({ length: 10 }, (_, i) => picture(0.05 + 2 * i, 1))];
const kinds = [
  { kind: 'good', label: 0 as const },
  { kind: 'hole', label: 1 as const },
];

interface Axis {
  type: string;
  min: number;
  max: number;
}
const axisOf = (option: PlotOption) => option.xAxis as Axis;
const gridOf = (option: PlotOption) => option.grid as { left: number; right: number };

/** Where the line of the threshold stands, in pixels. */
const lineAt = (svg: string): number[] =>
  [...svg.matchAll(/<path d="M([\d.]+) [\d.]+L([\d.]+) [\d.]+"[^>]*stroke="var\(--ink\)"/g)].flatMap(([, a, b]) => (a === b ? [Number(a)] : []));

describe('a threshold', () => {
  it.each([
    ['histogram', close, 0.34831, charts.histogram],
    ['strip', close, 0.34831, (p: JudgedPicture[], t: number) => charts.strip(p, kinds, t)],
    ['sweep', close, 0.34831, charts.sweep],
    ['histogram, logarithmic', far, 0.0314, charts.histogram],
  ] as const)('stands where it is: %s', (_, pictures, threshold, make) => {
    const option = make([...pictures], threshold);
    const { type, min, max } = axisOf(option);
    const forth = type === 'log' ? Math.log : (x: number) => x;
    const { left, right } = gridOf(option);
    const expected = left + ((forth(threshold) - forth(min)) / (forth(max) - forth(min))) * (charts.plotSize.width - left - right);
    const found = lineAt(drawn(option));
    expect(found).toHaveLength(1);
    expect(Math.abs(found[0] - expected)).toBeLessThanOrEqual(1);
  });

  it('is on the axis even where it lies beyond all scores', () => {
    const { min, max } = axisOf(charts.histogram(close, 0.5));
    expect([min < 0.3441, max > 0.5]).toEqual([true, true]);
    expect(lineAt(drawn(charts.histogram(close, 0.5)))).toHaveLength(1);
    expect(lineAt(drawn(charts.histogram(close, null)))).toHaveLength(0);
  });
});

describe('a histogram', () => {
  it('shows each class as shares that add up to all of it', () => {
    const { series } = charts.histogram(close, null) as { series: { name: string; data: [number, number][] }[] };
    expect(series.map((s) => s.name)).toEqual(['good', 'abnormal']);
    for (const { data } of series) {
      expect(data[0][1]).toBe(0);
      expect(data.at(-1)![1]).toBe(0);
      expect(data.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(100, 9);
    }
  });

  it('is logarithmic where a few scores dwarf the others, and only where all are above 0', () => {
    expect(axisOf(charts.histogram(far, null)).type).toBe('log');
    expect(axisOf(charts.histogram(close, null)).type).toBe('value');
    expect(axisOf(charts.histogram([...far, picture(-1, 0)], null)).type).toBe('value');
  });

  it('takes any scores', () => {
    for (const scores of [[5], [0, 0, 0], [-2, -2], [1e-300, 1e300], [1e12, 1e12 + 1]]) {
      const pictures = scores.map((score, i) => picture(score, i ? 1 : 0));
      for (const make of [charts.histogram, charts.sweep]) expect(drawn(make(pictures, null)), `${scores}`).not.toMatch(/NaN|Infinity|undefined/);
      expect(drawn(charts.strip(pictures, kinds, null))).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});

describe('a sweep', () => {
  it('says what share of each class is strictly above every threshold', () => {
    const few = [picture(1, 0), picture(2, 0), picture(2, 1), picture(3, 1)];
    const { series } = charts.sweep(few, null) as { series: { name: string; data: [number, number][] }[] };
    // Steps: from a score on, to the next one. At 2 itself the good one at 2 is no longer above.
    expect(series.map(({ data }) => data.slice(1, -1))).toEqual([
      [
        [1, 50],
        [2, 0],
      ],
      [
        [2, 50],
        [3, 0],
      ],
    ]);
    expect(series[0].data[0][1]).toBe(100);
  });
});

describe('curves of training', () => {
  const history = [1, 2, 3].map((i) => ({ step: 100 * i, seconds: i, loss: 10 ** -i, terms: { a: 10 ** -i / 2, b: 10 ** -i / 2 }, rate: 0.01 / i }));
  it('are logarithmic where the loss falls far, and bear what has gone wrong', () => {
    expect((charts.losses(history).yAxis as Axis).type).toBe('log');
    const broken = history.map((h, i) => ({ ...h, loss: i === 1 ? Number.NaN : h.loss, terms: {} }));
    expect(drawn(charts.losses(broken))).not.toMatch(/NaN|undefined/);
    expect(drawn(charts.rates(history.map((h) => ({ ...h, rate: 0 }))))).not.toMatch(/NaN/);
    const points = [1, 2].map((i) => ({ step: i, seconds: i, imageAuroc: Number.NaN, pixelAuroc: 0.4, pixelAp: 0.1 * i }));
    expect(drawn(charts.validation(points))).not.toMatch(/NaN|undefined/);
  });

  it('show the terms of every phase, dashed where inks run out', () => {
    const termsOf = (i: number): Record<string, number> => (i < 2 ? { a: 1, b: 2, c: 3, d: 4 } : { e: 5, f: 6 });
    const phases = history.map((h, i) => ({ ...h, terms: termsOf(i) }));
    const { series } = charts.losses(phases) as { series: { name: string; lineStyle: { type: string } }[] };
    expect(series.map(({ name, lineStyle }) => `${name} ${lineStyle.type}`)).toEqual([
      ...['loss', 'a', 'b', 'c', 'd', 'e'].map((name) => `${name} solid`),
      'f dashed',
    ]);
    expect(drawn(charts.losses(phases))).not.toMatch(/NaN|undefined/);
  });

  it('of what was watched are one for each name, whatever was missing', () => {
    const points: TrainingHistory['monitors'] = [
      { step: 1, seconds: 1, values: { entropy: 3, information: -200 } },
      { step: 11, seconds: 2, values: { entropy: Number.NaN, late: 7 } },
      { step: 21, seconds: 3, values: { entropy: 1, information: 40 } },
    ];
    const { series } = charts.monitors(points) as { series: { name: string; data: [number, number][] }[] };
    expect(series.map(({ name }) => name)).toEqual(['entropy', 'information', 'late']);
    expect(series[1].data[2]).toEqual([21, 40]);
    expect(drawn(charts.monitors(points))).not.toMatch(/NaN|undefined/);
  });
});
