// blemish serve: models behind HTTP, until it is interrupted.
import { basename, extname } from 'node:path';
import { must } from '../../errors.ts';
import type { ServedModel } from '../../serving/service.ts';
import { number, quiet, text, whole, word } from '../flags.ts';
import { defineVerb, exits } from '../verb.ts';

/** `name=path`, or a path whose file gives the name. A path that has an = in it is told apart by what stands before: a name has no / in it. */
export function namedModel(word: string): { name: string; path: string } {
  const [, name, path] = /^([\w.-]+)=(.+)$/.exec(word) ?? [];
  if (name !== undefined) return { name, path };
  const own = basename(word, extname(word));
  must(/^[\w.-]{1,100}$/.test(own), `serve: ${word} gives no name of letters, digits, points, lines and underscores; expected name=path`);
  return { name: own, path: word };
}

export const serve = defineVerb({
  name: 'serve',
  summary: 'serves models over HTTP: scores, maps, a page to drop pictures on',
  details: [
    'POST a picture to /v1/score, or to /v1/models/<name>/score; / is the page, /openapi.json describes the rest. The first model is the default; a model is ' +
      'called as its file, or name=path.',
    'It listens on this machine alone. At any other host it takes a token, which clients send as Authorization: Bearer; it does not encrypt: put it behind a ' +
      'proxy that does.',
    'Its address goes to standard output, a line of JSON for every request to standard error, without what pictures show or how they are called. An ' +
      'interrupt ends it when everything admitted has been answered; the exit code is then 0.',
  ].join('\n'),
  operands: [{ name: 'models', meaning: 'model files, or name=path', many: true }],
  flags: {
    host: text('--host <host>', 'where it listens (default 127.0.0.1)'),
    port: whole('--port <n>', 0, 65535, 8080, 'the port; 0: any that is free'),
    tokenFile: text('--token-file <path>', 'a file with the token that requests must bring, at least 16 characters'),
    batchSize: whole('--batch-size <n>', 1, 1024, 8, 'pictures that go through the network together'),
    batchWait: whole('--batch-wait <ms>', 0, 10_000, 2, 'milliseconds that a picture waits for others, at most'),
    queue: whole('--queue <n>', 1, 100_000, 64, 'pictures of a model that wait, at most; more are refused with 503'),
    timeout: number('--timeout <seconds>', 0.1, 3600, 30, 'what a request may take'),
    maxMegabytes: number('--max-megabytes <n>', 0.001, 2000, 32, 'of one request'),
    maxMegapixels: number('--max-megapixels <n>', 0.001, 268, 32, 'of one picture'),
    maxPictures: whole('--max-pictures <n>', 1, 10_000, 16, 'in one request'),
    device: word('--device <name>', ['auto', 'cpu'], 'auto', 'what computes'),
    quiet,
  },
  examples: [
    'blemish serve parts.blemish',
    'blemish serve screws=a.blemish nuts=b.blemish --host 0.0.0.0 --token-file token',
    'curl -H "Content-Type: image/png" --data-binary @part.png http://127.0.0.1:8080/v1/score',
  ],
  untilInterrupted: true,
  async run({ words, flags, console, signal }) {
    const named = words.map(namedModel);
    const [{ Detector }, { openService }, { readToken }] = await Promise.all([
      import('../../scoring/detector.ts'),
      import('../../serving/service.ts'),
      import('../../serving/address.ts'),
    ]);
    const { host, port, batchSize, batchWait, queue, maxPictures } = flags;
    const token = flags.tokenFile === undefined ? null : await readToken(flags.tokenFile);
    const models: ServedModel[] = [];
    try {
      for (const { name, path } of named) models.push({ name, detector: await Detector.load(path, { device: flags.device }) });
    } catch (error) {
      for (const { detector } of models) detector.dispose();
      throw error;
    }
    const maxBytes = Math.round(flags.maxMegabytes * 1e6);
    const service = await openService(models, {
      host,
      port,
      token,
      batchSize,
      batchWait,
      queue,
      maxPictures: Math.min(maxPictures, queue),
      timeout: Math.round(flags.timeout * 1000),
      maxBytes,
      maxHeld: 8 * maxBytes,
      maxPixels: Math.round(flags.maxMegapixels * 1e6),
      log: { write: (line) => void console.streams.stderr.write(line) },
      logLevel: flags.quiet ? 'warn' : 'info',
    });
    try {
      await console.line(service.url);
      if (!signal.aborted) await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
    } finally {
      await service.close();
    }
    return exits.fine;
  },
});
