// What each plot of the report shows, as options of the drawing library.
import type { Curve, JudgedPicture, TrainingHistory } from '../evaluation.ts';
import { inks, type PlotOption } from '../plots.ts';
import * as numbers from './numbers.ts';

/** Text of 12 pixels in a plot of this width stays readable on a telephone, where a plot is as wide as the screen. */
export const plotSize = { width: 376, height: 270 };

const axis = (name: string, more: Record<string, unknown> = {}) => ({
  type: 'value',
  name,
  nameLocation: 'middle',
  nameGap: 26,
  nameTextStyle: { color: inks.muted, fontSize: 12 },
  axisLine: { show: true, lineStyle: { color: inks.grid } },
  axisTick: { show: false },
  axisLabel: { color: inks.muted, fontSize: 11, hideOverlap: true },
  splitLine: { show: true, lineStyle: { color: inks.grid, width: 1 } },
  splitNumber: 5,
  ...more,
});

const unitAxis = (name: string, more: Record<string, unknown> = {}) =>
  axis(name, { min: 0, max: 1, interval: 0.25, axisLabel: { color: inks.muted, fontSize: 11, formatter: (x: number) => String(x) }, ...more });

const legend = (names: readonly string[]) => ({
  data: names,
  top: 0,
  left: 50,
  itemWidth: 16,
  itemHeight: 8,
  itemGap: 14,
  icon: 'roundRect',
  textStyle: { color: inks.ink, fontSize: 12 },
});

/** Room for labels is left here; the library would take more of it, as much as labels seem to need. */
const gridAt = (left: number, top: number) => ({ left, right: 14, top, bottom: 44, outerBoundsMode: 'none' });

const frame = (more: Record<string, unknown> = {}): PlotOption => ({
  textStyle: { fontFamily: 'inherit' },
  grid: gridAt(54, 30),
  ...more,
});

const line = (name: string, curve: Curve, colour: string, more: Record<string, unknown> = {}) => ({
  type: 'line',
  name,
  data: curve.x.map((x, i) => [x, curve.y[i]]),
  showSymbol: false,
  silent: true,
  lineStyle: { color: colour, width: 2 },
  itemStyle: { color: colour },
  ...more,
});

/** A dashed line that stands for chance. */
const chance = (from: readonly [number, number], to: readonly [number, number]) => ({
  type: 'line',
  name: 'chance',
  data: [from, to],
  showSymbol: false,
  silent: true,
  lineStyle: { color: inks.muted, width: 1, type: [4, 4] },
  itemStyle: { color: inks.muted },
});

/** Where the threshold in force puts the detector on a curve. */
const operatingPoint = (x: number, y: number) => ({
  type: 'scatter',
  name: 'threshold',
  data: [[x, y]],
  silent: true,
  symbolSize: 10,
  itemStyle: { color: inks.paper, borderColor: inks.ink, borderWidth: 2 },
});

const ofClass = (pictures: readonly JudgedPicture[], label: 0 | 1): number[] => pictures.filter((p) => p.label === label).map((p) => p.score);

/** Whether scores are spread so unevenly that only their logarithm shows both classes. */
function wantsLogarithm(scores: readonly number[]): boolean {
  const sorted = [...scores].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return sorted[0] > 0 && sorted.at(-1)! > 12 * middle;
}

const scoreAxis = (scores: readonly number[], threshold: number | null) => {
  const logarithmic = wantsLogarithm(scores);
  const all = threshold !== null && (!logarithmic || threshold > 0) ? [...scores, threshold] : scores;
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const forth = logarithmic ? Math.log : (x: number) => x;
  const back = logarithmic ? Math.exp : (x: number) => x;
  const spread = forth(most) - forth(least) || Math.abs(forth(most)) || 1;
  const [min, max] = [back(forth(least) - 0.03 * spread), back(forth(most) + 0.03 * spread)];
  return {
    logarithmic,
    forth,
    back,
    min,
    max,
    option: axis(logarithmic ? 'score, logarithmic' : 'score', {
      type: logarithmic ? 'log' : 'value',
      min,
      max,
      splitLine: { show: false },
      axisLabel: { color: inks.muted, fontSize: 11, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: numbers.tick },
    }),
  };
};

