// Laying copies on pictures.
import { defineOp } from '../../autograd/define-op.ts';

/** Lays a displaced copy of the picture or of a donor on `image`, in place, as far as the layer is opaque. No tape records it. */
export const pasteCopyStep = defineOp('pasteCopyStep', 'constant');
