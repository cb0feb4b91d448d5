// Where words go: data to standard output, progress and trouble to standard error, colours only where they are welcome.
import { Progress } from './progress.ts';
import { printable } from './text.ts';

/** What the console needs of an output stream. */
export type Out = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface Streams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Out;
  readonly stderr: Out;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const codes = { red: 31, green: 32, yellow: 33, bold: 1, faint: 2 } as const;
export type Ink = keyof typeof codes;

/** Whether a stream takes colours: a terminal, unless NO_COLOR holds anything or TERM says that it is a dumb one. */
const coloured = (out: Out, env: Streams['env']): boolean => out.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';

export class Console {
  readonly streams: Streams;
  /** No progress and no remarks; trouble is still told. */
  quiet = false;
  private bar: Progress | null = null;

  constructor(streams: Streams) {
    this.streams = streams;
  }

  /** Data: text to standard output as it is. Resolves when the stream can take more. */
  async data(text: string): Promise<void> {
    const { stdout } = this.streams;
    // Elsewhere the two do not meet.
    if (stdout.isTTY) this.bar?.clear();
    if (!stdout.write(text)) await drained(stdout);
  }

  /** A line of data. */
  line(text = ''): Promise<void> {
    return this.data(`${text}\n`);
  }

  /** One JSON value as a line of data. */
  json(value: unknown): Promise<void> {
    return this.line(JSON.stringify(value));
  }

  /** A remark on what happens; nothing under --quiet. */
  say(text: string): void {
    if (!this.quiet) this.tell(text);
  }

  /** Trouble, as one line: what a run goes on after. Told under --quiet too. */
  warn(text: string): void {
    this.tell(printable(text), 'yellow');
  }

  private tell(text: string, ink?: Ink): void {
    this.bar?.clear();
    const { stderr, env } = this.streams;
    stderr.write(`${ink && coloured(stderr, env) ? inked(text, ink) : text}\n`);
  }

  /** A stretch of work to follow; the one before ends. */
  progress(label: string, eager = false): Progress {
    this.bar?.close();
    this.bar = new Progress(this.streams.stderr, { label, quiet: this.quiet, eager });
    return this.bar;
  }

  /** Ends the line that progress is left in. */
  close(): void {
    this.bar?.close();
    this.bar = null;
  }

  /** Text in a colour, for standard output. */
  ink(text: string, ink: Ink): string {
    return coloured(this.streams.stdout, this.streams.env) ? inked(text, ink) : text;
  }
}

const inked = (text: string, ink: Ink): string => `\x1b[${codes[ink]}m${text}\x1b[0m`;

/** When a full stream has room again, or never will. */
function drained(out: Out): Promise<void> {
  return new Promise((done) => {
    const ready = () => {
      for (const event of ['drain', 'close', 'error']) out.off(event, ready);
      done();
    };
    for (const event of ['drain', 'close', 'error']) out.on(event, ready);
  });
}
