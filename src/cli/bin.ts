#!/usr/bin/env node
// The program.
import { runProcess } from './process.ts';

// Without `await`, which CommonJS, the form in which it is delivered, has at no top level.
void runProcess();
