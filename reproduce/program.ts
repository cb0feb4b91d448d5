// The verbs of reproductions, spoken to as the program's own are.
import type { Program } from '../src/cli/main.ts';
import { ablation } from './verbs/ablation.ts';
import { oneClass } from './verbs/one-class.ts';
import { surfaces } from './verbs/surfaces.ts';

export const program: Program = {
  name: 'reproduce',
  command: ['npm', 'run', 'reproduce', '--'],
  description:
    'Tables as papers have them, from the first training to the last figure: a killed run goes on where it was, and only what is missing is computed.',
  verbs: { 'one-class': oneClass, ablation, surfaces },
  hint: '`npm run reproduce -- <verb> --help` tells everything about a verb.',
};
