// From the body of a request to the bytes of its pictures: within limits, never by a path, and never more in memory than was claimed.
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { BlemishError, type OwnCode } from '../errors.ts';
import { pictureKind, pixelKinds } from '../tensor/picture-file.ts';
import { type RawPicture, readPicture } from '../tensor/pictures.ts';
import type { Claim } from './allowance.ts';
import type { Limits } from './limits.ts';
import { Refusal, retryAfter } from './refusal.ts';

/** A picture as it came. */
export interface Upload {
  /** What the client calls it, or `#0` by its place in the request. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Intake extends Pick<Limits, 'maxBytes' | 'maxPictures'> {
  /** Of the bytes that the service may hold; what has come is added to it. */
  readonly held: Claim;
  readonly signal: AbortSignal;
  /** What the client calls a picture that is the whole body. */
  readonly name: string | null;
}

const longestName = 1024;
/** What parts of a form have around the pictures. */
const perPart = 4096;

/** The pictures of a request: the body itself, or the files of a form. What is refused was not read to its end. */
export function uploadsOf(request: IncomingMessage, intake: Intake): Promise<Upload[]> {
  const { headers } = request;
  const type = (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    throw new Refusal('REQUEST_INVALID', `the content is encoded as ${coding}; expected pictures as they are`, { status: 415 });
  }
  const declared = headers['content-length'] === undefined ? null : Number(headers['content-length']);
  const form = type === 'multipart/form-data';
  const most = intake.maxBytes + (form ? intake.maxPictures * perPart : 0);
  if (declared !== null && declared > most) throw tooLarge(`the body has ${declared} bytes`, intake);
  if (form) return formOf(request, intake, most);
  if (!type.startsWith('image/') && type !== 'application/octet-stream') {
    const wrong = type ? `the content is ${type.slice(0, 100)}` : 'the content has no type';
    throw new Refusal('REQUEST_INVALID', `${wrong}; expected image/… or application/octet-stream, or multipart/form-data with files`, { status: 415 });
  }
  return bodyOf(request, intake).then((bytes) => [{ name: intake.name ?? '#0', bytes }]);
}

const tooLarge = (wrong: string, { maxBytes }: Pick<Intake, 'maxBytes'>) => new Refusal('REQUEST_TOO_LARGE', `${wrong}; expected at most ${maxBytes}`);

/** A name as it may stand in an answer. It only names: nothing is ever looked for by it. */
export function checkName(name: string): string {
  if (name.length <= longestName) return name;
  throw new Refusal('REQUEST_INVALID', `the name of a picture has ${name.length} characters; expected at most ${longestName}`);
}

/** Pieces of bytes as they come, within what may be held; those of one request share a count. */
class Collector {
  private readonly intake: Intake;
  private readonly all: { count: number };
  private readonly pieces: Uint8Array[] = [];

  constructor(intake: Intake, all = { count: 0 }) {
    this.intake = intake;
    this.all = all;
  }

  /** Why a piece cannot be taken, or null. */
  add(piece: Uint8Array): Refusal | null {
    const { maxBytes, held } = this.intake;
    if (this.all.count + piece.length > maxBytes) return tooLarge(`more than ${maxBytes} bytes came`, this.intake);
    if (!held.grow(piece.length))
      return new Refusal('SERVICE_BUSY', 'the bodies of other requests fill the memory set aside for them; expected room', { headers: retryAfter(1) });
    this.all.count += piece.length;
    this.pieces.push(piece);
    return null;
  }

  bytes(): Uint8Array {
    return this.pieces.length === 1 ? this.pieces[0] : Buffer.concat(this.pieces);
  }
}

/** Listens to a body until it ends, it breaks off, or it is refused; what comes after a refusal is let go by. */
function listen<T>(
  request: IncomingMessage,
  { signal }: Intake,
  begin: (settle: { done(value: T): void; refuse(error: unknown): void }) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let end = () => {};
    const settle = (after: () => void) => {
      for (const event of ['error', 'aborted', 'close'] as const) request.off(event, broken);
      signal.removeEventListener('abort', stopped);
      end();
      // Whoever is done with a body does not destroy it: the answer goes over the same connection.
      request.resume();
      after();
    };
    const broken = () => {
      // A form's parser is a little behind the body.
      if (!request.readableEnded) settle(() => reject(new Refusal('REQUEST_INVALID', 'the request broke off; expected all of its body')));
    };
    const stopped = () => settle(() => reject(signal.reason));
    for (const event of ['error', 'aborted', 'close'] as const) request.on(event, broken);
    signal.addEventListener('abort', stopped);
    end = begin({ done: (value) => settle(() => resolve(value)), refuse: (error) => settle(() => reject(error)) });
    if (signal.aborted) stopped();
    else if (request.destroyed) broken();
  });
}

