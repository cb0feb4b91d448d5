// What made a model: versions of this package, of Node and of the library that computes.
import { createRequire } from 'node:module';
import { build } from '../tensor/device.ts';

/** Versions by name: blemish, node, onednn. */
export function versions(): Record<string, string> {
  const { version } = createRequire(import.meta.url)('blemish/package.json') as { version: string };
  return { blemish: version, node: process.versions.node, onednn: build().onednn };
}
