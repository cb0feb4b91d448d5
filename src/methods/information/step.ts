// One look at pictures in training: changed, encoded, decoded, recognised, contrasted, as the settings have it.
import { view, type viewHypers } from '../../data/views.ts';
import type { ValuesOf } from '../../hyper.ts';
import { add, affine, concat, mean, normal, reshape, slice } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { type InformationNetwork, type NetworkOptions, partsOf } from './network.ts';
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

/** @param images f32 [N C H W] */
export function look(model: InformationNetwork, images: Tensor, h: StepOptions, random: Random): Seen {
  const parts = partsOf(h.information);
  const [count] = images.shape;
  const set = changeOf(h);
  const labels = set ? Array.from({ length: count }, () => random.integer(countOf(set))) : null;
  const changed = set && labels ? transformed(images, set, labels) : images;
  const twice = parts.contrast !== null;
  const whole = twice ? concat([view(changed, h, random.split('first')), view(changed, h, random.split('second'))], 0) : changed;
  const { code } = model.encode(parts.reconstruction && erasesColour(h) ? greyed(whole) : whole);
  const noisy = h.guard === 'noise' && model.training ? add(code, affine(normal(code.shape, random.split('noise')), { scale: h.noise })) : code;
  const output = model.decoder?.forward(noisy) ?? null;
  const again = model.second && output ? model.encode(output, model.second).code : null;
  const both = labels && (twice ? [...labels, ...labels] : labels);
  const projected = model.project?.forward(noisy) ?? noisy;
  const half = (first: number) => slice(projected, [first * count, 0], [count, projected.shape[1]]);
  return {
    codes: again ?? code,
    centre: reshape(model.centre, [1, h.code]),
    restored: output && { output, target: erasesOrientation(h) ? images : whole },
    recognised: model.recognise && both && { logits: model.recognise.forward(noisy), labels: tensor(Int32Array.from(both), [both.length], { dtype: 'i32' }) },
    views: twice ? { first: half(0), second: half(1) } : null,
    again: again && { first: code, second: again },
    logAverage: model.logAverage,
  };
}
