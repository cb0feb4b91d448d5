// Optimisers against PyTorch's numbers; groups, clipping, missing gradients, and states that resume bit for bit.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../bindings/native.ts';
import { type Gradients, record } from '../../../src/autograd/tape.ts';
import { Adam, AdamW, clipByNorm, Sgd } from '../../../src/nn/optim/index.ts';
import type { Optimizer } from '../../../src/nn/optim/optimizer.ts';
import { Parameter } from '../../../src/nn/parameter.ts';
import { add, mul, sub, sumTo } from '../../../src/ops/index.ts';
import { memory } from '../../../src/tensor/device.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { relativeError } from '../../support/cases.ts';
import { thrown } from '../../support/thrown.ts';

const golden = JSON.parse(readFileSync(join(packageRoot(), 'test/golden/optimizers.json'), 'utf8')) as { optimizers: Record<string, number[][]> };

const pattern = (count: number, step: number, scale: number, plus = 0) =>
  tensor(Array.from({ length: count }, (_, i) => (((i * step) % 101) - 50) / scale + plus));
const sizes = [24, 7];
const makeParameters = () => sizes.map((n) => new Parameter(pattern(n, 37, 50)));

/** loss = sum(curve (p - target)^2), as in the script beside the golden numbers. */
function gradientsOf(parameters: readonly Parameter[]): Gradients {
  return record(() =>
    parameters
      .map((p, i) => {
        const away = sub(p, pattern(sizes[i], 29, 40));
        return sumTo(mul(pattern(sizes[i], 13, 100, 0.6), mul(away, away)), []);
      })
      .reduce((a: Tensor, b: Tensor) => add(a, b)),
  ).backward();
}

function train(parameters: readonly Parameter[], optimizer: Optimizer<object>, steps: number, clip?: number): void {
  for (let n = 0; n < steps; n++) {
    scope(() => {
      const gradients = gradientsOf(parameters);
      optimizer.step(gradients, clip === undefined ? {} : clipByNorm(gradients, clip));
    });
  }
}

const makers: Record<string, { make: (p: Parameter[]) => Optimizer<object>; clip?: number }> = {
  adam: { make: (p) => new Adam(p, { rate: 0.05 }) },
  'adam with decay': { make: (p) => new Adam(p, { rate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-4, weightDecay: 0.1 }) },
  adamW: { make: (p) => new AdamW(p, { rate: 0.05, weightDecay: 0.1 }) },
  sgd: { make: (p) => new Sgd(p, { rate: 0.1 }) },
  'sgd with momentum': { make: (p) => new Sgd(p, { rate: 0.1, momentum: 0.9, weightDecay: 0.01 }) },
  'sgd with nesterov': { make: (p) => new Sgd(p, { rate: 0.1, momentum: 0.9, nesterov: true }) },
  'sgd with dampening': { make: (p) => new Sgd(p, { rate: 0.1, momentum: 0.9, dampening: 0.5 }) },
  'sgd clipped': { make: (p) => new Sgd(p, { rate: 0.1, momentum: 0.9, weightDecay: 0.01 }), clip: 0.5 },
  'adamW clipped': { make: (p) => new AdamW(p, { rate: 0.05 }), clip: 0.5 },
};

describe.each(Object.entries(makers))('%s', (name, { make, clip }) => {
  it('stands where PyTorch stands after five steps', () => {
    const parameters = makeParameters();
    using optimizer = make(parameters);
    train(parameters, optimizer, 5, clip);
    parameters.forEach((p, i) => {
      expect(relativeError(p.readSync(), golden.optimizers[name][i])).toBeLessThan(1e-6);
      p.dispose();
    });
  });

  it('resumes bit for bit', async () => {
    const through = makeParameters();
    using whole = make(through);
    train(through, whole, 3, clip);
    const state = await whole.state();
    const resumed = through.map((p) => new Parameter(tensor(p.readSync())));
    train(through, whole, 3, clip);
    using second = make(resumed);
    second.loadState(state);
    train(resumed, second, 3, clip);
    expect(resumed.map((p) => p.readSync())).toEqual(through.map((p) => p.readSync()));
    expect(await second.state()).toEqual(await whole.state());
    for (const p of [...through, ...resumed]) p.dispose();
  });
});

