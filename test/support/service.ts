// A service around the toy method, and requests to it in every form, over real connections.
import { connect } from 'node:net';
import type { AnyMethod } from '../../src/methods/method.ts';
import { openService, type Service, type ServiceOptions } from '../../src/serving/service.ts';
import { encodePng } from '../../src/tensor/pictures.ts';
import { toyDetector, toyPicture, toyPictures } from './toy-method.ts';

/** Lines of a log as objects. */
export class Lines {
  readonly all: Record<string, unknown>[] = [];
  text = '';

  write(line: string): void {
    this.text += line;
    this.all.push(JSON.parse(line));
  }

  of(msg: string): Record<string, unknown>[] {
    return this.all.filter((line) => line.msg === msg);
  }
}

/** A detector that has a threshold and p-values. */
export async function calibratedToy(seed = 1, method?: AnyMethod) {
  const detector = toyDetector(seed, method ? { method } : {});
  await detector.calibrate(toyPictures(19, 500), { falseAlarmRate: 0.05 });
  return detector;
}

export async function toyService(options: ServiceOptions = {}, method?: AnyMethod): Promise<Service & { readonly log: Lines }> {
  const log = new Lines();
  const detector = await calibratedToy(1, method);
  const service = await openService([{ name: 'toy', detector }], { port: 0, log, ...options });
  return { ...service, log };
}

/** A toy picture as the bytes of a PNG file. */
export async function toyPng(seed: number, options?: Parameters<typeof toyPicture>[1]): Promise<Buffer> {
  const { data, width, height, channels } = toyPicture(seed, options);
  return encodePng({ data: data as Uint8Array, shape: [height, width, channels] });
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON came
  readonly body: any;
}

/** Sends bytes as one picture. */
export async function post(url: string, body: Uint8Array | FormData | ReadableStream, headers: Record<string, string> = {}): Promise<Answered> {
  const type = body instanceof FormData ? {} : { 'content-type': 'image/png' };
  const init = { method: 'POST', body, headers: { ...type, ...headers }, duplex: 'half' } as RequestInit;
  return answered(await fetch(url, init));
}

export async function get(url: string, headers: Record<string, string> = {}): Promise<Answered> {
  return answered(await fetch(url, { headers }));
}

async function answered(answer: Response): Promise<Answered> {
  const type = answer.headers.get('content-type') ?? '';
  const body = type.includes('json') ? await answer.json() : type.startsWith('image/') ? Buffer.from(await answer.arrayBuffer()) : await answer.text();
  return { status: answer.status, headers: answer.headers, body };
}

export function formOf(...files: readonly (readonly [name: string, bytes: Uint8Array])[]): FormData {
  const form = new FormData();
  for (const [name, bytes] of files) form.append('pictures', new Blob([Buffer.from(bytes)]), name);
  return form;
}

/** Writes bytes as they are to a service's port, and gives all that came back until it closed the connection, or `patience` was over. */
export function raw(url: string, text: string | Uint8Array, { patience = 5_000, close = false } = {}): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let came = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(text);
      if (close) socket.destroy();
    });
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(came);
    };
    const timer = setTimeout(done, patience);
    socket.on('data', (piece) => {
      came += piece.toString('latin1');
    });
    socket.on('error', done);
    socket.on('close', done);
  });
}

/** Waits until something holds, or fails. */
export async function until(holds: () => boolean | Promise<boolean>, milliseconds = 30_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`this did not come to hold within ${milliseconds} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
