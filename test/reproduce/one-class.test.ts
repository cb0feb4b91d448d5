// The command on a made set of two classes: figures by hand, killed and resumed, tables, refusals.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chosenClasses, openClasses } from '../../reproduce/classes.ts';
import type { RunRecord } from '../../reproduce/journal.ts';
import { program } from '../../reproduce/program.ts';
import { finalNumbers, judged } from '../../reproduce/run.ts';
import type { Table } from '../../reproduce/table.ts';
import { openData } from '../../src/data/layouts/index.ts';
import { cli, type RunOptions, spawned } from '../support/cli.ts';
import { rejected, thrown } from '../support/thrown.ts';
import { newFolder, trees } from '../support/trees.ts';
import { flat, stripes, writeClasses } from './made-classes.ts';

const tiny = ['--set', 'width=4', '--set', 'levels=1', '--set', 'latent=4', '--steps', '12', '--batch', '8'];
const run = (words: readonly string[], options: RunOptions = {}) => cli(words, { ...options, program });
const oneClass = (data: string, out: string, ...more: string[]) => ['one-class', data, 'autoencoder', ...tiny, '--seeds', '1,2', '-o', out, ...more];
/** Lines of the file without what depends on the clock. */
const found = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => ({ ...(JSON.parse(line) as RunRecord), trainSeconds: 0, scoreSeconds: 0 }));

describe('figures', () => {
  it('are those of a set small enough to judge by hand', async () => {
    // Distances to 100: of the normal ones 0 and 10, of the others 5 and 100; three of four pairs are right. To 200: 0 and 95 against 90 and 100.
    const train = [flat(0, 100), flat(0, 100), flat(1, 190), flat(1, 210)];
    const test = [flat(0, 100), flat(0, 110), flat(1, 105), flat(1, 200)];
    const data = await writeClasses(train, test);
    const out = `${await newFolder()}/x.jsonl`;
    const { code, out: text, err } = await run(oneClass(data, out, '--json'));
    expect([code, err]).toEqual([0, expect.stringContaining('class 1, seed 2: AUROC')]);
    const table = JSON.parse(text) as Table;
    expect(table.classes).toEqual(['0', '1']);
    const rows = Object.fromEntries(table.baselines.map(({ name, auroc, mean }) => [name, [...auroc, mean]]));
    expect(rows['distance to the mean picture']).toEqual([0.75, 0.75, 0.75]);
    // The nearest of 190 and 210 is 10 away from 200 and 85 from 105; 90 and 80 from the others.
    expect(rows['nearest training picture']).toEqual([0.75, 0.75, 0.75]);
    const runs = found(out).filter(({ kind }) => kind === 'run');
    expect(runs.map(({ class: of, seed, train, normal, abnormal, steps }) => [of, seed, train, normal, abnormal, steps])).toEqual([
      ['0', 1, 2, 2, 2, 12],
      ['1', 1, 2, 2, 2, 12],
      ['0', 2, 2, 2, 2, 12],
      ['1', 2, 2, 2, 2, 12],
    ]);
    for (const { terms } of runs) expect(Object.keys(terms)).toEqual(['l2']);
    // Means of means, and the half width of Student's interval over two seeds.
    const means = table.seeds.map(({ auroc }) => (auroc[0] + auroc[1]) / 2);
    expect(table.seeds.map(({ mean }) => mean)).toEqual(means);
    expect(table.mean.mean).toBeCloseTo((means[0] + means[1]) / 2, 12);
    expect(table.mean.high! - table.mean.mean).toBeCloseTo((12.7062047 * Math.abs(means[0] - means[1])) / 2, 6);
    expect(JSON.parse(readFileSync(out.replace('.jsonl', '.json'), 'utf8'))).toEqual(table);
  });

  it('rank with ties, and tell the two classes apart', async () => {
    const labels = ([0, 0, 1, 1] as const).map((label) => ({ label }));
    expect(await judged(labels, Float32Array.of(1, 2, 2, 3))).toEqual({ normal: 2, abnormal: 2, auroc: 3.5 / 4, averagePrecision: expect.any(Number) });
  });

  it('take the last tenth of a training, whatever it names', () => {
    const history = Array.from({ length: 20 }, (_, i) => ({ terms: { l2: i, entropy: 1 } }));
    // Watched at fewer steps, and once in vain.
    const monitors = Array.from({ length: 30 }, (_, i) => ({ values: { entropy: i === 29 ? Number.NaN : -i } }));
    expect(finalNumbers({ history, monitors })).toEqual({ l2: 18.5, entropy: 1, 'watched.entropy': -27.5 });
    expect(finalNumbers({ history: [], monitors: [] })).toEqual({});
  });
});

