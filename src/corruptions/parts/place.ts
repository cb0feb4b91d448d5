// A place in each picture: beside the centre of its defect, or anywhere.
import * as ops from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Rows } from './rows.ts';

/** One place (column, row) for each picture, known once the centres are. */
export class Place {
  private readonly share: Rows;
  private readonly shift: Rows;

  constructor(pictures: number) {
    this.share = new Rows(pictures, [2]);
    this.shift = new Rows(pictures, [2]);
  }

  /** Beside the centre of picture n's defect, by so many pixels. */
  atCentre(n: number, dx = 0, dy = 0): void {
    this.share.set(n, [1, 1]);
    this.shift.set(n, [dx, dy]);
  }

  at(n: number, x: number, y: number): void {
    this.share.set(n, [0, 0]);
    this.shift.set(n, [x, y]);
  }

  /** f32 [N 2] */
  tensor(centre: Tensor): Tensor {
    return ops.add(ops.mul(this.share.tensor(centre.device), centre), this.shift.tensor(centre.device));
  }
}
