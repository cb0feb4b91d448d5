#!/usr/bin/env node
// The program.
import { runProcess } from './process.ts';

await runProcess();
