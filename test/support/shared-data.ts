// Where data too large for the repository lies, if it is there: BLEMISH_DATA, or ../shared/data beside the checkout.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packageRoot } from '../../bindings/native.ts';

const candidates = process.env.BLEMISH_DATA
  ? [process.env.BLEMISH_DATA]
  : [resolve(packageRoot(), '../shared/data'), resolve(packageRoot(), '../../shared/data')];

/** The path of a file of the shared data, or null where it is absent. */
export function sharedData(file: string): string | null {
  return candidates.map((folder) => join(folder, file)).find((path) => existsSync(path)) ?? null;
}
