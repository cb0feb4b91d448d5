// A file that rows are written to as they come: an interrupted run leaves whole rows.
import { type FileHandle, open } from 'node:fs/promises';
import { willWrite } from './places.ts';

export interface Sink {
  /** Resolves when it is written, so that rows never pile up. */
  data(text: string): Promise<void>;
  close(): Promise<void> | void;
}

const atLeast = 1 << 16;
const patience = 500;

/** Opens a file, in place of one that is there. */
export async function openSink(path: string): Promise<Sink> {
  await willWrite('--out', path);
  const file: FileHandle = await open(path, 'w');
  let pending = '';
  let timer: NodeJS.Timeout | null = null;
  // One write after the other; a failure stays and is told by whatever comes next.
  let writing: Promise<unknown> = Promise.resolve();
  const flush = (): Promise<unknown> => {
    if (timer) clearTimeout(timer);
    timer = null;
    const text = pending;
    pending = '';
    if (text) {
      writing = writing
        .then(() => file.writeFile(text))
        .catch((error: unknown) => {
          throw Object.assign(error as object, { path });
        });
      writing.catch(() => {});
    }
    return writing;
  };
  return {
    async data(text) {
      pending += text;
      if (pending.length >= atLeast) await flush();
      // Whoever watches the file sees a row soon, and a fast run does not wait for every one.
      else timer ??= setTimeout(flush, patience);
    },
    async close() {
      try {
        await flush();
      } finally {
        await file.close();
      }
    },
  };
}
