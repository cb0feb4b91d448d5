// What corruptions refuse: pictures that are none, donors that do not fit.
import { expect, it } from 'vitest';
import { corruptions } from '../../../src/corruptions/index.ts';
import { resolveHypers } from '../../../src/hyper.ts';
import { full } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { thrown } from '../../support/thrown.ts';

const { softBlob } = corruptions;
const values = resolveHypers('softBlob', softBlob.hyper);
const call = (images: number[], donors: number[]) =>
  thrown(() => scope(() => softBlob.apply({ images: full(images, 0.5), donors: full(donors, 0.5), random: new Random(1) }, values)));

it('refuses what are no pictures', () => {
  expect(call([2, 4, 8, 8], [2, 4, 8, 8])).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: softBlob: images are [2 4 8 8]; expected [N C H W] with 1 or 3 channels and at least one pixel"`,
  );
  expect(call([3, 8, 8], [3, 8, 8])).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: softBlob: images are [3 8 8]; expected [N C H W] with 1 or 3 channels and at least one pixel"`,
  );
  expect(call([2, 3, 0, 8], [2, 3, 0, 8])).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: softBlob: images are [2 3 0 8]; expected [N C H W] with 1 or 3 channels and at least one pixel"`,
  );
});

it('refuses donors that do not fit', () => {
  expect(call([2, 3, 8, 8], [1, 3, 8, 8])).toMatchInlineSnapshot(`"ARGUMENT_INVALID: softBlob: donors are [1 3 8 8]; expected [2 3 8 8] as the images"`);
});
