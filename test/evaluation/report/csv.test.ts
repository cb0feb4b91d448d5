// Comma-separated values: exact numbers, quoted text, and nothing that a spreadsheet would run.
import { describe, expect, it } from 'vitest';
import { csv } from '../../../src/evaluation/report/csv.ts';

describe('csv', () => {
  it('writes numbers in full and quotes what needs it', () => {
    const rows = [
      [0.1 + 0.2, -1.5, true, null, 'plain'],
      [1e-300, 0, false, 'a,b', 'say "hi"\nthere'],
    ];
    expect(csv(['a', 'b', 'c', 'd', 'e'], rows)).toBe('a,b,c,d,e\r\n0.30000000000000004,-1.5,true,,plain\r\n1e-300,0,false,"a,b","say ""hi""\nthere"\r\n');
  });

  it('makes text of what a spreadsheet would take for a formula', () => {
    const names = ['=cmd|calc', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1', 'a=1'];
    const lines = names.map((name) => csv([], [[name]]).slice(2, -2));
    expect(lines).toEqual(["'=cmd|calc", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "' =1", `"'\r=1"`, 'a=1']);
  });
});
