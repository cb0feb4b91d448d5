// What went wrong, as the one line a person reads and the exit code a script asks for.
import { BlemishError } from '../errors.ts';
import { printable } from './text.ts';
import { exits } from './verb.ts';

/** The machine is at fault, not what was typed. */
const ofTheMachine: ReadonlySet<string> = new Set(['BINARY_MISSING', 'DEVICE_UNAVAILABLE', 'KERNEL_MISSING', 'OUT_OF_MEMORY', 'DEVICE_FAILED']);

/** What the system says of paths that the caller named, and of a machine that is full. */
const ofTheSystem: Readonly<Record<string, readonly [what: string, code: number]>> = {
  ENOENT: ['does not exist', exits.usage],
  ENOTDIR: ['lies below something that is no folder', exits.usage],
  EISDIR: ['is a folder; expected a file', exits.usage],
  EEXIST: ['exists already', exits.usage],
  EACCES: ['may not be used: permission denied', exits.usage],
  EPERM: ['may not be used: not permitted', exits.usage],
  ENAMETOOLONG: ['has too long a name', exits.usage],
  ELOOP: ['is a link that leads to itself', exits.usage],
  EROFS: ['lies on a file system that cannot be written', exits.usage],
  ENOSPC: ['could not be written: the disk is full', exits.environment],
  EDQUOT: ['could not be written: the quota is used up', exits.environment],
  EMFILE: ['could not be opened: too many files are open', exits.environment],
  EIO: ['could not be read or written: the device failed', exits.environment],
};

export interface Failure {
  readonly text: string;
  readonly exit: number;
}

/** Why a run is aborted whose output nobody reads any more. */
export const unread = new Error('nobody reads the output any more');

/** Whether an error only says that the signal was heard. */
export const isAbort = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted &&
  (error === signal.reason || (error as Error | null)?.name === 'AbortError' || (error as { cause?: unknown } | null)?.cause === signal.reason);

/** What went wrong with one picture, as one line that begins with its name. */
export function troubleOf({ name, code, message }: { readonly name: string; readonly code: string; readonly message: string }): string {
  // Most messages have the name in them already, behind the function that read the picture.
  const at = message.indexOf(`${name}: `);
  return `${at >= 0 ? message.slice(at) : `${name}: ${message}`} (${code})`;
}

/** @param where what stands before the line: `blemish train` */
export function failureOf(where: string, error: unknown): Failure {
  if (error instanceof BlemishError) {
    // The library names the function, which often is the verb that was just named.
    const own = `${where.split(' ').at(-1)}: `;
    const message = error.message.startsWith(own) ? error.message.slice(own.length) : error.message;
    // What was looked for where is the doctor's to tell.
    const said = error.code === 'BINARY_MISSING' ? message.split('\n')[0] : message;
    const hint = error.code === 'BINARY_MISSING' ? '; blemish doctor tells what is missing' : '';
    return { text: `${where}: ${tidy(said)} (${error.code})${hint}`, exit: ofTheMachine.has(error.code) ? exits.environment : exits.usage };
  }
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const known = code !== undefined && syscall !== undefined && Object.hasOwn(ofTheSystem, code) ? ofTheSystem[code] : null;
  // Only what names a path knows it: a write to an open file does not.
  if (known) return { text: `${where}: ${path ? printable(path) : 'a file'} ${known[0]} (${code})`, exit: known[1] };
  const stack = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  return { text: `${where}: this should not have happened; please report it with the lines below\n${stack}`, exit: exits.internal };
}

/** Only lists, such as of the shapes that data may have, have lines of their own. */
const tidy = (message: string): string => message.trim().split('\n').map(printable).join('\n');
