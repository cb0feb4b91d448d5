// Made defects as methods learn from them: one kind or a mixture, on a share of the pictures, and where they can be seen.
import type { Corrupted } from '../../corruptions/corruption.ts';
import { corruptions, shared } from '../../corruptions/index.ts';
import { choice, real, resolveHypers, type ValuesOf } from '../../hyper.ts';
import { abs, greater, max, sub } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TrainingBatch } from '../method.ts';

const kinds = ['softBlob', 'scratch', 'cutPaste', 'perlinPaste', 'gaussianNoise'] as const;

/** What a method declares that spoils a share of its pictures. */
export const defectHypers = <const W extends (typeof kinds)[number] | 'mixture'>(first: W, clean: number) =>
  ({
    corruption: choice([first, ...([...kinds, 'mixture'] as const).filter((kind) => kind !== first)], 'what spoils the training pictures'),
    clean: real(0, 0.9, clean, 'share of the training pictures left unspoilt'),
    ...shared,
  }) as const;

type Values = ValuesOf<ReturnType<typeof defectHypers>>;

/** A batch of which all but the clean share is spoilt. Enqueues only; call it within a scope. */
export function spoil({ images, donors, random }: TrainingBatch, h: Values): Corrupted {
  const { mixture } = corruptions;
  // One kind is a mixture in which the others weigh nothing.
  const weights = h.corruption === 'mixture' ? {} : Object.fromEntries(kinds.map((kind) => [kind, kind === h.corruption ? 1 : 0]));
  const given = Object.fromEntries(Object.keys(shared).map((key) => [key, h[key as keyof typeof shared]]));
  return mixture.apply(
    { images, donors, random: random.split('corruption') },
    resolveHypers('mixture', mixture.hyper, { clean: h.clean, ...weights, ...given }),
  );
}

/** Made defects of all kinds, for methods that do not learn from any and are only judged by them while they learn. */
export const spoilForValidation = ({ images, donors, random }: TrainingBatch): Corrupted =>
  corruptions.mixture.apply({ images, donors, random: random.split('corruption') }, resolveHypers('mixture', corruptions.mixture.hyper));

// A change below this cannot be told from noise, and would teach to see what is not there.
const leastVisible = 0.02;

/** f32 [N 1 H W], 0 or 1: where pictures f32 [N C H W] differ visibly in any channel. */
export const visiblyChanged = (spoilt: Tensor, clean: Tensor): Tensor => greater(max(abs(sub(spoilt, clean)), 1, { keepDims: true }), leastVisible);
