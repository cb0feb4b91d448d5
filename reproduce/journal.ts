// What a long reproduction has found so far: a file of JSON lines, one written as each run ends, so that a killed one goes on.
import { appendFile, readFile, truncate } from 'node:fs/promises';
import { BlemishError } from '../src/errors.ts';

/** One class learnt with one seed, and judged. */
export interface RunRecord {
  readonly kind: 'run';
  readonly class: string;
  readonly seed: number;
  /** Pictures learnt from. */
  readonly train: number;
  /** Pictures judged, of the class and of all others. */
  readonly normal: number;
  readonly abnormal: number;
  readonly auroc: number;
  readonly averagePrecision: number;
  readonly steps: number;
  readonly trainSeconds: number;
  readonly scoreSeconds: number;
  /** Named numbers of the training, means of its last tenth: terms of the loss, and whatever else the method watches. */
  readonly terms: Readonly<Record<string, number>>;
}

/** What needs no learning, on one class. */
export interface BaselineRecord {
  readonly kind: 'baseline';
  readonly class: string;
  /** AUROC by name. */
  readonly auroc: Readonly<Record<string, number>>;
}

export type JournalRecord = RunRecord | BaselineRecord;
/** Everything that results depend on but class and seed; plain JSON. */
export type Identity = Readonly<Record<string, unknown>>;

export class Journal {
  readonly path: string;
  readonly records: JournalRecord[];

  private constructor(path: string, records: JournalRecord[]) {
    this.path = path;
    this.records = records;
  }

  /**
   * Goes on with the file, or begins it. A last line that was cut short when its writer was killed is dropped.
   *
   * Rejects with STATE_INVALID where the file is none of these, or was written with other settings.
   */
  static async open(path: string, identity: Identity): Promise<Journal> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole === '') {
      if (text && !JSON.stringify(identity).startsWith(text)) throw invalid(path, 'its first line is no settings', 'a file of this command, or none');
      await truncate(path).catch(() => {});
      await appendFile(path, `${JSON.stringify(identity)}\n`);
      return new Journal(path, []);
    }
    const [first, ...rest] = whole
      .trimEnd()
      .split('\n')
      .map((line, i) => parsed(path, line, i + 1));
    const [theirs, ours] = [flat(first), flat(identity)];
    const different = [...new Set([...theirs.keys(), ...ours.keys()])].filter((key) => theirs.get(key) !== ours.get(key));
    if (different.length) {
      const said = different.map((key) => `${key} was ${theirs.get(key) ?? 'not given'} and is ${ours.get(key) ?? 'not given'}`).join(', ');
      throw invalid(path, `it belongs to other settings: ${said}`, 'the same settings, or another --out');
    }
    // Only bytes are cut: the text has other units.
    if (whole !== text) await truncate(path, Buffer.byteLength(whole));
    return new Journal(
      path,
      rest.map((one, i) => record(path, one, i + 2)),
    );
  }

  run(name: string, seed: number): RunRecord | undefined {
    return this.records.find((one): one is RunRecord => one.kind === 'run' && one.class === name && one.seed === seed);
  }

  baseline(name: string): BaselineRecord | undefined {
    return this.records.find((one): one is BaselineRecord => one.kind === 'baseline' && one.class === name);
  }

  async add(one: JournalRecord): Promise<void> {
    await appendFile(this.path, `${JSON.stringify(one)}\n`);
    this.records.push(one);
  }
}

/** Settings by name as JSON, those within others as `hyper.latent`. */
function flat(identity: Identity): Map<string, string> {
  const entries = Object.entries(identity).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([inner, one]) => [`${key}.${inner}`, one] as const)
      : [[key, value] as const],
  );
  return new Map(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, JSON.stringify(value)] as const])));
}

const invalid = (path: string, wrong: string, expected: string) => new BlemishError('STATE_INVALID', `${path}: ${wrong}; expected ${expected}`);

function parsed(path: string, line: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {}
  throw invalid(path, `line ${number} is ${JSON.stringify(line.slice(0, 40))}`, 'an object of JSON in every line');
}

function record(path: string, value: Record<string, unknown>, number: number): JournalRecord {
  const { kind, seed, auroc } = value;
  const share = (x: unknown) => typeof x === 'number' && x >= 0 && x <= 1;
  const known = kind === 'run' ? Number.isSafeInteger(seed) && share(auroc) && isNumbers(value.terms) : kind === 'baseline' && isNumbers(auroc);
  if (typeof value.class !== 'string' || !known) throw invalid(path, `line ${number} is no result`, 'what an earlier run wrote');
  return value as unknown as JournalRecord;
}

const isNumbers = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'number' || one === null);
