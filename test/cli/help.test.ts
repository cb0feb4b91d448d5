// Help: of the program and of every verb, whole; what is typed wrongly is answered by one line.
import { describe, expect, it } from 'vitest';
import { verbs } from '../../src/cli/verbs/index.ts';
import { cli } from '../support/cli.ts';

describe('help', () => {
  it('of the program', async () => {
    const { code, out, err } = await cli(['--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatchInlineSnapshot();
  });

  it('without a verb goes to standard error', async () => {
    const { code, out, err } = await cli([]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe((await cli(['-h'])).out);
  });

  it.each(Object.keys(verbs))('of %s', async (verb) => {
    const { code, out, err } = await cli([verb, '--help']);
    expect([code, err]).toEqual([0, '']);
    await expect(out).toMatchFileSnapshot(`help/${verb}.txt`);
    // Readable without a wide terminal.
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('of train tells the hyper-parameters of a method', async () => {
    const { code, out } = await cli(['train', 'ssae', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Hyper-parameters of ssae, with their defaults (--set key=value):');
    expect(out).toMatch(/^ {2}lambda=\S+ +\S.*: 0 … 1$/m);
    expect(await cli(['train', 'sase', '--help'])).toMatchObject({ code: 2, out: '' });
  });

  it('fits a narrow terminal', async () => {
    const { out } = await cli(['doctor', '--help'], { terminal: 50 });
    const options = out.slice(out.indexOf('Options:'));
    expect(Math.max(...options.split('\n').map((line) => line.length))).toBeLessThanOrEqual(50);
  });

  it('tells the version', async () => {
    const { code, out, err } = await cli(['--version']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('usage', () => {
  const told = async (...words: string[]) => {
    const { code, out, err } = await cli(words);
    return `${code}: ${out}${err.trimEnd()}`;
  };

  it('is refused with one line', async () => {
    expect(
      await Promise.all([
        told('trian', 'ssae'),
        told('--fast'),
        told('train'),
        told('train', 'ssae', 'data'),
        told('train', 'ssae', 'data', '-o'),
        told('train', 'ssae', 'data', '-o', 'x', '--seed', '1.5'),
        told('train', 'ssae', 'data', '-o', 'x', '--budget', 'soon'),
        told('train', 'ssae', 'data', '-o', 'x', '--size', 'big'),
        told('train', 'ssae', 'data', '-o', 'x', '--seed', '1', 'more'),
        told('train', 'ssae', 'data', '-o', 'x', '--set', 'lambda=2'),
        told('train', 'ssae', 'data', '-o', 'x', '--set', 'lamda=0.2'),
        told('train', 'sase', 'data', '-o', 'x'),
        told('score', 'model', 'a.png', '--fail-on', 'everything'),
        told('score', 'model', 'a.png', '--out', 'rows.parquet'),
        told('score', 'model', 'a.png', '--out', 'rows.txt'),
        told('score', 'model'),
        told('evaluate', 'model'),
        told('methods', 'all'),
        told('inspect', '/no/such/model.blemish'),
        told('evaluate', '/no/such/model.blemish', '/no/such/data'),
        told('calibrate', 'model'),
        told('calibrate', 'model', 'normals', '--threshold', '0.5'),
      ]),
    ).toMatchInlineSnapshot();
  });
});
