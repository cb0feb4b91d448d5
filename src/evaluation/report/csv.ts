// Tables as comma-separated values, safe to open in a spreadsheet.

export type Cell = string | number | boolean | null;

// A spreadsheet takes such a beginning for a formula; a quote before it makes it text.
const formula = /^[\s]*[=+\-@\t\r|]/;

function cell(value: Cell): string {
  if (value === null) return '';
  // Numbers in full: read back, they are the same bits.
  if (typeof value !== 'string') return String(value);
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows of RFC 4180 with a header; text that a spreadsheet would run is quoted. Lines end in CR LF. */
export const csv = (header: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
