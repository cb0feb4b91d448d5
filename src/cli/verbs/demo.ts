// blemish demo: the whole way, on surfaces made for it or on pictures of yours, down to a report to look at.
import { join } from 'node:path';
import type { DataSet } from '../../data/sample.ts';
import { BlemishError } from '../../errors.ts';
import type { Detector } from '../../scoring/detector.ts';
import type { Console } from '../console.ts';
import { dataFlags, dataHelp, openAt } from '../data.ts';
import type { Plan } from '../demo/plan.ts';
import { extents, type FlagValues, quiet, settingsOf, text, texts, toggle, whole } from '../flags.ts';
import { willFill } from '../places.ts';
import { countText, numberText, printable, timeText } from '../text.ts';
import { budget, follow } from '../training.ts';
import { type Call, defineVerb, exits } from '../verb.ts';
import { followEvaluation, tellNumbers, tellTrouble } from './evaluate.ts';

const method = 'ssae';

const seconds = 120;
/** What is done with given pictures where nothing else is asked for: pixels along a side of the network's input, settings. */
const given = { input: 128, hyper: { width: 16 } };
/**
 * The same with made pictures. The settings are those that learn these surfaces soonest, found on pictures of other seeds; a network
 * of half the usual width takes a quarter of the time.
 */
const made = { input: 64, hyper: { width: 16, corruption: 'softBlob', lambda: 0.5 } };
/** Pixels along a side of made pictures, and how many there are of each surface and of each of its defects. */
const amounts = { size: 128, train: 80, good: 20, defective: 5 };
/** A look at the machinery: nothing can be learnt in so short a time. */
const glance = { input: 32, steps: 40, amounts: { size: 40, train: 10, good: 3, defective: 1 } };

const declared = {
  out: text('-o, --out <folder>', 'where everything goes (default out/demo)'),
  budget: budget('--budget <time>', 'how long to learn: 90s, 10m, 2h (default 2m)'),
  steps: whole('--steps <n>', 1, Number.MAX_SAFE_INTEGER, undefined, 'how many steps to learn, instead of a time'),
  size: extents('--size <pixels>', `extents of the network's input (default ${given.input}; of made pictures ${made.input})`),
  seed: whole('--seed <n>', 0, Number.MAX_SAFE_INTEGER, 1, 'another seed, other pictures and weights'),
  set: texts('--set <key=value>', `a hyper-parameter of ${method}; may stand several times`),
  quick: toggle('--quick', 'a few seconds, to see that everything works: fewer and smaller pictures, hardly any learning'),
  ...dataFlags,
  json: toggle('--json', 'ends with the object that evaluate --json prints'),
  quiet,
} as const;
type Flags = FlagValues<typeof declared>;

/** The data to go the way with: made and written into the folder, or what lies at the place. */
async function dataOf(place: string | undefined, out: string, { flags, console, signal }: Call<typeof declared>): Promise<DataSet> {
  if (place === undefined) {
    const folder = join(out, 'surfaces');
    const { makeData } = await import('../demo/make.ts');
    const progress = console.progress('making');
    const onProgress = (done: number, total: number) => progress.update(done / total, `${done}/${total} pictures`);
    await makeData(folder, { ...(flags.quick ? glance.amounts : amounts), seed: flags.seed, signal, onProgress });
    progress.close();
    return openAt(folder, { ...flags, layout: 'mvtec' });
  }
  const data = await openAt(place, flags);
  if (data.categories.length === 1) return data;
  const names = data.categories.map(({ name }) => name).join(', ');
  throw new BlemishError('ARGUMENT_INVALID', `${place} has ${data.categories.length} categories (${names}); expected --category to name one`);
}

/** How long to learn and on what extents. */
function lengthOf(input: number, { quick, size, steps, budget }: Flags): { size: Flags['size']; steps?: number; budget?: number } {
  const extents = size ?? (quick ? glance.input : input);
  if (budget !== undefined) return { size: extents, steps, budget };
  return steps !== undefined || quick ? { size: extents, steps: steps ?? glance.steps } : { size: extents, budget: seconds };
}

async function setThreshold(detector: Detector, { calibrate, falseAlarmRate }: Plan, console: Console, signal: AbortSignal): Promise<void> {
  const progress = console.progress('calibrating');
  const onProgress = ({ done }: { done: number }) => progress.update(done / calibrate.length, `${done}/${calibrate.length} pictures`);
  await detector.calibrate(calibrate, { falseAlarmRate, signal, onProgress });
  progress.close();
}

export const demo = defineVerb({
  name: 'demo',
  summary: 'goes the whole way on made or given pictures, and ends with a report to look at',
  details:
    'Without <data> it makes pictures of four surfaces (woven, brushed, grained, perforated), good and defective ones, learns the good ones, sets a ' +
    `threshold and judges pictures that it has never seen.\n${dataHelp}`,
  operands: [{ name: 'data', meaning: 'pictures of yours', optional: true }],
  flags: declared,
  examples: ['blemish demo', 'blemish demo parts --budget 10m', 'blemish demo mvtec --category screw'],
  async run(call) {
    const { words, flags, line, console, signal } = call;
    const begun = performance.now();
    const out = flags.out ?? join('out', 'demo');
    const [{ methods }, training, { planOf }, { evaluate }, { writeReport }, { Random }] = await Promise.all([
      import('../../methods/index.ts'),
      import('../../training/fit.ts'),
      import('../demo/plan.ts'),
      import('../../evaluation/evaluate.ts'),
      import('../../evaluation/report.ts'),
      import('../../tensor/random.ts'),
    ]);
    const { seed } = flags;
    const usual = words[0] === undefined ? made : given;
    const hyper = { ...usual.hyper, ...settingsOf(method, methods[method].hyper, flags.set) };
    await willFill('--out', out);
    const data = await dataOf(words[0], out, call);
    const plan = planOf(data.categories, new Random(seed));

    const { onProgress } = follow(console);
    const detector = await training.fit(method, plan.learn, { hyper, seed, ...lengthOf(usual.input, flags), signal, onProgress });
    try {
      await setThreshold(detector, plan, console, signal);
      const model = join(out, 'model.blemish');
      await detector.save(model);
      const { judge, measurable } = plan;
      const provenance = { command: line, date: new Date().toISOString(), model };
      const watching = { signal, onProgress: followEvaluation(console, judge.length > 1) };
      const evaluation = await evaluate(
        detector,
        { ...data, categories: judge },
        { seed, gallery: 160, resamples: flags.quick ? 100 : 1000, provenance, ...watching },
      );
      const report = await writeReport(evaluation, out);
      console.close();
      tellTrouble(console, evaluation);
      if (flags.json) await console.json((await import('../../evaluation/contract.ts')).toContract(evaluation));
      else await tellNumbers(console, evaluation);
      if (!measurable) console.say('there are no defective pictures, so nothing can be measured; the report shows good ones that were held back');
      const learnt = `${countText(plan.learn.length, 'picture')} learnt, threshold ${numberText(detector.threshold)} from ${plan.calibrate.length} others`;
      console.say(`${learnt}; ${timeText((performance.now() - begun) / 1000)} in all`);
      if (!flags.json) await console.line(`model   ${printable(model)}\nreport  ${printable(report.html)}`);
    } finally {
      detector.dispose();
    }
    return exits.fine;
  },
});
