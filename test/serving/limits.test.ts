// What is too much: bytes, pixels, pictures, time, company; and clients that break off, trickle or never read. The service answers on.
import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AnyMethod } from '../../src/methods/method.ts';
import type { ServiceOptions } from '../../src/serving/service.ts';
import { commentPng, gigapixelPng, hugeBmp, hugeNetpbm, pngOf, profilePng, wideGif, zeros } from '../support/bombs.ts';
import { type Answered, formOf, get, post, raw, toyPng, toyService, until } from '../support/service.ts';
import { toyMethod } from '../support/toy-method.ts';

let good: Buffer;
beforeAll(async () => {
  good = await toyPng(1);
});
const codeOf = ({ body }: Answered): unknown => body.error?.code;

/** Runs with a service of its own, and sees that it is fit at the end. */
async function withService(
  options: ServiceOptions,
  run: (own: Awaited<ReturnType<typeof toyService>>, score: string) => Promise<void>,
  method?: AnyMethod,
): Promise<void> {
  const own = await toyService(options, method);
  try {
    await run(own, `${own.url}/v1/score`);
    expect((await post(`${own.url}/v1/score`, good)).status).toBe(200);
    const { body } = await get(`${own.url}/metrics`);
    expect(body).toContain('\nblemish_pending_pictures{model="toy"} 0\n');
    expect(body).toContain('\nblemish_held_bytes 0\n');
  } finally {
    await own.close();
  }
}

/** The toy method, held up until it is let go; calibration and warming up are not. */
function heldUp() {
  let letGo = () => {};
  let free = Promise.resolve();
  let scored = 0;
  const method = {
    ...toyMethod,
    before: async () => {
      scored++;
      await free;
      return [];
    },
  } as AnyMethod;
  const hold = () => {
    scored = 0;
    free = new Promise<void>((resolve) => {
      letGo = resolve;
    });
  };
  return { method, hold, letGo: () => letGo(), scored: () => scored };
}

describe('bytes and pictures', () => {
  it('beyond the limit are refused before they are read, and while they are where nobody said how many', async () => {
    await withService({ maxBytes: 10_000, maxHeld: 30_000, maxPictures: 3 }, async (_, score) => {
      expect(good.length).toBeLessThan(10_000);
      const large = Buffer.alloc(10_001);
      const stream = () => new Blob([Buffer.alloc(50_000)]).stream();
      for (const answer of [await post(score, large), await post(score, stream())]) {
        expect([answer.status, codeOf(answer)]).toEqual([413, 'REQUEST_TOO_LARGE']);
      }
      expect((await post(score, new Blob([good]).stream())).status).toBe(200);
      expect((await post(score, formOf(['a', good], ['b', good], ['c', good]))).body.results).toHaveLength(3);
      for (const form of [formOf(['a', Buffer.alloc(6_000)], ['b', Buffer.alloc(6_000)]), formOf(...'abcd'.split('').map((name) => [name, good] as const))]) {
        const answer = await post(score, form);
        expect([answer.status, codeOf(answer)]).toEqual([413, 'REQUEST_TOO_LARGE']);
      }
      const declared = await raw(score, 'POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 99999999999\r\n\r\n');
      expect(declared).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i);
    });
  });

  it('of all requests together beyond what may be held are refused until there is room', async () => {
    await withService({ maxBytes: 100_000, maxHeld: 100_000 }, async ({ url }, score) => {
      // A request that has sent most of its body, and waits.
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.write('POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 100000\r\n\r\n');
      socket.write(Buffer.alloc(99_500));
      await until(async () => (await get(`${url}/metrics`)).body.includes('\nblemish_held_bytes 99500\n'));
      const answer = await post(score, Buffer.alloc(1_000));
      expect([answer.status, codeOf(answer), answer.headers.get('retry-after')]).toEqual([503, 'SERVICE_BUSY', '1']);
      socket.destroy();
      await until(async () => (await get(`${url}/metrics`)).body.includes('\nblemish_held_bytes 0\n'));
    });
  });
});

