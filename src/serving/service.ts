// The service: detectors behind HTTP, with their limits; the one place that makes a server.
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { BlemishError, must, type OwnCode } from '../errors.ts';
import type { Detector } from '../scoring/detector.ts';
import type { ScoreResult, Scoring } from '../scoring/result.ts';
import { encodePng } from '../tensor/pictures.ts';
import { addressOf, checkToken, originGuard, tokenGuard } from './address.ts';
import { Allowance } from './allowance.ts';
import * as contract from './contract.ts';
import { Lane, type LaneEvents } from './lane.ts';
import { type Limits, limitsOf } from './limits.ts';
import { Meters } from './meters.ts';
import { pageHeaders, pageText } from './page.ts';
import { answerTo, problem, Refusal, retryAfter } from './refusal.ts';
import { type Remarks, serveScores } from './scoring.ts';

export interface ServedModel {
  /** Letters, digits, points, lines and underscores: it stands in paths. */
  readonly name: string;
  /** The service takes it over, and disposes it in the end. */
  readonly detector: Detector;
}

export interface ServiceOptions extends Partial<Limits> {
  /** Default 127.0.0.1, which this machine alone reaches; any other takes a token. */
  readonly host?: string;
  /** Default 8080; 0 is one that is free. */
  readonly port?: number;
  /** What requests must bring as `Authorization: Bearer`; default none. */
  readonly token?: string | null;
  /** Takes lines of JSON; default none are written. */
  readonly log?: { write(line: string): void };
  /** 'warn' leaves out the lines about requests. */
  readonly logLevel?: 'info' | 'warn';
}

export interface Service {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Takes nothing new, answers what was admitted, and ends. */
  close(): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    remarks: Remarks;
  }
  interface FastifyContextConfig {
    /** Needs no token. */
    open?: boolean;
  }
}

/** Milliseconds beyond a request's own time after which connections are cut. */
const grace = 1_000;

/** The framework answers what never became a request. */
const socketStatuses: Readonly<Record<string, readonly [status: string, wrong: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not come to its end in time'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the headers of the request are too long'],
};

/**
 * Serves detectors over HTTP until it is closed. Rejects with ARGUMENT_INVALID for a limit out of range, models of one name, or a host
 * that others reach without a token; with ADDRESS_UNUSABLE where it cannot listen. The detectors are disposed in either case.
 */
export async function openService(models: readonly ServedModel[], options: ServiceOptions = {}): Promise<Service> {
  try {
    return await open(models, options);
  } catch (error) {
    for (const { detector } of models) detector.dispose();
    throw error;
  }
}

