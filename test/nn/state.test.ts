// Modules to arrays and back: bit for bit, all or nothing, and with every misfit named.
import { describe, expect, it } from 'vitest';
import { Module } from '../../src/nn/module.ts';
import { Parameter, stateBuffer } from '../../src/nn/parameter.ts';
import { type ArrayEntry, loadModuleState, moduleState, type State } from '../../src/nn/state.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { thrown } from '../support/thrown.ts';

class Pair extends Module {
  readonly weight = new Parameter(tensor([1, 2, 3, 4, 5, 6], [2, 3]));
  readonly inner = { bias: new Parameter(tensor([0.1, Number.NaN, Number.NEGATIVE_INFINITY])), count: stateBuffer(tensor([7], [], { dtype: 'i32' })) };
  override forward(x: Tensor): Tensor {
    return x;
  }
}

const f32 = (shape: readonly number[], ...data: number[]): ArrayEntry => ({ dtype: 'f32', shape, data: Float32Array.from(data) });

describe('a state', () => {
  it('is the numbers by name, parameters before buffers', async () => {
    using pair = new Pair();
    expect(await moduleState(pair)).toMatchInlineSnapshot(`
      Map {
        "weight" => {
          "data": Float32Array [
            1,
            2,
            3,
            4,
            5,
            6,
          ],
          "dtype": "f32",
          "shape": [
            2,
            3,
          ],
        },
        "inner.bias" => {
          "data": Float32Array [
            0.10000000149011612,
            NaN,
            -Infinity,
          ],
          "dtype": "f32",
          "shape": [
            3,
          ],
        },
        "inner.count" => {
          "data": Int32Array [
            7,
          ],
          "dtype": "i32",
          "shape": [],
        },
      }
    `);
  });

  it('comes back bit for bit, into the same tensors', async () => {
    using from = new Pair();
    using to = new Pair();
    const [weight] = to.parameters();
    loadModuleState(to, new Map([...(await moduleState(to))].map(([name, entry]) => [name, { ...entry, data: entry.data.map(() => 0) as never }])));
    expect(weight.readSync()).toEqual(new Float32Array(6));
    loadModuleState(to, await moduleState(from));
    expect(await moduleState(to)).toEqual(await moduleState(from));
    expect(to.weight).toBe(weight);
  });

  it('takes f64 for f32', () => {
    using pair = new Pair();
    loadModuleState(pair, new Map([['weight', { dtype: 'f64', shape: [2, 3], data: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6) }]]), { strict: false });
    expect(pair.weight.readSync()).toEqual(Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6));
  });
});

describe('a state that does not fit', () => {
  it('is refused with every name, and changes nothing', async () => {
    using pair = new Pair();
    const before = await moduleState(pair);
    const state: State = new Map([
      ['weight', f32([3, 2], 1, 2, 3, 4, 5, 6)],
      ['inner.bias', f32([3], 9, 9, 9)],
      ['head.weight', f32([1], 1)],
      ['__proto__', f32([1], 1)],
    ]);
    expect(thrown(() => loadModuleState(pair, state))).toMatchInlineSnapshot(
      `"STATE_INVALID: Pair: 1 missing (inner.count); 2 unexpected (head.weight, __proto__); 1 of another shape or type (weight is f32[3 2] where f32[2 3] is wanted); expected the 3 arrays of the receiver"`,
    );
    expect(await moduleState(pair)).toEqual(before);
  });

  it('may lack names where that was asked for, but never extents', async () => {
    using pair = new Pair();
    const report = loadModuleState(
      pair,
      new Map([
        ['inner.bias', f32([3], 9, 8, 7)],
        ['more', f32([], 1)],
      ]),
      { strict: false },
    );
    expect(report).toEqual({ missing: ['weight', 'inner.count'], unexpected: ['more'] });
    expect([...pair.inner.bias.readSync()]).toEqual([9, 8, 7]);
    expect(thrown(() => loadModuleState(pair, new Map([['weight', f32([2, 2], 1, 2, 3, 4)]]), { strict: false }))).toMatchInlineSnapshot(
      `"STATE_INVALID: Pair: 1 of another shape or type (weight is f32[2 2] where f32[2 3] is wanted); expected the 3 arrays of the receiver"`,
    );
    expect(thrown(() => loadModuleState(pair, new Map([['inner.count', f32([], 1)]]), { strict: false }))).toMatchInlineSnapshot(
      `"STATE_INVALID: Pair: 1 of another shape or type (inner.count is f32[] where i32[] is wanted); expected the 3 arrays of the receiver"`,
    );
    expect(thrown(() => loadModuleState(pair, new Map([['inner.bias', f32([3], 1, 2)]]), { strict: false }))).toMatchInlineSnapshot(
      `"STATE_INVALID: Pair: 1 of another shape or type (inner.bias is f32[3] but holds 2 numbers); expected the 3 arrays of the receiver"`,
    );
  });

  it('is listed to a readable length', () => {
    using pair = new Pair();
    const state: State = new Map(Array.from({ length: 40 }, (_, i) => [`extra.${i}`, f32([], i)]));
    expect(thrown(() => loadModuleState(pair, state))).toMatchInlineSnapshot(
      `"STATE_INVALID: Pair: 3 missing (weight, inner.bias, inner.count); 40 unexpected (extra.0, extra.1, extra.2, extra.3, extra.4, extra.5, extra.6, extra.7, extra.8, extra.9, extra.10, extra.11 and 28 more); expected the 3 arrays of the receiver"`,
    );
  });
});