describe('pixels', () => {
  it('beyond the limit are refused by what the head says, before any is decoded', async () => {
    await withService({}, async (_, score) => {
      const bombs: Record<string, Buffer> = { gigapixel: gigapixelPng(), gif: wideGif(), netpbm: hugeNetpbm(), bmp: hugeBmp() };
      expect(bombs.gigapixel.length).toBeLessThan(2e6);
      for (const [name, bomb] of Object.entries(bombs)) {
        const before = process.memoryUsage().rss;
        const answer = await post(score, bomb);
        expect([name, answer.status, codeOf(answer)]).toEqual([name, 413, 'PICTURE_TOO_LARGE']);
        expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
      }
    });
    await withService({ maxPixels: 24 * 20 - 1 }, async (_, score) => {
      expect(codeOf(await post(score, good))).toBe('PICTURE_TOO_LARGE');
      good = await toyPng(1, { width: 10, height: 10 });
    });
    good = await toyPng(1);
  });

  it('are not made of what is packed beside them, nor more than the head says', async () => {
    await withService({}, async (_, score) => {
      const answers: Record<string, unknown> = {};
      for (const [name, bomb] of Object.entries({ comment: commentPng(), profile: profilePng(), surplus: pngOf(4, 4, zeros(1 << 30)) })) {
        const before = process.memoryUsage().rss;
        const { status } = await post(score, bomb);
        answers[name] = status;
        expect(process.memoryUsage().rss - before, name).toBeLessThan(200 << 20);
      }
      for (const status of Object.values(answers)) expect([200, 413, 415, 422]).toContain(status);
    });
  });
});

