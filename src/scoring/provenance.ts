// How a detector came about: plain JSON that travels with it.
import { BlemishError } from '../errors.ts';

/**
 * Plain JSON. `seed` is what `describe()` and the model file say of it; `training` is what fitting adds: steps, seconds, images, the
 * history of losses, validation, pictures that could not be read.
 */
export interface Provenance {
  readonly seed?: number;
  readonly [key: string]: unknown;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) frozen(item);
    Object.freeze(value);
  }
  return value;
}

/** A frozen copy, as it would come back from a file. Throws ARGUMENT_INVALID where it is no JSON object. */
export function plainProvenance(provenance: Provenance): Provenance {
  const refuse = (wrong: string, cause?: unknown): never => {
    throw new BlemishError('ARGUMENT_INVALID', `Detector: provenance ${wrong}; expected plain JSON by name`, { cause });
  };
  try {
    const copy = JSON.parse(JSON.stringify(provenance)) as Provenance;
    if (typeof copy === 'object' && copy !== null && !Array.isArray(copy)) return frozen(copy);
  } catch (error) {
    refuse(`cannot be written (${(error as Error).message.split('\n')[0]})`, error);
  }
  return refuse(`is ${Array.isArray(provenance) ? 'a list' : typeof provenance}`);
}
