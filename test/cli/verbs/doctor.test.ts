// blemish doctor on this machine, which has all that is needed.
import { expect, it } from 'vitest';
import { cli } from '../../support/cli.ts';

it('finds nothing missing, and tells people and scripts the same', async () => {
  const [rows, json] = [await cli(['doctor']), await cli(['doctor', '--json'])];
  expect([rows.code, json.code, rows.err, json.err]).toEqual([0, 0, '', '']);
  const findings = JSON.parse(json.out) as { name: string; state: string; found: string; fix: string | null }[];
  expect(findings.map(({ name }) => name)).toEqual([
    'Node.js',
    'native addon',
    'instruction set',
    'oneDNN',
    'threads',
    'arithmetic',
    'pictures',
    'memory',
    'CUDA',
  ]);
  for (const { name, state, found, fix } of findings) {
    expect(['fine', 'slow', 'absent']).toContain(state);
    expect(found.length).toBeGreaterThan(0);
    // Whatever could be better comes with what to do about it.
    if (state === 'slow') expect(fix).toBeTruthy();
    if (name !== 'memory') expect(rows.out).toContain(found);
  }
  expect(findings.find(({ name }) => name === 'pictures')?.found).toMatch(/libvips [\d.]+: .*\bjpeg\b.*\bpng\b.*\btiff\b/);
});

it('marks in colours on a terminal', async () => {
  const { out } = await cli(['doctor'], { terminal: 80 });
  expect(out.startsWith('\x1b[32m✓\x1b[0m Node.js')).toBe(true);
});