describe('groups', () => {
  it('follow their own settings, and a factor on the rate', () => {
    const [a, b] = makeParameters();
    const starts = [a, b].map((p) => p.readSync());
    using optimizer = new Sgd([{ parameters: new Map([['a', a]]) }, { parameters: new Map([['b', b]]), rate: 0.5 }], { rate: 0.1 });
    scope(() => {
      const gradients = gradientsOf([a, b]);
      const slopes = [a, b].map((p) => gradients.get(p)!.readSync());
      optimizer.step(gradients, { factor: 0.5 });
      [0.05, 0.25].forEach((rate, i) => {
        expect(
          relativeError(
            [a, b][i].readSync(),
            starts[i].map((x, j) => x - rate * slopes[i][j]),
          ),
        ).toBeLessThan(1e-6);
      });
    });
    a.dispose();
    b.dispose();
  });

  it('leave alone what has no gradient or is frozen, its count of steps too', async () => {
    const [a, b] = makeParameters();
    using optimizer = new Adam(
      new Map([
        ['a', a],
        ['b', b],
      ]),
    );
    const before = b.readSync();
    scope(() => optimizer.step(gradientsOf([a])));
    scope(() => {
      const gradients = gradientsOf([a, b]);
      b.requiresGrad = false;
      optimizer.step(gradients);
    });
    expect(b.readSync()).toEqual(before);
    const state = await optimizer.state();
    expect([state.get('a.steps')?.data[0], state.get('b.steps')?.data[0]]).toEqual([2, 0]);
    scope(() => {
      const other = tensor([1, 2]);
      const tape = record(() => sumTo(mul(other, other), []), { watch: [other] });
      const gradients = tape.backward();
      expect(thrown(() => optimizer.step(gradients))).toMatchInlineSnapshot(
        `"TAPE_MISUSED: step: none of 2 parameters has a gradient; expected those of a loss that depends on them"`,
      );
      expect(thrown(() => clipByNorm(gradients, 1, [a]))).toMatchInlineSnapshot(
        `"TAPE_MISUSED: clipByNorm: there are no gradients; expected those of a loss that depends on parameters"`,
      );
    });
    a.dispose();
    b.dispose();
  });

  it('are refused where they make no sense', () => {
    const [a, b] = makeParameters();
    const before = memory().liveTensors;
    expect(thrown(() => new Sgd([a], { rate: -1 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: Sgd: rate is -1; expected a number of at least 0"`);
    expect(thrown(() => new Sgd([a], { rate: 1, nesterov: true }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: Sgd: nesterov is asked for with momentum 0; expected a positive momentum"`,
    );
    expect(thrown(() => new Sgd([a], { rate: 1, momentum: 0.9, nesterov: true, dampening: 0.5 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: Sgd: dampening is 0.5 with momentum 0.9 and nesterov; expected a positive momentum and no nesterov"`,
    );
    expect(thrown(() => new Adam([a], { beta2: 1 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: Adam: beta2 is 1; expected a number of at least 0 and below 1"`,
    );
    expect(thrown(() => new Adam([]))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: Adam: there are no parameters; expected at least one"`);
    expect(thrown(() => new Adam([a, a]))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: Adam: 1 was given twice; expected every parameter in one group"`);
    expect(thrown(() => new Adam([{ parameters: new Map([['x', a]]) }, { parameters: new Map([['x', b]]) }]))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: Adam: two parameters are called x; expected every name once"`,
    );
    expect(memory().liveTensors).toBe(before);
    a.dispose();
    b.dispose();
  });
});

describe('a state that does not fit', () => {
  it('is refused and changes nothing', async () => {
    const [a, b] = makeParameters();
    using both = new Adam(
      new Map([
        ['a', a],
        ['b', b],
      ]),
    );
    using one = new Adam(new Map([['a', a]]));
    const state = await both.state();
    expect(thrown(() => one.loadState(state))).toMatchInlineSnapshot(
      `"STATE_INVALID: Adam: 3 unexpected (b.steps, b.firstMoment, b.secondMoment); expected the 2 arrays of the receiver"`,
    );
    state.delete('b.steps');
    expect(thrown(() => both.loadState(state))).toMatchInlineSnapshot(`"STATE_INVALID: Adam: b.steps is missing; expected a count as i32[]"`);
    expect((await both.state()).get('a.steps')?.data[0]).toBe(0);
    a.dispose();
    b.dispose();
  });
});
