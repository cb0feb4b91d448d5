// The service over real connections: what it answers, to whom, in which form; every answer is held to the OpenAPI document.
import fastify from 'fastify';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlemishError } from '../../src/errors.ts';
import type { AnyMethod } from '../../src/methods/method.ts';
import type { Scoring } from '../../src/scoring/result.ts';
import { openService, type Service } from '../../src/serving/service.ts';
import { readPicture } from '../../src/tensor/pictures.ts';
import { noise } from '../support/bad-pictures.ts';
import { type Answered, calibratedToy, formOf, get, type Lines, post, raw, toyPng, toyService, until } from '../support/service.ts';
import { toyDetector, toyMethod } from '../support/toy-method.ts';

let service: Service & { readonly log: Lines };
let score: string;
let good: Buffer;
beforeAll(async () => {
  service = await toyService();
  score = `${service.url}/v1/score`;
  good = await toyPng(1);
});
afterAll(() => service.close());

/** Whether JSON is as a schema of the document wants it, as the validator of fastify itself judges. */
async function fits(schema: object, body: unknown): Promise<boolean> {
  const app = fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } } });
  app.post('/', { schema: { body: schema } }, () => ({}));
  await app.ready();
  const judge = app.validatorCompiler!({ schema, method: 'POST', url: '/', httpPart: 'body' }) as (value: unknown) => boolean;
  const fitting = judge(body) === true;
  await app.close();
  return fitting;
}

const codeOf = ({ body }: Answered): unknown => body.error?.code;

