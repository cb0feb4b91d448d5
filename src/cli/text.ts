// Text for people: columns, numbers, stretches of time, names that are safe to print.

/** Characters that would move a terminal's cursor, colour it, or break a line; the bidirectional ones would reorder what is read. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A file's name, or whatever came from outside, as one line without control characters: those are written as escapes. */
export const printable = (name: string): string => name.replace(unprintable, (one) => short[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Words as a line that a POSIX shell reads as these words. */
export const shellLine = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');

/** Cells a text takes on a terminal: wide characters of East Asia and emoji take two, combining ones none. */
export function cellsOf(line: string): number {
  let cells = 0;
  for (const one of line) {
    if (/\p{Mark}/u.test(one)) continue;
    cells += /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(one)
      ? 2
      : 1;
  }
  return cells;
}

/** Rows under one another, two spaces between columns; the last column is left as it is. */
export function columns(rows: readonly (readonly string[])[], numbers: readonly boolean[] = []): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cellsOf(cell))));
  const padded = (cell: string, i: number, last: boolean) => {
    const room = ' '.repeat(widths[i] - cellsOf(cell));
    return numbers[i] ? room + cell : last ? cell : cell + room;
  };
  return rows
    .map((row) =>
      row
        .map((cell, i) => padded(cell, i, i === row.length - 1))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `4.2 s`, `3 min 05 s`, `1 h 20 min`. */
export function timeText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** `1 picture`, `2 pictures`, `12 345 pictures`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ' ')} ${count === 1 ? one : many}`;
}

/** Four significant digits; a dash where there is no number. */
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value) || value === 0) return String(value);
  return Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(3);
}

/** `5.3 MiB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[power]}`;
}
