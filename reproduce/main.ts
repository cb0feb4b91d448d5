// The entry of reproductions: npm run reproduce -- <verb>; the same command line as the program's own, with verbs of its own.
import { runProcess } from '../src/cli/process.ts';
import { ablation } from './verbs/ablation.ts';
import { oneClass } from './verbs/one-class.ts';

await runProcess({
  name: 'reproduce',
  command: ['npm', 'run', 'reproduce', '--'],
  description:
    'Tables as papers have them, from the first training to the last figure: a killed run goes on where it was, and only what is missing is computed.',
  verbs: { 'one-class': oneClass, ablation },
  hint: '`npm run reproduce -- <verb> --help` tells everything about a verb.',
});
