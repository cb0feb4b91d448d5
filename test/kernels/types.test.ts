// What the type checker knows of plain arrays: the form of a result follows that of the operand, and kinds of number that are not served are refused.
import { expectTypeOf, it } from 'vitest';
import type * as kernels from '../../src/kernels/index.ts';

type K = typeof kernels;
declare const k: K;
declare const single: kernels.NdArray<Float32Array>;
declare const double: kernels.NdArray<Float64Array>;
declare const integers: kernels.NdArray<Int32Array>;
declare const bytes: kernels.Picture<Uint8Array>;
declare const picture: kernels.Picture<Float64Array>;

// Never called: the type checker reads it.
function _checked() {
  expectTypeOf(k.l1Map(single, single)).resolves.toEqualTypeOf<kernels.NdArray<Float32Array>>();
  expectTypeOf(k.l1Map(double, double)).resolves.toEqualTypeOf<kernels.NdArray<Float64Array>>();
  expectTypeOf(k.l1Map(bytes, picture)).resolves.toEqualTypeOf<kernels.Picture<Float32Array>>();
  expectTypeOf(k.l1Map(picture, picture)).resolves.toEqualTypeOf<kernels.Picture<Float64Array>>();
  expectTypeOf(k.ssim(bytes, bytes)).resolves.toEqualTypeOf<number>();
  expectTypeOf(k.ssim(double, double)).resolves.toEqualTypeOf<Float64Array>();
  expectTypeOf(k.msSsim(single, single)).resolves.toEqualTypeOf<Float32Array>();
  expectTypeOf(k.patchEntropyMap(bytes)).resolves.toEqualTypeOf<kernels.Picture<Float32Array>>();
  expectTypeOf(k.patchEntropyMap(double)).resolves.toEqualTypeOf<kernels.NdArray<Float32Array>>();
  expectTypeOf(k.toVectors(bytes)).resolves.toEqualTypeOf<kernels.NdArray<Float32Array>>();
  expectTypeOf(k.fromVectors(double.data, [1, 2])).resolves.toEqualTypeOf<kernels.NdArray<Float64Array>>();
  expectTypeOf(k.discreteEntropy(integers.data)).resolves.toEqualTypeOf<number>();
  expectTypeOf(k.discreteEntropy(integers)).resolves.toEqualTypeOf<kernels.NdArray<Float64Array>>();
  expectTypeOf(k.labelCounts(integers.data, 3)).resolves.toEqualTypeOf<Int32Array>();
  expectTypeOf(k.kozachenkoLeonenko(double)).resolves.toEqualTypeOf<number>();
  expectTypeOf(k.nfaMap([single, single])).resolves.toEqualTypeOf<kernels.NdArray<Float32Array>>();

  // @ts-expect-error both operands have one form
  k.l1Map(single, bytes);
  // @ts-expect-error both operands have one kind of number
  k.l1Map(single, double);
  // @ts-expect-error f32 alone
  k.nearest(double, double);
  // @ts-expect-error f32 alone
  k.msSsim(double, double);
  // @ts-expect-error floats alone
  k.kozachenkoLeonenko(integers);
  // @ts-expect-error a shape is said
  k.kozachenkoLeonenko(double.data);
  // @ts-expect-error no option of that name
  k.ssim(bytes, bytes, { windows: 3 });
  // @ts-expect-error noise is never there without a source
  k.jitter(double, {});
}

it('is checked with all other types', () => {
  expectTypeOf(_checked).toBeFunction();
});
