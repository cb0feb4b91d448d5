// What is usual at each position, and vectors of one length.
import { describe, expect, it } from 'vitest';
import { PatchFeatures, type SourceValues, sourceHypers, UsualLevel, type VectorValues, vectorHypers } from '../../src/features/index.ts';
import { resolveHypers } from '../../src/hyper.ts';
import { loadModuleState, moduleState } from '../../src/nn/state.ts';
import { affine, concat, full, sqrt, square, sum, uniform } from '../../src/ops/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import { tensor } from '../../src/tensor/tensor.ts';

describe('usual levels', () => {
  /** 2 at the left half, 6 at the right one. */
  const halves = (pictures: number) =>
    tensor(
      Float32Array.from({ length: pictures * 20 * 40 }, (_, i) => (i % 40 < 20 ? 2 : 6)),
      [pictures, 1, 20, 40],
    );

  it('leave maps alone before anything was seen', () => {
    using usual = new UsualLevel(null);
    scope(() => expect(usual.forward(halves(1)).readSync()).toEqual(halves(1).readSync()));
  });

  it('divide by the mean at each position, drawn towards that of all as ten pictures would', () => {
    using usual = new UsualLevel(null);
    scope(() => {
      usual.observe(halves(12));
      usual.observe(affine(halves(18), { scale: 1 }));
      const result = usual.forward(halves(1)).readSync();
      // Thirty pictures of 2 against ten of the mean of all, 4, far from where the halves meet.
      expect(result[10 * 40 + 5]).toBeCloseTo(2 / (0.75 * 2 + 0.25 * 4), 4);
      expect(result[10 * 40 + 35]).toBeCloseTo(6 / (0.75 * 6 + 0.25 * 4), 4);
    });
  });

  it('come to the same whether pictures are seen at once or one by one, and go on from a file', async () => {
    using once = new UsualLevel(null);
    using first = new UsualLevel(null);
    const pictures = [1, 2, 3].map((seed) => uniform([1, 1, 6, 7], new Random(seed)));
    const probe = uniform([1, 1, 6, 7], new Random(9));
    scope(() => once.observe(concat(pictures)));
    scope(() => first.observe(pictures[0]));
    const state = await moduleState(first);
    using later = new UsualLevel(state);
    loadModuleState(later, state);
    for (const picture of pictures.slice(1)) scope(() => later.observe(picture));
    const [a, b] = scope(() => [once.forward(probe).readSync(), later.forward(probe).readSync()]);
    a.forEach((value, i) => void expect(b[i]).toBeCloseTo(value, 5));
    for (const one of [...pictures, probe]) one.dispose();
  });

  it('stay finite where every normal picture was the same', () => {
    using usual = new UsualLevel(null);
    scope(() => {
      usual.observe(full([3, 1, 4, 4], 0));
      expect(
        usual
          .forward(full([1, 1, 4, 4], 0.5))
          .readSync()
          .every(Number.isFinite),
      ).toBe(true);
    });
  });
});

describe('vectors of one length', () => {
  const h = (given: Partial<SourceValues & VectorValues>) =>
    resolveHypers(
      'test',
      { ...sourceHypers('gabor'), ...vectorHypers({ aggregate: 3, length: 'unit' }) },
      { finest: 2, coarsest: 3, ...given },
    ) as SourceValues & VectorValues;
  const options = { channels: 1, height: 48, width: 64, learnt: null } as const;

  it('have length one in each level, whatever the contrast', () => {
    using features = new PatchFeatures(h({}), { ...options, random: new Random(1) });
    scope(() => {
      const images = uniform([2, 1, 48, 64], new Random(4));
      const vectors = features.forward(images);
      const lengths = sqrt(sum(square(vectors), 1)).readSync();
      for (const length of lengths) expect(length).toBeCloseTo(Math.sqrt(features.source.levels.length), 4);
      expect(features.source.levels.length).toBe(2);
    });
  });

  it('are as long as the source made them where that is wanted', () => {
    using features = new PatchFeatures(h({ length: 'given' }), { ...options, random: new Random(1) });
    scope(() => {
      const lengths = sqrt(sum(square(features.forward(uniform([1, 1, 48, 64], new Random(4)))), 1)).readSync();
      expect(Math.max(...lengths) / Math.min(...lengths)).toBeGreaterThan(1.1);
    });
  });
});
