// One look at pictures in training: changed, encoded, decoded, recognised, contrasted, as the settings have it.
import { view, type viewHypers } from '../../data/views.ts';
import type { ValuesOf } from '../../hyper.ts';
import { add, affine, concat, mean, normal, reshape, slice } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { type InformationNetwork, type NetworkOptions, partsOf, restoresUpright } from './network.ts';
import type { Seen } from './objective.ts';
import { countOf, type TransformSet, transformed } from './transforms.ts';

export interface StepOptions extends NetworkOptions, ValuesOf<typeof viewHypers> {
  readonly noise: number;
}

/** f32 [N C H W] without their colours. */
export const greyed = (x: Tensor): Tensor => (x.shape[1] === 1 ? x : add(affine(x, { scale: 0 }), mean(x, 1, { keepDims: true })));

/** What is erased before the encoder sees a picture, that the decoder has to restore: see `scoredViews` for how pictures are turned. */
export const erasesColour = (h: Pick<NetworkOptions, 'erase'>): boolean => h.erase === 'colour' || h.erase === 'both';
export const erasesOrientation = (h: Pick<NetworkOptions, 'erase'>): boolean => h.erase === 'orientation' || h.erase === 'both';

/** By which transforms pictures are changed before they are encoded; null: by none. */
function changeOf(h: StepOptions): TransformSet | null {
  const parts = partsOf(h.information);
  if (parts.transforms) return h.transforms;
  return parts.reconstruction && erasesOrientation(h) ? 'rotations' : null;
}

/** By which transform each of so many pictures is changed; the first half by none, where only those are decoded. */
function drawn(count: number, set: TransformSet, upright: number, random: Random): number[] {
  const kinds = countOf(set);
  if (upright === count) return Array.from({ length: count }, () => random.integer(kinds));
  return Array.from({ length: count }, (_, i) => (i < upright ? 0 : 1 + random.integer(kinds - 1)));
}

/** H(t) in nats of what `drawn` draws. */
function entropyOfDraw(count: number, set: TransformSet, upright: number): number {
  const kinds = countOf(set);
  if (upright === count) return Math.log(kinds);
  const [still, others] = [upright / count, 1 - upright / count];
  return -(still > 0 ? still * Math.log(still) : 0) - others * Math.log(others / (kinds - 1));
}

/** @param images f32 [N C H W] */
export function look(model: InformationNetwork, images: Tensor, h: StepOptions, random: Random): Seen {
  const parts = partsOf(h.information);
  const [count] = images.shape;
  const set = changeOf(h);
  const upright = restoresUpright(h) ? Math.ceil(count / 2) : count;
  const labels = set && drawn(count, set, upright, random);
  const changed = set && labels ? transformed(images, set, labels) : images;
  const twice = parts.contrast !== null;
  const whole = twice ? concat([view(changed, h, random.split('first')), view(changed, h, random.split('second'))], 0) : changed;
  const { code } = model.encode(parts.reconstruction && erasesColour(h) ? greyed(whole) : whole);
  const noisy = h.guard === 'noise' && model.training ? add(code, affine(normal(code.shape, random.split('noise')), { scale: h.noise })) : code;
  const first = (x: Tensor, rows: number, from = 0) =>
    slice(
      x,
      x.shape.map((_, axis) => (axis ? 0 : from)),
      [rows, ...x.shape.slice(1)],
    );
  const output = model.decoder?.forward(upright < count ? first(noisy, upright) : noisy) ?? null;
  const target = erasesOrientation(h) ? images : upright < count ? first(whole, upright) : whole;
  const again = model.second && output ? model.encode(output, model.second).code : null;
  const both = labels && (twice ? [...labels, ...labels] : labels);
  const projected = model.project?.forward(noisy) ?? noisy;
  return {
    codes: again ?? code,
    centre: reshape(model.centre, [1, h.code]),
    restored: output && { output, target },
    recognised: model.recognise &&
      set &&
      both && {
        logits: model.recognise.forward(noisy),
        labels: tensor(Int32Array.from(both), [both.length], { dtype: 'i32' }),
        entropy: entropyOfDraw(count, set, upright),
      },
    views: twice ? { first: first(projected, count), second: first(projected, count, count) } : null,
    again: again && { first: code, second: again },
    logAverage: model.logAverage,
  };
}
