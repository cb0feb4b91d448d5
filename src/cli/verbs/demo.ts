// blemish demo: the whole way, on surfaces made for it or on pictures of yours, down to a report to look at.
import { join } from 'node:path';
import type { DataSet } from '../../data/sample.ts';
import { BlemishError } from '../../errors.ts';
import type { Console } from '../console.ts';
import { dataFlags, dataHelp, openAt } from '../data.ts';
import { duration, extents, quiet, settingsOf, text, texts, toggle, whole } from '../flags.ts';
import { willFill } from '../places.ts';
import { countText, numberText, timeText } from '../text.ts';
import { follow } from '../training.ts';
import { defineVerb, exits } from '../verb.ts';
import { followEvaluation, tellNumbers, tellTrouble } from './evaluate.ts';

/** Pixels along a side of the made pictures, and how many there are of each surface. */
const made = { size: 128, train: 80, good: 20, defective: 5 };
const method = 'ssae';

async function makeAt(folder: string, seed: number, console: Console, signal: AbortSignal): Promise<void> {
  const { makeData } = await import('../demo/make.ts');
  const progress = console.progress('making');
  const onProgress = (done: number, total: number) => progress.update(done / total, `${done}/${total} pictures`);
  await makeData(folder, { ...made, seed, signal, onProgress });
  progress.close();
}

async function dataOf(
  place: string | undefined,
  flags: Parameters<typeof openAt>[1] & { out: string; seed: number },
  console: Console,
  signal: AbortSignal,
): Promise<DataSet> {
  if (place !== undefined) {
    const data = await openAt(place, flags);
    if (data.categories.length === 1) return data;
    const names = data.categories.map(({ name }) => name).join(', ');
    throw new BlemishError('ARGUMENT_INVALID', `${place} has ${data.categories.length} categories (${names}); expected --category to name one`);
  }
  const folder = join(flags.out, 'surfaces');
  await makeAt(folder, flags.seed, console, signal);
  return openAt(folder, { ...flags, layout: 'mvtec' });
}

export const demo = defineVerb({
  name: 'demo',
  summary: 'goes the whole way on made or given pictures, and ends with a report to look at',
  details: `Without <data> it makes pictures of four surfaces (woven, brushed, grained, perforated), good and defective ones, learns the good ones, sets a threshold and judges pictures that it has never seen.\n${dataHelp}`,
  operands: [{ name: 'data', meaning: 'pictures of yours', optional: true }],
  flags: {
    out: text('-o, --out <folder>', 'where everything goes (default out/demo)'),
    budget: duration('--budget <time>', 'how long to learn (default 2m)'),
    steps: whole('--steps <n>', 1, Number.MAX_SAFE_INTEGER, undefined, 'how many steps to learn, instead of a time'),
    size: extents('--size <pixels>', "extents of the network's input"),
    seed: whole('--seed <n>', 0, Number.MAX_SAFE_INTEGER, 1, 'another seed, other pictures and weights'),
    set: texts('--set <key=value>', `a hyper-parameter of ${method}; may stand several times`),
    ...dataFlags,
    json: toggle('--json', 'ends with the object that evaluate --json prints'),
    quiet,
  },
  examples: ['blemish demo', 'blemish demo parts --budget 10m', 'blemish demo mvtec --category screw'],
  async run({ words: [place], flags, line, console, signal }) {
    const begun = performance.now();
    const out = flags.out ?? join('out', 'demo');
    const [{ methods }, { fit: learnFrom }, { planOf }, { evaluate }, { writeReport }, { Random }] = await Promise.all([
      import('../../methods/index.ts'),
      import('../../training/fit.ts'),
      import('../demo/plan.ts'),
      import('../../evaluation/evaluate.ts'),
      import('../../evaluation/report.ts'),
      import('../../tensor/random.ts'),
    ]);
    const { seed, steps, size } = flags;
    const hyper = settingsOf(method, methods[method].hyper, flags.set);
    await willFill('--out', out);
    const data = await dataOf(place, { ...flags, out }, console, signal);
    const { learn, calibrate, falseAlarmRate, judge, measurable } = planOf(data.categories, new Random(seed));

    const { onProgress } = follow(console);
    const budget = steps === undefined ? (flags.budget ?? 120) : undefined;
    const detector = await learnFrom(method, learn, { hyper, seed, steps, budget, size, signal, onProgress });
    try {
      const model = join(out, 'model.blemish');
      const progress = console.progress('calibrating');
      const { threshold } = await detector.calibrate(calibrate, {
        falseAlarmRate,
        signal,
        onProgress: ({ done }) => progress.update(done / calibrate.length, `${done}/${calibrate.length} pictures`),
      });
      await detector.save(model);
      const options = { seed, gallery: 160, signal, onProgress: followEvaluation(console, judge.length > 1) };
      const provenance = { command: line, date: new Date().toISOString(), model };
      const evaluation = await evaluate(detector, { ...data, categories: judge }, { ...options, provenance });
      const report = await writeReport(evaluation, out);
      console.close();
      tellTrouble(console, evaluation);
      if (flags.json) await console.json((await import('../../evaluation/contract.ts')).toContract(evaluation));
      else await tellNumbers(console, evaluation);
      if (!measurable) console.say('there are no defective pictures, so nothing can be measured; the report shows good ones that were held back');
      console.say(
        `${countText(learn.length, 'picture')} learnt, threshold ${numberText(threshold)} from ${calibrate.length} others; ${timeText((performance.now() - begun) / 1000)} in all`,
      );
      console.say(`model   ${model}\nreport  ${report.html}`);
    } finally {
      detector.dispose();
    }
    return exits.fine;
  },
});
