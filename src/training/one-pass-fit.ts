// Looking at every picture once: how memory banks, Gaussians and their kin learn, and how a trained network learns what is usual.
import { batches } from '../data/batches.ts';
import type { PictureStore } from '../data/store.ts';
import type { OnePass } from '../methods/method.ts';
import type { AnyModule } from '../nn/module.ts';
import { sync } from '../tensor/device.ts';
import type { Random } from '../tensor/random.ts';
import type { Clock } from './budget.ts';
import type { TrainingEvent } from './events.ts';
import type { Learnt } from './gradient-fit.ts';

export interface Look {
  readonly model: AnyModule;
  // biome-ignore lint/suspicious/noExplicitAny: hyper-parameters are the method's own
  readonly learn: OnePass<AnyModule, any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly hyper: any;
  readonly store: PictureStore;
  readonly batchSize: number;
  readonly random: Random;
  readonly signal: AbortSignal | undefined;
}

/** Shows every picture of the store to the model, in order, once in each pass; `seen` hears how many of how many batches are done. */
export async function lookOnce(look: Look, seen: (done: number, of: number, pass: string) => void): Promise<void> {
  const { model, learn, hyper, store, batchSize, random, signal } = look;
  model.eval();
  const passes = learn.passes?.(model, hyper) ?? ['observe'];
  const batchesInAll = passes.length * Math.ceil(store.size / batchSize);
  let done = 0;
  for (const pass of passes) {
    const chance = passes.length === 1 ? random : random.split(pass);
    for await (const batch of batches(store, { batchSize, random: null, signal })) {
      try {
        await learn.observe(model, batch.images, hyper, chance.split(done), pass, signal);
        // Waited for, so that what is done is done, and an abort finds little in the queue.
        await sync();
      } finally {
        batch.dispose();
      }
      seen(Math.min(++done, batchesInAll), batchesInAll, pass);
    }
    signal?.throwIfAborted();
    await learn.finish(model, hyper, chance.split('finish'), pass, signal);
    signal?.throwIfAborted();
  }
}

/** A limit in time or steps does not apply. */
export async function fitInOnePass(look: Look, clock: Clock, onProgress: (event: TrainingEvent) => void): Promise<Learnt> {
  await lookOnce(look, (step, steps, phase) => {
    clock.step = step;
    onProgress({ kind: 'step', phase, step, steps, share: step / steps, seconds: clock.seconds, loss: 0, terms: {}, rate: 0 });
  });
  return { steps: clock.step, seconds: clock.seconds, history: [], validation: [], monitors: [] };
}
