// Progress of long work: a bar that stays in its line on a terminal, plain lines elsewhere, nothing under --quiet.
import type { Out } from './console.ts';
import { cellsOf, timeText } from './text.ts';

const parts = ' ▏▎▍▌▋▊▉█';

export interface ProgressOptions {
  /** One word before everything. */
  readonly label: string;
  readonly quiet: boolean;
  /** Whether its beginning is told at once: for what is long by nature. Default: not, where there is no terminal. */
  readonly eager?: boolean;
  /** Seconds on a clock that never goes back. */
  readonly now?: () => number;
}

export class Progress {
  private readonly out: Out;
  private readonly label: string;
  private readonly quiet: boolean;
  private readonly eager: boolean;
  private readonly now: () => number;
  private readonly begun: number;
  private readonly remaining = new Remaining();
  private shown = Number.NEGATIVE_INFINITY;
  /** Whether the terminal's line holds a bar. */
  private standing = false;
  private last: { share: number | null; text: string } | null = null;
  private told = '';

  constructor(out: Out, { label, quiet, eager = false, now = () => performance.now() / 1000 }: ProgressOptions) {
    this.out = out;
    this.label = label;
    this.quiet = quiet;
    this.eager = eager;
    this.now = now;
    this.begun = now();
  }

  /** Seconds since the beginning. */
  get seconds(): number {
    return this.now() - this.begun;
  }

  /** @param share of the work that is done, 0 … 1, by whatever limit comes first; null: nobody knows how much there is */
  update(share: number | null, text: string): void {
    if (this.quiet) return;
    const { seconds } = this;
    if (share !== null) this.remaining.add(seconds, share);
    this.last = { share, text };
    // A stretch of less than a second has one line, that of its end.
    const since = this.shown < 0 && !this.out.isTTY && !this.eager ? seconds >= 1 : seconds - this.shown >= this.interval(seconds);
    if (since) this.show();
  }

  /** Takes the bar away, so that a line can be written; the next update brings it back. */
  clear(): void {
    if (!this.standing) return;
    this.out.write('\r\x1b[K');
    this.standing = false;
    this.shown = Number.NEGATIVE_INFINITY;
  }

  /** Shows the last state, and ends the line that a terminal is left in; leaves nothing where something else tells the end. */
  close(leave = true): void {
    if (!leave) this.clear();
    else if (this.last && (this.out.isTTY || this.shown >= 0 || this.seconds >= 1)) this.show(true);
    if (this.standing) this.out.write('\n');
    this.standing = false;
    this.last = null;
  }

  // A log of a night's training must not drown what else is in it.
  private interval(seconds: number): number {
    return this.out.isTTY ? 0.1 : Math.min(60, Math.max(5, 0.05 * seconds));
  }

  private show(ended = false): void {
    const { share, text } = this.last!;
    const { seconds } = this;
    this.shown = seconds;
    const left = ended || share === null || share >= 1 ? null : this.remaining.value(seconds);
    const state = `${text}  ${timeText(seconds)}${left === null ? '' : `, ${roughly(left)} left`}`;
    const line = (middle: string) => `${this.label}  ${middle}${state}`;
    if (!this.out.isTTY) {
      if (state !== this.told) this.out.write(`${line('')}\n`);
      this.told = state;
      return;
    }
    // The last column stays empty: some terminals wrap when it is filled.
    const width = (this.out.columns || 80) - 1;
    const room = Math.min(40, width - cellsOf(line('')) - 3);
    const shown = share !== null && room >= 8 ? line(`${bar(share, room)} `) : line('');
    this.out.write(`\r\x1b[K${cut(shown, width)}`);
    this.standing = true;
  }
}

/**
 * How long the rest takes at the pace of late. The pace of the whole would count the slow first steps for ever; the pace of one
 * step jumps.
 */
class Remaining {
  private readonly seen: { seconds: number; share: number }[] = [];

  add(seconds: number, share: number): void {
    // The next piece of work under the same label.
    if (share < (this.seen.at(-1)?.share ?? 0)) this.seen.length = 0;
    this.seen.push({ seconds, share });
    // The last third of the time, at least ten seconds of it, and as much more as it takes to see anything move.
    const since = seconds - Math.max(10, seconds / 3);
    while (this.seen.length > 2 && this.seen[1].seconds <= since && this.seen[1].share < share) this.seen.shift();
    // Thousands of quick steps need not all be kept.
    if (this.seen.length > 512) this.seen.splice(1, this.seen.length - 2, ...this.seen.slice(1, -1).filter((_, i) => i % 2 === 1));
  }

  /** Seconds; null while too little is known to say. */
  value(seconds: number): number | null {
    // Not from nothing: a training that goes on begins in the middle.
    const first = this.seen[0];
    const last = this.seen[this.seen.length - 1];
    const done = last ? last.share - first.share : 0;
    if (seconds < 2 || done <= 0) return null;
    // Counted to now, not to the last update: where nothing comes, the estimate must grow.
    return ((1 - last.share) * (seconds - first.seconds)) / done;
  }
}

/** No finer than an estimate can be. */
function roughly(seconds: number): string {
  const step = seconds < 20 ? 1 : seconds < 120 ? 5 : seconds < 600 ? 30 : 60;
  return timeText(Math.max(1, Math.ceil(seconds / step)) * step)
    .replace(/ 00 s$/, '')
    .replace(/^(\d)\.0 s/, '$1 s');
}

/** As much of a text as fits into so many cells of a terminal. */
function cut(line: string, cells: number): string {
  let room = cells;
  let kept = '';
  for (const one of line) {
    room -= cellsOf(one);
    if (room < 0) break;
    kept += one;
  }
  return kept;
}

function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const full = Math.floor(eighths / 8);
  const rest = full < width ? parts[eighths % 8] : '';
  return `▕${('█'.repeat(full) + rest).padEnd(width)}▏`;
}
