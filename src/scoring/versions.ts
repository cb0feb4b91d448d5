// What made a model: versions of this package, of Node and of the library that computes.
import { packageFacts } from '../package.ts';
import { build } from '../tensor/device.ts';

/** Versions by name: blemish, node, onednn. */
export function versions(): Record<string, string> {
  return { blemish: packageFacts().version, node: process.versions.node, onednn: build().onednn };
}
