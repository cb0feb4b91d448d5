// After every test file: no tensor is alive and no block is in use.
import { afterAll, expect } from 'vitest';
import { memory } from '../../src/tensor/device.ts';

afterAll(() => {
  const { liveTensors, liveBytes } = memory();
  expect({ liveTensors, liveBytes }, 'the file leaks tensors').toEqual({ liveTensors: 0, liveBytes: 0 });
});
