// Pasting in place: sharp where nothing is turned, untouched outside, and what is refused.
import { describe, expect, it } from 'vitest';
import { full, pasteCopyStep, pasteTextureStep, reorderLayout } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { uniformSource } from '../../support/cases.ts';
import { thrown } from '../../support/thrown.ts';

const key = new Random(5).nextKey();
const uniform = uniformSource(1);
const own = Float32Array.from({ length: 3 * 6 * 8 }, uniform);
// Opaque in columns 2 … 4 of rows 1 … 3.
const layer = Float32Array.from({ length: 48 }, (_, i) => (i % 8 >= 2 && i % 8 <= 4 && i >= 8 && i < 32 ? 1 : 0));

interface Changes {
  image?: (own: Tensor) => Tensor;
  source?: number;
  turn?: number[];
}

function paste({ image = reorderLayout, source = 0, turn = [1, 0, 0, 1] }: Changes): Float32Array {
  return scope(() => {
    const pictures = tensor(own, [1, 3, 6, 8]);
    const changed = image(pictures);
    const choice = tensor(new Int32Array([source]));
    const places = [tensor([3, 2], [1, 2]), tensor([5, 3], [1, 2]), tensor(turn, [1, 2, 2]), tensor([1, 0], [1, 2])] as const;
    const tone = tensor([1, 1, 1, 0, 0, 0], [1, 2, 3]);
    pasteCopyStep(changed, full([1, 1, 6, 8], 0), tensor(layer, [1, 1, 6, 8]), pictures, pictures, choice, ...places, tone, { key });
    return changed.readSync() as Float32Array;
  });
}

describe('pasteCopyStep', () => {
  it('copies upright pixels bit for bit and leaves the others', () => {
    const out = paste({});
    for (let i = 0; i < own.length; i++) {
      const from = layer[i % 48] ? i + 2 + 8 : i;
      expect(out[i]).toBe(own[from]);
    }
  });

  it('says what does not fit', () => {
    expect(thrown(() => paste({ image: (pictures) => pictures }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: pasteCopyStep: own is the image that is changed; expected another tensor to read from"`,
    );
    expect(thrown(() => paste({ source: 2 }))).toMatchInlineSnapshot(`"NUMERICAL_FAILURE: pasteCopyStep: source holds 2 at position 0; expected -1 to 1"`);
    expect(thrown(() => paste({ turn: [1, Number.NaN, 0, 1] }))).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: pasteCopyStep: turn holds nan at position 1; expected numbers within 2^24"`,
    );
    expect(thrown(() => paste({ image: () => full([1, 1, 6, 8], 0) }))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: pasteCopyStep: C is 3 in own [1 3 6 8] but 1 in image [1 1 6 8]; expected them equal"`,
    );
  });
});

describe('pasteTextureStep', () => {
  it('knows seven kinds', () => {
    const call = (kind: number) =>
      scope(() => {
        const image = tensor(own, [1, 3, 6, 8]);
        const tables = [tensor([0, 0], [1, 2]), tensor([1, 0, 0, 0, 1, 0], [1, 2, 3]), tensor([1]), full([1, 3], 0), full([1, 2, 3], 0), full([1], 1)] as const;
        pasteTextureStep(image, full([1, 1, 6, 8], 0), tensor(layer, [1, 1, 6, 8]), tensor(new Int32Array([kind])), ...tables, { key });
        return image.readSync() as Float32Array;
      });
    // No shift, and all of the picture kept: nothing changes.
    for (let kind = -1; kind < 7; kind++) call(kind).forEach((value, i) => expect(value).toBeCloseTo(own[i], 6));
    expect(thrown(() => call(7))).toMatchInlineSnapshot(`"NUMERICAL_FAILURE: pasteTextureStep: kind holds 7 at position 0; expected -1 to 6"`);
    expect(thrown(() => call(-2))).toMatchInlineSnapshot(`"NUMERICAL_FAILURE: pasteTextureStep: kind holds -2 at position 0; expected -1 to 6"`);
  });
});
