// Progress: the bar of a terminal, the lines of a file, silence, and a remaining time that is not made up.
import { expect, it } from 'vitest';
import type { Out } from '../../src/cli/console.ts';
import { Progress } from '../../src/cli/progress.ts';

/** A stream that remembers, and a clock that is set. */
function stage(terminal: { columns: number } | null, quiet = false) {
  const written: string[] = [];
  const clock = { now: 100 };
  const out = { write: (text: string) => written.push(text) > 0, isTTY: terminal !== null, columns: terminal?.columns } as unknown as Out;
  const progress = new Progress(out, { label: 'training', quiet, now: () => clock.now });
  return {
    progress,
    written,
    at(seconds: number, share: number | null, text: string) {
      clock.now = 100 + seconds;
      progress.update(share, text);
    },
  };
}

const remaining = (line: string): string | null => /, (.*) left/.exec(line)?.[1] ?? null;

it('writes a line now and then where there is no terminal', () => {
  const { progress, written, at } = stage(null);
  for (let second = 0; second <= 20; second++) at(second, second / 20, `step ${second}/20`);
  progress.close();
  expect(written.join('')).toMatchInlineSnapshot(`
    "training  step 1/20  1.0 s
    training  step 6/20  6.0 s, 14 s left
    training  step 11/20  11 s, 9 s left
    training  step 16/20  16 s, 4 s left
    training  step 20/20  20 s
    "
  `);
});

it('keeps a bar in one line of a terminal, never wider than it', () => {
  const { progress, written, at } = stage({ columns: 60 });
  at(0, 0, 'step 0/4');
  at(3, 0.25, 'step 1/4');
  at(6, 0.53, 'step 2/4');
  progress.close();
  // As JSON, so that the control characters can be seen.
  expect(written.map((one) => JSON.stringify(one))).toMatchInlineSnapshot(`
    [
      ""\\r\\u001b[Ktraining  ▕                               ▏ step 0/4  0.0 s"",
      ""\\r\\u001b[Ktraining  ▕█████▎               ▏ step 1/4  3.0 s, 9 s left"",
      ""\\r\\u001b[Ktraining  ▕███████████▏         ▏ step 2/4  6.0 s, 6 s left"",
      ""\\r\\u001b[Ktraining  ▕████████████████▍              ▏ step 2/4  6.0 s"",
      ""\\n"",
    ]
  `);
  const narrow = stage({ columns: 20 });
  narrow.at(0, 0.5, 'a text that is far too long for it');
  expect(narrow.written[0]).toBe('\r\x1b[Ktraining  a text th');
});

it('is silent under --quiet', () => {
  const { progress, written, at } = stage({ columns: 80 }, true);
  at(0, 0, 'a');
  at(10, 0.5, 'b');
  progress.close();
  expect(written).toEqual([]);
});

it('says no remaining time where nobody knows how much there is', () => {
  const { written, at } = stage(null);
  at(30, null, '812 pictures');
  expect(written).toEqual(['training  812 pictures  30 s\n']);
});

it('takes the pace of late, not that of the slow first steps', () => {
  const { written, at } = stage(null);
  at(0, 0, 'begun');
  // Half the time for the first tenth, then even steps: 0.9 of the work in 60 s.
  at(60, 0.1, 'slow');
  for (let second = 61; second <= 90; second++) at(second, 0.1 + (0.9 * (second - 60)) / 60, 'even');
  const said = remaining(written.at(-1) ?? '');
  // 30 s are left; the pace of the whole would say 74.
  expect(said).toMatch(/^(30|35) s$/);
});

it('counts from where a training goes on', () => {
  const { written, at } = stage(null);
  at(0, 0.5, 'resumed');
  at(10, 0.75, 'on');
  expect(remaining(written.at(-1) ?? '')).toBe('10 s');
});

it('lets the estimate grow where nothing comes', () => {
  const { progress, written, at } = stage(null);
  at(0, 0, 'begun');
  at(10, 0.5, 'half');
  const before = remaining(written.at(-1) ?? '');
  at(40, 0.5, 'half');
  expect([before, remaining(written.at(-1) ?? '')]).toEqual(['10 s', '40 s']);
  // The last line tells what was, not what might have come.
  progress.close();
  expect(remaining(written.at(-1) ?? '')).toBeNull();
});

it('leaves nothing where something else tells the end', () => {
  const { progress, written, at } = stage({ columns: 40 });
  at(0, 0, 'a');
  progress.close(false);
  expect(written.at(-1)).toBe('\r\x1b[K');
});

it('makes room for a line and comes back', () => {
  const { progress, written, at } = stage({ columns: 40 });
  at(0, 0, 'a');
  progress.clear();
  expect(written.at(-1)).toBe('\r\x1b[K');
  at(0.01, 0, 'b');
  expect(written.at(-1)).toContain('training');
});
