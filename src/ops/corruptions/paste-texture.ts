// Laying made texture on pictures.
import { defineOp } from '../../autograd/define-op.ts';

/** Textures by the numbers that `pasteTextureStep` knows them by. */
export const textureKinds = { perlin: 0, cells: 1, cracks: 2, lines: 3, mesh: 4, grain: 5, relief: 6 } as const;

/** Lays made texture on `image`, in place, as far as the layer is opaque. No tape records it. */
export const pasteTextureStep = defineOp('pasteTextureStep', 'constant');
