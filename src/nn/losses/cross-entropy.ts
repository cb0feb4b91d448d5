// Cross-entropy of several classes, from logits.
import { BlemishError, must } from '../../errors.ts';
import { affine, equal, logSoftmax, mul, neg, reshape, sum, toFloat } from '../../ops/index.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { type LossOptions, reduce } from './reduction.ts';

/**
 * −log softmax(x)[t] over the second axis: f32[], or `[N …]` without reduction.
 *
 * @param logits `[N C …]`
 * @param target class numbers as i32 `[N …]`, from 0 to C − 1; or probabilities as f32 `[N C …]`
 * @param options labelSmoothing: share of the target that all classes divide among them (Szegedy et al. 2016), default 0
 */
export function crossEntropy(logits: Tensor, target: Tensor, { labelSmoothing = 0, ...options }: LossOptions & { labelSmoothing?: number } = {}): Tensor {
  must(labelSmoothing >= 0 && labelSmoothing <= 1, `crossEntropy: labelSmoothing is ${labelSmoothing}; expected a number from 0 to 1`);
  const given = target.dtype === 'i32' ? oneHot(logits, target) : target;
  const share = labelSmoothing > 0 ? affine(given, { scale: 1 - labelSmoothing, shift: labelSmoothing / logits.shape[1] }) : given;
  return reduce(neg(sum(mul(logSoftmax(logits, 1), share), 1)), options);
}

function oneHot(logits: Tensor, target: Tensor): Tensor {
  const [count, classes, ...rest] = logits.shape;
  const expected = [count, ...rest];
  if (target.shape.length !== expected.length || expected.some((n, axis) => n !== target.shape[axis])) {
    throw new BlemishError(
      'SHAPE_MISMATCH',
      `crossEntropy: target is [${target.shape.join(' ')}] for logits [${logits.shape.join(' ')}]; expected [${expected.join(' ')}]`,
    );
  }
  const numbers = tensor(
    Float32Array.from({ length: classes }, (_, i) => i),
    [classes, ...rest.map(() => 1)],
    { device: logits.device },
  );
  return equal(reshape(toFloat(target), [count, 1, ...rest]), numbers);
}
