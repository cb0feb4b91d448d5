// Training on good pictures: batches in a seeded order, the squared error, Adam with a rate that falls.
import { nn, type Random, record, scope } from '../../src/index.ts';
import type { SurfacePicture } from '../surfaces.ts';
import { batchOf } from './pictures.ts';

export interface TrainingOptions {
  readonly size: number;
  readonly batch: number;
  /** Pictures come in groups of so many, one of each surface; it divides `batch`. */
  readonly kinds: number;
  readonly steps: number;
  /** Ends the training early, at the next step. */
  readonly stop: () => boolean;
  readonly onStep: (step: number, loss: number) => void;
}

/**
 * Trains in place. Returns the loss of every step. The rate depends on the step alone, never on the clock: with the same seed and the same
 * number of threads the losses are the same to the last bit, up to where it is stopped.
 */
export async function train(network: nn.Sequential, pictures: readonly SurfacePicture[], random: Random, options: TrainingOptions): Promise<number[]> {
  const { size, batch, kinds, steps } = options;
  const adam = new nn.Adam(network.namedParameters());
  const losses: number[] = [];
  let order: number[] = [];
  network.train();
  try {
    for (let step = 1; step <= steps && !options.stop(); step++) {
      // As many of each surface in every batch: batch statistics would otherwise jump with the mixture, and the loss with them.
      if (order.length < batch / kinds) order = random.permutation(pictures.length / kinds);
      const chosen = order.splice(0, batch / kinds).flatMap((i) => pictures.slice(i * kinds, (i + 1) * kinds));
      // Up in a few steps, then down along half a cosine.
      const factor = Math.min(1, step / 20) * (0.02 + 0.49 * (1 + Math.cos((Math.PI * step) / steps)));
      const loss = scope(() => {
        const x = batchOf(chosen, size);
        const tape = record(() => nn.l2(network.forward(x), x));
        adam.step(tape.backward(), { factor: 3 * factor });
        return tape.value;
      });
      losses.push(await loss.item());
      loss.dispose();
      options.onStep(step, losses[step - 1]);
    }
    return losses;
  } finally {
    adam.dispose();
  }
}