function bodyOf(request: IncomingMessage, intake: Intake): Promise<Uint8Array> {
  return listen(request, intake, ({ done, refuse }) => {
    const collector = new Collector(intake);
    const onData = (piece: Uint8Array) => {
      const refusal = collector.add(piece);
      if (refusal) refuse(refusal);
    };
    const onEnd = () => done(collector.bytes());
    request.on('data', onData).on('end', onEnd);
    return () => void request.off('data', onData).off('end', onEnd);
  });
}

function formOf(request: IncomingMessage, intake: Intake, most: number): Promise<Upload[]> {
  const { maxPictures } = intake;
  return listen(request, intake, ({ done, refuse }) => {
    let parser: BusboyInstance;
    try {
      parser = new Busboy({
        headers: request.headers as { 'content-type': string },
        limits: { files: maxPictures, parts: maxPictures + 1, fields: 1, fieldSize: 100, fieldNameSize: 100, headerPairs: 32, headerSize: perPart },
        isPartAFile: (_field, type, file) => file !== undefined || /^(image\/|application\/octet-stream$)/i.test(type ?? ''),
      });
    } catch (error) {
      refuse(new Refusal('REQUEST_INVALID', `the form cannot be read (${(error as Error).message}); expected multipart/form-data with a boundary`));
      return () => {};
    }
    const uploads: (Upload & { readonly collector: Collector })[] = [];
    const all = { count: 0 };
    let came = 0;
    let over = false;
    const onData = (piece: Uint8Array) => {
      came += piece.length;
      if (came > most) refuse(tooLarge(`more than ${most} bytes of a form came`, intake));
    };
    const tooMany = () => refuse(new Refusal('REQUEST_TOO_LARGE', `the form has more than ${maxPictures} pictures; expected at most ${maxPictures}`));
    // The parser calls from a stream: what is thrown there would end the process.
    const on = <A extends readonly unknown[]>(event: string, listener: (...given: A) => void) =>
      parser.on(event, (...given: unknown[]) => {
        if (over) return;
        try {
          listener(...(given as unknown as A));
        } catch (error) {
          refuse(error);
        }
      });
    on('file', (_field: string | undefined, file: Readable, filename: string | undefined) => {
      const collector = new Collector(intake, all);
      file.on('error', () => {});
      file.on('data', (piece: Uint8Array) => {
        const refusal = over ? null : collector.add(piece);
        if (refusal) refuse(refusal);
      });
      uploads.push({ name: checkName(filename || `#${uploads.length}`), collector, bytes: new Uint8Array(0) });
    });
    on('field', (field: string | undefined) => {
      const wrong = field === undefined ? 'a part without a name' : `a field ${JSON.stringify(field.slice(0, 100))}`;
      refuse(new Refusal('REQUEST_INVALID', `the form has ${wrong} that is no file; expected files alone`));
    });
    on('filesLimit', tooMany);
    on('partsLimit', tooMany);
    on('error', (error: unknown) =>
      refuse(new Refusal('REQUEST_INVALID', `the form cannot be read (${(error as Error).message}); expected a whole multipart/form-data`)),
    );
    on('finish', () => {
      // The parser passes over parts whose head it cannot use without a word; it counts them all the same.
      const parts = (parser as unknown as { _parser: { _nparts: number } })._parser._nparts;
      if (parts !== uploads.length)
        refuse(
          new Refusal(
            'REQUEST_INVALID',
            `the form has ${parts} parts, of which ${parts - uploads.length} do not say what they are; expected Content-Disposition: form-data in each`,
          ),
        );
      else if (uploads.length === 0) refuse(new Refusal('REQUEST_INVALID', 'the form has no file; expected at least one picture'));
      else done(uploads.map(({ name, collector }) => ({ name, bytes: collector.bytes() })));
    });
    request.on('data', onData);
    request.pipe(parser);
    return () => {
      // A form that was refused is read no further; what its parser still says is heard by nobody.
      over = true;
      request.off('data', onData);
      request.unpipe(parser);
    };
  });
}

/**
 * Decodes an upload. SVG is refused here: it is a program that draws, it can refer to other files, and no camera makes it.
 *
 * Rejects as `readPicture` for bytes.
 */
export async function decode({ name, bytes }: Upload, { maxPixels }: Pick<Limits, 'maxPixels'>): Promise<RawPicture> {
  if (pictureKind(`serve: ${name}`, bytes.subarray(0, 4096), pixelKinds) === 'svg') {
    throw new BlemishError<OwnCode>('PICTURE_UNSUPPORTED', `serve: ${name}: the picture is SVG; expected ${pixelKinds}`);
  }
  return readPicture(bytes, { name, maxPixels });
}
