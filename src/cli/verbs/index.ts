// Verbs by name, in the order in which help lists them; every entry is tested by test/cli/help.test.ts.
import type { AnyVerb } from '../verb.ts';
import { bench } from './bench.ts';
import { calibrate } from './calibrate.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { exportVerb } from './export.ts';
import { inspect } from './inspect.ts';
import { methods } from './methods.ts';
import { score } from './score.ts';
import { serve } from './serve.ts';
import { train } from './train.ts';
import { update } from './update.ts';

export const verbs: Readonly<Record<string, AnyVerb>> = {
  demo,
  train,
  update,
  calibrate,
  evaluate,
  score,
  serve,
  export: exportVerb,
  inspect,
  methods,
  bench,
  doctor,
};
