// Methods by name; every entry is tested by test/conformance/methods.test.ts.
import { aContrario } from './a-contrario/method.ts';
import { autoencoder } from './autoencoder/method.ts';
import { draem } from './draem/method.ts';
import { fAnogan } from './f-anogan/method.ts';
import { ganomaly } from './ganomaly/method.ts';
import { information } from './information/method.ts';
import type { AnyMethod } from './method.ts';
import { padim } from './padim/method.ts';
import { patchEntropy } from './patch-entropy/method.ts';
import { patchcore } from './patchcore/method.ts';
import { pcaReconstruction } from './pca-reconstruction/method.ts';
import { riad } from './riad/method.ts';
import { skipGanomaly } from './skip-ganomaly/method.ts';
import { sparsityPrior } from './sparsity-prior/method.ts';
import { ssae } from './ssae/method.ts';

/** Every method by its name. */
export const methods: Readonly<Record<string, AnyMethod>> = {
  ssae,
  autoencoder,
  draem,
  riad,
  information,
  patchcore,
  padim,
  'pca-reconstruction': pcaReconstruction,
  'a-contrario': aContrario,
  'patch-entropy': patchEntropy,
  ganomaly,
  'skip-ganomaly': skipGanomaly,
  'f-anogan': fAnogan,
  'sparsity-prior': sparsityPrior,
};
