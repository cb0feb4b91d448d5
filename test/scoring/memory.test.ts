// Resident memory over thousands of pictures, in a process of its own; benchmarks/README.md has the figure for a hundred thousand.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { packageRoot } from '../../bindings/native.ts';

it('is flat after the first thousand of 5,000 pictures, from files to rows', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(packageRoot(), 'dist/benchmarks/scoring/memory.js'), '5000'], { timeout: 240_000 });
  const { pictures, failed, firstMb, earlierMb, laterMb, liveTensors } = JSON.parse(stdout) as Record<string, number>;
  expect([pictures, failed, liveTensors]).toEqual([5000, 0, 0]);
  expect(firstMb).toBeGreaterThan(30);
  // A picture with its map is 16 kB: 2,500 of them that stayed would be 40 MB. What the garbage collector leaves lying about is less.
  expect(laterMb - earlierMb).toBeLessThan(20);
}, 250_000);
