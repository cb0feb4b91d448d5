// Pretrained weights by path, whatever kind of file it is: safetensors, ONNX, a detector of our own.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { BlemishError, must, type OwnCode } from '../errors.ts';
import { onnxState } from '../features/onnx.ts';
import { type Hypers, resolveHypers } from '../hyper.ts';
import { methods } from '../methods/index.ts';
import type { AnyMethod } from '../methods/method.ts';
import { fuse } from '../nn/fold.ts';
import { readWeights } from '../nn/networks/index.ts';
import { SafetensorsFile } from '../nn/safetensors.ts';
import type { State } from '../nn/state.ts';
import { longestModelHeader, readModel } from '../scoring/file.ts';
import { learntNetwork } from '../scoring/learnt.ts';

/** The arrays that a method wants with its settings; null where it wants none. Throws where one is given and not wanted, or the other way round. */
export async function weightsFor(method: AnyMethod, hyper: never, path: string | undefined): Promise<State | null> {
  const wanted = method.weightsWanted?.(hyper) ?? null;
  if (wanted === null) {
    must(path === undefined, `fit ${method.name}: weights are given as ${path}; expected none with these settings`);
    return null;
  }
  if (path === undefined)
    throw new BlemishError<OwnCode>('WEIGHTS_MISSING', `fit ${method.name}: ${wanted}, and none were given; expected their path as weights, or another source`);
  if (/\.onnx$/i.test(path)) return onnxState(await bytesOf(path), path);
  return (await isModel(path)) ? encoderOf(path) : readWeights(path);
}

async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const { message } = error as Error;
    throw new BlemishError<OwnCode>('WEIGHTS_UNREADABLE', `${path}: ${message}; expected a file that may be read`, { cause: error });
  }
}

async function isModel(path: string): Promise<boolean> {
  try {
    await using file = await SafetensorsFile.open(path, { longestHeader: longestModelHeader });
    return file.metadata.get('format') === 'blemish';
  } catch {
    return false; // what is wrong with it is said when it is read
  }
}

/** The encoder of a detector that was trained here. */
async function encoderOf(path: string): Promise<State> {
  const { method: name, hyper, input, weights } = await readModel(path);
  const method = Object.hasOwn(methods, name) ? methods[name] : null;
  if (!method?.encoder) {
    const able = Object.keys(methods).filter((key) => methods[key].encoder);
    throw new BlemishError<OwnCode>('ARGUMENT_INVALID', `${basename(path)}: its method, ${name}, has no encoder; expected a detector of ${able.join(', ')}`);
  }
  const values = resolveHypers(name, method.hyper as Hypers, hyper);
  const model = learntNetwork(method, values, input, weights);
  try {
    return await method.encoder(fuse(model));
  } finally {
    model.dispose();
  }
}
