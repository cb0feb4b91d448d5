// Pretrained weights of a network from a safetensors file whose names are the network's own.
import { BlemishError, type OwnCode } from '../../errors.ts';
import type { AnyModule } from '../module.ts';
import { SafetensorsFile } from '../safetensors.ts';
import { loadModuleState, type State, tensorsOf } from '../state.ts';

/** In a file a convolution is named after its place, here it stands first in a Sequential: `conv1.weight` is `conv1.0.weight`. */
export const fileName = (name: string): string => name.replace(/\.0\.(weight|bias)$/, '.$1');

/**
 * Writes a state with the names of the file into a network, which may be the beginning of the one that was stored: what it lacks is passed by.
 *
 * Throws STATE_INVALID where the file lacks an array of the network or has one of other extents; then nothing has been changed.
 */
export function loadWeights(network: AnyModule, state: State): void {
  const own: State = new Map();
  for (const name of tensorsOf(network).keys()) {
    const entry = state.get(fileName(name));
    if (entry) own.set(name, entry);
  }
  loadModuleState(network, own);
}

/**
 * Reads the arrays of a weights file; F16 and BF16 come as f32.
 *
 * Throws STATE_INVALID where it is no sound safetensors file, and WEIGHTS_UNREADABLE where it cannot be opened.
 */
export async function readWeights(path: string): Promise<State> {
  try {
    await using file = await SafetensorsFile.open(path);
    return await file.readAll();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (error instanceof BlemishError || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw error;
    throw new BlemishError<OwnCode>('WEIGHTS_UNREADABLE', `${path}: ${message}; expected a safetensors file that may be read`, { cause: error });
  }
}
