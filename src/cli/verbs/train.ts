// blemish train: from pictures of good parts to a model file.

import { rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Category } from '../../data/sample.ts';
import { BlemishError } from '../../errors.ts';
import type { TrainingHistory } from '../../evaluation/evaluation.ts';
import type { AnyMethod } from '../../methods/method.ts';
import type { Detector } from '../../scoring/detector.ts';
import type { Console } from '../console.ts';
import { byFileName, dataFlags, dataHelp, modelName, openAt } from '../data.ts';
import { isAbort, troubleOf } from '../failure.ts';
import { extents, quiet, requiredText, settingsHelp, settingsOf, text, texts, toggle, whole, word } from '../flags.ts';
import { willFill, willWrite } from '../places.ts';
import { countText, printable, timeText } from '../text.ts';
import { budget, follow } from '../training.ts';
import { defineVerb, exits } from '../verb.ts';

async function methodOf(name: string): Promise<AnyMethod> {
  const { methods } = await import('../../methods/index.ts');
  if (Object.hasOwn(methods, name)) return methods[name];
  throw new BlemishError('ARGUMENT_INVALID', `there is no method ${printable(name)}; expected ${Object.keys(methods).join(', ')}`);
}

interface Job {
  readonly category: Category;
  readonly model: string;
}

/** What is to be trained, and where it goes. */
async function jobsOf(categories: readonly Category[], out: string): Promise<Job[]> {
  if (categories.length === 1) {
    await willWrite('--out', out);
    return [{ category: categories[0], model: out }];
  }
  if (extname(out)) {
    const names = categories.map(({ name }) => name).join(', ');
    throw new BlemishError(
      'ARGUMENT_INVALID',
      `the data has ${categories.length} categories (${names}) and --out is ${out}; expected --category, or the name of a folder for one model each`,
    );
  }
  byFileName(categories);
  await willFill('--out', out);
  return categories.map((category) => ({ category, model: join(out, modelName(category)) }));
}

/** What came of it, and which pictures nothing could be learnt from. */
async function tell(console: Console, model: string, { method, provenance }: Detector, json: boolean): Promise<void> {
  const { steps, seconds, images, failures } = provenance.training as Pick<TrainingHistory, 'steps' | 'seconds' | 'images' | 'failures'>;
  for (const failure of failures) console.warn(troubleOf(failure));
  if (json) await console.json({ model, method: method.name, seconds, steps, images, device: provenance.device, seed: provenance.seed });
  else
    await console.line(
      `${printable(model)}: ${method.name}, ${countText(steps, 'step')} on ${countText(images, 'picture')} in ${timeText(seconds)}, seed ${provenance.seed}`,
    );
}

export const train = defineVerb({
  name: 'train',
  summary: 'learns what is normal from pictures of good parts, and writes a model',
  details: `${dataHelp}\nOf several categories each gets a model of its own, in the folder that --out names; limits (--budget, --steps, --epochs) are for each model.`,
  operands: [
    { name: 'method', meaning: 'how to learn; `blemish methods` lists them' },
    { name: 'data', meaning: 'what to learn from' },
  ],
  flags: {
    out: requiredText('-o, --out <path>', 'where the model goes'),
    budget: budget('--budget <time>', 'how long to learn: 90s, 10m, 2h (default 10m)'),
    steps: whole('--steps <n>', 1, Number.MAX_SAFE_INTEGER, undefined, 'how many steps to learn, instead of a time'),
    epochs: whole('--epochs <n>', 1, Number.MAX_SAFE_INTEGER, undefined, 'how often to see every picture, instead of a time'),
    size: extents('--size <pixels>', "extents of the network's input: 256, or 256x320 for height and width"),
    fit: word('--fit <how>', ['stretch', 'pad'], 'stretch', "how pictures are brought to these extents: 'pad' keeps their proportions"),
    batch: whole('--batch <n>', 1, 4096, undefined, 'pictures that one step learns from (default 8)'),
    seed: whole('--seed <n>', 0, Number.MAX_SAFE_INTEGER, 0, 'the same seed gives the same model'),
    device: word('--device <name>', ['auto', 'cpu'], 'auto', 'what computes'),
    weights: text('--weights <path>', 'pretrained weights, for methods whose features come from a network'),
    set: texts('--set <key=value>', "one of the method's hyper-parameters; may stand several times"),
    ...dataFlags,
    resume: toggle('--resume', 'goes on from the checkpoint of a training that was interrupted'),
    checkpoint: text('--checkpoint <path>', 'where the checkpoint goes (default: beside the model, .checkpoint added)'),
    json: toggle('--json', 'ends with one line: {"model", "method", "seconds", "steps", "images", "device", "seed"}'),
    quiet,
  },
  examples: [
    'blemish train ssae parts -o parts.blemish --budget 10m',
    'blemish train ssae parts/train/good -o parts.blemish --size 320 --seed 1',
    'blemish train patchcore parts -o parts.blemish --weights squeezenet.safetensors',
    'blemish train ssae --help',
  ],
  async more([name]) {
    if (name === undefined) return 'Hyper-parameters: blemish train <method> --help';
    return settingsHelp(name, (await methodOf(name)).hyper);
  },
  async run({ words: [name, path], flags, console, signal }) {
    const method = await methodOf(name);
    const hyper = settingsOf(name, method.hyper, flags.set);
    const jobs = await jobsOf((await openAt(path, flags)).categories, flags.out);
    if (jobs.length > 1 && flags.checkpoint)
      throw new BlemishError('ARGUMENT_INVALID', '--checkpoint names one file for several models; expected --category beside it');
    const training = await import('../../training/fit.ts');
    for (const { category, model } of jobs) {
      const checkpoint = flags.checkpoint ?? `${model}.checkpoint`;
      const { size, fit, batch: batchSize, seed, device, weights, budget, steps, epochs, resume } = flags;
      const watched = follow(console, jobs.length > 1 ? category.name : '');
      try {
        const options = {
          hyper,
          size,
          fit,
          batchSize,
          seed,
          device,
          weights,
          budget,
          steps,
          epochs,
          checkpoint,
          resume,
          signal,
          onProgress: watched.onProgress,
        };
        const detector = await training.fit(method, category.train, options);
        try {
          await detector.save(model);
          await tell(console, model, detector, flags.json);
        } finally {
          detector.dispose();
        }
        await rm(checkpoint, { force: true });
      } catch (error) {
        console.close();
        if (isAbort(error, signal) && watched.saved !== null) {
          console.warn(`${checkpoint} holds the training up to step ${watched.saved}; the same command with --resume goes on from there`);
        }
        throw error;
      }
    }
    return exits.fine;
  },
});
