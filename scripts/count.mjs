// Adds up what vitest and the native executables reported and prints "N passed, N failed". Exit 1 where anything failed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;

if (existsSync('out/vitest.json')) {
  const report = JSON.parse(readFileSync('out/vitest.json', 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  // A file that does not load, or whose leak check fails, has no failed test to show for it.
  for (const file of report.testResults) {
    if (file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed')) failed++;
  }
}

// Native executables append "N passed, N failed" to a file of their own.
for (const name of existsSync('out') ? readdirSync('out') : []) {
  if (!name.endsWith('.results')) continue;
  for (const [, good, bad] of readFileSync(`out/${name}`, 'utf8').matchAll(/^(\d+) passed, (\d+) failed$/gm)) {
    passed += Number(good);
    failed += Number(bad);
  }
}

// A broken step that left no failed test (lint, types, a crash) counts as one.
const broken = Number(process.argv[2] ?? 0);
failed = Math.max(failed, broken);

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