describe('scores', () => {
  it('are those of the detector, in the row that the command line writes', async () => {
    using detector = await calibratedToy();
    for (const seed of [1, 2, 3]) {
      const bytes = await toyPng(seed, { square: seed === 3 });
      let expected: Scoring | null = null;
      for await (const result of detector.score(bytes)) expected = result as Scoring;
      const { score: value, pValue, anomalous, threshold, width, height, regions } = expected!;
      const { status, headers, body } = await post(score, bytes);
      expect([status, headers.get('blemish-model'), headers.get('content-type')]).toEqual([200, 'toy', 'application/json; charset=utf-8']);
      expect(body).toEqual({
        ...{ index: 0, name: '#0', score: value, pValue, anomalous, threshold, width, height, regions, map: null, mapUnit: null, mapOffset: null },
        ...{ readMs: null, computeMs: null, sha256: null, model: await detector.id(), error: null },
      });
      expect(Object.keys(body).join()).toBe(
        'index,name,score,pValue,anomalous,threshold,width,height,regions,map,mapUnit,mapOffset,readMs,computeMs,sha256,model,error',
      );
    }
  });

  it('come with the map where it is asked for: 16 bits, whose pixels times the unit are the scores', async () => {
    using detector = await calibratedToy();
    let map = new Float32Array(0);
    for await (const result of detector.score(good)) map = (result as Scoring).map as Float32Array<ArrayBuffer>;
    const { body } = await post(`${score}?map=png&name=mine`, good);
    expect(body.name).toBe('mine');
    expect(body.mapUnit).toBe(detector.pixelThreshold! / 16384);
    const { data: grey, width, height, channels } = await readPicture(Buffer.from(body.map, 'base64'));
    expect([width, height, channels, grey.constructor]).toEqual([24, 20, 1, Uint16Array]);
    expect(Math.max(...grey)).toBeGreaterThan(4096);
    expect(Math.max(...grey)).toBeLessThan(65535);
    map.forEach((value, i) => expect(Math.abs(grey[i] * body.mapUnit - value)).toBeLessThanOrEqual(0.51 * body.mapUnit));

    const alone = await post(score, good, { accept: 'image/png' });
    expect(alone.headers.get('content-type')).toBe('image/png');
    expect(alone.body.equals(Buffer.from(body.map, 'base64'))).toBe(true);
    const facts = ['score', 'p-value', 'anomalous', 'threshold', 'map-unit'].map((name) => alone.headers.get(`blemish-${name}`));
    expect(facts).toEqual([body.score, body.pValue, body.anomalous, body.threshold, body.mapUnit].map(String));
  });

  it('have a map that loses nothing where it reaches far beyond the threshold', async () => {
    const dim = await calibratedToy();
    dim.pixelThreshold = dim.pixelThreshold! / 1000;
    let map = new Float32Array(0);
    for await (const result of dim.score(good)) map = (result as Scoring).map as Float32Array<ArrayBuffer>;
    const own = await openService([{ name: 'dim', detector: dim }], { port: 0 });
    const { body } = await post(`${own.url}/v1/score?map=png`, good);
    await own.close();
    const { data: grey } = await readPicture(Buffer.from(body.map, 'base64'));
    expect(Math.max(...grey)).toBe(65535);
    map.forEach((value, i) => expect(Math.abs(grey[i] * body.mapUnit - value)).toBeLessThanOrEqual(0.51 * body.mapUnit));
  });

  it('of a form are rows, those of bad pictures among them', async () => {
    const { status, body } = await post(score, formOf(['a.png', good], ['b.png', Buffer.from('no picture')], ['c.png', await toyPng(2)]));
    expect(status).toBe(200);
    expect(body.results.map(({ index, name }: { index: number; name: string }) => [index, name])).toEqual([
      [0, 'a.png'],
      [1, 'b.png'],
      [2, 'c.png'],
    ]);
    expect(body.results.map((row: { error: { code: string } | null }) => row.error?.code ?? null)).toEqual([null, 'PICTURE_UNKNOWN', null]);
    expect(body.results[1].score).toBe(null);
    const [one, mapped] = [await post(score, formOf(['a.png', good])), await post(`${score}?map=png`, formOf(['a.png', good]))];
    expect(one.body.results).toEqual([body.results[0]]);
    expect(mapped.body.results[0].map).toMatch(/^iVBOR/);
  });

  it('are the same to forty at once', async () => {
    const pictures = await Promise.all(Array.from({ length: 40 }, (_, i) => toyPng(i)));
    const alone: number[] = [];
    for (const bytes of pictures) alone.push((await post(score, bytes)).body.score);
    const together = await Promise.all(pictures.map((bytes) => post(score, bytes)));
    expect(together.map(({ body }) => body.score)).toEqual(alone);
  });

  it('come from the model that the path names', async () => {
    const models = [
      { name: 'one', detector: toyDetector(1) },
      { name: 'other-2.0', detector: await calibratedToy(2) },
    ];
    const both = await openService(models, { port: 0 });
    const [first, one, other] = await Promise.all(
      ['/v1/score', '/v1/models/one/score', '/v1/models/other-2.0/score'].map((path) => post(both.url + path, good)),
    );
    expect(first.body).toEqual(one.body);
    expect([one.body.pValue, one.body.anomalous, one.body.threshold]).toEqual([null, null, null]);
    expect([other.body.score === one.body.score, typeof other.body.pValue]).toEqual([false, 'number']);
    expect(codeOf(await post(`${both.url}/v1/models/third/score`, good))).toBe('MODEL_UNKNOWN');
    const listed = (await get(`${both.url}/v1/models`)).body.models;
    expect(listed).toMatchObject([
      { name: 'one', method: 'toy', threshold: null, calibration: null },
      { name: 'other-2.0', calibration: { pictures: 19, falseAlarmRate: 0.05 } },
    ]);
    await both.close();
  });

  it.each(['jpeg', 'webp', 'tiff', 'gif', 'avif'] as const)('are given for %s, whatever image type is said', async (format) => {
    const bytes = await sharp(noise(48 * 32 * 3), { raw: { width: 48, height: 32, channels: 3 } })
      .toFormat(format)
      .toBuffer();
    for (const type of [`image/${format}`, 'image/x-anything', 'application/octet-stream']) {
      expect(await post(score, bytes, { 'content-type': type })).toMatchObject({ status: 200, body: { width: 48, height: 32, error: null } });
    }
  });
});

