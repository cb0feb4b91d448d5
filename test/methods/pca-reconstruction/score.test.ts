// The likelihood of components against the Mahalanobis distance of the whole covariance, which it is where one direction is left out.
import { expect, it } from 'vitest';
import { resolveHypers } from '../../../src/hyper.ts';
import { pcaReconstruction } from '../../../src/methods/pca-reconstruction/method.ts';
import { FeatureComponents } from '../../../src/methods/pca-reconstruction/network.ts';
import { finish, observe } from '../../../src/methods/pca-reconstruction/objective.ts';
import { score } from '../../../src/methods/pca-reconstruction/score.ts';
import { matmul, normal, reshape, transpose } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { keep, scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { choleskyOf, type Matrix, make, solveTriangle } from '../../support/matrices.ts';

it('is the Mahalanobis distance under probabilistic principal components', async () => {
  const hyper = resolveHypers('test', pcaReconstruction.hyper, {
    source: 'pixels',
    finest: 0,
    patch: 1,
    aggregate: 1,
    share: 0.9999,
    length: 'given',
    measure: 'likelihood',
    smooth: 0,
  });
  using model = new FeatureComponents(hyper, { channels: 3, height: 8, width: 8, random: new Random(1) });
  // Of variances that are far from equal, so that the smallest is not negligible beside the next.
  const images = keep(
    scope(() => {
      const mixed = matmul(normal([4 * 64, 3], new Random(2)), tensor([1, 0.4, 0, 0, 0.6, 0.3, 0, 0, 0.5], [3, 3]));
      return transpose(reshape(mixed, [4, 8, 8, 3]), [0, 3, 1, 2]);
    }),
  );
  const maps = keep(scope(() => model.features.forward(images)));
  observe(model, maps);
  await finish(model, hyper.share);
  const { shape, rows } = scope(() => ({
    shape: model.components.shape,
    rows: Array.from(transpose(images, [0, 2, 3, 1]).readSync() as Float32Array),
  }));
  expect(shape).toEqual([2, 3]);
  const points: Matrix = make(256, 3, (i, c) => rows[3 * i + c]);
  const mean = [0, 1, 2].map((c) => points.reduce((sum, point) => sum + point[c], 0) / 256);
  const covariance = make(3, 3, (a, b) => points.reduce((sum, point) => sum + (point[a] - mean[a]) * (point[b] - mean[b]), 0) / 256);
  const factor = choleskyOf(covariance);
  const expected = points.map((point) =>
    Math.hypot(
      ...solveTriangle(
        factor,
        point.map((x, c) => [x - mean[c]]),
      ).flat(),
    ),
  );
  const found = scope(() => Array.from(score(model, images, hyper).map.readSync() as Float32Array));
  for (let i = 0; i < 256; i++) expect(found[i] / expected[i]).toBeCloseTo(1, 3);
  images.dispose();
  maps.dispose();
});
