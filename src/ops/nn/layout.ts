// Extents and order: reshape, detach, and the copy that settles the private layout.
import { defineOp } from '../../autograd/define-op.ts';

export { detach, reshape } from '../../autograd/define-op.ts';

/** A copy in plain layout. */
export const reorderLayout = defineOp('reorderLayout', { backward: (_, dy) => ({ x: () => dy }) });
