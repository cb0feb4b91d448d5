// Moving averages: their numbers, taking the place of parameters and giving it back, and their state.
import { expect, it } from 'vitest';
import { ExponentialMovingAverage } from '../../../src/nn/optim/index.ts';
import { Parameter } from '../../../src/nn/parameter.ts';
import { copyStep } from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { relativeError } from '../../support/cases.ts';
import { thrown } from '../../support/thrown.ts';

const make = () =>
  new Map([
    ['a', new Parameter(tensor([1, 2, 3]))],
    ['b', new Parameter(tensor([10]))],
  ]);
const set = (parameter: Parameter, ...values: number[]) => scope(() => copyStep(parameter, tensor(values)));
const dispose = (parameters: Map<string, Parameter>) => parameters.forEach((p) => void p.dispose());

it('averages with its decay', async () => {
  const parameters = make();
  using average = new ExponentialMovingAverage(parameters, { decay: 0.9 });
  let expected = [1, 2, 3];
  for (let n = 1; n <= 5; n++) {
    set(parameters.get('a')!, n, -n, 0);
    expected = expected.map((x, i) => 0.9 * x + 0.1 * [n, -n, 0][i]);
    average.update();
  }
  const state = await average.state();
  expect(relativeError(state.get('averages.a')!.data, expected)).toBeLessThan(1e-6);
  expect(state.get('averages.b')!.data[0]).toBe(10);
  expect(state.get('updates')!.data[0]).toBe(5);
  dispose(parameters);
});

it('follows closely at first where it warms up', async () => {
  const parameters = make();
  using average = new ExponentialMovingAverage(parameters, { decay: 0.999, warmUp: true });
  set(parameters.get('b')!, 21);
  average.update();
  expect((await average.state()).get('averages.b')!.data[0]).toBeCloseTo(10 * (2 / 11) + 21 * (9 / 11), 5);
  dispose(parameters);
});

it('takes the place of the parameters and gives it back exactly', () => {
  const parameters = make();
  using average = new ExponentialMovingAverage(parameters, { decay: 0.5 });
  set(parameters.get('a')!, 0.1, 0.2, 0.3);
  average.update();
  average.apply();
  expect(relativeError(parameters.get('a')!.readSync(), [0.55, 1.1, 1.65])).toBeLessThan(1e-6);
  expect(thrown(() => average.update())).toMatchInlineSnapshot(`"ARGUMENT_INVALID: update: the averages are applied; expected restore() before"`);
  expect(thrown(() => average.apply())).toMatchInlineSnapshot(`"ARGUMENT_INVALID: apply: the averages are applied; expected restore() before"`);
  average.restore();
  expect(parameters.get('a')!.readSync()).toEqual(Float32Array.of(0.1, 0.2, 0.3));
  expect(thrown(() => average.restore())).toMatchInlineSnapshot(`"ARGUMENT_INVALID: restore: the averages are not applied; expected apply() before"`);
  average.apply(); // and is disposed in that state without a leak
  dispose(parameters);
});

it('resumes bit for bit', async () => {
  const parameters = make();
  using first = new ExponentialMovingAverage(parameters, { decay: 0.99, warmUp: true });
  set(parameters.get('a')!, 7, 8, 9);
  first.update();
  using second = new ExponentialMovingAverage(parameters, { decay: 0.99, warmUp: true });
  second.loadState(await first.state());
  first.update();
  second.update();
  expect(await second.state()).toEqual(await first.state());
  expect(thrown(() => second.loadState(new Map()))).toMatchInlineSnapshot(
    `"STATE_INVALID: ExponentialMovingAverage: updates is missing; expected a count as i32[]"`,
  );
  dispose(parameters);
});

it('refuses what it cannot average', () => {
  using whole = tensor([1], [1], { dtype: 'i32' });
  expect(thrown(() => new ExponentialMovingAverage(new Map([['n', whole]])))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: ExponentialMovingAverage: n is i32; expected f32"`,
  );
  expect(thrown(() => new ExponentialMovingAverage(new Map(), { decay: 1 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: ExponentialMovingAverage: decay is 1; expected a number of at least 0 and below 1"`,
  );
});
