// Methods by name; every entry is tested by test/conformance/methods.test.ts.
import { aContrario } from './a-contrario/method.ts';
import type { AnyMethod } from './method.ts';
import { padim } from './padim/method.ts';
import { patchEntropy } from './patch-entropy/method.ts';
import { patchcore } from './patchcore/method.ts';
import { pcaReconstruction } from './pca-reconstruction/method.ts';
import { ssae } from './ssae/method.ts';

/** Every method by its name. */
export const methods: Readonly<Record<string, AnyMethod>> = {
  ssae,
  patchcore,
  padim,
  'pca-reconstruction': pcaReconstruction,
  'a-contrario': aContrario,
  'patch-entropy': patchEntropy,
};
