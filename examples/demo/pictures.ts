// Made-up pictures on their way to the device and back.
import { type Tensor, tensor } from '../../src/index.ts';
import type { SurfacePicture } from '../surfaces.ts';

/** f32[N 3 size size] of u8 [size size 3] pictures, from -0.5 to 0.5. */
export function batchOf(pictures: readonly SurfacePicture[], size: number): Tensor {
  const plane = size * size;
  const data = new Float32Array(pictures.length * 3 * plane);
  pictures.forEach(({ rgb }, n) => {
    for (let i = 0; i < plane; i++) {
      for (let c = 0; c < 3; c++) data[(n * 3 + c) * plane + i] = rgb[i * 3 + c] / 255 - 0.5;
    }
  });
  return tensor(data, [pictures.length, 3, size, size]);
}

/** u8 [size size 3] of picture n of f32[N 3 size size]. */
export function pictureOf(batch: ArrayLike<number>, n: number, size: number): Uint8Array {
  const plane = size * size;
  const rgb = new Uint8Array(plane * 3);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = Math.round(255 * Math.min(1, Math.max(0, batch[(n * 3 + c) * plane + i] + 0.5)));
  }
  return rgb;
}
