// What every benchmark yields: a row; and how rows become JSON lines or an aligned table.

/** One figure. The first nine keys come first and always; what does not apply is null. */
export interface Row {
  name: string;
  case: string;
  device: string;
  threads: number | null;
  /** Median of the repeats. */
  ms: number | null;
  /** Interquartile range over the median. */
  spread: number | null;
  gflops: number | null;
  gbps: number | null;
  /** Share of what the machine could do at most, measured in the same run: 1 is the ceiling. */
  ceilingShare: number | null;
  /** Whatever else is worth telling, such as memory. */
  [extra: string]: unknown;
}

/** Highest rates that this machine reached in this run. */
export interface Ceilings {
  gflops: number;
  gbps: number;
  /** The measurements behind them. */
  rows: readonly Row[];
}

/** Arithmetic and traffic of one call. */
export interface Work {
  flops?: number;
  bytes?: number;
}

export interface Timing {
  ms: number;
  spread: number;
  /** The fastest: on a busy machine the better guide. */
  minMs: number;
}

export interface RowParts {
  name: string;
  case: string;
  device: string;
  threads: number | null;
  timing: Timing;
  work?: Work;
  ceilings?: Ceilings | null;
}

/** Five significant digits: nothing here is known better. */
export const rounded = (value: number): number => Number(value.toPrecision(5));

/** A row with its rates; `extras` follow the nine keys. */
export function rowOf({ timing, work = {}, ceilings, ...about }: RowParts, extras: Record<string, unknown> = {}): Row {
  const gflops = work.flops ? work.flops / timing.ms / 1e6 : null;
  const gbps = work.bytes ? work.bytes / timing.ms / 1e6 : null;
  return {
    name: about.name,
    case: about.case,
    device: about.device,
    threads: about.threads,
    ms: rounded(timing.ms),
    spread: rounded(timing.spread),
    gflops: gflops && rounded(gflops),
    gbps: gbps && rounded(gbps),
    ceilingShare: ceilings ? shareOf(work, timing.ms, ceilings) : null,
    minMs: rounded(timing.minMs),
    ...extras,
  };
}

/** The least time that the ceilings allow over the time it took: the larger of arithmetic and traffic decides. */
function shareOf(work: Work, ms: number, ceilings: Ceilings): number | null {
  const least = Math.max((work.flops ?? 0) / ceilings.gflops, (work.bytes ?? 0) / ceilings.gbps) / 1e6;
  return least ? rounded(least / ms) : null;
}

const shown = (value: unknown, digits = 3): string => {
  if (value === null || value === undefined) return '-';
  if (typeof value !== 'number') return String(value);
  if (value === 0 || !Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 10 ** (digits - 1) ? value.toFixed(0) : String(Number(value.toPrecision(digits)));
};

const percent = (value: number | null): string => (value === null ? '-' : `${(100 * value).toFixed(value < 0.1 ? 1 : 0)}%`);

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

const fixed = new Set(['name', 'case', 'device', 'threads', 'ms', 'spread', 'gflops', 'gbps', 'ceilingShare', 'minMs']);

function extrasOf(row: Row): string {
  const items = Object.entries(row).filter(([key, value]) => !fixed.has(key) && value !== null && value !== undefined);
  return items.map(([key, value]) => `${key} ${shown(value, 4)}`).join(', ');
}

/** Rows under each other, aligned; what only some of them have stands below the row. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.name,
    cut(row.case, 72),
    shown(row.ms, 4),
    shown(row.minMs, 4),
    percent(row.spread),
    shown(row.gflops),
    shown(row.gbps),
    percent(row.ceilingShare),
  ]);
  const heads = ['name', 'case', 'ms', 'best', 'spread', 'GFLOP/s', 'GB/s', 'ceiling'];
  const widths = heads.map((head, column) => Math.max(head.length, ...lines.map((line) => line[column].length)));
  const aligned = (line: readonly string[]) =>
    line.map((text, column) => (column < 2 ? text.padEnd(widths[column]) : text.padStart(widths[column]))).join('  ');
  return [aligned(heads), ...lines.flatMap((line, i) => [aligned(line), ...(extrasOf(rows[i]) ? [`    ${extrasOf(rows[i])}`] : [])])].join('\n');
}
