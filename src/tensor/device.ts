// Devices: waiting for one, what its memory holds, how many threads the CPU uses.
import { type Build, type Memory, native } from '../../bindings/native.ts';
import { must } from '../errors.ts';

export type { Build, Memory } from '../../bindings/native.ts';

/** Resolves when all that was queued on the device has run; rejects with the failure in force, which is then cleared. */
export async function sync(device = 'cpu'): Promise<void> {
  return native.sync(device);
}

/** Live tensors of this thread, and the bytes of the device's pool (live, peak, reserved). */
export function memory(device = 'cpu', options: { resetPeak?: boolean } = {}): Memory {
  return native.memory(device, options.resetPeak ?? false);
}

/** Threads that the CPU's kernels of this Node thread use from now on. */
export function setThreads(threads: number): void {
  must(Number.isSafeInteger(threads) && threads >= 1 && threads <= 1024, `setThreads: ${threads}; expected 1 … 1024`);
  native.setThreads(threads);
}

/** Instruction set, oneDNN's version, threads, compiler: what a report or a bug quotes. */
export function build(): Build {
  return native.build();
}
