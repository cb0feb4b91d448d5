// Methods by name; every entry is tested by test/conformance/methods.test.ts.
import type { AnyMethod } from './method.ts';
import { pcaReconstruction } from './pca-reconstruction/method.ts';
import { patchcore } from './patchcore/method.ts';
import { ssae } from './ssae/method.ts';

export const methods: Readonly<Record<string, AnyMethod>> = { ssae, patchcore, 'pca-reconstruction': pcaReconstruction };