describe('company', () => {
  it('beyond what may wait is refused with the time to come again; who was admitted is answered', async () => {
    const held = heldUp();
    await withService(
      { queue: 5, maxPictures: 3 },
      async ({ url }, score) => {
        held.hold();
        const admitted = Array.from({ length: 5 }, () => post(score, good));
        await until(async () => (await get(`${url}/metrics`)).body.includes('\nblemish_pending_pictures{model="toy"} 5\n'));
        for (const answer of [await post(score, good), await post(score, formOf(['a', good]))]) {
          expect([answer.status, codeOf(answer)]).toEqual([503, 'SERVICE_BUSY']);
          expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
        }
        // Other paths do not wait behind pictures.
        expect((await get(`${url}/health/ready`)).status).toBe(200);
        held.letGo();
        expect((await Promise.all(admitted)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      },
      held.method,
    );
  });

  it('admits all pictures of a form or none', async () => {
    const held = heldUp();
    await withService(
      { queue: 4, maxPictures: 3 },
      async ({ url }, score) => {
        held.hold();
        const two = post(score, formOf(['a', good], ['b', good]));
        await until(async () => (await get(`${url}/metrics`)).body.includes('\nblemish_pending_pictures{model="toy"} 2\n'));
        expect(codeOf(await post(score, formOf(['a', good], ['b', good], ['c', good])))).toBe('SERVICE_BUSY');
        const others = post(score, formOf(['a', good], ['b', good]));
        held.letGo();
        expect([(await two).status, (await others).status]).toEqual([200, 200]);
      },
      held.method,
    );
  });
});

describe('time', () => {
  it('beyond the limit ends a request with 503, and its picture is not waited for', async () => {
    const held = heldUp();
    await withService(
      { timeout: 300 },
      async ({ url }, score) => {
        held.hold();
        const begun = performance.now();
        const answer = await post(score, good);
        expect([answer.status, codeOf(answer), answer.headers.get('retry-after')]).toEqual([503, 'SERVICE_TIMEOUT', '1']);
        expect(performance.now() - begun).toBeLessThan(5_000);
        // What holds up a picture far beyond that shows in the health of the service.
        await until(async () => (await get(`${url}/health/ready`)).status === 503);
        expect((await get(`${url}/health/live`)).status).toBe(200);
        held.letGo();
        await until(async () => (await get(`${url}/metrics`)).body.includes('\nblemish_pending_pictures{model="toy"} 0\n'));
        expect((await get(`${url}/health/ready`)).status).toBe(200);
      },
      held.method,
    );
  });
});

describe('clients', () => {
  it('that break off before their turn cost no computing', async () => {
    const held = heldUp();
    await withService(
      { batchSize: 2 },
      async ({ url, log }, score) => {
        held.hold();
        const aborts = Array.from({ length: 24 }, () => new AbortController());
        const asked = aborts.map(({ signal }) =>
          fetch(score, { method: 'POST', body: good, headers: { 'content-type': 'image/png' }, signal }).then(
            () => 'answered',
            () => 'broken off',
          ),
        );
        await until(async () => (await get(`${url}/metrics`)).body.includes('\nblemish_pending_pictures{model="toy"} 24\n'));
        for (const abort of aborts) abort.abort();
        expect(new Set(await Promise.all(asked))).toEqual(new Set(['broken off']));
        await until(() => log.of('request').filter(({ status }) => status === 499).length === 24);
        held.letGo();
        await until(async () => (await get(`${url}/metrics`)).body.includes('\nblemish_pending_pictures{model="toy"} 0\n'));
        expect(held.scored()).toBeLessThan(18);
      },
      held.method,
    );
  });

  it('that break off within a body, a form, a head or a byte do no harm', async () => {
    await withService({}, async (own, score) => {
      const head = `POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: ${good.length}\r\n\r\n`;
      const form =
        'POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 5000\r\n\r\n--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nabc';
      for (const part of [head, head.slice(0, 30), head + good.toString('latin1').slice(0, 50), form, 'P', '']) {
        await raw(score, Buffer.from(part, 'latin1'), { close: true });
        await raw(score, Buffer.from(part, 'latin1'), { patience: 50 });
      }
      expect(own.log.of('failed')).toEqual([]);
    });
  });

  it('that trickle are cut off after the time a request may take, and hold up nobody meanwhile', async () => {
    await withService({ timeout: 700, queue: 2, maxPictures: 2 }, async (_, score) => {
      const parts = [
        'POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-',
        `POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 500\r\n\r\nabc`,
        'POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
      ];
      const begun = performance.now();
      const slow = Array.from({ length: 30 }, (_, i) => raw(score, parts[i % parts.length], { patience: 20_000 }));
      for (let i = 0; i < 10; i++) expect((await post(score, good)).status).toBe(200);
      for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^HTTP\/1\.1 (408|503) /);
      expect(performance.now() - begun).toBeLessThan(15_000);
    });
  });

  it('more than may be connected are turned away, the others served', async () => {
    await withService({ maxConnections: 20 }, async ({ url }) => {
      const port = Number(new URL(url).port);
      const sockets = Array.from({ length: 60 }, () => connect(port, '127.0.0.1').on('error', () => {}));
      await until(() => sockets.filter((socket) => socket.destroyed || socket.readyState === 'closed' || socket.readableEnded).length >= 40);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
  });
});

describe('the end', () => {
  it('answers what was admitted, takes nothing new, and disposes the detectors', async () => {
    const held = heldUp();
    const own = await toyService({}, held.method);
    held.hold();
    const admitted = [1, 2, 3].map(() => post(`${own.url}/v1/score`, good));
    await until(() => held.scored() > 0);
    // A connection that is there already, with a request whose end is still to come.
    const { hostname, port } = new URL(own.url);
    const late = connect(Number(port), hostname);
    let said = '';
    late.on('data', (piece) => {
      said += piece;
    });
    late.write('GET /health/ready HTTP/1.1\r\nHost: localhost\r\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
    let ended = false;
    const closed = own.close().then(() => {
      ended = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    late.write('\r\n');
    await until(() => said.includes('SERVICE_CLOSING'));
    expect(said).toMatch(/^HTTP\/1\.1 503 [\s\S]*connection: close/i);
    await expect(fetch(`${own.url}/health/live`)).rejects.toThrow();
    expect(ended).toBe(false);
    held.letGo();
    expect((await Promise.all(admitted)).map(({ status }) => status)).toEqual([200, 200, 200]);
    await closed;
    late.destroy();
  });
});
