// What went wrong, as one line and an exit code: errors of the library, of the system, of nobody's making.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { failureOf, isAbort, troubleOf } from '../../src/cli/failure.ts';
import { BlemishError } from '../../src/errors.ts';

const root = mkdtempSync(join(tmpdir(), 'blemish-failure-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const of = (error: unknown) => {
  const { text, exit } = failureOf('blemish score', error);
  return `${exit}: ${text.replaceAll(root, '')}`;
};
const rejection = (promise: Promise<unknown>) => promise.then(String, (error: unknown) => error);

describe('errors of the library', () => {
  it('are one line with their code; those of the machine end with 3', () => {
    expect([
      of(new BlemishError('PICTURE_EMPTY', 'a.png: the file has 0 bytes; expected a picture file')),
      of(new BlemishError('ARGUMENT_INVALID', 'score: batchSize is 0; expected 1 … 1024')),
      of(new BlemishError('MODEL_INVALID', 'odd\u001b[31mname: cut short; expected a model')),
      of(new BlemishError('OUT_OF_MEMORY', 'conv2d: 4 GiB were asked for; expected so much to be free')),
    ]).toMatchInlineSnapshot(`
      [
        "2: blemish score: a.png: the file has 0 bytes; expected a picture file (PICTURE_EMPTY)",
        "2: blemish score: batchSize is 0; expected 1 … 1024 (ARGUMENT_INVALID)",
        "2: blemish score: odd\\u001b[31mname: cut short; expected a model (MODEL_INVALID)",
        "3: blemish score: conv2d: 4 GiB were asked for; expected so much to be free (OUT_OF_MEMORY)",
      ]
    `);
  });

  it('keep the lines of a list', () => {
    expect(of(new BlemishError('DATA_UNKNOWN', 'x: it is empty; expected one of\n  mvtec: train/good\n  folder: pictures'))).toBe(
      '2: blemish score: x: it is empty; expected one of\n  mvtec: train/good\n  folder: pictures (DATA_UNKNOWN)',
    );
  });
});

describe('errors of the system', () => {
  it('name the path', async () => {
    writeFileSync(join(root, 'file'), '');
    mkdirSync(join(root, 'folder'));
    const errors = [
      await rejection(open(join(root, 'absent'))),
      await rejection(open(join(root, 'file', 'below'))),
      await rejection(open(join(root, 'folder'), 'w')),
      await rejection(readdir(join(root, 'x'.repeat(300)))),
    ];
    expect(errors.map(of).map((line) => line.replace(/x{300}/, 'x…'))).toMatchInlineSnapshot(`
      [
        "2: blemish score: /absent does not exist (ENOENT)",
        "2: blemish score: /file/below lies below something that is no folder (ENOTDIR)",
        "2: blemish score: /folder is a folder; expected a file (EISDIR)",
        "2: blemish score: /x… has too long a name (ENAMETOOLONG)",
      ]
    `);
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write', path: 'rows.csv' });
    expect(of(full)).toBe('3: blemish score: rows.csv could not be written: the disk is full (ENOSPC)');
    delete (full as { path?: string }).path;
    expect(of(full)).toBe('3: blemish score: a file could not be written: the disk is full (ENOSPC)');
  });
});

it('whatever else is thrown comes with its stack, and ends with 70', () => {
  expect(of(new TypeError('x is not a function'))).toMatch(/^70: blemish score: this should not have happened; .*\nTypeError: x is not a function\n +at /);
  expect(of('a text')).toBe('70: blemish score: this should not have happened; please report it with the lines below\na text');
});

it('the trouble with a picture begins with its name, once', () => {
  const trouble = (name: string, message: string) => troubleOf({ name, code: 'PICTURE_EMPTY', message });
  expect(trouble('a/b.png', 'readPicture: a/b.png: the file has 0 bytes')).toBe('a/b.png: the file has 0 bytes (PICTURE_EMPTY)');
  expect(trouble('#3', 'pictures: null came')).toBe('#3: pictures: null came (PICTURE_EMPTY)');
});

it('an abort is known by its reason, however it is wrapped', () => {
  const stop = new AbortController();
  const other = new Error('other');
  expect(isAbort(other, stop.signal)).toBe(false);
  stop.abort();
  expect(isAbort(stop.signal.reason, stop.signal)).toBe(true);
  expect(isAbort(new Error('reading ended', { cause: stop.signal.reason }), stop.signal)).toBe(true);
  expect(isAbort(new DOMException('aborted', 'AbortError'), stop.signal)).toBe(true);
  expect(isAbort(other, stop.signal)).toBe(false);
});