describe('what cannot be served', () => {
  const empty = new Uint8Array(0);
  const text = Buffer.from('hello');
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>');

  it.each([
    ['no bytes', () => post(score, empty), 422, 'PICTURE_EMPTY'],
    ['a text', () => post(score, text), 415, 'PICTURE_UNKNOWN'],
    ['half a picture', () => post(score, good.subarray(0, good.length / 2)), 422, 'PICTURE_DAMAGED'],
    ['SVG', () => post(score, svg, { 'content-type': 'image/svg+xml' }), 415, 'PICTURE_UNSUPPORTED'],
    ['a type that is none of pictures', () => post(score, good, { 'content-type': 'text/plain' }), 415, 'REQUEST_INVALID'],
    ['a path in JSON', () => post(score, Buffer.from('{"path": "/etc/passwd"}'), { 'content-type': 'application/json' }), 415, 'REQUEST_INVALID'],
    ['a packed body', () => post(score, good, { 'content-encoding': 'gzip' }), 415, 'REQUEST_INVALID'],
    ['a form without files', () => post(score, formOf()), 400, 'REQUEST_INVALID'],
    ['a form without a boundary', () => post(score, good, { 'content-type': 'multipart/form-data' }), 400, 'REQUEST_INVALID'],
    ['a form that is none', () => post(score, good, { 'content-type': 'multipart/form-data; boundary=x' }), 400, 'REQUEST_INVALID'],
    ['a query that means nothing', () => post(`${score}?maps=png`, good), 400, 'REQUEST_INVALID'],
    ['a map of no kind', () => post(`${score}?map=jpeg`, good), 400, 'REQUEST_INVALID'],
    ['a name that comes twice', () => post(`${score}?name=a&name=b`, good), 400, 'REQUEST_INVALID'],
    ['a name without end', () => post(`${score}?name=${'n'.repeat(2000)}`, good), 400, 'REQUEST_INVALID'],
    ['a model that is not there', () => post(`${service.url}/v1/models/none/score`, good), 404, 'MODEL_UNKNOWN'],
    ['a model by a path', () => post(`${service.url}/v1/models/..%2f..%2fetc%2fpasswd/score`, good), 404, 'MODEL_UNKNOWN'],
    ['nothing', () => get(`${service.url}/v1/nothing`), 404, 'ROUTE_UNKNOWN'],
    ['another method', () => get(score), 405, 'ROUTE_UNKNOWN'],
    ['a host of another name', () => get(`${service.url}/health/live`, { origin: 'http://evil.example' }), 403, 'REQUEST_FOREIGN'],
  ])('%s', async (_, ask, status, code) => {
    const answer = await ask();
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.body.error.message).toMatch(/^\w+: .+; expected .+/);
  });

  it('a field that is no file, and says so', async () => {
    const form = formOf(['a.png', good]);
    form.append('path', '/etc/passwd');
    const { status, body } = await post(score, form);
    expect([status, body.error.message]).toMatchInlineSnapshot(`
      [
        400,
        "serve: the form has a field "path" that is no file; expected files alone",
      ]
    `);
  });

  it.each([
    ['no head at all', ''],
    ['a type alone', 'Content-Type: image/png\r\n'],
    ['another disposition', 'Content-Disposition: attachment; filename="a.png"\r\n'],
    ['a head that never ends', null],
  ])('a form with a part of %s beside a good one: nothing is passed over', async (_, head) => {
    const file = '--x\r\nContent-Disposition: form-data; name="a"; filename="a.png"\r\n\r\n';
    const odd = head === null ? '\r\n--x\r\nContent-Type: image/png' : `\r\n--x\r\n${head}\r\nabc`;
    const form = (more: string) => Buffer.concat([Buffer.from(file), good, Buffer.from(`${more}\r\n--x--\r\n`)]);
    const ask = (more: string) => post(score, form(more), { 'content-type': 'multipart/form-data; boundary=x' });
    expect((await ask('')).status).toBe(200);
    const { status, body } = await ask(odd);
    expect([status, body.error?.message]).toEqual([
      400,
      'serve: the form has 2 parts, of which 1 do not say what they are; expected Content-Disposition: form-data in each',
    ]);
  });

  it('a kind of picture that is none of its own, and names those that are', async () => {
    for (const bytes of ['no picture', '%PDF-1.7', '<svg xmlns="http://www.w3.org/2000/svg"/>']) {
      const { status, body } = await post(score, Buffer.from(bytes));
      expect(status).toBe(415);
      expect(body.error.message).toMatch(/; expected (a picture \()?PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF or PNM\)?$/);
    }
  });

  it('a map as the answer to two pictures, before they are scored', async () => {
    const scored = async () => /^blemish_pictures_total.*$/gm.exec((await get(`${service.url}/metrics`)).body)?.[0];
    const before = await scored();
    const { status, body } = await post(score, formOf(['a.png', good], ['b.png', good]), { accept: 'image/png' });
    expect([status, body.error.message]).toEqual([406, 'serve: a map was asked for as the answer to 2 pictures; expected one']);
    expect(await scored()).toBe(before);
  });

  it('a picture for want of memory, and says when to come again', async () => {
    let full = false;
    const method = {
      ...toyMethod,
      score: (...given: Parameters<typeof toyMethod.score>) => {
        if (full) throw new BlemishError('OUT_OF_MEMORY', 'toy: 1 GB is not to be had; expected less');
        return toyMethod.score(...given);
      },
    } as AnyMethod;
    const own = await toyService({}, method);
    full = true;
    const answer = await post(`${own.url}/v1/score`, good);
    await own.close();
    expect([answer.status, codeOf(answer), answer.headers.get('retry-after')]).toEqual([503, 'OUT_OF_MEMORY', '1']);
  });

  it('a part without a name, and the service lives', async () => {
    const form = '--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n';
    const { status, body } = await post(score, Buffer.from(form), { 'content-type': 'multipart/form-data; boundary=x' });
    expect([status, body.error.message]).toMatchInlineSnapshot(`
      [
        400,
        "serve: the form has a part without a name that is no file; expected files alone",
      ]
    `);
    expect((await post(score, good)).status).toBe(200);
  });

  it('what is not HTTP', async () => {
    const answer = await raw(service.url, 'This is no request\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*"code":"REQUEST_INVALID"/);
    expect(await raw(service.url, `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('names are only names: nothing is looked for by them', async () => {
    const names = ['../../../../etc/passwd', '/etc/passwd', 'C:\\x\\y.png', 'a\u0000b', '"quoted"', '<b>', 'ünïcode ✓'];
    for (const name of names) {
      const { body } = await post(`${score}?name=${encodeURIComponent(name)}`, good);
      expect([body.name, body.error]).toEqual([name, null]);
      const { body: bad } = await post(`${score}?name=${encodeURIComponent(name)}`, text);
      expect([bad.name, bad.error.code]).toEqual([name, 'PICTURE_UNKNOWN']);
    }
    const { body } = await post(score, formOf(['../../etc/passwd', good]));
    expect(body.results[0]).toMatchObject({ name: 'passwd', error: null });
  });
});

describe('with a token', () => {
  const token = 'correct-horse-battery-staple';
  it('answers who brings it; health and the page need none', async () => {
    const secured = await toyService({ token });
    const bearer = { authorization: `Bearer ${token}` };
    for (const path of ['/', '/health/live', '/health/ready']) expect((await get(secured.url + path)).status).toBe(200);
    for (const path of ['/metrics', '/v1/models', '/openapi.json']) {
      const refused = await get(secured.url + path);
      expect([refused.status, codeOf(refused), refused.headers.get('www-authenticate')]).toEqual([401, 'REQUEST_UNAUTHORISED', 'Bearer']);
      expect((await get(secured.url + path, bearer)).status).toBe(200);
    }
    expect((await post(`${secured.url}/v1/score`, good)).status).toBe(401);
    expect((await post(`${secured.url}/v1/score`, good, { authorization: `Bearer ${token}x` })).status).toBe(401);
    expect((await post(`${secured.url}/v1/score`, good, bearer)).status).toBe(200);
    expect(secured.log.text).not.toContain(token);
    await secured.close();
  });

  it('serves behind a proxy of the same machine, under the name that the proxy has', async () => {
    const secured = await toyService({ token });
    const asked = (url: string, more = '') =>
      raw(url, `GET /v1/models HTTP/1.1\r\nHost: parts.example\r\nOrigin: https://parts.example\r\n${more}Connection: close\r\n\r\n`);
    expect(await asked(secured.url, `Authorization: Bearer ${token}\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await asked(secured.url)).toMatch(/^HTTP\/1\.1 401 /);
    expect(await asked(service.url)).toMatch(/^HTTP\/1\.1 403 [\s\S]*REQUEST_FOREIGN/);
    await secured.close();
  });

  it('alone listens elsewhere', async () => {
    const detectors = [toyDetector(1), toyDetector(1)];
    await expect(openService([{ name: 'toy', detector: detectors[0] }], { host: '0.0.0.0', port: 0 })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    expect(() => detectors[0].score([])).toThrow('disposed');
    const wide = await openService([{ name: 'toy', detector: detectors[1] }], { host: '0.0.0.0', port: 0, token });
    const here = wide.url.replace('0.0.0.0', '127.0.0.1');
    expect((await post(`${here}/v1/score`, good, { authorization: `Bearer ${token}` })).status).toBe(200);
    await wide.close();
  });
});

describe('the OpenAPI document', () => {
  it('describes every route but itself and the page, and the answers are as it says', async () => {
    const { body: document } = await get(`${service.url}/openapi.json`);
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual(['/health/live', '/health/ready', '/metrics', '/v1/models', '/v1/models/{model}/score', '/v1/score']);
    const answers = document.paths['/v1/score'].post.responses;
    const schema = (of: { content: Record<string, { schema: object }> }) => of.content['application/json'].schema;
    const [row, rows, mapped] = [
      await post(score, good),
      await post(score, formOf(['a', good], ['b', Buffer.from('x')])),
      await post(`${score}?map=png`, good),
    ];
    for (const { body } of [row, rows, mapped]) expect(await fits(schema(answers[200]), body)).toBe(true);
    expect(await fits(schema(answers[200]), { ...row.body, score: 'high' })).toBe(false);
    const { width: _, ...less } = row.body;
    expect(await fits(schema(answers[200]), less)).toBe(false);
    for (const bad of [await post(score, Buffer.from('x')), await get(score), await post(`${score}?x=1`, good)]) {
      expect(bad.status).toBeGreaterThanOrEqual(400);
      expect(await fits(schema(answers['4XX']), bad.body)).toBe(true);
    }
    expect(await fits(schema(document.paths['/v1/models'].get.responses[200]), (await get(`${service.url}/v1/models`)).body)).toBe(true);
  });
});

describe('operation', () => {
  it('has health, and numbers that Prometheus reads', async () => {
    const own = await toyService();
    expect((await get(`${own.url}/health/live`)).body).toEqual({ status: 'live' });
    expect((await get(`${own.url}/health/ready`)).body).toEqual({ status: 'ready' });
    await post(`${own.url}/v1/score`, good);
    await post(`${own.url}/v1/score`, formOf(['a', good], ['b', Buffer.from('x')]));
    await post(`${own.url}/v1/models/none/score`, good);
    const { headers, body } = await get(`${own.url}/metrics`);
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const value = (line: string) =>
      Number(
        body
          .split('\n')
          .find((one: string) => one.startsWith(line))
          ?.split(' ')
          .at(-1),
      );
    expect(value('blemish_requests_total{route="/v1/score",method="POST",status="200"}')).toBe(2);
    expect(value('blemish_pictures_total{model="toy",outcome="PICTURE_UNKNOWN"}')).toBe(1);
    expect(['normal', 'anomalous'].reduce((sum, outcome) => sum + (value(`blemish_pictures_total{model="toy",outcome="${outcome}"}`) || 0), 0)).toBe(2);
    expect(value('blemish_refused_total{code="MODEL_UNKNOWN"}')).toBe(1);
    expect([value('blemish_pending_pictures{model="toy"}'), value('blemish_held_bytes')]).toEqual([0, 0]);
    expect(value('blemish_group_pictures_sum{model="toy"}')).toBe(3);
    await own.close();
  });

  it('writes a line for every request, without names and without what pictures show', async () => {
    const own = await toyService();
    await post(`${own.url}/v1/score?name=secret-part`, good);
    await post(`${own.url}/v1/score`, formOf(['secret-file.png', good], ['secret-other.png', Buffer.from('secret text')]));
    await get(`${own.url}/secret-path`);
    await until(() => own.log.of('request').length === 3);
    expect(own.log.of('request')).toMatchObject([
      { method: 'POST', route: '/v1/score', status: 200, pictures: 1, failed: 0, bytes: good.length },
      { route: '/v1/score', status: 200, pictures: 2, failed: 1 },
      { method: 'GET', route: 'unknown', status: 404 },
    ]);
    expect(own.log.text).not.toContain('secret');
    await own.close();
  });

  it('sends heads that keep browsers from harm', async () => {
    const { headers, body } = await get(`${service.url}/`);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-/);
    expect([headers.get('x-content-type-options'), headers.get('referrer-policy')]).toEqual(['nosniff', 'no-referrer']);
    expect(body).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });

  it('refuses what it cannot be: no model, two of a name, a port in use, limits out of range', async () => {
    const port = Number(new URL(service.url).port);
    const opened = (models: string[], options: object) =>
      openService(
        models.map((name) => ({ name, detector: toyDetector(1) })),
        { port: 0, ...options },
      );
    await expect(opened([], {})).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await expect(opened(['a', 'a'], {})).rejects.toThrow('two models are called a');
    await expect(opened(['a/b'], {})).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await expect(opened(['a'], { port })).rejects.toMatchObject({
      code: 'ADDRESS_UNUSABLE',
      message: `serve: 127.0.0.1 port ${port}: something else listens there; expected one that is free`,
    });
    await expect(opened(['a'], { batchSize: 0 })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await expect(opened(['a'], { queue: 2, maxPictures: 3 })).rejects.toThrow('a request may have 3 pictures and 2 may wait');
    await expect(opened(['a'], { token: 'short' })).rejects.toThrow('has 5 characters');
  });
});