const thresholdLine = (threshold: number | null) =>
  threshold === null
    ? undefined
    : {
        silent: true,
        symbol: 'none',
        // Otherwise it is drawn where two decimal places put it.
        precision: 15,
        data: [{ xAxis: threshold }],
        lineStyle: { color: inks.ink, width: 1.5, type: 'solid' },
        label: { show: true, position: 'end', formatter: 'threshold', color: inks.ink, fontSize: 11, distance: 4 },
      };

/** Shares of both classes in bins of the score. */
export function histogram(pictures: readonly JudgedPicture[], threshold: number | null): PlotOption {
  const x = scoreAxis(
    pictures.map((p) => p.score),
    threshold,
  );
  const bins = Math.min(40, Math.max(12, Math.round(2 * Math.sqrt(pictures.length))));
  const width = (x.forth(x.max) - x.forth(x.min)) / bins;
  const edges = Array.from({ length: bins + 1 }, (_, i) => x.back(x.forth(x.min) + i * width));
  const series = ([0, 1] as const).map((label) => {
    const scores = ofClass(pictures, label);
    const counts = new Array<number>(bins).fill(0);
    for (const score of scores) counts[Math.min(bins - 1, Math.max(0, Math.floor((x.forth(score) - x.forth(x.min)) / width)))]++;
    const shares = counts.map((n) => (scores.length ? (100 * n) / scores.length : 0));
    // The outline of the bars: it rises from nothing at the first edge and falls to nothing at the last.
    const outline: Curve = { x: [edges[0], ...edges], y: [0, ...shares, 0] };
    const colour = label ? inks.bad : inks.good;
    const more = { step: 'end', areaStyle: { color: colour, opacity: 0.28 }, lineStyle: { color: colour, width: 1.5 } };
    return { ...line(label ? 'abnormal' : 'good', outline, colour, more), markLine: label ? thresholdLine(threshold) : undefined };
  });
  return frame({
    legend: legend(['good', 'abnormal']),
    grid: gridAt(54, 44),
    xAxis: x.option,
    yAxis: axis('share of the class, %', { nameGap: 32, min: 0 }),
    series,
  });
}

/** A dot for every picture, a row for every kind. */
export function strip(pictures: readonly JudgedPicture[], kinds: readonly { kind: string; label: 0 | 1 }[], threshold: number | null): PlotOption {
  const x = scoreAxis(
    pictures.map((p) => p.score),
    threshold,
  );
  const shorten = (kind: string) => (kind.length > 15 ? `${kind.slice(0, 14)}…` : kind);
  // Rows run upwards in the plot and downwards in the table beside it.
  const rows = [...kinds].reverse();
  const jitter = (i: number) => (((i * 0.61803398875) % 1) - 0.5) * 0.6;
  return frame({
    grid: gridAt(110, 30),
    xAxis: x.option,
    yAxis: {
      ...axis('', { min: -0.5, max: rows.length - 0.5, interval: 1, splitLine: { show: false } }),
      axisLabel: { show: false },
    },
    series: [
      ...rows.map(({ kind, label }, row) => ({
        type: 'scatter',
        silent: true,
        symbolSize: 5,
        data: pictures.filter((p) => p.kind === kind && p.label === label).map((p, i) => [p.score, row + jitter(i)]),
        itemStyle: { color: label ? inks.bad : inks.good, opacity: 0.65 },
        ...(row === 0 ? { markLine: thresholdLine(threshold) } : {}),
      })),
      {
        type: 'scatter',
        silent: true,
        symbolSize: 0,
        data: rows.map((_, row) => [x.min, row]),
        itemStyle: { color: 'transparent' },
        label: {
          show: true,
          position: 'left',
          distance: 8,
          color: inks.ink,
          fontSize: 12,
          formatter: ({ dataIndex }: { dataIndex: number }) => shorten(rows[dataIndex].kind),
        },
      },
    ],
  });
}

