// One request for scores: read within limits, admitted or refused, answered row by row or as a picture of the map.
import { setMaxListeners } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { resultRow } from '../export/result-row.ts';
import { type JsonRow, jsonRow } from '../export/text-rows.ts';
import { greyMap, wholeUnit } from '../scoring/grey-map.ts';
import type { ScoreResult, Scoring } from '../scoring/result.ts';
import { encodePng } from '../tensor/pictures.ts';
import { untilAborted } from '../tensor/waiting.ts';
import type { Allowance, Claim } from './allowance.ts';
import { checkName, decode, type Upload, uploadsOf } from './intake.ts';
import type { Lane } from './lane.ts';
import type { Limits } from './limits.ts';
import { Refusal, retryAfter, statusOf } from './refusal.ts';

/** What a request asks for beside its body. */
interface Asked {
  readonly map: 'none' | 'png';
  readonly name: string | null;
  /** The map itself instead of rows. */
  readonly picture: boolean;
}

export interface Desk {
  readonly limits: Limits;
  /** Of the bytes of bodies that all requests may hold together. */
  readonly bytes: Allowance;
}

/** What a request for scores adds to its line in the log. */
export interface Remarks {
  bytes?: number;
  pictures?: number;
  failed?: number;
  anomalous?: number;
}

function askedOf(request: FastifyRequest): Asked {
  const { map = 'none', name = null, ...others } = request.query as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Refusal('REQUEST_INVALID', `the query has ${JSON.stringify(unknown.slice(0, 100))}; expected map or name`);
  if (map !== 'none' && map !== 'png') throw new Refusal('REQUEST_INVALID', `map is ${JSON.stringify(map).slice(0, 100)}; expected none or png`);
  if (name !== null && (typeof name !== 'string' || name === '')) throw new Refusal('REQUEST_INVALID', 'name is empty or comes twice; expected one text');
  const picture = /^image\/png\s*(;|$)/i.test((request.headers.accept ?? '').trim());
  return { map, name: name === null ? null : checkName(name), picture };
}

/** What is sent in the end. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Scores the pictures of a request and sends the answer. Throws a Refusal where it is not served. */
export async function serveScores(lane: Lane, desk: Desk, request: FastifyRequest, reply: FastifyReply, remarks: Remarks): Promise<FastifyReply> {
  const asked = askedOf(request);
  // Refused before its body is read, so that what cannot be served costs little.
  if (lane.pending >= desk.limits.queue) throw busy(lane);
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const timer = setTimeout(() => over.abort(tooSlow(desk.limits.timeout)), desk.limits.timeout);
  const gone = () => over.abort(new Refusal('REQUEST_INVALID', 'the connection was closed before the answer; expected it to stay', { status: 499 }));
  reply.raw.once('close', gone);
  try {
    const scored = await scoredOf(lane, desk, request, asked, over.signal, remarks);
    const results = scored.map(({ result }) => result);
    remarks.pictures = results.length;
    remarks.failed = results.filter(({ error }) => error).length;
    remarks.anomalous = results.filter((result) => !result.error && (result as Scoring).anomalous).length;
    const making = asked.picture ? mapAnswer(lane, scored[0]) : rowsAnswer(lane, scored, isForm(request));
    const { status, headers, body } = await untilAborted(making, over.signal);
    reply.code(status).headers({ 'blemish-model': lane.name, ...headers });
    reply.send(body);
  } finally {
    clearTimeout(timer);
    reply.raw.off('close', gone);
    over.abort();
  }
  return reply;
}

const isForm = (request: FastifyRequest): boolean => /^multipart\/form-data/i.test(request.headers['content-type'] ?? '');

const busy = (lane: Lane) =>
  new Refusal('SERVICE_BUSY', `${lane.name}: ${lane.pending} pictures wait; expected fewer`, { headers: retryAfter(lane.retryAfter) });

const tooSlow = (timeout: number) => new Refusal('SERVICE_TIMEOUT', `the request took longer than ${timeout} ms; expected less`, { headers: retryAfter(1) });

