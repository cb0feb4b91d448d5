// A file that rows are written to as they come: an interrupted run leaves whole rows.
import { type FileHandle, open } from 'node:fs/promises';
import { willWrite } from './places.ts';

export interface Sink {
  /** Resolves when it is written, so that rows never pile up. */
  data(text: string): Promise<void>;
  close(): Promise<void> | void;
}

const atLeast = 1 << 16;

/** Opens a file, in place of one that is there. */
export async function openSink(path: string): Promise<Sink> {
  await willWrite('--out', path);
  const file: FileHandle = await open(path, 'w');
  let pending = '';
  let written = performance.now();
  const flush = async () => {
    const text = pending;
    pending = '';
    written = performance.now();
    if (text) await file.write(text);
  };
  return {
    async data(text) {
      pending += text;
      // Whoever watches the file sees a row within a second, and a fast run does not wait for every one.
      if (pending.length >= atLeast || performance.now() - written > 500) await flush();
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
