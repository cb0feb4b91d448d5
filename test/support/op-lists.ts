// Every case list of test/ops, by its operation.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../bindings/native.ts';
import type { OpCases } from './cases.ts';

export async function opLists(): Promise<Map<string, OpCases[]>> {
  const folder = join(packageRoot(), 'test/ops');
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.cases.ts'))
    .sort();
  const lists = new Map<string, OpCases[]>();
  for (const file of files) {
    const module = (await import(join(folder, file))) as { default: OpCases[] };
    for (const list of module.default) lists.set(list.op, [...(lists.get(list.op) ?? []), list]);
  }
  return lists;
}
