// What may be held at a time: claims grow, are given back one by one or whole, and never exceed it.
import { expect, it } from 'vitest';
import { Allowance, type Claim } from '../../src/serving/allowance.ts';

it('gives what there is and no more', () => {
  const allowance = new Allowance(5);
  const first = allowance.claim(3) as Claim;
  expect(allowance.claim(3)).toBe(null);
  const second = allowance.claim(1) as Claim;
  expect([second.grow(2), second.grow(1), allowance.held]).toEqual([false, true, 5]);
  first.release();
  first.release();
  expect(allowance.held).toBe(2);
});

it('takes back one by one what was taken out, whatever becomes of the claim', () => {
  const allowance = new Allowance(2);
  const claim = allowance.claim(2) as Claim;
  const giveBack = claim.takeOne();
  claim.release();
  expect(allowance.held).toBe(1);
  expect(() => claim.takeOne()).toThrow('serve: more was taken than had been claimed');
  giveBack();
  expect(allowance.held).toBe(0);
});
