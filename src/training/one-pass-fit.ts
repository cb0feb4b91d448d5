// Learning by looking at every picture once: memory banks, Gaussians and their kin.
import { batches } from '../data/batches.ts';
import type { PictureStore } from '../data/store.ts';
import type { OnePassLearning } from '../methods/method.ts';
import type { AnyModule } from '../nn/module.ts';
import type { Random } from '../tensor/random.ts';
import type { Clock } from './budget.ts';
import type { TrainingEvent } from './events.ts';
import type { Learnt } from './gradient-fit.ts';

export interface OnePassFit {
  readonly model: AnyModule;
  // biome-ignore lint/suspicious/noExplicitAny: hyper-parameters are the method's own
  readonly learn: OnePassLearning<AnyModule, any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly hyper: any;
  readonly store: PictureStore;
  readonly batchSize: number;
  readonly random: Random;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (event: TrainingEvent) => void;
}

/** Shows every picture of the store to the model, in order, once in each pass; a limit in time or steps does not apply. */
export async function fitInOnePass({ model, learn, hyper, store, batchSize, random, clock, signal, onProgress }: OnePassFit): Promise<Learnt> {
  model.eval();
  const passes = learn.passes?.(model, hyper) ?? ['observe'];
  const each = Math.ceil(store.size / batchSize);
  const steps = each * passes.length;
  for (const pass of passes) {
    const chance = passes.length === 1 ? random : random.split(pass);
    for await (const batch of batches(store, { batchSize, random: null, signal })) {
      try {
        await learn.observe(model, batch.images, hyper, chance.split(clock.step), pass);
      } finally {
        batch.dispose();
      }
      clock.step++;
      const share = Math.min(1, clock.step / steps);
      onProgress({ kind: 'step', phase: pass, step: clock.step, steps, share, seconds: clock.seconds, loss: 0, terms: {}, rate: 0 });
    }
    signal?.throwIfAborted();
    await learn.finish(model, hyper, chance.split('finish'), pass, signal);
    signal?.throwIfAborted();
  }
  return { steps: clock.step, seconds: clock.seconds, history: [], validation: [] };
}
