// One pass over samples: order, masks beside their pictures, what was wrong, and the end by a signal.
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/data/sample.ts';
import { type Ran, run } from '../../src/evaluation/run.ts';
import { madeScorer } from '../support/made-scorer.ts';
import { rejected } from '../support/thrown.ts';
import { toyDetector, toyPicture } from '../support/toy-method.ts';

const pixels = (width: number, height: number, value: number) => ({ data: new Uint8Array(width * height).fill(value), width, height, channels: 1 });
const sample = (name: string, label: 0 | 1, mask: Sample['mask'] = null, source: Sample['source'] = pixels(3, 2, 9)): Sample => ({
  name,
  source,
  label,
  kind: label ? 'hole' : 'good',
  mask,
});
const all = async (ran: AsyncIterable<Ran>) => {
  const list: Ran[] = [];
  for await (const one of ran) list.push(one);
  return list;
};
const brief = (ran: Ran) =>
  'code' in ran
    ? `${ran.what} ${ran.name} ${ran.code}`
    : `${ran.sample.name} ${ran.scoring.score} ${ran.mask ? [...ran.mask.data].join('') : '-'} ${ran.maskFailure?.code ?? ''}`.trim();

const set = [
  sample('good', 0),
  sample('marked', 1, { ...pixels(3, 2, 0), data: Uint8Array.of(0, 9, 0, 0, 0, 1) }),
  sample('lost', 0, null, 'no/such/file.png'),
  sample('unmarked', 1),
  sample('other size', 1, pixels(2, 3, 1)),
  sample('no mask there', 1, 'no/such/mask.png'),
  { ...sample('known to be bad', 1), problem: { code: 'DATA_INVALID', message: 'row 7 has no path' } },
];

describe('a run', () => {
  it('gives every picture with its mask, or what is wrong, in order', async () => {
    const scorer = madeScorer(({ name }) => ({ score: name.length }));
    const ran = await all(run(scorer, set.slice(0, 6), { maps: true, reconstructions: false }));
    expect(ran.map(brief)).toEqual([
      'good 4 -',
      'marked 6 010001',
      'picture lost PICTURE_MISSING',
      'unmarked 8 -',
      'other size 10 - MASK_INVALID',
      'no mask there 13 - PICTURE_MISSING',
    ]);
  });

  it('reads no mask where no map is wanted', async () => {
    const ran = await all(
      run(
        madeScorer(() => ({ score: 1 })),
        set.slice(1, 6),
        { maps: false, reconstructions: false },
      ),
    );
    expect(ran.map(brief)).toEqual(['marked 1 -', 'picture lost PICTURE_MISSING', 'unmarked 1 -', 'other size 1 -', 'no mask there 1 -']);
  });

  it('goes through a detector with samples that are known to be unusable', async () => {
    using detector = toyDetector();
    const toys = [{ ...sample('toy', 0), source: toyPicture(3) }, set[6], { ...sample('toy again', 0), source: toyPicture(3) }];
    const ran = await all(run(detector, toys, { maps: true, reconstructions: true }));
    expect(ran.map((one) => ('code' in one ? one : one.sample.name))).toEqual([
      'toy',
      { name: 'known to be bad', what: 'picture', code: 'DATA_INVALID', message: 'row 7 has no path' },
      'toy again',
    ]);
    const [first, , third] = ran;
    if ('code' in first || 'code' in third) throw new Error('a toy failed; expected none');
    expect(first.scoring.map).toEqual(third.scoring.map);
    expect(first.scoring.reconstruction?.channels).toBe(3);
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const ran = run(
      madeScorer(() => ({ score: 1 })),
      set,
      { maps: true, reconstructions: false, signal: stop.signal },
    );
    await ran.next();
    stop.abort();
    await expect(ran.next()).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('does not hide faults', async () => {
    const broken: Sample = sample('fault', 1, async () => {
      throw new TypeError('a fault');
    });
    expect(
      await rejected(
        all(
          run(
            madeScorer(() => ({ score: 1 })),
            [broken],
            { maps: true, reconstructions: false },
          ),
        ),
      ),
    ).toBe('TypeError: a fault');
  });
});
