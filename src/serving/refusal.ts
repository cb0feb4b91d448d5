// What is answered instead of a result: one JSON form, a stable code, the status that goes with it.
import { BlemishError, type OwnCode } from '../errors.ts';

/** A request that is not served, with its status where the code alone does not tell. */
export class Refusal extends BlemishError<OwnCode> {
  readonly status: number;
  /** What stands in the head of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: OwnCode, message: string, { status = statusOf(code), headers = {} }: { status?: number; headers?: Record<string, string> } = {}) {
    super(code, `serve: ${message}`);
    this.status = status;
    this.headers = headers;
  }
}

const statuses: Readonly<Record<string, number>> = {
  REQUEST_INVALID: 400,
  REQUEST_TOO_LARGE: 413,
  REQUEST_UNAUTHORISED: 401,
  REQUEST_FOREIGN: 403,
  ROUTE_UNKNOWN: 404,
  MODEL_UNKNOWN: 404,
  SERVICE_BUSY: 503,
  SERVICE_TIMEOUT: 503,
  SERVICE_CLOSING: 503,
  OUT_OF_MEMORY: 503,
  PICTURE_UNKNOWN: 415,
  PICTURE_UNSUPPORTED: 415,
  PICTURE_TOO_LARGE: 413,
  PICTURE_EMPTY: 422,
  PICTURE_DAMAGED: 422,
  PICTURE_INVALID: 422,
};

/** The HTTP status that goes with a code; 500 for those that tell of no fault of the request. */
export const statusOf = (code: string): number => (Object.hasOwn(statuses, code) ? statuses[code] : 500);

/** The body of every answer that is no result. */
export interface Problem {
  readonly error: { readonly code: string; readonly message: string };
}

export interface Answered {
  readonly status: number;
  readonly body: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** Nobody expected it: it belongs into the log, and its words stay there. */
  readonly unexpected: boolean;
}

/** What is answered to a request that ended in an error of any kind. */
export function answerTo(error: unknown): Answered {
  if (error instanceof BlemishError) {
    const status = error instanceof Refusal ? error.status : statusOf(error.code);
    const headers = error instanceof Refusal ? error.headers : status === 503 ? retryAfter(1) : {};
    return { status, body: problem(error.code, error.message), headers, unexpected: status === 500 };
  }
  // What the framework says of a malformed request is in its own codes; only those of the client's making are passed on.
  const { statusCode, message } = error as { statusCode?: unknown; message?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return { status: statusCode, body: problem('REQUEST_INVALID', `serve: ${message}; expected a well-formed request`), headers: {}, unexpected: false };
  }
  return { status: 500, body: problem('SERVICE_FAILED', 'serve: the service failed; its log says more'), headers: {}, unexpected: true };
}

/** Tells after how many seconds the same request may well be served. */
export const retryAfter = (seconds: number): Record<string, string> => ({ 'retry-after': String(seconds) });

export const problem = (code: OwnCode | (string & {}), message: string): Problem => ({ error: { code, message } });