describe('a run that was stopped', () => {
  it('goes on in the middle of a training, and ends in the same bits', async () => {
    const data = await writeClasses(stripes(64), stripes(40));
    const folder = await newFolder();
    const [whole, broken] = [`${folder}/whole.jsonl`, `${folder}/broken.jsonl`];
    expect((await run(oneClass(data, whole))).code).toBe(0);
    let stops = 0;
    for (let tries = 0; tries < 10; tries++) {
      const abort = new AbortController();
      // The second run that is begun is the one that is stopped.
      const watch = (_: string, err: string) => /AUROC/.test(err) && abort.abort();
      const { code } = await run(oneClass(data, broken), { signal: abort.signal, watch });
      if (code === 0) break;
      expect(code).toBe(130);
      stops++;
    }
    expect(stops).toBeGreaterThan(1);
    expect(found(broken)).toEqual(found(whole));
    expect(readdirSync(folder).filter((name) => name.includes('checkpoint'))).toEqual([]);
    // And a finished one has nothing left to do.
    const { code, err } = await run(oneClass(data, broken));
    expect([code, err.trim()]).toEqual([0, `made autoencoder: 4 of 4 runs stand in ${broken} already`]);
  });

  it('goes on after a kill that nothing can catch', async () => {
    const data = await writeClasses(stripes(64), stripes(40));
    const out = `${await newFolder()}/killed.jsonl`;
    const script = fileURLToPath(new URL('../../dist/reproduce/main.js', import.meta.url));
    const words = oneClass(data, out);
    let killed = false;
    const { by } = await spawned(words, {
      script,
      watch(child, err) {
        if (!killed && /AUROC/.test(err)) killed = child.kill('SIGKILL');
      },
    });
    expect(by).toBe('SIGKILL');
    const before = found(out);
    const after = await spawned(words, { script });
    expect([after.code, after.err]).toEqual([0, expect.stringMatching(/made autoencoder: [123] of 4 runs stand in/)]);
    expect(found(out).slice(0, before.length)).toEqual(before);
    expect(found(out).filter(({ kind }) => kind === 'run')).toHaveLength(4);
    expect(after.out).toContain('**autoencoder**, mean of 2');
  });

  it('takes further classes and seeds into the same file, and not other settings', async () => {
    const data = await writeClasses(stripes(32), stripes(16));
    const out = `${await newFolder()}/more.jsonl`;
    expect((await run(oneClass(data, out, '--classes', '1', '--seeds', '2'))).code).toBe(0);
    expect((await run(oneClass(data, out, '--limit-train', '8'))).err).toMatch(
      /limitTrain was null and is 8; expected the same settings, or another --out \(STATE_INVALID\)/,
    );
    expect((await run(oneClass(data, out))).code).toBe(0);
    expect(found(out).flatMap(({ kind, class: of, seed }) => (kind === 'run' ? [`${of}/${seed}`] : []))).toEqual(['1/2', '0/1', '1/1', '0/2']);
  });
});

