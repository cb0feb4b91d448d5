// From a trained network and pictures to energies, one number a picture, and maps.
import { crossEntropy } from '../../nn/losses/index.ts';
import { concat, full, gaussianBlur, l2Map, mean, mul, reshape, resize2d, slice, stack, sum, transpose } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import { energyNames, type InformationNetwork, type NetworkOptions, restoresUpright, scoredViews } from './network.ts';
import { erasesColour, erasesOrientation, greyed } from './step.ts';
import { transformed } from './transforms.ts';

export interface ScoreOptions extends NetworkOptions {
  readonly latent: number;
  readonly smooth: number;
}

/** What a network makes of pictures; tensors of the scope around. */
export interface Judged {
  /** f32 [N energies], in the order of `energyNames`. */
  readonly energies: Tensor;
  /** f32 [N code views 1] */
  readonly codes: Tensor;
  /** f32 [N C P Q]: the encoder's map of the pictures as they are. */
  readonly map: Tensor;
  /** f32 [N C H W]; null without a decoder. */
  readonly reconstruction: Tensor | null;
  /** f32 [N 1 H W]: squared error, in the mean over views; null without a decoder. */
  readonly error: Tensor | null;
}

/**
 * Energies of pictures f32 [N C H W]: the restoration's squared error, -ln of the probability of the right transform, how unlikely the codes are,
 * each in the mean over all views of a picture.
 *
 * @param settled whether the density is known yet; without, its energy is 0
 */
export function judge(model: InformationNetwork, images: Tensor, h: NetworkOptions, settled = true): Judged {
  return scope(() => {
    const [count, , height, width] = images.shape;
    const { set, count: views } = scoredViews(h);
    const labels = Array.from({ length: views * count }, (_, i) => Math.floor(i / count));
    const all = views === 1 ? images : transformed(repeated(images, views), set, labels);
    const { code, map } = model.encode(model.decoder && erasesColour(h) ? greyed(all) : all);
    const own = (x: Tensor) =>
      slice(
        x,
        x.shape.map(() => 0),
        [count, ...x.shape.slice(1)],
      );
    const overViews = (x: Tensor) => mean(reshape(x, [x.shape[0] / count, count, ...x.shape.slice(1)]), 0);
    const output = model.decoder?.forward(restoresUpright(h) ? own(code) : code) ?? null;
    const turnedBack = erasesOrientation(h);
    const errors = output && l2Map(turnedBack ? repeated(images, views) : restoresUpright(h) ? images : all, output);
    const seen = model.second && output ? model.encode(output, model.second).code : code;
    const codes = reshape(transpose(reshape(seen, [views, count, h.code]), [1, 2, 0]), [count, h.code, views, 1]);
    const energies = energyNames(h).map((name) => {
      if (name === 'reconstruction' && errors) return overViews(mean(errors, [1, 2, 3]));
      if (name === 'transforms' && model.recognise) {
        const target = tensor(Int32Array.from(labels), [labels.length], { dtype: 'i32' });
        return overViews(crossEntropy(model.recognise.forward(code), target, { reduction: 'none' }));
      }
      return settled && model.density ? model.density.forward(codes) : full([count], 0);
    });
    // A view's error is at the places of the view; only what is turned back is at those of the picture.
    const error = errors && (turnedBack ? overViews(errors) : own(errors));
    return {
      energies: stack(energies, 1),
      codes,
      map: own(map),
      reconstruction: output && own(output),
      error: error && reshape(error, [count, 1, height, width]),
    };
  });
}

/** The pictures one after the other, so many times. */
const repeated = (x: Tensor, times: number): Tensor =>
  concat(
    Array.from({ length: times }, () => x),
    0,
  );

/** How much each energy counts: `latent` for the density, the rest for the others alike; all where there is nothing else. */
export function weightsOf(h: Pick<ScoreOptions, 'information' | 'density' | 'latent'>): number[] {
  const names = energyNames(h);
  const others = names.filter((name) => name !== 'density').length;
  const latent = !names.includes('density') ? 0 : others ? h.latent : 1;
  return names.map((name) => (name === 'density' ? latent : (1 - latent) / others));
}

/** @param images f32 [N C H W] within 0 … 1 */
export function score(model: InformationNetwork, images: Tensor, h: ScoreOptions): Scored {
  return scope(() => {
    const { energies, map, reconstruction, error } = judge(model, images, h);
    const weights = weightsOf(h);
    const image = sum(mul(model.scale.forward(energies), tensor(Float32Array.from(weights), [1, weights.length])), 1);
    const [, , height, width] = images.shape;
    const pixels = error ?? resize2d(model.reference!.forward(map), { height, width, mode: 'bilinear' });
    const smooth = h.smooth > 0 ? gaussianBlur(pixels, h.smooth) : pixels;
    return reconstruction ? { map: smooth, image, reconstruction } : { map: smooth, image };
  });
}