/** What a picture of the request scored, without the map; its map as PNG where it was asked for. */
interface Scored {
  readonly result: ScoreResult;
  readonly map: PackedMap | null;
}

interface PackedMap {
  readonly png: Buffer;
  readonly unit: number;
}

async function scoredOf(
  lane: Lane,
  { limits, bytes }: Desk,
  request: FastifyRequest,
  { map, name, picture }: Asked,
  signal: AbortSignal,
  remarks: Remarks,
): Promise<Scored[]> {
  const held = bytes.claim(0) as Claim;
  let left = 0;
  try {
    const { maxBytes, maxPictures } = limits;
    const uploads = await uploadsOf(request.raw, { maxBytes, maxPictures, held, signal, name });
    remarks.bytes = uploads.reduce((sum, upload) => sum + upload.bytes.length, 0);
    if (picture && uploads.length !== 1)
      throw new Refusal('REQUEST_INVALID', `a map was asked for as the answer to ${uploads.length} pictures; expected one`, { status: 406 });
    const room = lane.room(uploads.length);
    if (!room) throw busy(lane);
    left = uploads.length;
    const letGo = () => {
      // What the device still works on is still in memory, whether or not somebody waits for it.
      if (--left === 0) held.release();
    };
    try {
      const one = async (upload: Upload, index: number): Promise<Scored> => {
        let packed: PackedMap | null = null;
        // Maps are as large as their pictures: none is held for longer than it takes to pack it.
        const finish = async (result: ScoreResult): Promise<ScoreResult> => {
          if (result.error) return result;
          if ((picture || map === 'png') && !signal.aborted) packed = await pack(lane, result as Scoring);
          return { ...(result as Scoring), map: null };
        };
        const result = await lane.score(room, { name: upload.name, read: () => decode(upload, limits), finish }, signal, letGo);
        return { result: { ...result, index }, map: packed };
      };
      return await Promise.all(uploads.map(one));
    } finally {
      room.release();
    }
  } finally {
    if (left === 0) held.release();
  }
}

async function pack(lane: Lane, { map, width, height }: Scoring): Promise<PackedMap> {
  const numbers = map as Float32Array;
  const unit = wholeUnit(lane.detector.pixelThreshold, numbers);
  return { png: await encodePng({ data: await greyMap(numbers, unit), shape: [height, width, 1] }), unit };
}

/** The row that `blemish score --json` writes, with the map itself in the place of where it lies. */
async function rowOf(lane: Lane, { result, map }: Scored): Promise<JsonRow> {
  const place = map && { path: map.png.toString('base64'), unit: map.unit, offset: 0 };
  return jsonRow(resultRow(result, { model: await lane.detector.id(), map: place }));
}

/** The row of the only picture of a request: what is wrong with it is the status. */
async function rowAnswer(lane: Lane, scored: Scored): Promise<Answer> {
  const { error } = scored.result;
  const status = error ? statusOf(error.code) : 200;
  return { status, headers: status === 503 ? retryAfter(lane.retryAfter) : {}, body: await rowOf(lane, scored) };
}

async function rowsAnswer(lane: Lane, scored: readonly Scored[], form: boolean): Promise<Answer> {
  if (!form) return rowAnswer(lane, scored[0]);
  return { status: 200, headers: {}, body: { results: await Promise.all(scored.map((one) => rowOf(lane, one))) } };
}

async function mapAnswer(lane: Lane, scored: Scored): Promise<Answer> {
  const { result, map } = scored;
  if (result.error || !map) return rowAnswer(lane, scored);
  const { score, pValue, anomalous, threshold } = result as Scoring;
  const { png, unit } = map;
  const headers: Record<string, string> = { 'content-type': 'image/png' };
  for (const [name, value] of Object.entries({ score, 'p-value': pValue, anomalous, threshold, 'map-unit': unit })) {
    if (value !== null) headers[`blemish-${name}`] = String(value);
  }
  return { status: 200, headers, body: png };
}