describe('an ablation', () => {
  it('has a row of figures and final terms for every setting, and shares its files with one-class', async () => {
    const data = await writeClasses(stripes(32), stripes(16));
    const out = await newFolder();
    const words = ['ablation', data, 'autoencoder', ...tiny, '--seeds', '1', '-o', out, '--rows', 'loss=l1', 'latent=2,loss=ssim'];
    const { code, out: text } = await run(words);
    expect(code).toBe(0);
    const figure = '[\\d.]+';
    expect(text).toMatch(
      new RegExp(
        `\\| autoencoder on made \\| AUROC \\| l1 \\| ssim \\|\\n.*\\n\\| \`loss=l1\` \\| ${figure} \\| ${figure} \\| – \\|\\n\\| \`latent=2,loss=ssim\` \\| ${figure} \\| – \\| ${figure} \\|\\n`,
      ),
    );
    const files = readdirSync(out).filter((name) => name.endsWith('.jsonl'));
    expect(files).toHaveLength(2);
    const settings = files.map((name) => JSON.parse(readFileSync(`${out}/${name}`, 'utf8').split('\n')[0]).hyper as Record<string, unknown>);
    // latent=2 takes the place of what --set says.
    expect(settings.map(({ latent, loss }) => [latent, loss]).sort()).toEqual([
      [2, 'ssim'],
      [4, 'l1'],
    ]);
    expect((await run(words)).err).toContain('1/2 loss=l1: 2 of 2 runs stand in');
  });
});

