// Flags: what each accepts, and the sentence for what it does not.
import { describe, expect, it } from 'vitest';
import { extents, number, settingsHelp, settingsOf, text, whole, word } from '../../src/cli/flags.ts';
import { choice, integer, real, toggle } from '../../src/hyper.ts';
import { thrown } from '../support/thrown.ts';

const declared = {
  width: integer(8, 512, 32, 'base channels'),
  gamma: real(0, 5, 2, 'focusing strength, eq. 4'),
  filter: choice(['box', 'gauss'], 'what smooths the map'),
  skips: toggle(true, 'whether the decoder sees the encoder'),
};

describe('values', () => {
  it('are read', () => {
    expect(whole('--seed <n>', 0, 10, 0, 'a seed').parse?.('7')).toBe(7);
    expect(number('--rate <r>', 0, 1, 0.01, 'a rate').parse?.('2e-3')).toBe(0.002);
    expect(word('--device <d>', ['auto', 'cpu'], 'auto', 'where').parse?.('cpu')).toBe('cpu');
    expect(['256', '256x320', '8×16'].map((given) => extents('--size <s>', 'extents').parse?.(given))).toEqual([256, [256, 320], [8, 16]]);
  });

  it('are refused with a sentence', () => {
    const refusals = [
      () => whole('-s, --seed <n>', 0, 10, 0, 'a seed').parse?.('7.5'),
      () => whole('--steps <n>', 1, Number.MAX_SAFE_INTEGER, undefined, 'steps').parse?.('-1'),
      () => whole('--steps <n>', 1, 9, undefined, 'steps').parse?.(' '),
      () => number('--rate <r>', 0, 1, 0.01, 'a rate').parse?.('nan'),
      () => number('--threshold <x>', -Infinity, Infinity, undefined, 'x').parse?.('high'),
      () => word('--device <d>', ['auto', 'cpu'], 'auto', 'where').parse?.('gpu'),
      () => text('--out <path>', 'where to').parse?.(''),
      ...['0', '256x', 'x256', '256x0', '1e3', '-8', '256x256x3'].map((given) => () => extents('--size <s>', 'extents').parse?.(given)),
    ];
    expect(refusals.map(thrown)).toMatchInlineSnapshot(`
      [
        "ARGUMENT_INVALID: --seed is 7.5; expected a whole number from 0 to 10",
        "ARGUMENT_INVALID: --steps is -1; expected a whole number, 1 or more",
        "ARGUMENT_INVALID: --steps is  ; expected a whole number from 1 to 9",
        "ARGUMENT_INVALID: --rate is nan; expected a number from 0 to 1",
        "ARGUMENT_INVALID: --threshold is high; expected a number",
        "ARGUMENT_INVALID: --device is gpu; expected auto or cpu",
        "ARGUMENT_INVALID: --out is empty; expected some text",
        "ARGUMENT_INVALID: --size is 0; expected 256, or 256x320 for height and width",
        "ARGUMENT_INVALID: --size is 256x; expected 256, or 256x320 for height and width",
        "ARGUMENT_INVALID: --size is x256; expected 256, or 256x320 for height and width",
        "ARGUMENT_INVALID: --size is 256x0; expected 256, or 256x320 for height and width",
        "ARGUMENT_INVALID: --size is 1e3; expected 256, or 256x320 for height and width",
        "ARGUMENT_INVALID: --size is -8; expected 256, or 256x320 for height and width",
        "ARGUMENT_INVALID: --size is 256x256x3; expected 256, or 256x320 for height and width",
      ]
    `);
  });
});

describe('hyper-parameters', () => {
  it('are set by key', () => {
    expect(settingsOf('toy', declared, ['width=64', ' gamma = 1.5', 'filter=gauss', 'skips=false'])).toEqual({
      width: 64,
      gamma: 1.5,
      filter: 'gauss',
      skips: false,
    });
    expect(settingsOf('toy', declared, [])).toEqual({});
  });

  it('are refused with a sentence', () => {
    const pairs = [
      ['width'],
      ['=3'],
      ['widht=3'],
      ['width=7'],
      ['width=8.5'],
      ['width='],
      ['filter=median'],
      ['skips=yes'],
      ['gamma=1', 'gamma=2'],
      ['__proto__=1'],
    ];
    expect(pairs.map((given) => thrown(() => settingsOf('toy', declared, given)))).toMatchInlineSnapshot(`
      [
        "ARGUMENT_INVALID: toy: --set is width; expected key=value",
        "ARGUMENT_INVALID: toy: --set is =3; expected key=value",
        "ARGUMENT_INVALID: toy: there is no widht; expected one of width, gamma, filter, skips",
        "ARGUMENT_INVALID: toy: width is "7"; expected a whole number 8 … 512",
        "ARGUMENT_INVALID: toy: width is "8.5"; expected a whole number 8 … 512",
        "ARGUMENT_INVALID: toy: width is ""; expected a whole number 8 … 512",
        "ARGUMENT_INVALID: toy: filter is "median"; expected box | gauss",
        "ARGUMENT_INVALID: toy: skips is "yes"; expected true | false",
        "ARGUMENT_INVALID: toy: --set gives gamma twice; expected it once",
        "ARGUMENT_INVALID: toy: there is no __proto__; expected one of width, gamma, filter, skips",
      ]
    `);
  });

  it('are listed', () => {
    expect(settingsHelp('toy', declared)).toMatchInlineSnapshot(`
      "Hyper-parameters of toy, with their defaults (--set key=value):
        width=32    base channels: a whole number 8 … 512
        gamma=2     focusing strength, eq. 4: 0 … 5
        filter=box  what smooths the map: box | gauss
        skips=true  whether the decoder sees the encoder: true | false"
    `);
    expect(settingsHelp('plain', {})).toBe('plain has no hyper-parameters.');
  });
});
