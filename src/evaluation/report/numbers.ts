// How numbers are written for people: metrics, scores, shares, durations.

/** A metric between 0 and 1: 0.982. */
export const metric = (value: number | null): string => (value === null || Number.isNaN(value) ? '–' : value.toFixed(3));

/** The two ends of an interval: 0.961 – 0.994. */
export const interval = (low: number | null, high: number | null): string => (low === null || high === null ? '–' : `${metric(low)} – ${metric(high)}`);

/** A raw score, which may be of any size: four digits, so that columns line up. */
export function score(value: number | null): string {
  if (value === null || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1e4 && size < 1e6) return value.toFixed(0);
  if (size === 0 || (size >= 1e-3 && size < 1e4)) return value.toPrecision(4);
  return value.toExponential(2).replace('e+', 'e');
}

/** The same on an axis or in a sentence, without the zeros at its end: 0.25. */
export function tick(value: number): string {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-4 && size < 1e6) ? String(Number(value.toPrecision(4))) : String(Number(value.toPrecision(3))).replace('e+', 'e');
}

/** A p-value: two digits, and never 0. */
export const pValue = (value: number): string => (value < 1e-4 ? '< 0.0001' : Number(value.toPrecision(2)).toString());

/** A whole number with its thousands apart: 12,345. */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** A number of things in words: 1 picture, 3 pictures. */
export const counted = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

/** A share of a whole in percent: 94 %, 0.4 %. Never 0 % or 100 % of what is not none or all. */
export function percent(part: number, whole = 1): string {
  if (!(whole > 0)) return '–';
  const share = (100 * part) / whole;
  const digits = (share > 0 && share < 10) || (share > 99 && share < 100) ? 1 : 0;
  const text = share.toFixed(digits);
  if (Number(text) === 0 && share > 0) return '< 0.1 %';
  if (Number(text) === 100 && share < 100) return '> 99.9 %';
  return `${text.replace(/\.0$/, '')} %`;
}

/** Seconds: 0.42 s, 12 s, 3 min 20 s, 2 h 5 min. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return [`${Math.floor(whole / 60)} min`, whole % 60 ? `${whole % 60} s` : ''].join(' ').trim();
  const minutes = Math.round(seconds / 60);
  return [`${count(Math.floor(minutes / 60))} h`, minutes % 60 ? `${minutes % 60} min` : ''].join(' ').trim();
}

/** Bytes: 312 kB, 4.2 MB. */
export const bytes = (size: number): string => (size < 1e6 ? `${Math.ceil(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`);

/** A moment: of an ISO 8601 text to the second or finer, minutes are enough; any other text stays as it is. */
export const moment = (text: string): string => text.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z$/, '$1, $2 UTC');
