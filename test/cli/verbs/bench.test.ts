// blemish bench: the benchmarks of the package, through the built program.
import { expect, it } from 'vitest';
import { spawned } from '../../support/cli.ts';

it('names what there is', async () => {
  const { code, out, err } = await spawned(['bench', '--list']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^kernels: .*\n {2}.*\bconv2d\b.*\bnearest\b/m);
  for (const name of ['ceiling', 'metrics', 'scoring', 'loading']) expect(out).toMatch(new RegExp(`^${name}: `, 'm'));
});

it('prints one object a line, in the form that scripts read', async () => {
  const { code, out, err } = await spawned(['bench', 'sigmoid', '--json', '--repeats', '2', '--threads', '1']);
  expect(code).toBe(0);
  expect(err).toContain('ceilings of this run');
  const rows = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    expect(Object.keys(row).slice(0, 9)).toEqual(['name', 'case', 'device', 'threads', 'ms', 'spread', 'gflops', 'gbps', 'ceilingShare']);
    expect(row).toMatchObject({ name: 'sigmoid', device: 'cpu', threads: 1, gflops: null });
    expect(row.ms).toBeGreaterThan(0);
    expect(row.ceilingShare).toBeGreaterThan(0);
  }
});

it('refuses names that there are not', async () => {
  const unknown = await spawned(['bench', 'nosuchthing']);
  expect(unknown.code).toBe(2);
  expect(unknown.err).toContain('bench: there is no benchmark nosuchthing; expected one of those that --list names');
  const none = await spawned(['bench', 'sigmoid', '--filter', 'conv']);
  expect(none.code).toBe(2);
  expect(none.err).toContain('none of the chosen benchmarks contains conv');
});
