// Reading images at arbitrary positions.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';

/** Reads x [N C H W] at the positions of grid [N P Q 2]: (column, row), both from -1 to 1. */
export const gridSample: OpFunction<'gridSample'> = defineOp('gridSample', {
  save: ['x', 'grid'],
  backward: ({ x, grid }, dy, { mode, padding, alignCorners }) => ({
    x: () => gridSampleGradX(dy, grid, { height: x.shape[2], width: x.shape[3], mode, padding, alignCorners }),
    grid: () => gridSampleGradGrid(x, grid, dy, { mode, padding, alignCorners }),
  }),
});

/** Gradient of `gridSample` with respect to the image. */
export const gridSampleGradX: OpFunction<'gridSampleGradX'> = defineOp('gridSampleGradX', {
  save: ['dy', 'grid'],
  // ⟨d, sampleᵀ(dy)⟩ = ⟨sample(d), dy⟩: linear in dy, and in the positions what sampling d would be.
  backward: ({ dy, grid }, d, { mode, padding, alignCorners }) => ({
    dy: () => gridSample(d, grid, { mode, padding, alignCorners }),
    grid: () => gridSampleGradGrid(d, grid, dy, { mode, padding, alignCorners }),
  }),
});

/** Gradient of `gridSample` with respect to the positions; itself not differentiable. */
export const gridSampleGradGrid = defineOp('gridSampleGradGrid');
