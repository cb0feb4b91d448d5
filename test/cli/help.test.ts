// Help: of the program and of every verb, whole; what is typed wrongly is answered by one line.
import { describe, expect, it } from 'vitest';
import { verbs } from '../../src/cli/verbs/index.ts';
import { cli } from '../support/cli.ts';

describe('help', () => {
  it('of the program', async () => {
    const { code, out, err } = await cli(['--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatchInlineSnapshot(`
      "Usage: blemish <verb> [words] [flags]

      Unsupervised visual anomaly detection: learns from pictures of good parts, finds what is not like
      them.

      Options:
        -V, --version                             tells the version
        -h, --help                                tells this

      Verbs:
        demo [options] [data]                     goes the whole way on made or given pictures, and ends
                                                  with a report to look at
        train [options] <method> <data>           learns what is normal from pictures of good parts, and
                                                  writes a model
        update [options] <model> <data>           shows a model that learns in one pass more pictures of
                                                  good parts, and writes another
        calibrate [options] <model> [normals...]  sets the threshold of a model for a stated share of
                                                  false alarms, in place
        evaluate [options] <model> <data>         measures a model on labelled pictures: all metrics, with
                                                  intervals, and a report to look at
        score [options] <model> <pictures...>     scores pictures: how abnormal each one is, and where
        serve [options] <models...>               serves models over HTTP: scores, maps, a page to drop
                                                  pictures on
        export [options] <model>                  writes a model as ONNX, and proves that it scores the
                                                  same there
        inspect [options] <model>                 tells what a model is: method, hyper-parameters, where
                                                  it comes from, threshold, sizes
        methods [options]                         lists the methods that \`blemish train\` knows
        bench [options] [what...]                 times kernels, training steps, scoring and metrics on
                                                  this machine, beside what it could do at best
        doctor [options]                          tells what this machine has and what is missing, with
                                                  the fix

      \`blemish <verb> --help\` tells everything about a verb; the one to try first is \`blemish demo\`.
      "
    `);
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
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('of train tells the hyper-parameters of a method', async () => {
    const { code, out } = await cli(['train', 'ssae', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Hyper-parameters of ssae, with their defaults (--set key=value):');
    expect(out).toMatch(/^ {2}lambda=\S+ +\S.*: 0 … 1$/m);
    expect(await cli(['train', 'sase', '--help'])).toMatchObject({ code: 2, out: '' });
  });

  it('fits a narrow terminal', async () => {
    const { out } = await cli(['train', '--help'], { terminal: 60 });
    const options = out.slice(out.indexOf('Options:'), out.indexOf('Examples:'));
    expect(Math.max(...options.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
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
    ).toMatchInlineSnapshot(`
      [
        "2: blemish: unknown command 'trian' (Did you mean train?); blemish --help tells more",
        "2: blemish: unknown option '--fast'; blemish --help tells more",
        "2: blemish train: required option '-o, --out <path>' not specified; blemish train --help tells more",
        "2: blemish train: required option '-o, --out <path>' not specified; blemish train --help tells more",
        "2: blemish train: option '-o, --out <path>' argument missing; blemish train --help tells more",
        "2: blemish train: --seed is 1.5; expected a whole number, 0 or more (ARGUMENT_INVALID)",
        "2: blemish train: budget: "soon" is no time; expected such as '90s', '10m', '1.5h' or a number of seconds (ARGUMENT_INVALID)",
        "2: blemish train: --size is big; expected 256, or 256x320 for height and width (ARGUMENT_INVALID)",
        "2: blemish train: too many arguments for 'train'. Expected 2 arguments but got 3; blemish train --help tells more",
        "2: blemish train: ssae: lambda is "2"; expected 0 … 1 (ARGUMENT_INVALID)",
        "2: blemish train: ssae: there is no lamda; expected one of block, width, levels, blocks, reach, kernel, skips, sspcab, weighting, lambda, structure, segment, balance, noise, corruption, clean, smallest, largest, faintest, contrast, attracted, flipHorizontal, flipVertical, rotate, shift, zoom, gain, offset, crop, light, rate, schedule, average, discrepancy, filter, filterSize, filterRepeats, passes, views, reference, imageScore, top (ARGUMENT_INVALID)",
        "2: blemish train: there is no method sase; expected ssae, autoencoder, draem, riad, information, patchcore, padim, pca-reconstruction, a-contrario, patch-entropy, ganomaly, skip-ganomaly, f-anogan, sparsity-prior (ARGUMENT_INVALID)",
        "2: blemish score: --fail-on is everything; expected anomaly (ARGUMENT_INVALID)",
        "2: blemish score: model: ENOENT: no such file or directory, stat 'model'; expected a model file that may be read and written (MODEL_UNREADABLE)",
        "2: blemish score: --out is rows.txt; expected a name that ends in .parquet, .jsonl or .csv (ARGUMENT_INVALID)",
        "2: blemish score: missing required argument 'pictures'; blemish score --help tells more",
        "2: blemish evaluate: missing required argument 'data'; blemish evaluate --help tells more",
        "2: blemish methods: too many arguments for 'methods'. Expected 0 arguments but got 1; blemish methods --help tells more",
        "2: blemish inspect: /no/such/model.blemish: ENOENT: no such file or directory, stat '/no/such/model.blemish'; expected a model file that may be read and written (MODEL_UNREADABLE)",
        "2: blemish evaluate: openData: /no/such/data: there is nothing at this path; expected one of
        manifest: a manifest (.csv, .tsv, .jsonl, .parquet) with the column path and perhaps label, mask, split, category, kind; or a folder with manifest.<ending>
        idx: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, each perhaps .gz (MNIST family), with a normal class
        cifar: data_batch_1.bin … and test_batch.bin (CIFAR-10, binary), or train.bin and test.bin with fine_label_names.txt (CIFAR-100), with a normal class
        visa: split_csv/1cls.csv and <object>/Data/Images, or <object>/image_anno.csv (VisA), or one such object
        clips: train/<clip>/<frame>, test/<clip>/<frame>, labels/<clip>.json, ground_truth/<clip>/<frame>_mask.png (clips of frames)
        mvtec: train/good, test/<kind>, ground_truth/<kind>/<name>_mask.png (MVTec AD, MPDD), or a folder of such categories
        btad: train/ok, test/ok, test/ko, ground_truth/ko/<name>.png (BTAD), or a folder of such products
        folder: a plain folder of normal pictures (PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF, PNM, SVG), also below it (DATA_UNKNOWN)",
        "2: blemish calibrate: no normal pictures were given; expected some, or --threshold (ARGUMENT_INVALID)",
        "2: blemish calibrate: both normal pictures and --threshold were given; expected one of them (ARGUMENT_INVALID)",
      ]
    `);
  });
});
