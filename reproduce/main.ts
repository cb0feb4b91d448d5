// The entry of reproductions: npm run reproduce -- <verb>.
import { runProcess } from '../src/cli/process.ts';
import { program } from './program.ts';

await runProcess(program);