/** What share of each class lies strictly above every threshold. */
export function sweep(pictures: readonly JudgedPicture[], threshold: number | null): PlotOption {
  const x = scoreAxis(
    pictures.map((p) => p.score),
    threshold,
  );
  const series = ([0, 1] as const).map((label) => {
    const scores = ofClass(pictures, label).sort((a, b) => a - b);
    const above = scores.map((_, i) => (100 * (scores.length - 1 - i)) / scores.length);
    const curve: Curve = { x: [x.min, ...scores, x.max], y: [scores.length ? 100 : 0, ...above, 0] };
    const colour = label ? inks.bad : inks.good;
    return { ...line(label ? 'abnormal' : 'good', curve, colour, { step: 'end' }), markLine: label ? thresholdLine(threshold) : undefined };
  });
  return frame({
    legend: legend(['good', 'abnormal']),
    grid: gridAt(54, 44),
    xAxis: { ...x.option, name: x.logarithmic ? 'threshold, logarithmic' : 'threshold' },
    yAxis: axis('flagged, %', { nameGap: 34, min: 0, max: 100, interval: 25 }),
    series,
  });
}

/** The point of a threshold between the classes: shares of good and of abnormal pictures strictly above it. */
function flaggedShares(pictures: readonly JudgedPicture[], threshold: number): { good: number; abnormal: number; precision: number } {
  const above = (label: 0 | 1) => ofClass(pictures, label).filter((s) => s > threshold).length;
  const [good, abnormal] = [above(0), above(1)];
  return {
    good: good / ofClass(pictures, 0).length,
    abnormal: abnormal / ofClass(pictures, 1).length,
    precision: abnormal / (good + abnormal),
  };
}

/** Caught against false alarms, of pictures and of pixels. */
export function roc(image: Curve, pixel: Curve | null, pictures: readonly JudgedPicture[], threshold: number | null): PlotOption {
  const at = threshold === null ? null : flaggedShares(pictures, threshold);
  return frame({
    legend: legend(pixel ? ['pictures', 'pixels', 'chance'] : ['pictures', 'chance']),
    xAxis: unitAxis('false alarms among normal'),
    yAxis: unitAxis('caught among abnormal', { nameGap: 34 }),
    series: [
      chance([0, 0], [1, 1]),
      ...(pixel ? [line('pixels', pixel, inks['series-2'])] : []),
      line('pictures', image, inks['series-1']),
      ...(at ? [operatingPoint(at.good, at.abnormal)] : []),
    ],
  });
}

/** Precision against recall of pictures. */
export function precisionRecall(curve: Curve, pictures: readonly JudgedPicture[], threshold: number | null): PlotOption {
  const prior = ofClass(pictures, 1).length / pictures.length;
  const at = threshold === null ? null : flaggedShares(pictures, threshold);
  return frame({
    legend: legend(['pictures', 'chance']),
    xAxis: unitAxis('recall: caught among abnormal'),
    yAxis: unitAxis('precision: abnormal among flagged', { nameGap: 34 }),
    series: [
      chance([0, prior], [1, prior]),
      // Steps: the area under them is the average precision.
      line('pictures', curve, inks['series-1'], { step: 'start' }),
      ...(at && Number.isFinite(at.precision) ? [operatingPoint(at.abnormal, at.precision)] : []),
    ],
  });
}

/** Mean overlap with the marked regions against false alarms, up to the limit of the metric. */
export function pro(curve: Curve, limit: number): PlotOption {
  return frame({
    xAxis: axis('false alarms among normal pixels', {
      min: 0,
      max: limit,
      interval: limit / 3,
      axisLabel: { color: inks.muted, fontSize: 11, formatter: (x: number) => String(Number(x.toFixed(3))) },
    }),
    yAxis: unitAxis('mean share of a region covered', { nameGap: 34 }),
    series: [chance([0, 0], [limit, limit]), line('regions', curve, inks['series-2'], { areaStyle: { color: inks['series-2'], opacity: 0.12 } })],
  });
}

const seriesInks = [inks['series-1'], inks['series-2'], inks['series-3'], inks['series-4'], inks['series-5'], inks['series-6']];
const inkOf = (series: number) => seriesInks[series % seriesInks.length];

