// blemish update: shows a model more pictures of good parts.

import { BlemishError } from '../../errors.ts';
import type { UpdateRecord } from '../../training/update.ts';
import { dataFlags, dataHelp, openAt } from '../data.ts';
import { troubleOf } from '../failure.ts';
import { quiet, requiredText, toggle, whole } from '../flags.ts';
import { willWrite } from '../places.ts';
import { countText, printable, timeText } from '../text.ts';
import { follow } from '../training.ts';
import { defineVerb, exits } from '../verb.ts';

export const update = defineVerb({
  name: 'update',
  summary: 'shows a model that learns in one pass more pictures of good parts, and writes another',
  details: `${dataHelp}\nWhat the model has learnt stays, in the same memory; nothing is learnt from scratch. The new model has no threshold: calibrate it.`,
  operands: [
    { name: 'model', meaning: 'a model file, of a method that learns in one pass; it stays as it is' },
    { name: 'data', meaning: 'more pictures of good parts' },
  ],
  flags: {
    out: requiredText('-o, --out <path>', 'where the new model goes; the path of the old one replaces it'),
    batch: whole('--batch <n>', 1, 4096, undefined, 'pictures that one step learns from (default 8)'),
    seed: whole('--seed <n>', 0, Number.MAX_SAFE_INTEGER, 0, 'the same seed gives the same model'),
    ...dataFlags,
    json: toggle('--json', 'ends with one line: {"model", "method", "seconds", "images"}'),
    quiet,
  },
  examples: ['blemish update parts.blemish more-good-parts -o parts-2.blemish'],
  async run({ words: [path, place], flags, console, signal }) {
    const { categories } = await openAt(place, flags);
    if (categories.length !== 1) {
      const names = categories.map(({ name }) => name).join(', ');
      throw new BlemishError('ARGUMENT_INVALID', `the data has ${categories.length} categories (${names}); expected --category to name one of them`);
    }
    await willWrite('--out', flags.out);
    const [{ Detector }, training] = await Promise.all([import('../../scoring/detector.ts'), import('../../training/update.ts')]);
    const detector = await Detector.load(path);
    try {
      const { batch: batchSize, seed } = flags;
      const next = await training.update(detector, categories[0].train, { batchSize, seed, signal, onProgress: follow(console).onProgress });
      try {
        await next.save(flags.out);
        const { images, seconds, failures } = (next.provenance.updates as readonly UpdateRecord[]).at(-1) as UpdateRecord;
        for (const failure of failures) console.warn(troubleOf(failure));
        if (flags.json) await console.json({ model: flags.out, method: next.method.name, seconds, images });
        else
          await console.line(
            `${printable(flags.out)}: ${next.method.name}, ${countText(images, 'picture')} more in ${timeText(seconds)}, seed ${seed}; not calibrated`,
          );
      } finally {
        next.dispose();
      }
    } finally {
      detector.dispose();
    }
    return exits.fine;
  },
});
