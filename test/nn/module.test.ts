// Modules: what they find in their properties, under which names, and what becomes of it.
import { describe, expect, it } from 'vitest';
import { record } from '../../src/autograd/tape.ts';
import { Module } from '../../src/nn/module.ts';
import { Parameter, stateBuffer } from '../../src/nn/parameter.ts';
import { mul, sumTo } from '../../src/ops/index.ts';
import { memory } from '../../src/tensor/device.ts';
import { scope } from '../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { thrown } from '../support/thrown.ts';

class Scale extends Module {
  readonly weight: Parameter;
  readonly seen: Tensor;
  constructor(value: number) {
    super();
    this.weight = new Parameter(tensor([value]));
    this.seen = stateBuffer(tensor([0]));
  }
  override forward(x: Tensor): Tensor {
    return mul(x, this.weight);
  }
}

class Tree extends Module {
  readonly note = 'no tensor';
  readonly first = new Scale(2);
  readonly list = [new Scale(3), [new Scale(5)]];
  readonly table = { left: new Scale(7), settings: { depth: 1 } };
  readonly again = this.first;
  readonly own = new Parameter(tensor([11]));
  override forward(x: Tensor): Tensor {
    return this.first.forward((this.list[0] as Scale).forward(mul(x, this.own)));
  }
}

describe('names', () => {
  it('are the paths of properties in the order of assignment, each member once', () => {
    using tree = new Tree();
    expect([...tree.namedParameters().keys()]).toEqual(['first.weight', 'list.0.weight', 'list.1.0.weight', 'table.left.weight', 'own']);
    expect([...tree.namedBuffers().keys()]).toEqual(['first.seen', 'list.0.seen', 'list.1.0.seen', 'table.left.seen']);
    expect([...tree.namedModules().keys()]).toEqual(['', 'first', 'list.0', 'list.1.0', 'table.left']);
    expect(tree.parameters().map((p) => p.readSync()[0])).toEqual([2, 3, 5, 7, 11]);
  });

  it('must be told apart', () => {
    class Dotted extends Module {
      readonly 'a.b' = new Parameter(tensor([1]));
      readonly a = { b: new Parameter(tensor([2])) };
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    using dotted = new Dotted();
    expect(thrown(() => dotted.namedParameters())).toMatchInlineSnapshot(`"ARGUMENT_INVALID: Dotted: two members are called a.b; expected keys without dots"`);
  });

  it('survive a cycle of properties', () => {
    class Child extends Module {
      parent: Module | null = null;
      readonly weight = new Parameter(tensor([1]));
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    class Parent extends Module {
      readonly child = new Child();
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    using parent = new Parent();
    parent.child.parent = parent;
    expect([...parent.namedParameters().keys()]).toEqual(['child.weight']);
  });
});

describe('modes', () => {
  it('reach every module inside', () => {
    using tree = new Tree();
    const modes = () => [...tree.namedModules().values()].map((m) => m.training);
    expect(modes()).toEqual([true, true, true, true, true]);
    expect(tree.eval()).toBe(tree);
    expect(modes()).toEqual([false, false, false, false, false]);
    (tree.list[0] as Scale).train();
    expect(modes()).toEqual([false, false, true, false, false]);
  });

  it('freezing keeps tapes off, and off only that part', () => {
    using tree = new Tree();
    tree.first.freeze();
    scope(() => {
      const gradients = record(() => sumTo(tree.forward(tensor([1, 1])), [])).backward();
      expect(gradients.get(tree.first.weight)).toBeUndefined();
      expect(gradients.get(tree.own)?.readSync()[0]).toBe(12);
      tree.unfreeze();
      expect(
        record(() => sumTo(tree.forward(tensor([1, 1])), []))
          .backward()
          .get(tree.first.weight)
          ?.readSync()[0],
      ).toBe(66);
    });
  });
});

describe('lifetime', () => {
  it('outlives scopes and ends with dispose, twice without harm', () => {
    const before = memory().liveTensors;
    const tree = scope(() => ({ made: [new Tree()] })).made[0];
    expect(memory().liveTensors - before).toBe(9);
    expect(tree.own.readSync()[0]).toBe(11);
    tree.dispose();
    tree.dispose();
    expect(memory().liveTensors).toBe(before);
    expect(thrown(() => scope(() => tree.forward(tensor([1]))))).toMatchInlineSnapshot(`"TENSOR_DISPOSED: mul: b [1] was disposed; expected a live tensor"`);
  });

  it('a parameter takes its tensor over', () => {
    const value = tensor([1, 2]);
    using parameter = new Parameter(value);
    expect(value.disposed).toBe(true);
    expect([parameter.kept, parameter.requiresGrad, parameter.size]).toEqual([true, true, 2]);
    expect(thrown(() => new Parameter(value))).toMatchInlineSnapshot(
      `"TENSOR_DISPOSED: Parameter: the tensor [2] was disposed; expected a live tensor of its own"`,
    );
    scope(() => {
      const watched = tensor([3]);
      using tape = record(() => mul(watched, watched), { watch: [watched] });
      expect(tape.length).toBe(1);
      expect(thrown(() => new Parameter(watched))).toMatchInlineSnapshot(
        `"TENSOR_DISPOSED: Parameter: the tensor [1] is still needed by a tape; expected a live tensor of its own"`,
      );
    });
  });

  it('moving to the device it is on changes nothing', () => {
    using tree = new Tree();
    const before = tree.parameters();
    expect(tree.to('cpu').parameters()).toEqual(before);
    expect(thrown(() => tree.to('cuda:9'))).toMatchInlineSnapshot(
      `"DEVICE_UNAVAILABLE: device: cuda:9 does not exist here; expected cpu (this build has no CUDA)"`,
    );
    expect(tree.parameters().map((p) => p.readSync()[0])).toEqual([2, 3, 5, 7, 11]);
  });
});
