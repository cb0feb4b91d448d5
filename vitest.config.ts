// Test runner: every file ends with the leak check.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/leak-check.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    env: { OMP_NUM_THREADS: '2', OMP_WAIT_POLICY: 'passive' },
  },
});
