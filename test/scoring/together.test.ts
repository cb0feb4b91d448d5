// Pictures together or alone: the same bits, whatever a method makes of a batch; and together only once that is known.
import { describe, expect, it } from 'vitest';
import { BlemishError } from '../../src/errors.ts';
import { type AnyMethod, defineMethod } from '../../src/methods/method.ts';
import { abs, add, mean, sub } from '../../src/ops/index.ts';
import { meanScore } from '../../src/scoring/image-score.ts';
import type { Scoring } from '../../src/scoring/result.ts';
import { Together } from '../../src/scoring/together.ts';
import type { RawPicture } from '../../src/tensor/pictures.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { type ToyNetwork, toyDetector, toyMethod, toyPicture, toyPictures } from '../support/toy-method.ts';

/** A method whose map is what `look` makes of the distance to the mean picture; counts the pictures of every pass. */
function watched(look: (away: Tensor, model: ToyNetwork) => Tensor): { method: AnyMethod; passes: number[] } {
  const passes: number[] = [];
  const method = defineMethod({
    ...toyMethod,
    score: (model: ToyNetwork, images) => {
      passes.push(images.shape[0]);
      return { map: look(sub(images, model.mean), model) };
    },
    imageScore: (map) => meanScore(map),
  });
  return { method, passes };
}

const overChannels = (away: Tensor) => mean(abs(away), 1, { keepDims: true });
const kinds = {
  /** Every number for itself: sound in any batch, on any machine. */
  plain: () => watched(overChannels),
  /** What the real toy does, through convolutions. */
  network: () => watched((away, model) => model.forward(away)),
  /** A method that spoils its neighbours. */
  'neighbourly, as none should be,': () => watched((away) => add(overChannels(away), mean(abs(away)))),
  /** A method that cannot take several. */
  solitary: () =>
    watched((away) => {
      if (away.shape[0] > 1) throw new BlemishError('SHAPE_MISMATCH', 'solitary: several pictures came; expected one');
      return overChannels(away);
    }),
};

async function scores(detector: ReturnType<typeof toyDetector>, pictures: readonly RawPicture[], batchSize: number): Promise<Scoring[]> {
  const list: Scoring[] = [];
  for await (const result of detector.score(pictures, { batchSize })) list.push(result as Scoring);
  return list;
}
const bitsOf = ({ score, map }: Scoring) => [score, Buffer.from((map as Float32Array).buffer).toString('base64')];

describe.each(Object.entries(kinds))('a %s method', (kind, make) => {
  it('gives every picture the same bits alone and in any company', async () => {
    const { method, passes } = make();
    const pictures = toyPictures(90);
    using lonely = toyDetector(1, { method });
    const alone: unknown[] = [];
    for (const picture of pictures) alone.push(bitsOf((await scores(lonely, [picture], 1))[0]));
    expect(Math.max(...passes)).toBe(1);
    passes.length = 0;
    using detector = toyDetector(1, { method });
    for (const batchSize of [2, 3, 4, 2]) expect((await scores(detector, pictures, batchSize)).map(bitsOf), `batches of ${batchSize}`).toEqual(alone);
    // Other company, another order.
    const order = pictures.map((_, i) => (7 * i) % 90);
    const mixed = await scores(
      detector,
      order.map((i) => pictures[i]),
      2,
    );
    expect(mixed.map(bitsOf)).toEqual(order.map((i) => alone[i]));
    if (kind === 'plain') expect(passes.filter((size) => size === 2).length).toBeGreaterThan(10);
    if (kind.startsWith('neighbourly') || kind === 'solitary') {
      // One trial for each size, and none again.
      for (const size of [2, 3, 4]) expect(passes.filter((n) => n === size).length).toBeLessThanOrEqual(1);
      expect(passes).toContain(2);
    }
  });
});

it('pictures as alike as blank ones prove nothing', async () => {
  const { method, passes } = kinds.plain();
  using detector = toyDetector(1, { method });
  const blank = () => ({ ...toyPicture(1), data: new Uint8Array(24 * 20 * 3) });
  await scores(detector, Array.from({ length: 150 }, blank), 2);
  const trials = passes.filter((size) => size === 2).length;
  expect(trials).toBeGreaterThan(1);
  expect(trials).toBeLessThan(6);
});

describe('what is known of a size', () => {
  const bits = (...values: number[]) => values.map((value) => Uint8Array.of(value, 1));
  it('begins with a trial after some pictures, and ends with a verdict', () => {
    const together = new Together();
    expect([together.portion(9, 1), together.portion(3, 4), together.portion(4, 4)]).toEqual([1, 1, 1]);
    together.saw(4, 63);
    expect(together.portion(4, 4)).toBe(1);
    together.saw(4, 1);
    expect([together.portion(4, 4), together.portion(9, 4), together.portion(9, 5), together.portion(3, 4)]).toEqual([4, 4, 1, 1]);
    expect(together.mayJoin(4)).toBe(false);
    together.judge(bits(1, 2, 3, 4), bits(1, 2, 3, 4));
    expect([together.mayJoin(4), together.mayJoin(3), together.portion(4, 4), together.portion(3, 4)]).toEqual([true, false, 4, 1]);
  });

  it('a single difference is enough, for good', () => {
    const together = new Together();
    together.judge(bits(1, 2, 9), bits(1, 2, 3));
    together.judge(bits(1, 2, 3), bits(1, 2, 3));
    together.saw(3, 100);
    expect([together.mayJoin(3), together.portion(9, 3)]).toEqual([false, 1]);
  });

  it('equal pictures are no evidence', () => {
    const together = new Together();
    together.saw(3, 48);
    together.begin(3);
    together.judge(bits(1, 2, 2), bits(1, 2, 2));
    expect([together.mayJoin(3), together.portion(3, 3)]).toEqual([false, 1]);
    together.saw(3, 48);
    expect(together.portion(3, 3)).toBe(3);
  });
});
