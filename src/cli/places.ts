// Places that a run will write to, looked at before it spends an hour.
import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BlemishError } from '../errors.ts';

/** Sees to it that a file can be written at the path later: its folder is made, and a folder of its name is refused. */
export async function willWrite(flag: string, path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory()) throw new BlemishError('ARGUMENT_INVALID', `${flag} is ${path}, a folder; expected the name of a file`);
  await mkdir(dirname(path), { recursive: true });
  await access(there ? path : dirname(path), constants.W_OK);
}

/** Makes a folder that can be written to. */
export async function willFill(flag: string, path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there && !there.isDirectory()) throw new BlemishError('ARGUMENT_INVALID', `${flag} is ${path}, a file; expected the name of a folder`);
  await mkdir(path, { recursive: true });
  await access(path, constants.W_OK);
}
