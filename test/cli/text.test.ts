// Text for people: names from outside cannot move the cursor, columns stand under one another, numbers say what they are.
import { expect, it } from 'vitest';
import { bytesText, cellsOf, columns, countText, numberText, printable, timeText } from '../../src/cli/text.ts';

it('shows odd names on one line', () => {
  expect(printable('a\nb\r\tc\u001b[31m.png')).toBe('a\\nb\\r\\tc\\u001b[31m.png');
  expect(printable('rechts\u202egnp.exe')).toBe('rechts\\u202egnp.exe');
  expect(printable('Prüfling 検査 🔩.png')).toBe('Prüfling 検査 🔩.png');
});

it('counts the cells of a terminal', () => {
  expect([cellsOf('abc'), cellsOf('検査'), cellsOf('🔩'), cellsOf('e\u0301')]).toEqual([3, 4, 2, 1]);
});

it('sets columns, numbers to the right', () => {
  expect(
    columns(
      [
        ['name', 'auroc'],
        ['検査', '1'],
        ['x', '0.25'],
      ],
      [false, true],
    ),
  ).toMatchInlineSnapshot(`
    "name  auroc
    検査      1
    x      0.25"
  `);
});

it('says times, counts, sizes and numbers', () => {
  expect([0.04, 9.94, 59.4, 60, 185, 3599.7, 4800, 86_399].map(timeText)).toMatchInlineSnapshot(`
    [
      "0.0 s",
      "9.9 s",
      "59 s",
      "1 min 00 s",
      "3 min 05 s",
      "1 h 00 min",
      "1 h 20 min",
      "24 h 00 min",
    ]
  `);
  expect([countText(0, 'picture'), countText(1, 'picture'), countText(1234567, 'picture')]).toEqual(['0 pictures', '1 picture', '1 234 567 pictures']);
  expect([0, 1023, 1024, 5.25 * 2 ** 20, 300 * 2 ** 30].map(bytesText)).toEqual(['0 B', '1023 B', '1.0 KiB', '5.3 MiB', '300 GiB']);
  expect([0, 1, 0.123456, -3.5e-7, 1234567, Number.NaN, null].map(numberText)).toEqual(['0', '1', '0.1235', '-3.500e-7', '1.235e+6', 'NaN', '–']);
});