describe('sets', () => {
  it('of CIFAR-100 have 20 classes or 100', async () => {
    const folder = await trees.cifar[1].build(await newFolder());
    const coarse = await openClasses(folder, 'coarse');
    expect([coarse.classes.length, coarse.tests, coarse.channels, coarse.width]).toEqual([20, 3, 3, 32]);
    const two = await coarse.of(2);
    expect([two.train.length, two.test.filter(({ label }) => label === 0).length]).toEqual([3, 2]);
    expect((await openClasses(folder, 'fine')).classes).toHaveLength(100);
    expect(await rejected(openData(folder, { normalClass: 1, labels: 'both' as 'fine' }))).toBe(
      'ARGUMENT_INVALID: openData: labels is "both"; expected fine or coarse',
    );
    expect(chosenClasses(coarse, ['coarse19', '2'])).toEqual([19, 2]);
    expect(thrown(() => chosenClasses(coarse, ['fine7']))).toContain('ARGUMENT_INVALID: --classes has fine7; expected some of 0 coarse0');
    expect(thrown(() => chosenClasses(coarse, ['2', 'coarse2']))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: --classes is 2,coarse2; expected each class once"`);
  });

  it('of CIFAR-10 are learnt and judged from their binary files; a class that cannot be judged is refused by name', async () => {
    const folder = await trees.cifar[0].build(await newFolder());
    const out = `${await newFolder()}/ten.jsonl`;
    const of = (classes: string) => run(oneClass(folder, out, '--classes', classes, '--seeds', '1', '--batch', '2'));
    const { code, out: text } = await of('airplane,1');
    expect(code).toBe(0);
    expect(text).toMatch(/^\| normal class of ten \| airplane \| automobile \| mean \|\n/);
    expect(text).toMatch(/\| ARNet \(published\) \| 78\.5 \| 89\.8 \| – \|\n/);
    const runs = found(out).filter(({ kind }) => kind === 'run');
    expect(runs.map(({ class: name, train, normal, abnormal }) => [name, train, normal, abnormal])).toEqual([
      ['airplane', 1, 1, 3],
      ['automobile', 3, 2, 2],
    ]);
    expect((await of('truck')).err.replaceAll(folder, 'FOLDER')).toMatchInlineSnapshot(`
      "reproduce one-class: FOLDER: class truck has 1 pictures to learn from, 0 of 4 test pictures; expected some of all three kinds, normal and others in the test (DATA_INVALID)
      "
    `);
  });

  it('without classes are refused', async () => {
    const folder = await trees.btad[0].build(await newFolder());
    expect((await rejected(openClasses(folder, 'coarse'))).replace(folder, 'FOLDER')).toMatchInlineSnapshot(
      `"DATA_INVALID: FOLDER: it has no classes (btad); expected one set of labelled classes, such as MNIST (idx) or CIFAR (binary)"`,
    );
  });
});

it('words that make no sense are refused with one line, before anything is written', async () => {
  const data = await writeClasses(stripes(8), stripes(4));
  const out = `${await newFolder()}/never.jsonl`;
  const told = async (...words: string[]) => {
    const { code, err } = await run([...words, '-o', out]);
    return `${code}: ${err
      .trimEnd()
      .replaceAll(data, 'DATA')
      .replace(/expected ssae.*?\(/, 'expected … (')}`;
  };
  const of = (...more: string[]) => told('one-class', data, 'autoencoder', ...more);
  expect([
    await of('--seeds', '1,1'),
    await of('--seeds', 'one'),
    await of('--seeds', ''),
    await of('--classes', '0,2'),
    await of('--classes', '0,0'),
    await of('--steps', '5', '--epochs', '2'),
    await of('--steps', '0'),
    await of('--minutes', 'few'),
    await of('--limit-train', '0'),
    await of('--set', 'latent=0'),
    await of('--set', 'depth=3'),
    await of('--batch', '1.5'),
    await told('one-class', data, 'autoencodr'),
    await told('one-class', data, 'patchcore'),
    await told('one-class', data, 'patchcore', '--set', 'source=random', '--steps', '5'),
    await told('one-class', `${data}/none`, 'autoencoder').then((line) => line.split('\n')[0]),
    await told('ablation', data, 'autoencoder'),
    await told('ablation', data, 'autoencoder', '--rows', 'latent=4', 'latent=4'),
    await told('ablation', data, 'autoencoder', '--rows', 'latent=4', 'beta=1').then((line) => line.slice(0, 90)),
  ]).toMatchInlineSnapshot(`
    [
      "2: reproduce one-class: --seeds is 1,1; expected each seed once (ARGUMENT_INVALID)",
      "2: reproduce one-class: --seeds has "one"; expected whole numbers with commas, such as 1,2,3 (ARGUMENT_INVALID)",
      "2: reproduce one-class: --seeds has ""; expected whole numbers with commas, such as 1,2,3 (ARGUMENT_INVALID)",
      "2: reproduce one-class: --classes has 2; expected some of 0, 1 (ARGUMENT_INVALID)",
      "2: reproduce one-class: --classes is 0,0; expected each class once (ARGUMENT_INVALID)",
      "2: reproduce one-class: --steps and --epochs were given; expected one of them (ARGUMENT_INVALID)",
      "2: reproduce one-class: --steps is 0; expected a whole number, 1 or more (ARGUMENT_INVALID)",
      "2: reproduce one-class: --minutes is few; expected a number from 0.001 to 100000 (ARGUMENT_INVALID)",
      "2: reproduce one-class: --limit-train is 0; expected a whole number, 1 or more (ARGUMENT_INVALID)",
      "2: reproduce one-class: autoencoder: latent is "0"; expected a whole number 1 … 2048 (ARGUMENT_INVALID)",
      "2: reproduce one-class: autoencoder: there is no depth; expected one of width, levels, latent, code, loss, noise, flipHorizontal, flipVertical, rotate, shift, zoom, gain, offset, crop, rate, decay, average, discrepancy, smooth, imageScore, top (ARGUMENT_INVALID)",
      "2: reproduce one-class: --batch is 1.5; expected a whole number from 1 to 4096 (ARGUMENT_INVALID)",
      "2: reproduce one-class: there is no method "autoencodr"; expected … (ARGUMENT_INVALID)",
      "2: reproduce one-class: patchcore: source squeezenet wants the weights of SqueezeNet 1.1 as safetensors; expected --weights (WEIGHTS_MISSING)",
      "2: reproduce one-class: patchcore looks at every picture once; expected no --steps (ARGUMENT_INVALID)",
      "2: reproduce one-class: openData: DATA/none: there is nothing at this path; expected one of",
      "2: reproduce ablation: required option '--rows <settings...>' not specified; reproduce ablation --help tells more",
      "2: reproduce ablation: --rows has the same row twice; expected each once (ARGUMENT_INVALID)",
      "2: reproduce ablation: --rows beta=1: autoencoder: there is no beta; expected one of width",
    ]
  `);
  expect(existsSync(out)).toBe(false);
});
