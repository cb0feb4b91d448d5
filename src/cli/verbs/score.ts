// blemish score: a score for every picture, as rows that scripts read, with maps where they are wanted.
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { ScoreResult, Scoring } from '../../scoring/result.ts';
import type { Console } from '../console.ts';
import { quiet, text, toggle, whole, word } from '../flags.ts';
import type { MapFile, RowKind } from '../rows.ts';
import { willFill, willWrite } from '../places.ts';
import { countText, numberText, timeText } from '../text.ts';
import { defineVerb, exits } from '../verb.ts';

/** Where rows go. */
interface Sink {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** A file that is written to as rows come: an interrupted run leaves whole rows. */
async function fileSink(path: string): Promise<Sink> {
  await willWrite('--out', path);
  const file: WriteStream = createWriteStream(path);
  await once(file, 'open');
  let failure: unknown = null;
  file.on('error', (error) => (failure = error));
  const check = () => {
    if (failure) throw failure;
  };
  return {
    async write(row) {
      check();
      if (!file.write(row)) await Promise.race([once(file, 'drain'), once(file, 'close')]);
      check();
    },
    async close() {
      check();
      file.end();
      await once(file, 'close');
      check();
    },
  };
}

/** What a run has seen. */
class Tally {
  done = 0;
  anomalous = 0;
  failed = 0;
  private readonly begun = performance.now();

  add(result: ScoreResult): void {
    this.done++;
    if (result.error) this.failed++;
    else if ((result as Scoring).anomalous) this.anomalous++;
  }

  get seconds(): number {
    return (performance.now() - this.begun) / 1000;
  }

  get state(): string {
    const found = this.anomalous ? `, ${this.anomalous} anomalous` : '';
    return `${countText(this.done, 'picture')}${found}${this.failed ? `, ${this.failed} not readable` : ''}`;
  }
}
