// Verbs by name, in the order in which help lists them; every entry is tested by test/cli/verbs.test.ts.
import type { AnyVerb } from '../verb.ts';
import { doctor } from './doctor.ts';
import { methods } from './methods.ts';

export const verbs: Readonly<Record<string, AnyVerb>> = { methods, doctor };
