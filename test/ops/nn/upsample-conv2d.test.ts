// The fused form equals upsampling, then convolving.
import { expect, it } from 'vitest';
import { conv2dPlain, upsampleConv2d } from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { fillOperand, relativeError, toTensor } from '../../support/cases.ts';
import { at, build } from '../../support/reference.ts';

it.each([
  { x: [2, 3, 5, 4], weight: [4, 3, 3, 3], padding: 1 },
  { x: [1, 16, 4, 4], weight: [32, 16, 3, 3], padding: 1 },
  { x: [1, 2, 3, 5], weight: [3, 2, 5, 3], padding: [2, 1, 0, 2] },
  { x: [1, 2, 3, 5], weight: [3, 2, 1, 1], padding: 0 },
])('$x by $weight, padding $padding', ({ x, weight, padding }) => {
  const picture = fillOperand(x, 1);
  const kernel = fillOperand(weight, 2);
  const bias = fillOperand([weight[0]], 3);
  const doubled = build([x[0], x[1], 2 * x[2], 2 * x[3]], ([n, c, i, j]) => picture.data[at(x, [n, c, i >> 1, j >> 1])]);
  scope(() => {
    const expected = conv2dPlain(toTensor(doubled), toTensor(kernel), toTensor(bias), { padding });
    const got = upsampleConv2d(toTensor(picture), toTensor(kernel), toTensor(bias), { padding });
    expect(got.shape).toEqual(expected.shape);
    expect(relativeError(got.readSync(), expected.readSync())).toBeLessThan(2e-6);
  });
});