/** Steps are written 12k on an axis. */
const steps = (x: number) => (x >= 1e4 ? `${Number((x / 1e3).toPrecision(3))}k` : String(x));
const stepAxis = (history: readonly { readonly step: number }[]) =>
  axis('step', {
    min: 0,
    max: Math.max(1, ...history.map((h) => h.step)),
    splitLine: { show: false },
    axisLabel: { color: inks.muted, fontSize: 11, hideOverlap: true, formatter: steps },
  });

/** The loss and its terms over the steps; logarithmic where they fall far. */
export function losses(history: TrainingHistory['history']): PlotOption {
  // Phases have terms of their own; those beyond the inks are dashed.
  const names = [...new Set(history.flatMap((h) => Object.keys(h.terms)))].slice(0, 2 * seriesInks.length - 1);
  const curves = [
    ...(names.length === 1 ? [] : [{ name: 'loss', y: history.map((h) => h.loss) }]),
    ...names.map((name) => ({ name, y: history.map((h) => h.terms[name] ?? Number.NaN) })),
  ];
  const all = curves.flatMap((c) => c.y).filter(Number.isFinite);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const logarithmic = least > 0 && most > 20 * least;
  const [bottom, top] = [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most))];
  const rows = Math.ceil(curves.length / 3);
  return frame({
    legend: legend(curves.map((c) => c.name)),
    grid: gridAt(62, 12 + 18 * rows),
    xAxis: stepAxis(history),
    yAxis: axis(logarithmic ? 'loss, logarithmic' : 'loss', {
      type: logarithmic ? 'log' : 'value',
      nameGap: 42,
      ...(logarithmic ? { min: bottom, max: top } : { min: least < 0 ? undefined : 0 }),
      axisLabel: { color: inks.muted, fontSize: 11, hideOverlap: true, formatter: numbers.tick },
    }),
    series: curves.map(({ name, y }, i) =>
      line(name, { x: history.map((h) => h.step), y }, inkOf(i), {
        lineStyle: { color: inkOf(i), width: i ? 1.5 : 2, type: i < seriesInks.length ? 'solid' : 'dashed' },
      }),
    ),
  });
}

/** What the method watched besides its loss, a curve each. */
export function monitors(points: TrainingHistory['monitors']): PlotOption {
  const names = [...new Set(points.flatMap(({ values }) => Object.keys(values)))].slice(0, seriesInks.length);
  return frame({
    legend: legend(names),
    grid: gridAt(62, 12 + 18 * Math.ceil(names.length / 3)),
    xAxis: stepAxis(points),
    yAxis: axis('what was watched', { nameGap: 42, scale: true, axisLabel: { color: inks.muted, fontSize: 11, hideOverlap: true, formatter: numbers.tick } }),
    series: names.map((name, i) => line(name, { x: points.map((p) => p.step), y: points.map((p) => p.values[name] ?? Number.NaN) }, seriesInks[i])),
  });
}

/** What made defects on pictures held back said during training. */
export function validation(points: TrainingHistory['validation']): PlotOption {
  const curves = [
    ['image AUROC', points.map((p) => p.imageAuroc)],
    ['pixel AUROC', points.map((p) => p.pixelAuroc)],
    ['pixel AP', points.map((p) => p.pixelAp)],
  ] as const;
  const least = Math.min(...curves.flatMap(([, y]) => [...y]).filter(Number.isFinite));
  const min = Math.max(0, Math.floor(least * 10) / 10);
  return frame({
    legend: legend(curves.map(([name]) => name)),
    xAxis: stepAxis(points),
    yAxis: axis('on made defects', { min: Math.min(min, 0.9), max: 1, nameGap: 34 }),
    series: curves.map(([name, y], i) =>
      line(name, { x: points.map((p) => p.step), y }, seriesInks[i], { showSymbol: points.length < 30, symbol: 'circle', symbolSize: 5 }),
    ),
  });
}

/** The rate of learning over the steps. */
export function rates(history: TrainingHistory['history']): PlotOption {
  return frame({
    grid: gridAt(66, 30),
    xAxis: stepAxis(history),
    yAxis: axis('factor on the learning rate', { nameGap: 46, min: 0, axisLabel: { color: inks.muted, fontSize: 11, formatter: numbers.tick } }),
    series: [line('rate', { x: history.map((h) => h.step), y: history.map((h) => h.rate) }, inks['series-1'])],
  });
}