async function open(
  models: readonly ServedModel[],
  { host = '127.0.0.1', port = 8080, token = null, log, logLevel = 'info', ...given }: ServiceOptions,
): Promise<Service> {
  const limits = limitsOf(given);
  must(Number.isSafeInteger(port) && port >= 0 && port <= 65535, `serve: port is ${port}; expected 0 … 65535`);
  must(models.length > 0, 'serve: there is no model; expected at least one');
  for (const { name } of models)
    must(/^[\w.-]{1,100}$/.test(name), `serve: a model is called ${JSON.stringify(name)}; expected letters, digits, points, lines and underscores`);
  const names = models.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  must(twice === undefined, `serve: two models are called ${twice}; expected different names: name=path gives one`);
  if (token !== null) checkToken('serve: the token', token);
  const { address, local } = await addressOf(host, token);

  const bytes = new Allowance(limits.maxHeld);
  const lanes = new Map<string, Lane>();
  const meters = new Meters(
    () => [...lanes.values()].map((lane) => [lane.name, lane.pending] as const),
    () => bytes.held,
  );
  const app = fastify({
    logger: log ? { level: logLevel, stream: log } : false,
    logController: new fastify.LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    return503OnClosing: false, // answered in our own form
    bodyLimit: limits.maxBytes,
    requestTimeout: limits.timeout,
    // Of silence, in which a request may wait for its turn: nobody is waited for who does not read the answer.
    connectionTimeout: 2 * limits.timeout + grace,
    // Longer than proxies keep theirs, so that none sends a request into a connection that is just being closed.
    keepAliveTimeout: 72_000,
    http: { maxHeaderSize: 16_384, headersTimeout: Math.min(10_000, limits.timeout), connectionsCheckingInterval: Math.min(1_000, limits.timeout) },
    clientErrorHandler(error, socket) {
      const { code = '' } = error as { code?: string };
      if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy(error);
      const [status, wrong] = socketStatuses[code] ?? ['400 Bad Request', 'the request is not HTTP'];
      meters.refused.inc({ code: 'REQUEST_INVALID' });
      const body = JSON.stringify(problem('REQUEST_INVALID', `serve: ${wrong}; expected a whole request`));
      socket.end(`HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
    },
    frameworkErrors: (error, request, reply) => void refuse(error, request as FastifyRequest, reply as FastifyReply),
  });
  app.server.maxConnections = limits.maxConnections;

  let closing = false;
  const checkOrigin = originGuard(local && token === null);
  const checkBearer = token === null ? () => {} : tokenGuard(token);

  function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { status, body, headers, unexpected } = answerTo(error);
    if (unexpected) request.log.error({ err: error }, 'failed');
    meters.refused.inc({ code: body.error.code });
    reply.headers(headers);
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    // A body that is too long, or whose length nobody knows, is not waited for; any other is read on and let go.
    const declared = Number(request.headers['content-length'] ?? (request.headers['transfer-encoding'] ? Number.POSITIVE_INFINITY : 0));
    if (!request.raw.complete && !(declared <= limits.maxBytes)) reply.header('connection', 'close');
    return reply.code(status).type('application/json').send(JSON.stringify(body));
  }

  app.removeAllContentTypeParsers();
  // Whoever handles a request reads its body, within limits.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((request, reply) => refuse(notFound(app, request), request, reply));
  app.decorateRequest('remarks', null as unknown as Remarks);
  const tell = (request: FastifyRequest, status: number, milliseconds: number) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { method } = request;
    meters.requests.inc({ route, method: knownMethod(method), status });
    meters.requestSeconds.observe({ route }, milliseconds / 1000);
    // Neither names nor queries: they say what a client works on.
    request.log.info({ method, route, status, ms: Math.round(10 * milliseconds) / 10, ...request.remarks }, 'request');
  };
  app.addHook('onRequest', async (request, reply) => {
    request.remarks = {};
    // Of a client that did not wait the framework says nothing.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) tell(request, 499, reply.elapsedTime);
    });
    reply.headers({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'cross-origin-resource-policy': 'same-origin' });
    checkOrigin(request.headers);
    if (!request.routeOptions.config.open) checkBearer(request.headers);
    if (closing && request.routeOptions.url !== '/health/live') {
      reply.header('connection', 'close');
      throw new Refusal('SERVICE_CLOSING', 'the service is ending; expected another to take over', { headers: retryAfter(1) });
    }
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => tell(request, reply.statusCode, reply.elapsedTime));

  await app.register(swagger, { openapi: contract.document(token !== null) });
  await app.register(async (routes) => addRoutes(routes, { lanes, limits, bytes, meters }));
  for (const { name, detector } of models) await warm(name, detector);
  for (const { name, detector } of models) lanes.set(name, new Lane(name, detector, limits, eventsOf(name, meters, app)));
  const listening = await listen(app, address, port).catch(async (error: unknown) => {
    for (const lane of lanes.values()) lane.abort();
    throw error;
  });
  app.log.info({ url: listening, models: names, secured: token !== null, limits }, 'listening');
  let ended: Promise<void> | null = null;
  return {
    url: listening,
    close() {
      closing = true;
      ended ??= end(app, [...lanes.values()], limits);
      return ended;
    },
  };
}

/** Scores a picture of the network's extents, so that kernels are made before the first client waits, and a model that cannot score is told now. */
async function warm(name: string, detector: Detector): Promise<void> {
  const { width, height, channels } = detector.input;
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24);
  for await (const { error } of detector.score(await encodePng({ data, shape: [height, width, channels] }))) {
    // What a model says of noise is its own affair.
    if (error && error.code !== 'SCORE_INVALID') throw new BlemishError(error.code, `serve: ${name}: ${error.message}`);
  }
}

const knownMethod = (method: string): string => (['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].includes(method) ? method : 'other');

function eventsOf(model: string, meters: Meters, app: FastifyInstance): LaneEvents {
  const outcomeOf = (result: ScoreResult) => {
    if (result.error) return result.error.code;
    const { anomalous } = result as Scoring;
    return anomalous === null ? 'unjudged' : anomalous ? 'anomalous' : 'normal';
  };
  return {
    onGroup(size, waited) {
      meters.groups.observe({ model }, size);
      meters.groupWait.observe({ model }, waited / 1000);
    },
    onPicture(result, milliseconds) {
      meters.pictures.inc({ model, outcome: outcomeOf(result) });
      meters.pictureSeconds.observe({ model }, milliseconds / 1000);
    },
    onFailure(error) {
      meters.failures.inc({ model });
      app.log.error({ err: error, model }, 'scoring failed; begun again');
    },
  };
}

interface Parts {
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly limits: Limits;
  readonly bytes: Allowance;
  readonly meters: Meters;
}

function addRoutes(routes: FastifyInstance, { lanes, limits, bytes, meters }: Parts): void {
  const open = { config: { open: true } };
  const desk = { limits, bytes };
  routes.get('/', { ...open, schema: { hide: true } as object }, (_request, reply) =>
    reply.headers(pageHeaders).type('text/html; charset=utf-8').send(pageText),
  );
  routes.get('/health/live', { ...open, schema: contract.live }, () => ({ status: 'live' }));
  routes.get('/health/ready', { ...open, schema: contract.ready }, () => {
    // Long after its request was given up: whatever holds it up, a restart is what helps.
    const stuck = [...lanes.values()].find((lane) => lane.oldest > 3 * limits.timeout);
    if (stuck)
      throw new Refusal('SERVICE_FAILED', `${stuck.name}: a picture has been under way for ${Math.round(stuck.oldest / 1000)} s; expected less`, {
        status: 503,
      });
    return { status: 'ready' };
  });
  routes.get('/metrics', { schema: contract.metrics }, async (_request, reply) => reply.type(meters.contentType).send(await meters.text()));
  routes.get('/openapi.json', { schema: { hide: true } as object }, (_request, reply) => reply.send(routes.swagger()));
  routes.get('/v1/models', { schema: contract.modelList }, () => ({ models: [...lanes.values()].map(factsOf) }));
  routes.post('/v1/score', { schema: contract.scoring(false) }, (request, reply) =>
    serveScores(lanes.values().next().value as Lane, desk, request, reply, request.remarks),
  );
  routes.post('/v1/models/:model/score', { schema: contract.scoring(true) }, (request, reply) => {
    const { model } = request.params as { model: string };
    const lane = lanes.get(model);
    if (!lane) throw new Refusal('MODEL_UNKNOWN', `there is no model ${JSON.stringify(model.slice(0, 100))}; expected ${[...lanes.keys()].join(', ')}`);
    return serveScores(lane, desk, request, reply, request.remarks);
  });
}

function factsOf({ name, detector }: Lane): Record<string, unknown> {
  const { method, input, threshold, pixelThreshold, calibration } = detector;
  const calibrated = calibration && { pictures: calibration.scores.length, falseAlarmRate: calibration.falseAlarmRate };
  return { name, method: method.name, input: { ...input }, threshold, pixelThreshold, calibration: calibrated };
}

function notFound(app: FastifyInstance, { method, url }: FastifyRequest): Refusal {
  const path = url.split('?')[0];
  const others = (['GET', 'POST'] as const).filter(
    (other) => other !== method && app.findRoute({ url: path.replace(/^\/v1\/models\/[^/]+\/score$/, '/v1/models/:model/score'), method: other }),
  );
  if (others.length)
    return new Refusal('ROUTE_UNKNOWN', `${method} is nothing that this path takes; expected ${others.join(' or ')}`, {
      status: 405,
      headers: { allow: others.join(', ') },
    });
  return new Refusal('ROUTE_UNKNOWN', 'there is nothing at this path; expected one of those that /openapi.json describes');
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'something else listens there' : code === 'EACCES' ? 'it is not permitted' : String((cause as Error).message);
    throw new BlemishError<OwnCode>('ADDRESS_UNUSABLE', `serve: ${host} port ${port}: ${why}; expected one that is free`, { cause });
  }
}

async function end(app: FastifyInstance, lanes: readonly Lane[], { timeout }: Limits): Promise<void> {
  const cut = setTimeout(() => {
    for (const lane of lanes) lane.abort();
    app.server.closeAllConnections();
  }, timeout + grace);
  try {
    await app.close();
    await Promise.all(lanes.map((lane) => lane.close()));
  } finally {
    clearTimeout(cut);
  }
}
