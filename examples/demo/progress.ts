// Progress of a training: a bar that stays in its line on a terminal, plain lines elsewhere.

const parts = ' ▏▎▍▌▋▊▉█';

export class Progress {
  private readonly out: NodeJS.WriteStream;
  private readonly begun = performance.now();
  private shown = Number.NEGATIVE_INFINITY;

  /** @param out where to write; what is no terminal gets a line every few seconds */
  constructor(out: NodeJS.WriteStream) {
    this.out = out;
  }

  /** Seconds since the beginning. */
  get seconds(): number {
    return (performance.now() - this.begun) / 1000;
  }

  /** @param share of the work that is done, 0 … 1, by whatever limit comes first */
  update(share: number, text: string): void {
    const { seconds } = this;
    const done = share >= 1;
    if (!done && seconds - this.shown < (this.out.isTTY ? 0.1 : 5)) return;
    this.shown = seconds;
    const left = done || share <= 0 ? '' : `, ${Math.ceil((seconds / share) * (1 - share))} s left`;
    const state = `${text}  ${seconds.toFixed(0)} s${left}`;
    if (!this.out.isTTY) {
      this.out.write(`training  ${state}\n`);
      return;
    }
    const room = (this.out.columns || 80) - state.length - 15;
    this.out.write(`\r\x1b[Ktraining  ${room >= 8 ? `${bar(share, Math.min(room, 40))} ` : ''}${state}`.slice(0, (this.out.columns || 80) + 4));
  }

  /** Ends the line that a terminal is left in. */
  close(): void {
    if (this.out.isTTY) this.out.write('\n');
  }
}

function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const full = Math.floor(eighths / 8);
  const rest = full < width ? parts[eighths % 8] : '';
  return `▕${('█'.repeat(full) + rest).padEnd(width)}▏`;
}
