// Paddings other than zero, the transposed form, and what conv2d refuses.
import { expect, it } from 'vitest';
import { conv2d, conv2dPlain, convTranspose2d, pad2d } from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { fillOperand, relativeError, toTensor } from '../../support/cases.ts';
import { at, eachIndex, nd } from '../../support/reference.ts';

const make = (shape: number[], seed = 1) => toTensor(fillOperand(shape, seed));

it.each(['reflect', 'replicate', 'circular'] as const)('mode %s pads first', (mode) => {
  scope(() => {
    const x = make([2, 3, 6, 5]);
    const weight = make([4, 3, 3, 3], 2);
    const expected = conv2dPlain(pad2d(x, [1, 2, 0, 1], { mode }), weight, null, { stride: 2 });
    expect(conv2d(x, weight, null, { padding: [1, 2, 0, 1], mode, stride: 2 }).readSync()).toEqual(expected.readSync());
  });
});

it('convTranspose2d spreads each pixel over its kernel', () => {
  const x = fillOperand([2, 4, 3, 5], 1);
  const weight = fillOperand([4, 3, 3, 2], 2);
  const bias = fillOperand([6], 3);
  const [stride, dilation, groups] = [[2, 3], [2, 1], 2];
  // padding [1 1 2 0], outputPadding [0 0]: P = 2·2 − 2 + 2·2 + 1, Q = 4·3 − 2 + 1 + 1
  const [P, Q] = [2 * 2 - 2 + 2 * 2 + 1, 4 * 3 - 2 + 1 + 1];
  const expected = nd([2, 6, P, Q]);
  eachIndex(expected.shape, ([, k], i) => {
    expected.data[i] = bias.data[k];
  });
  eachIndex(x.shape, ([n, c, h, w], i) => {
    for (let d = 0; d < 3; d++)
      for (let r = 0; r < 3; r++)
        for (let s = 0; s < 2; s++) {
          const p = h * stride[0] + r * dilation[0] - 1;
          const q = w * stride[1] + s * dilation[1] - 2;
          const k = Math.floor(c / 2) * 3 + d;
          if (p >= 0 && q >= 0 && p < P && q < Q) expected.data[at(expected.shape, [n, k, p, q])] += x.data[i] * weight.data[at(weight.shape, [c, d, r, s])];
        }
  });
  scope(() => {
    const got = convTranspose2d(toTensor(x), toTensor(weight), toTensor(bias), { stride, dilation, groups, padding: [1, 1, 2, 0] });
    expect(got.shape).toEqual(expected.shape);
    expect(relativeError(got.readSync(), expected.data)).toBeLessThan(2e-6);
  });
});

it('refuses what does not fit', () => {
  const refused = (body: () => unknown) => {
    try {
      scope(() => void body());
    } catch (error) {
      return `${(error as { code: string }).code} ${(error as Error).message}`;
    }
    return 'accepted';
  };
  const [x, weight] = [make([2, 3, 6, 5]), make([4, 3, 3, 3])];
  const messages = [
    refused(() => conv2d(x, make([4, 2, 3, 3]))),
    refused(() => conv2d(x, weight, make([5]))),
    refused(() => conv2d(x, weight, null, { stride: 0 })),
    refused(() => conv2d(x, weight, null, { dilation: 4 })),
    refused(() => conv2d(x, weight, null, { padding: [1, 1] })),
    refused(() => conv2d(x, weight, null, { padding: 0.5 })),
    refused(() => conv2d(x, weight, null, { groups: 2 })),
  ];
  x.dispose();
  weight.dispose();
  expect(messages).toMatchInlineSnapshot(`
    [
      "SHAPE_MISMATCH conv2d: x has 3 channels and weight 2 for each of 1 groups; expected them to agree",
      "SHAPE_MISMATCH conv2d: K is 5 in bias [5] but 4 in weight [4 3 3 3]; expected them equal",
      "ATTRIBUTE_INVALID conv2d: attribute stride holds 0; expected at least 1",
      "SHAPE_MISMATCH conv2d: the kernel reaches over 9 but the padded picture has 6; expected the kernel to fit",
      "ATTRIBUTE_INVALID conv2d: attribute padding is [1 1]; expected 4 numbers",
      "ATTRIBUTE_INVALID conv2d: attribute padding is 0.5; expected an integer",
      "SHAPE_MISMATCH conv2d: x has 3 channels and weight 3 for each of 2 groups; expected them to agree",
    ]
  `);
});
