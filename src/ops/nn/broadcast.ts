// Filling, repeating along axes, and the sum that undoes the repeating. They live below: the tape itself is made of them.
export { broadcastTo, fill, full, sumTo } from '../../autograd/define-op.ts';
