// Feature sources of the pixels themselves: patches as they are, and their principal components.
import { stateBuffer } from '../nn/parameter.ts';
import { conv2d, copyStep, full, pad2d, toVectors, unfold2d } from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { Gaussians } from './gaussians.ts';
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

/** f32 [N C H W] → f32 [N C·side² P Q], a patch as channel, row, column. */
const patchesOf = (images: Tensor, cut: Cut): Tensor => scope(() => unfold2d(padded(images, cut), cut.side, { stride: cut.stride }));

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
    let moments: Gaussians | null = null;
    const learning = {
      learnt: options.learnt !== null,
      observe: (images: Tensor) => {
        moments ??= new Gaussians(inputs, null);
        const seen = moments;
        scope(() => seen.addVectors(toVectors(patchesOf(images, this.cut))));
      },
      finish: async () => {
        if (!moments) return;
        const { vectors, mean } = await moments.components();
        moments.dispose();
        moments = null;
        learning.learnt = true;
        const kept = vectors.subarray(0, count * inputs);
        const offset = Float32Array.from({ length: count }, (_, k) => -mean.reduce((sum, m, i) => sum + m * kept[k * inputs + i], 0));
        scope(() => {
          copyStep(this.components, tensor(Float32Array.from(kept), this.components.shape));
          copyStep(this.offset, tensor(offset));
        });
      },
      dispose: () => moments?.dispose(),
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
