// Steps in place against PyTorch's formulas in float64; what changes is compared, in the order of the operands.
import { type OpCase, opCases } from '../../support/cases.ts';
import { type NdArray, nd } from '../../support/reference.ts';

const map = (shape: readonly number[], f: (i: number) => number): NdArray =>
  nd(
    shape,
    Float64Array.from({ length: nd(shape).data.length }, (_, i) => f(i)),
  );

const adamOperands = (shape: readonly number[], scale: boolean): OpCase['inputs'] => ({
  parameter: shape,
  firstMoment: shape,
  secondMoment: { shape, values: 'positive' },
  gradient: shape,
  scale: scale ? { shape: [], values: () => 0.3 } : null,
});
const sgdOperands = (shape: readonly number[], velocity: boolean, scale = false): OpCase['inputs'] => ({
  parameter: shape,
  velocity: velocity ? shape : null,
  gradient: shape,
  scale: scale ? { shape: [], values: () => 0.7 } : null,
});
const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

export default [
  opCases('adamStep', {
    reference: ({ parameter, firstMoment, secondMoment, gradient, scale }, { rate, beta1, beta2, epsilon, weightDecay, decoupled, step }) => {
      const g = gradient.data.map((x, i) => x * (scale?.data[0] ?? 1) + (decoupled ? 0 : weightDecay * parameter.data[i]));
      const m = firstMoment.data.map((x, i) => beta1 * x + (1 - beta1) * g[i]);
      const v = secondMoment.data.map((x, i) => beta2 * x + (1 - beta2) * g[i] ** 2);
      const p = parameter.data.map((x, i) => {
        const mean = m[i] / (1 - beta1 ** step);
        const deviation = Math.sqrt(v[i] / (1 - beta2 ** step)) + epsilon;
        return x * (decoupled ? 1 - rate * weightDecay : 1) - (rate * mean) / deviation;
      });
      return [nd(parameter.shape, p), nd(parameter.shape, m), nd(parameter.shape, v)];
    },
    work: ({ parameter }) => ({ bytes: 28 * size(parameter) }),
    cases: [
      { inputs: adamOperands([7, 5, 3], false), attrs: { rate: 0.1 } },
      { inputs: adamOperands([37], true), attrs: { rate: 0.05, beta1: 0.5, beta2: 0.9, epsilon: 0.01, step: 3 } },
      { inputs: adamOperands([129], false), attrs: { rate: 0.1, weightDecay: 0.2, step: 10 } },
      { inputs: adamOperands([129], true), attrs: { rate: 0.1, weightDecay: 0.2, decoupled: true, step: 1000 } },
      { inputs: adamOperands([11], false), attrs: { rate: 0, beta1: 0, beta2: 0 } },
      { inputs: adamOperands([50_000], false), attrs: { rate: 0.001, step: 100_000 } },
      { inputs: adamOperands([], false), attrs: { rate: 0.1 } },
      { inputs: adamOperands([0, 3], true), attrs: { rate: 0.1 } },
      { inputs: adamOperands([512, 512, 3, 3], true), attrs: { rate: 0.001 }, bench: true },
      { inputs: adamOperands([64], true), attrs: { rate: 0.001 }, bench: true, label: 'small' },
    ],
  }),
  opCases('sgdStep', {
    reference: ({ parameter, velocity, gradient, scale }, { rate, momentum, dampening, weightDecay, nesterov, start }) => {
      const g = gradient.data.map((x, i) => x * (scale?.data[0] ?? 1) + weightDecay * parameter.data[i]);
      if (!velocity)
        return nd(
          parameter.shape,
          parameter.data.map((x, i) => x - rate * g[i]),
        );
      const v = velocity.data.map((x, i) => (start ? g[i] : momentum * x + (1 - dampening) * g[i]));
      const p = parameter.data.map((x, i) => x - rate * (nesterov ? g[i] + momentum * v[i] : v[i]));
      return [nd(parameter.shape, p), nd(parameter.shape, v)];
    },
    work: ({ parameter, velocity }) => ({ bytes: (velocity ? 20 : 12) * size(parameter) }),
    cases: [
      { inputs: sgdOperands([7, 5], false), attrs: { rate: 0.1 } },
      { inputs: sgdOperands([65], false, true), attrs: { rate: 0.1, weightDecay: 0.3 } },
      { inputs: sgdOperands([65], true), attrs: { rate: 0.1, momentum: 0.9 } },
      { inputs: sgdOperands([3, 43], true, true), attrs: { rate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 } },
      { inputs: sgdOperands([65], true), attrs: { rate: 0.1, momentum: 0.9, dampening: 0.5 } },
      { inputs: sgdOperands([65], true), attrs: { rate: 0.1, momentum: 0.9, dampening: 0.5, start: true } },
      { inputs: sgdOperands([65], true), attrs: { rate: 0.1, momentum: 0.9, nesterov: true, start: true } },
      { inputs: sgdOperands([50_001], true), attrs: { rate: 0.01, momentum: 0.5 } },
      { inputs: sgdOperands([0], true), attrs: { rate: 0.01, momentum: 0.5 } },
      { inputs: sgdOperands([512, 512, 3, 3], true), attrs: { rate: 0.01, momentum: 0.9 }, bench: true },
    ],
  }),
  opCases('lerpStep', {
    reference: ({ target, value }, { amount, factor }) => map(target.shape, (i) => target.data[i] + amount * (factor * value.data[i] - target.data[i])),
    work: ({ target }) => ({ bytes: 12 * size(target) }),
    cases: [
      { inputs: { target: [3, 5, 7], value: [3, 5, 7] }, attrs: { amount: 0.1 } },
      { inputs: { target: [33], value: [33] }, attrs: { amount: 0.9, factor: 1.25 } },
      { inputs: { target: [33], value: [33] }, attrs: { amount: 1 } },
      { inputs: { target: [33], value: [33] }, attrs: { amount: 0 } },
      { inputs: { target: [], value: [] }, attrs: { amount: 0.001 } },
      { inputs: { target: [512, 512, 3, 3], value: [512, 512, 3, 3] }, attrs: { amount: 0.001 }, bench: true },
    ],
  }),
  opCases('copyStep', {
    reference: ({ value }) => value,
    tolerance: 0,
    work: ({ target }) => ({ bytes: 8 * size(target) }),
    cases: [
      { inputs: { target: [3, 5, 7], value: [3, 5, 7] } },
      { inputs: { target: { shape: [100_003], dtype: 'u8', values: 'unit' }, value: { shape: [100_003], dtype: 'u8', values: (i) => i % 251 } } },
      { inputs: { target: { shape: [9], dtype: 'f64' }, value: { shape: [9], dtype: 'f64' } } },
      { inputs: { target: { shape: [], dtype: 'i32' }, value: { shape: [], dtype: 'i32', values: () => -7 } } },
      { inputs: { target: [0], value: [0] } },
      { inputs: { target: [512, 512, 3, 3], value: [512, 512, 3, 3] }, bench: true },
    ],
  }),
  opCases('clipScale', {
    reference: ({ list }, { maxNorm }) => {
      let sum = 0;
      for (const gradient of list) for (const x of gradient.data) sum += x * x;
      return [nd([], [Math.min(1, maxNorm / (Math.sqrt(sum) + 1e-6))]), nd([], [Math.sqrt(sum)])];
    },
    work: (gradients) => ({ bytes: 4 * Object.values(gradients).reduce((sum, shape) => sum + size(shape), 0) }),
    cases: [
      { inputs: { gradients: [[5, 7], [3], [], [2, 3, 4]] }, attrs: { maxNorm: 1 } },
      { inputs: { gradients: [[50_001], [16_384], [33]] }, attrs: { maxNorm: 10 } },
      { inputs: { gradients: [[3]] }, attrs: { maxNorm: 1000 } },
      { inputs: { gradients: [{ shape: [4], values: () => 1e30 }] }, attrs: { maxNorm: 1 } },
      { inputs: { gradients: [{ shape: [4], values: () => 0 }, [0]] }, attrs: { maxNorm: 0.5 } },
      { inputs: { gradients: [[4, 4]] }, attrs: { maxNorm: 0 } },
      { inputs: { gradients: [[512, 512, 3, 3]] }, attrs: { maxNorm: 1 }, bench: true },
    ],
  }),
];
