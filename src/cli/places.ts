// Places that a run will write to, looked at before it spends an hour.
import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BlemishError } from '../errors.ts';

/** Makes a folder and those it lies in. */
async function make(flag: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    const inTheWay = error.code === 'EEXIST' || error.code === 'ENOTDIR';
    throw inTheWay ? new BlemishError('ARGUMENT_INVALID', `${flag}: ${error.path ?? folder} is no folder; expected the path of one, or none`) : error;
  });
}

/** Sees to it that a file can be written at the path later: its folder is made, and a folder of its name is refused. */
export async function willWrite(flag: string, path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory()) throw new BlemishError('ARGUMENT_INVALID', `${flag} is ${path}, a folder; expected the name of a file`);
  await make(flag, dirname(path));
  await access(there ? path : dirname(path), constants.W_OK);
}

/** Makes a folder that can be written to. */
export async function willFill(flag: string, path: string): Promise<void> {
  await make(flag, path);
  await access(path, constants.W_OK);
}
