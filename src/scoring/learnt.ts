// Networks that have learnt: built again for their arrays, and rid of what only their training needed.
import type { InputSpec } from '../data/input.ts';
import type { AnyMethod } from '../methods/method.ts';
import { type AnyModule, Module } from '../nn/module.ts';
import { loadModuleState, type State } from '../nn/state.ts';
import { Random } from '../tensor/random.ts';

/** Frees the members that only training uses: a detector and its file are without them. */
export function dropTrainingParts(method: AnyMethod, hyper: unknown, model: AnyModule): void {
  const holder = model as unknown as Record<string, unknown>;
  for (const name of method.trainingOnly?.(hyper as never) ?? []) {
    const part = holder[name];
    if (part instanceof Module) part.dispose();
    holder[name] = null;
  }
}

/** The network of a detector with these arrays. Throws STATE_INVALID where they are not its own. */
export function learntNetwork(method: AnyMethod, hyper: unknown, input: InputSpec, learnt: State): AnyModule {
  // Every number is overwritten: the seed does not matter.
  const model = method.build(hyper as never, { ...input, random: new Random(0), learnt }) as AnyModule;
  try {
    dropTrainingParts(method, hyper, model);
    loadModuleState(model, learnt);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}
