// What a model file's metadata say, from text to checked values.
import { BlemishError, type OwnCode } from '../errors.ts';
import type { HyperValue } from '../hyper.ts';
import type { ModelFacts } from './file.ts';

/** What is kept of a calibration; its thresholds follow from it. */
export interface CalibrationParts {
  readonly scores: Float64Array;
  readonly peaks: Float64Array;
  readonly falseAlarmRate: number;
  readonly failures: readonly { readonly name: string; readonly code: string; readonly message: string }[];
}

/** Pixels of a network's input: what a header may ask for is bounded by this and by the ranges that the method declares. */
export const mostInputPixels = 1 << 24;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is no deeper than what any program may walk without care. */
function isShallow(value: unknown, depth = 64): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((item) => isShallow(item, depth - 1));
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isHyperValue = (value: unknown): value is HyperValue => isText(value) || typeof value === 'boolean' || Number.isFinite(value);
const isSide = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
const isRate = (value: unknown): boolean => typeof value === 'number' && value > 0 && value < 1;
const isFailure = (value: unknown): boolean => isObject(value) && isText(value.name) && isText(value.code) && isText(value.message);
const recordOf =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    isObject(value) && Object.values(value).every(is);

/** For every fact: whether a value is one, and what is expected. */
const facts: Record<string, readonly [is: (value: unknown) => boolean, expected: string]> = {
  hyper: [recordOf(isHyperValue), 'numbers, words and truths by name'],
  input: [
    (value) =>
      isObject(value) &&
      isSide(value.height) &&
      isSide(value.width) &&
      value.height * value.width <= mostInputPixels &&
      (value.channels === 1 || value.channels === 3) &&
      (value.fit === 'stretch' || value.fit === 'pad'),
    `height and width of at most ${mostInputPixels} pixels, channels 1 or 3, fit stretch or pad`,
  ],
  seed: [(value) => value === null || Number.isSafeInteger(value), 'a whole number or null'],
  calibration: [
    (value) => value === null || (isObject(value) && isRate(value.falseAlarmRate) && Array.isArray(value.failures) && value.failures.every(isFailure)),
    'a falseAlarmRate between 0 and 1, and failures',
  ],
  provenance: [isObject, 'an object'],
  versions: [recordOf(isText), 'versions by name'],
};

/** Reads them. Throws MODEL_INVALID where one is missing or not what it should be. The thresholds and the arrays are not among them. */
export function parseModelFacts(where: string, metadata: ReadonlyMap<string, string>): Omit<ModelFacts, 'threshold' | 'pixelThreshold'> {
  const refuse = (wrong: string, expected: string): never => {
    throw new BlemishError<OwnCode>('MODEL_INVALID', `${where}: ${wrong}; expected ${expected}`);
  };
  const method = metadata.get('method') ?? '';
  if (!/^[\w.-]{1,100}$/.test(method)) refuse(`its method is ${JSON.stringify(method.slice(0, 60))}`, 'a name');
  const read: Record<string, unknown> = {};
  for (const [key, [is, expected]] of Object.entries(facts)) {
    const text = metadata.get(key) ?? refuse(`it says nothing of ${key}`, expected);
    try {
      read[key] = JSON.parse(text);
    } catch {
      refuse(`its ${key} is no JSON: ${JSON.stringify(text.slice(0, 60))}`, expected);
    }
    if (!is(read[key]) || !isShallow(read[key])) refuse(`its ${key} is ${text.slice(0, 80)}`, expected);
  }
  return { method, ...read } as Omit<ModelFacts, 'threshold' | 'pixelThreshold'>;
}
