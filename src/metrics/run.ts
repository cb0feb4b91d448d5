// A list of numbers on the device that grows piece by piece.
import { concat } from '../ops/index.ts';
import { keep, scope } from '../tensor/scope.ts';
import { type Dtype, type Tensor, tensor } from '../tensor/tensor.ts';

const empty = { f32: Float32Array, f64: Float64Array, i32: Int32Array, u8: Uint8Array };
// Operands of one call of `concat`.
const most = 4096;

/** Tensors [n] one after the other: held once, joined when they are needed as one. */
export class Run {
  private pieces: Tensor[] = [];
  private readonly dtype: Dtype;

  constructor(dtype: Dtype) {
    this.dtype = dtype;
  }

  /** Takes over a tensor [n] from the scope around. */
  push(piece: Tensor): void {
    if (piece.size) this.pieces.push(keep(piece));
  }

  get length(): number {
    return this.pieces.reduce((sum, piece) => sum + piece.size, 0);
  }

  /** All numbers as one tensor [length], which stays the run's own. */
  whole(): Tensor {
    while (this.pieces.length > 1) {
      const first = this.pieces.splice(0, most);
      this.pieces.unshift(keep(scope(() => concat(first))));
      for (const piece of first) piece.dispose();
    }
    if (!this.pieces.length) this.pieces.push(keep(tensor(new empty[this.dtype](0))));
    return this.pieces[0];
  }

  /** Moves the pieces of another run behind these. */
  take(other: Run): void {
    this.pieces.push(...other.pieces.splice(0));
  }

  dispose(): void {
    for (const piece of this.pieces.splice(0)) piece.dispose();
  }
}
