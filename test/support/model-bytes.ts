// Model files as bytes: read from memory, and changed with their checksums put right again, as a hostile author would.
import type { AnyMethod } from '../../src/methods/method.ts';
import { encodeSafetensors, SafetensorsFile } from '../../src/nn/safetensors.ts';
import type { ArrayEntry, State } from '../../src/nn/state.ts';
import { Detector } from '../../src/scoring/detector.ts';
import { digestArrays, digestMetadata, type Model, modelFrom } from '../../src/scoring/file.ts';
import { encodeSlot, slotKeys } from '../../src/scoring/threshold-slot.ts';

export const modelOf = async (bytes: Uint8Array): Promise<Model> => {
  try {
    return await modelFrom('model', SafetensorsFile.fromBytes(bytes, 'model'));
  } catch (error) {
    // As reading from a path does.
    if ((error as { code?: string }).code === 'STATE_INVALID') (error as { code: string }).code = 'MODEL_INVALID';
    throw error;
  }
};

/** As `load`, from memory. */
export const detectorOf = async (bytes: Uint8Array, method: AnyMethod): Promise<Detector> => Detector.of('model', await modelOf(bytes), method);

/** Changes metadata and arrays, then signs them anew. */
export async function resigned(bytes: Uint8Array, edit: (metadata: Map<string, string>, arrays: State) => void): Promise<Uint8Array> {
  const file = SafetensorsFile.fromBytes(bytes);
  const metadata = new Map(file.metadata);
  const arrays = await file.readAll();
  edit(metadata, arrays);
  if (metadata.has('weightsSha256')) metadata.set('weightsSha256', await digestArrays(arrays.keys(), (name) => arrays.get(name) as ArrayEntry));
  const sum = digestMetadata(metadata);
  metadata.set('metadataSha256', sum);
  for (const key of slotKeys) if (metadata.has(key)) metadata.set(key, encodeSlot({ sequence: 1, threshold: 0.5, pixelThreshold: null }, sum));
  return encodeSafetensors(arrays, { metadata });
}
