// A table for the device, written on the host: a row of numbers for each picture.
import { type Tensor, tensor } from '../../tensor/tensor.ts';

/** f32 [rows …extents]; 0 unless set. */
export class Rows {
  readonly rows: number;
  private readonly extents: readonly number[];
  private readonly width: number;
  private readonly data: Float32Array;

  constructor(rows: number, extents: readonly number[]) {
    this.rows = rows;
    this.extents = extents;
    this.width = extents.reduce((a, b) => a * b, 1);
    this.data = new Float32Array(rows * this.width);
  }

  /** Writes into a row from its beginning, or from `offset`. */
  set(row: number, values: readonly number[], offset = 0): void {
    this.data.set(values, row * this.width + offset);
  }

  tensor(device: string): Tensor {
    return tensor(this.data, [this.rows, ...this.extents], { device });
  }
}
