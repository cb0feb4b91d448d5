// Fills the cells of a table that are missing, in an order that makes whole rows early: one seed over all classes, then the next.
import { rm } from 'node:fs/promises';
import type { Console } from '../src/cli/console.ts';
import { timeText } from '../src/cli/text.ts';
import { Journal } from './journal.ts';
import { baselineOf, runClass } from './run.ts';
import type { Cells, Task } from './task.ts';

export interface FillOptions {
  readonly path: string;
  readonly console: Console;
  readonly signal: AbortSignal;
  /** What stands before progress and remarks. */
  readonly label: string;
}

/** All results of the task so far, with every wanted cell among them. Rejects when it is aborted; what was found by then stands in the file. */
export async function fill(task: Task, { classes, seeds }: Cells, { path, console, signal, label }: FillOptions): Promise<Journal> {
  const journal = await Journal.open(path, task.identity);
  const wanted = seeds.flatMap((seed) => classes.map((index) => ({ seed, index, name: task.set.classes[index] })));
  const missing = wanted.filter(({ seed, name }) => !journal.run(name, seed));
  let done = wanted.length - missing.length;
  if (done) console.say(`${label}: ${done} of ${wanted.length} runs stand in ${path} already`);
  const progress = console.progress(label, true);
  const tell = (share: number, text: string) => progress.update((done + share) / wanted.length, text);
  for (const { seed, index, name } of missing) {
    const category = await task.set.of(index);
    const where = `class ${name}, seed ${seed}`;
    if (!journal.baseline(name)) {
      tell(0, `${where}: baselines`);
      await journal.add(await baselineOf(task, category, index, signal));
    }
    const checkpoint = `${path}.${index}-${seed}.checkpoint`;
    const found = await runClass(task, category, index, seed, { signal, checkpoint, onProgress: (share, text) => tell(share, `${where}: ${text}`) });
    await journal.add(found);
    await rm(checkpoint, { force: true });
    done++;
    const pace = Math.round((found.normal + found.abnormal) / found.scoreSeconds);
    console.say(
      `${label}: ${where}: AUROC ${(100 * found.auroc).toFixed(2)}, ${found.steps} steps in ${timeText(found.trainSeconds)}, judged at ${pace} pictures a second`,
    );
  }
  console.close();
  return journal;
}
