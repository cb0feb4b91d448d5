// Corruptions by name; every entry is tested by test/conformance/corruptions.test.ts.
import type { Corruption } from './corruption.ts';
import { cutPaste } from './cut-paste.ts';
import { gaussianNoise } from './gaussian-noise.ts';
import { mixtureOf } from './mixture.ts';
import { perlinPaste } from './perlin-paste.ts';
import { scratch } from './scratch.ts';
import { softBlob } from './soft-blob.ts';

const mixture = mixtureOf({
  softBlob: [softBlob, 4],
  scratch: [scratch, 2],
  cutPaste: [cutPaste, 1],
  perlinPaste: [perlinPaste, 1],
  gaussianNoise: [gaussianNoise, 0.5],
});

/** Every corruption by its name. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds corruptions of all types
export const corruptions: Readonly<Record<string, Corruption<any>>> = { softBlob, scratch, cutPaste, perlinPaste, gaussianNoise, mixture };

export { shared } from './parts/draws.ts';
