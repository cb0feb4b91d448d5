// blemish calibrate: sets a model's threshold from normal pictures, in place.

import { stat } from 'node:fs/promises';
import { BlemishError } from '../../errors.ts';
import { troubleOf } from '../failure.ts';
import { number, quiet, toggle } from '../flags.ts';
import { lookFlags, lookHelp, lookOf } from '../look.ts';
import { countText, numberText, printable } from '../text.ts';
import { defineVerb, exits } from '../verb.ts';

/** A data set with defects is no place to calibrate from: its pictures would be taken for normal ones. */
async function refuseDefects(path: string): Promise<void> {
  if (!(await stat(path).catch(() => null))?.isDirectory()) return;
  const { openData } = await import('../../data/layouts/index.ts');
  const data = await openData(path).catch(() => null);
  const abnormal = data?.categories.flatMap(({ test }) => test).find(({ label }) => label !== 0);
  if (abnormal)
    throw new BlemishError(
      'ARGUMENT_INVALID',
      `${path} is a data set with pictures that are not known to be normal (${abnormal.name}); expected normal pictures only, such as its test/good`,
    );
}

export const calibrate = defineVerb({
  name: 'calibrate',
  summary: 'sets the threshold of a model for a stated share of false alarms, in place',
  details:
    'Give normal pictures that the model has not learnt from: what it learnt from looks more normal to it than anything new, and the threshold would be ' +
    `too low. For a share of 0.01 it takes 99 of them, for 0.05 it takes 19. Pictures are to be looked at as they will be scored.\n${lookHelp}`,
  operands: [
    { name: 'model', meaning: 'a model file' },
    { name: 'normals', meaning: 'normal pictures: paths, folders, patterns; none where --threshold is given', optional: true, many: true },
  ],
  flags: {
    falseAlarms: number('--false-alarms <share>', 0, 1, 0.01, 'share of normal pictures that may be called anomalous'),
    threshold: number('--threshold <score>', -Number.MAX_VALUE, Number.MAX_VALUE, undefined, 'sets this threshold instead of finding one'),
    ...lookFlags,
    json: toggle('--json', 'ends with one line: {"model", "threshold", "falseAlarmRate", "images"}'),
    quiet,
  },
  examples: ['blemish calibrate parts.blemish parts/calibration --false-alarms 0.01', 'blemish calibrate parts.blemish --threshold 0.35'],
  async run({ words: [path, ...normals], flags, console, signal }) {
    if (flags.threshold !== undefined) {
      if (normals.length) throw new BlemishError('ARGUMENT_INVALID', 'both normal pictures and --threshold were given; expected one of them');
      const { setThreshold } = await import('../../scoring/file.ts');
      await setThreshold(path, flags.threshold);
      if (flags.json) await console.json({ model: path, threshold: flags.threshold, falseAlarmRate: null, images: 0 });
      else await console.line(`${printable(path)}: threshold ${flags.threshold}`);
      return exits.fine;
    }
    if (!normals.length) throw new BlemishError('ARGUMENT_INVALID', 'no normal pictures were given; expected some, or --threshold');
    for (const one of normals) await refuseDefects(one);
    const [{ Detector }, { named }] = await Promise.all([import('../../scoring/detector.ts'), import('../named.ts')]);
    const detector = await Detector.load(path);
    try {
      const look = await lookOf(flags);
      const progress = console.progress('calibrating');
      const onProgress = ({ done }: { done: number }) => progress.update(null, countText(done, 'picture'));
      const options = { falseAlarmRate: flags.falseAlarms, signal, onProgress, ...look };
      const { threshold, pixelThreshold, scores, failures } = await detector.calibrate(named(normals, console.streams, signal), options);
      progress.close();
      for (const failure of failures) console.warn(troubleOf(failure));
      await detector.save(path);
      const images = scores.length;
      if (flags.json) await console.json({ model: path, threshold, pixelThreshold, falseAlarmRate: flags.falseAlarms, images });
      else
        await console.line(
          `${printable(path)}: threshold ${numberText(threshold)} from ${countText(images, 'normal picture')}, false alarms at most ${flags.falseAlarms}`,
        );
    } finally {
      detector.dispose();
    }
    return exits.fine;
  },
});
