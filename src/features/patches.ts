// Feature sources of the pixels themselves: patches as they are, and their principal components.
import { stateBuffer } from '../nn/parameter.ts';
import { concat, conv2d, copyStep, full, pad2d, slice } from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { Covariance, principalComponents } from './covariance.ts';
import { vectorsOf } from './align.ts';
import { type FeatureLevel, FeatureSource, type SourceLearning, type SourceOptions } from './source.ts';

/** Patches of side x side pixels, every `stride` pixels, around the middle of each square of that side; beyond the border pixels repeat. */
interface Cut {
  readonly side: number;
  readonly stride: number;
}

/** Pixels before the first square, and behind the last, that patches reach to. */
function margins({ side, stride }: Cut): readonly [number, number] {
  const before = Math.max(0, Math.floor((side - stride) / 2));
  return [before, Math.max(0, side - stride - before)];
}

const padded = (x: Tensor, cut: Cut): Tensor => {
  const [before, after] = margins(cut);
  return before || after ? pad2d(x, [before, after, before, after], { mode: 'replicate' }) : x;
};

/** f32 [N C H W] → f32 [N C·side² P Q]. */
function patchesOf(images: Tensor, cut: Cut): Tensor {
  return scope(() => {
    const { side, stride } = cut;
    const x = padded(images, cut);
    const [n, c, h, w] = x.shape;
    const [p, q] = [h, w].map((extent) => Math.floor((extent - side) / stride) + 1);
    const shifted = Array.from({ length: side * side }, (_, i) =>
      slice(x, [0, 0, Math.floor(i / side), i % side], [n, c, p, q], [1, 1, stride, stride]),
    );
    return concat(shifted, 1);
  });
}

const levelOf = (cut: Cut, channels: number): FeatureLevel => {
  const [before] = margins(cut);
  return { name: `patches${cut.side}`, channels, stride: cut.stride, origin: (cut.side - 1) / 2 - before };
};

const cutOf = ({ patch, finest }: SourceOptions): Cut => ({ side: patch, stride: 2 ** finest });

/** Patches of pixels as they are, at stride 2^finest. */
export class PixelSource extends FeatureSource {
  readonly levels: readonly FeatureLevel[];
  private readonly cut: Cut;

  constructor(options: SourceOptions) {
    super();
    this.cut = cutOf(options);
    this.levels = [levelOf(this.cut, options.channels * options.patch ** 2)];
  }

  override forward(images: Tensor): Tensor[] {
    return [patchesOf(images, this.cut)];
  }
}

/** The largest principal components of patches, at stride 2^finest: learnt from the pictures, in a pass of its own. */
export class PcaSource extends FeatureSource {
  readonly levels: readonly FeatureLevel[];
  /** f32 [components, C, side, side]: what a patch is multiplied by. */
  readonly components: Tensor;
  /** f32 [components]: less the components of the mean patch. */
  readonly offset: Tensor;
  override readonly learning: SourceLearning;
  private readonly forget: () => void;
  private readonly cut: Cut;

  constructor(options: SourceOptions) {
    super();
    const { channels, patch, width } = options;
    this.cut = cutOf(options);
    const inputs = channels * patch ** 2;
    const count = Math.min(width, inputs);
    this.levels = [levelOf(this.cut, count)];
    this.components = stateBuffer(full([count, channels, patch, patch], 0));
    this.offset = stateBuffer(full([count], 0));
    // Made when the first pictures come, and gone when they have been: no part of a detector.
    let covariance: Covariance | null = null;
    const learning = {
      learnt: options.learnt !== null,
      observe: (images: Tensor) => {
        covariance ??= new Covariance(inputs);
        const seen = covariance;
        scope(() => seen.observe(vectorsOf(patchesOf(images, this.cut))));
      },
      finish: async () => {
        if (!covariance) return;
        const moments = await covariance.read();
        const { mean } = moments;
        const { vectors } = await principalComponents(moments);
        covariance.dispose();
        covariance = null;
        learning.learnt = true;
        // The patches come pixel by pixel with the channels inside; a kernel's channels stand outside.
        const kernels = new Float32Array(count * inputs);
        const offset = new Float32Array(count);
        for (let k = 0; k < count; k++) {
          let at = 0;
          for (let i = 0; i < inputs; i++) {
            const [pixel, channel] = [Math.floor(i / channels), i % channels];
            kernels[k * inputs + channel * patch ** 2 + pixel] = vectors[k * inputs + i];
            at -= vectors[k * inputs + i] * mean[i];
          }
          offset[k] = at;
        }
        scope(() => {
          copyStep(this.components, tensor(kernels, this.components.shape));
          copyStep(this.offset, tensor(offset));
        });
      },
      dispose: () => covariance?.dispose(),
    };
    this.learning = learning;
    this.forget = learning.dispose;
  }

  override release(): void {
    this.forget();
  }

  override forward(images: Tensor): Tensor[] {
    return scope(() => [conv2d(padded(images, this.cut), this.components, this.offset, { stride: this.cut.stride })]);
  }
}
