// What a service may take on: declared once, with defaults, and checked.
import { must } from '../errors.ts';

export interface Limits {
  /** Pictures that go through the network together, where the detector may; 1 … 1024. */
  readonly batchSize: number;
  /** Milliseconds that a picture waits for others to fill a batch, at most. */
  readonly batchWait: number;
  /** Pictures of one model that are admitted and not yet answered, at most; what comes beyond is refused with SERVICE_BUSY. */
  readonly queue: number;
  /** Milliseconds from a request's first byte to its last, and from its head to its answer, at most. */
  readonly timeout: number;
  /** Bytes of one request. */
  readonly maxBytes: number;
  /** Bytes of all requests that are held at a time. */
  readonly maxHeld: number;
  /** Pixels of one picture. */
  readonly maxPixels: number;
  /** Pictures in one request. */
  readonly maxPictures: number;
  /** Connections at a time; further ones are closed at once. */
  readonly maxConnections: number;
}

export const defaultLimits: Limits = {
  batchSize: 8,
  batchWait: 2,
  queue: 64,
  timeout: 30_000,
  maxBytes: 32 << 20,
  maxHeld: 256 << 20,
  maxPixels: 32 << 20,
  maxPictures: 16,
  maxConnections: 1024,
};

const ranges: Readonly<Record<keyof Limits, readonly [least: number, most: number]>> = {
  batchSize: [1, 1024],
  batchWait: [0, 10_000],
  queue: [1, 100_000],
  timeout: [10, 3_600_000],
  maxBytes: [1, 2 ** 31 - 1],
  maxHeld: [1, 2 ** 40],
  maxPixels: [1, 2 ** 28],
  maxPictures: [1, 10_000],
  maxConnections: [1, 1_000_000],
};

/** The limits with defaults for those left out. Throws ARGUMENT_INVALID for one out of range, or that contradicts another. */
export function limitsOf(given: Partial<Limits>): Limits {
  const limits = { ...defaultLimits, ...given };
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = limits[name as keyof Limits];
    must(Number.isSafeInteger(value) && value >= least && value <= most, `serve: ${name} is ${value}; expected a whole number from ${least} to ${most}`);
  }
  const { queue, maxPictures, maxBytes, maxHeld } = limits;
  must(maxPictures <= queue, `serve: a request may have ${maxPictures} pictures and ${queue} may wait; expected no more in a request than may wait`);
  must(maxBytes <= maxHeld, `serve: a request may have ${maxBytes} bytes and ${maxHeld} may be held; expected no more in a request than may be held`);
  return limits;
}
