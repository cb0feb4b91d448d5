// What the service promises, as the OpenAPI document says it: the schemas of answers, and what each route takes and gives.
import type { FastifySchema } from 'fastify';
import { resultColumns } from '../export/result-row.ts';
import { versions } from '../scoring/versions.ts';

const nullable = (type: string, description: string) => ({ type: [type, 'null'], description });
const error = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string', description: 'Stable; docs/errors.md lists all.' },
    message: { type: 'string', description: 'Where: what is wrong, with the numbers; what was expected.' },
  },
} as const;

export const problemSchema = {
  type: 'object',
  description: 'Why there is no result.',
  required: ['error'],
  properties: { error },
} as const;

const region = {
  type: 'object',
  description: 'A connected part of the map above the pixel threshold, in pixels of the picture.',
  required: ['x', 'y', 'width', 'height', 'score', 'area'],
  properties: {
    x: { type: 'integer' },
    y: { type: 'integer' },
    width: { type: 'integer' },
    height: { type: 'integer' },
    score: { type: 'number', description: 'The largest number of the map within it.' },
    area: { type: 'integer', description: 'Pixels above the threshold.' },
  },
} as const;

/** The columns of a row but those that say why there is no result, which is `error` here. */
const columns = resultColumns.map(({ name }) => name).filter((name) => name !== 'code' && name !== 'message');
const unknown = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, { type: 'null' }]));

const scored = {
  type: 'object',
  description: 'A picture that was scored.',
  required: [...columns, 'error'],
  additionalProperties: false,
  properties: {
    index: { type: 'integer', description: 'Position in the request.' },
    name: { type: 'string' },
    score: { type: 'number', description: 'Raw: larger is more abnormal.' },
    pValue: nullable('number', '(1 + calibration normals at least as abnormal) / (1 + calibration normals); null where the model was not calibrated.'),
    anomalous: nullable('boolean', 'Strictly above the threshold; null where there is none.'),
    threshold: nullable('number', 'The one in force.'),
    width: { type: 'integer' },
    height: { type: 'integer' },
    regions: { type: 'array', items: region, description: 'Largest score first; empty where the model has no pixel threshold.' },
    map: nullable('string', 'A grey PNG of 16 bits in base64, of the extents of the picture; null unless asked for.'),
    mapUnit: nullable('number', 'A pixel of the map times it is a score; the pixel threshold is 16384, or less where the map reaches beyond four times that.'),
    mapOffset: nullable('number', 'The score of black: 0.'),
    ...unknown(['readMs', 'computeMs', 'sha256']),
    model: nullable('string', 'The method, and a digest of what the model has learnt.'),
    error: { type: 'null' },
  },
} as const;

const failed = {
  type: 'object',
  description: 'A picture that could not be scored.',
  required: [...columns, 'error'],
  additionalProperties: false,
  properties: {
    ...unknown(columns.filter((name) => !['index', 'name', 'model'].includes(name))),
    ...{ index: { type: 'integer' }, name: { type: 'string' }, model: nullable('string', 'As of a picture that was scored.'), error },
  },
} as const;

const rows = {
  type: 'object',
  required: ['results'],
  additionalProperties: false,
  properties: { results: { type: 'array', items: { anyOf: [scored, failed] } } },
} as const;

const model = {
  type: 'object',
  required: ['name', 'method', 'input', 'threshold', 'pixelThreshold', 'calibration'],
  properties: {
    name: { type: 'string' },
    method: { type: 'string' },
    input: {
      type: 'object',
      properties: { height: { type: 'integer' }, width: { type: 'integer' }, channels: { type: 'integer' }, fit: { type: 'string' } },
    },
    threshold: nullable('number', 'Scores strictly above it are anomalous.'),
    pixelThreshold: nullable('number', 'Numbers of a map strictly above it make regions.'),
    calibration: {
      type: ['object', 'null'],
      properties: { pictures: { type: 'integer' }, falseAlarmRate: { type: 'number' } },
    },
  },
} as const;

const json = (schema: object, description: string) => ({ description, content: { 'application/json': { schema } } });
const bytes = { type: 'string', format: 'binary' } as const;
const refusals = {
  '4xx': json(problemSchema, 'The request, or the picture, cannot be served as it is.'),
  503: {
    ...json(problemSchema, 'Busy, too slow or ending: the same request may be sent again.'),
    headers: { 'Retry-After': { type: 'integer', description: 'Seconds.' } },
  },
};

/** What the POST of a picture takes and gives. */
export const scoring = (named: boolean): FastifySchema =>
  ({
    operationId: named ? 'scoreWith' : 'score',
    summary: named ? 'Scores pictures with a model' : 'Scores pictures with the first model',
    description:
      'A body of image/… or application/octet-stream is one picture (PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF, PNM), answered by its row, or by its map as PNG ' +
      'where Accept is image/png. The files of multipart/form-data are pictures, answered by a row each, also those that cannot be scored. Names name; no file is ever looked for by them.',
    tags: ['scoring'],
    ...(named ? { params: { type: 'object', properties: { model: { type: 'string' } } } } : {}),
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        map: { type: 'string', enum: ['none', 'png'], default: 'none', description: 'Whether rows have the map.' },
        name: { type: 'string', description: 'What to call a picture that is the whole body.' },
      },
    },
    body: {
      content: {
        'image/*': { schema: bytes },
        'application/octet-stream': { schema: bytes },
        'multipart/form-data': { schema: { type: 'object', properties: { pictures: { type: 'array', items: bytes } } } },
      },
    },
    response: {
      200: {
        description: 'One row, or the rows of a form; the map alone where Accept is image/png, with Blemish-Score and other headers.',
        content: { 'application/json': { schema: { anyOf: [scored, rows] } }, 'image/png': { schema: bytes } },
      },
      ...refusals,
      '4xx': json({ anyOf: [failed, problemSchema] }, 'The request, or its only picture, cannot be served as it is.'),
    },
  }) as FastifySchema;

export const modelList: FastifySchema = {
  operationId: 'models',
  summary: 'The models that are served, the first of which is the default',
  tags: ['models'],
  response: { 200: json({ type: 'object', required: ['models'], properties: { models: { type: 'array', items: model } } }, 'All models.'), ...refusals },
};

const health = { type: 'object', required: ['status'], properties: { status: { type: 'string' } } } as const;
export const live: FastifySchema = {
  operationId: 'live',
  summary: 'Whether the process answers',
  tags: ['operation'],
  response: { 200: json(health, 'It does.') },
};
export const ready: FastifySchema = {
  operationId: 'ready',
  summary: 'Whether pictures are taken',
  tags: ['operation'],
  response: {
    200: json(health, 'They are.'),
    503: json(problemSchema, 'The service is ending, or a picture has been under way for far longer than a request may take.'),
  },
};
export const metrics: FastifySchema = {
  operationId: 'metrics',
  summary: 'What Prometheus reads',
  tags: ['operation'],
  response: { 200: { description: 'Text exposition format.', content: { 'text/plain': { schema: { type: 'string' } } } } },
};

/** The frame of the document; the routes are added to it. */
export const document = (secured: boolean) => ({
  openapi: '3.1.0' as const,
  info: {
    title: 'blemish',
    version: versions().blemish,
    description: 'How abnormal pictures are, and where. Every answer that is no result is {"error": {"code", "message"}}.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  ...(secured ? { components: { securitySchemes: { token: { type: 'http' as const, scheme: 'bearer' } } }, security: [{ token: [] }] } : {}),
});
