// A file that appears under its name only once it is whole: until then it has a name that nobody mistakes for the real one.
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, stat, unlink } from 'node:fs/promises';

/**
 * A file under way. It is written under `<path>.<process>-<chance>.partial`, beside the name it is to have, and takes that name at
 * `commit`: whoever finds the name finds a whole file, also after a crash. What stands at the path and is no regular file, such as a
 * pipe, is written to as it is.
 */
export class PartialFile {
  /** Where it is written now. */
  readonly place: string;
  private readonly target: string;
  private readonly file: FileHandle;
  private closed = false;

  private constructor(target: string, place: string, file: FileHandle) {
    this.target = target;
    this.place = place;
    this.file = file;
  }

  static async create(path: string): Promise<PartialFile> {
    const there = await stat(path).catch(() => null);
    // A link stays, and what it leads to is replaced.
    const target = there ? await realpath(path).catch(() => path) : path;
    const straight = there !== null && !there.isFile();
    // Several threads of a process, and several calls, may write to one path: the last complete file stays.
    const place = straight ? target : `${target}.${process.pid}-${randomBytes(4).toString('hex')}.partial`;
    return new PartialFile(target, place, await open(place, 'w'));
  }

  /** Appends. Rejects with the system's error, which names the path. */
  async write(data: Uint8Array | string): Promise<void> {
    await this.file.writeFile(data).catch((error: unknown) => {
      throw Object.assign(error as object, { path: this.target });
    });
  }

  /** Makes it the file of its name, once its bytes lie on the disk. */
  async commit(): Promise<void> {
    // A pipe cannot be synchronised.
    if (this.place !== this.target) await this.file.sync();
    await this.close();
    if (this.place !== this.target) await rename(this.place, this.target);
  }

  /** Leaves what was written under the name it has. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.file.close();
  }

  /** Removes what was written. */
  async discard(): Promise<void> {
    await this.close().catch(() => {});
    if (this.place !== this.target) await unlink(this.place).catch(() => {});
  }
}

/** Writes a file in pieces; one of that name is replaced only by a complete one, and a failure leaves nothing. */
export async function writeWhole(path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const file = await PartialFile.create(path);
  try {
    for (const piece of pieces) await file.write(piece);
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
