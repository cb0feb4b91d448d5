// Every op of the addon, by its case list: reference, gradient, gradient of gradient. An op without cases fails.
import { describe, expect, it } from 'vitest';
import { schema } from '../../bindings/native.ts';
import { definedOps } from '../../src/autograd/define-op.ts';
import '../../src/ops/index.ts';
import { checkGradient, checkReference, checkSecondGradient, hasGradient } from '../support/check-op.ts';
import { opLists } from '../support/op-lists.ts';

const lists = await opLists();

describe.each(schema.ops.map((op) => op.name))('%s', (name) => {
  const own = lists.get(name) ?? [];

  it('has cases and a TypeScript function', () => {
    expect(own.flatMap((list) => list.cases).filter((one) => !one.bench).length).toBeGreaterThan(0);
    expect([...definedOps.keys()]).toContain(name);
  });

  for (const list of own) {
    const small = list.cases.filter((one) => !one.bench);
    small.forEach((one, i) => {
      const title = `${JSON.stringify(one.inputs)} ${JSON.stringify(one.attrs ?? {})}`.slice(0, 160);
      it(`agrees with float64: ${title}`, () => checkReference(list, one, i + 1));
      if (hasGradient(list)) it(`gradient: ${title}`, () => checkGradient(list, one, i + 1));
      if (list.twice) it(`gradient of gradient: ${title}`, () => checkSecondGradient(list, one, i + 1));
    });
  }
});

it('no case list is for an op that does not exist', () => {
  const names = schema.ops.map((op) => op.name);
  for (const op of lists.keys()) expect(names).toContain(op);
});
