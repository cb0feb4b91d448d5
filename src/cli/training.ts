// A training as a person follows it: reading, steps with their loss, what validation found.

import { secondsOf } from '../training/budget.ts';
import type { TrainingEvent } from '../training/events.ts';
import type { Console } from './console.ts';
import type { Flag } from './flags.ts';
import type { Progress } from './progress.ts';
import { numberText } from './text.ts';

/** A stretch of time to learn for; the value is in seconds. */
export const budget = (syntax: string, meaning: string): Flag<number | undefined> => ({ syntax, meaning, fallback: undefined, parse: secondsOf });

export interface Followed {
  readonly onProgress: (event: TrainingEvent) => void;
  /** The step that the newest checkpoint holds; null where there is none. */
  readonly saved: number | null;
}

/** @param label what is trained, where there is more than one thing */
export function follow(console: Console, label = ''): Followed {
  let progress: Progress | null = null;
  let stage = '';
  let saved: number | null = null;
  let found = '';
  const at = (name: string): Progress => {
    if (!progress || stage !== name) progress = console.progress(label ? `${label}: ${name}` : name, name === 'training');
    stage = name;
    return progress;
  };
  const onProgress = (event: TrainingEvent): void => {
    if (event.kind === 'reading') at('reading').update(event.total ? event.done / event.total : 1, `${event.done}/${event.total} pictures`);
    else if (event.kind === 'step') at('training').update(event.share, `step ${event.step}/${event.steps}  loss ${numberText(event.loss)}${found}`);
    else if (event.kind === 'preparing' || event.kind === 'settling') at(event.kind).update(event.done / event.total, `${event.done}/${event.total} batches`);
    else if (event.kind === 'validation') found = `  AUROC of made defects ${event.imageAuroc.toFixed(3)} pictures, ${event.pixelAuroc.toFixed(3)} pixels`;
    else if (event.kind === 'checkpoint') saved = event.step;
    else console.close();
  };
  return {
    onProgress,
    get saved() {
      return saved;
    },
  };
}
