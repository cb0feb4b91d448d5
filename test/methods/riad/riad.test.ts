// riad: what is hidden is not seen, every part comes from the pass that hides it, and maps say where painting fails.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import { resolveHypers } from '../../../src/hyper.ts';
import { hiddenSets } from '../../../src/methods/riad/masks.ts';
import { riad } from '../../../src/methods/riad/method.ts';
import { Inpainter } from '../../../src/methods/riad/network.ts';
import { objective } from '../../../src/methods/riad/objective.ts';
import { cellsOf, score } from '../../../src/methods/riad/score.ts';
import { l2, msgmsLoss, ssimLoss } from '../../../src/nn/losses/index.ts';
import { add, full, mul, slice, sub, uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { relativeError } from '../../support/cases.ts';
import { thrown } from '../../support/thrown.ts';

const small = { channels: 1 as const, block: 2, width: 4, levels: 2, sspcab: 0 };
const make = (options = {}) => new Inpainter({ ...small, random: new Random(1), ...options }).eval();
const sets = (cell: number) => hiddenSets({ height: 16, width: 24, cell, sets: 3, random: new Random(5), device: 'cpu' });
const pictures = () => uniform([2, 1, 16, 24], new Random(4));

describe('inpaint', () => {
  it('takes every part from the pass that hides it', () => {
    using network = make();
    scope(() => {
      const [images, hidden] = [pictures(), sets(4)];
      const parts = [0, 1, 2].map((s) => {
        const mask = slice(hidden, [s, 0, 0, 0], [1, 1, 16, 24]);
        return mul(network.forward(mul(images, sub(1, mask))), mask);
      });
      const expected = parts.reduce((sum, part) => add(sum, part)).readSync();
      expect(relativeError(network.inpaint(images, hidden).readSync(), expected)).toBeLessThan(1e-5);
    });
  });

  it('never sees what it paints', () => {
    using network = make();
    scope(() => {
      const [images, hidden] = [pictures(), sets(4)];
      // Another content in the first cell, 4 by 4, of the first picture.
      const numbers = Float32Array.from(images.readSync());
      const cell = Array.from({ length: 16 }, (_, i) => Math.floor(i / 4) * 24 + (i % 4));
      for (const p of cell) numbers[p] = 1 - numbers[p];
      const [before, after] = [images, tensor(numbers, images.shape)].map((x) => network.inpaint(x, hidden).readSync());
      for (const p of cell) expect(after[p]).toBe(before[p]);
      expect(after.some((value, p) => value !== before[p])).toBe(true);
    });
  });
});

/** An inpainter that always paints grey. */
const grey = { inpaint: (images: Tensor) => full(images.shape, 0.5) } as unknown as Inpainter;
/** One that knows the picture. */
const knowing = { inpaint: (images: Tensor) => add(images, 0) } as unknown as Inpainter;
const values = { ...resolveHypers('riad', riad.hyper), coarsest: 3, scales: 2 };

describe('score', () => {
  it('is nothing where all is painted as it was, and shows what was not', () => {
    scope(() => {
      const images = pictures();
      expect(Math.max(...score(knowing, images, values).map.readSync())).toBe(0);
      expect(Math.min(...score(grey, images, values).map.readSync())).toBeGreaterThan(0.1);
    });
  });

  it('hides by every side of the cells', () => {
    expect(cellsOf(values)).toEqual([2, 4, 8]);
    const seen: number[] = [];
    const counting = {
      inpaint: (images: Tensor, hidden: Tensor) => {
        const first = hidden.readSync().subarray(0, 24);
        seen.push(first.findIndex((h) => h !== first[0]));
        return add(images, 0);
      },
    } as unknown as Inpainter;
    scope(() => void score(counting, pictures(), values));
    expect(seen).toHaveLength(3);
    for (const [i, run] of seen.entries()) if (run > 0) expect(run % 2 ** (i + 1)).toBe(0);
  });

  it('is the same for a picture whatever stands beside it, and every time', () => {
    using network = make();
    scope(() => {
      const images = pictures();
      const both = score(network, images, values);
      const alone = score(network, slice(images, [1, 0, 0, 0], [1, 1, 16, 24]), values);
      expect(relativeError(alone.map.readSync(), both.map.readSync().subarray(16 * 24))).toBeLessThan(1e-4);
      expect(score(network, images, values).map.readSync()).toEqual(both.map.readSync());
    });
  });
});

describe('learning', () => {
  const batch = () => ({ images: pictures(), donors: pictures(), random: new Random(7), progress: 0 });
  const phase = riad.learn.learns === 'gradient' ? riad.learn.phases[0] : null;
  if (!phase || !('losses' in phase)) throw new Error('riad learns by one loss; this test does not know another way');

  it('has the terms of the paper', () => {
    scope(() => {
      const [a, b] = [pictures(), uniform([2, 1, 16, 24], new Random(9))];
      const terms = objective(a, b, { gradients: 2, structure: 0.5, scales: 3 });
      const numbers = Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.readSync()[0]]));
      expect(numbers.error).toBe(l2(a, b).readSync()[0]);
      expect(numbers.gradients).toBeCloseTo(2 * msgmsLoss(a, b, { scales: 3 }).readSync()[0], 6);
      expect(numbers.structure).toBeCloseTo(0.5 * ssimLoss(a, b).readSync()[0], 6);
      expect(Object.keys(objective(a, b, { gradients: 0, structure: 0, scales: 3 }))).toEqual(['error']);
    });
  });

  it('takes the predictive block’s own loss along', () => {
    using network = make({ sspcab: 0.1 }).train();
    scope(() => {
      const terms = phase.losses(network, batch(), { ...values, sspcab: 0.1 });
      expect(Object.keys(terms)).toEqual(['error', 'gradients', 'structure', 'sspcab']);
      const total = record(() => Object.values(phase.losses(network, batch(), values)).reduce((sum, term) => add(sum, term)));
      const gradients = total.backward();
      for (const [name, parameter] of network.namedParameters()) expect(gradients.get(parameter), name).toBeDefined();
    });
  });

  it('refuses cells in the wrong order', () => {
    const h = { ...values, finest: 4, coarsest: 2 };
    expect(thrown(() => riad.build(h, { channels: 1, height: 32, width: 32, random: new Random(1) }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: riad: finest is 4, coarsest 2; expected finest not above coarsest"`,
    );
  });
});

it('refuses at once what cells of some side would not fit', () => {
  const build = (given: Record<string, unknown>, [height, width] = [64, 64]) =>
    thrown(() => riad.build(resolveHypers('riad', riad.hyper, { width: 4, ...given }), { channels: 1, height, width, random: new Random(1) }).dispose());
  expect(build({ crop: 48 })).toMatchInlineSnapshot(`"ARGUMENT_INVALID: riad: crop is 48; expected a multiple of 32, for 4 halvings and cells of 16 pixels"`);
  expect(build({ coarsest: 6 })).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: riad: pictures of 1 by 1 cells of 64 pixels; expected at least 3 cells, one for each set"`,
  );
  expect(build({ crop: 32, coarsest: 5 }, [128, 128])).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: riad: pictures of 1 by 1 cells of 32 pixels; expected at least 3 cells, one for each set"`,
  );
});
