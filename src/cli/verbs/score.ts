// blemish score: a score for every picture, as rows that scripts read, with maps where they are wanted.
import { must } from '../../errors.ts';
import type { ScoreResult, Scoring } from '../../scoring/result.ts';
import { troubleOf } from '../failure.ts';
import { quiet, text, toggle, whole, word } from '../flags.ts';
import { lookFlags, lookHelp, lookOf } from '../look.ts';
import { countText, timeText } from '../text.ts';
import { defineVerb, exits } from '../verb.ts';

/** What a run has seen. */
class Tally {
  done = 0;
  anomalous = 0;
  failed = 0;
  private readonly begun = performance.now();

  add(result: ScoreResult): void {
    this.done++;
    if (result.error) this.failed++;
    else if ((result as Scoring).anomalous) this.anomalous++;
  }

  get seconds(): number {
    return (performance.now() - this.begun) / 1000;
  }

  /** `812 pictures, 3 anomalous, 1 not scored` */
  state(judged: boolean): string {
    const found = judged ? `, ${this.anomalous} anomalous` : '';
    return `${countText(this.done, 'picture')}${found}${this.failed ? `, ${this.failed} not scored` : ''}`;
  }
}

export const score = defineVerb({
  name: 'score',
  summary: 'scores pictures: how abnormal each one is, and where',
  details: [
    "Pictures are named by paths, folders (all pictures below), patterns in quotes ('parts/**/*.png'), manifests (csv, tsv, jsonl, parquet with a column " +
      'path), or - for names on standard input: paths one a line or ended by NUL, JSON lines or CSV. Rows come in that order.',
    'A picture that cannot be scored has a row with a code, and a line on standard error; the others are scored all the same, and the exit code is 2.',
    'A file of rows lies under a name that ends in .partial until the run is through: a file of the name that was given is whole. Rows of a run that was ' +
      'interrupted stay where they are.',
    'Maps are grey PNG files of 16 bits, named after the pictures: mapOffset + mapUnit * grey is the score of a pixel, within half a mapUnit; both stand in ' +
      'its row and in the chunk pCAL of the file. The threshold of pixels is 16384, a quarter of white.',
    lookHelp,
  ].join('\n'),
  operands: [
    { name: 'model', meaning: 'a model file' },
    { name: 'pictures', meaning: 'paths, folders, patterns, manifests, or -', many: true },
  ],
  flags: {
    out: text('-o, --out <path>', 'rows go to this file, .parquet, .jsonl or .csv, instead of standard output'),
    maps: text('--maps <folder>', 'maps go to this folder'),
    failOn: word('--fail-on <what>', ['anomaly'], undefined, 'anomaly: ends with 1 if a picture is anomalous'),
    ...lookFlags,
    batchSize: whole('--batch-size <n>', 1, 1024, 8, 'pictures that go through the network together'),
    unordered: toggle('--unordered', 'rows come as pictures are finished; index tells the order'),
    sha256: toggle('--sha256', 'rows tell the SHA-256 of every file'),
    timings: toggle('--timings', 'rows tell the time that reading and computing took'),
    device: word('--device <name>', ['auto', 'cpu'], 'auto', 'what computes'),
    json: toggle('--json', 'rows on standard output are JSON, one object a line'),
    quiet,
  },
  examples: [
    'blemish score parts.blemish new/ --out results.parquet --maps maps',
    "blemish score parts.blemish 'new/**/*.png' --fail-on anomaly --quiet",
    'find new -name \\*.png -print0 | blemish score parts.blemish - --json',
  ],
  async run({ words: [path, ...words], flags, console, signal }) {
    const [{ ResultFile, resultFormatOf }, { jsonl, plain }] = await Promise.all([import('../../export/result-file.ts'), import('../rows.ts')]);
    if (flags.out) resultFormatOf('--out', flags.out);
    const [{ Detector }, { named }, { MapFolder }, { willFill, willWrite }, { inFlight }] = await Promise.all([
      import('../../scoring/detector.ts'),
      import('../named.ts'),
      import('../../export/map-folder.ts'),
      import('../places.ts'),
      import('../../data/in-flight.ts'),
    ]);
    const look = await lookOf(flags);
    const detector = await Detector.load(path, { device: flags.device });
    try {
      const judged = detector.threshold !== null;
      must(judged || !flags.failOn, `score: --fail-on ${flags.failOn} needs a threshold, and ${path} has none; expected one that blemish calibrate has set`);
      if (flags.maps) await willFill('--maps', flags.maps);
      if (flags.out) await willWrite('--out', flags.out);
      const model = await detector.id();
      await using file = flags.out ? await ResultFile.create(flags.out, { model }) : null;
      const lines = flags.json ? jsonl : plain;
      const maps = flags.maps ? new MapFolder(flags.maps, detector.pixelThreshold) : null;
      if (!judged) console.say('blemish score: the model has no threshold, so that nothing is called anomalous; blemish calibrate sets one');
      const tally = new Tally();
      const progress = console.progress('scoring');
      try {
        if (!file) await console.data(lines.header);
        const { batchSize, sha256: digests, timings, unordered } = flags;
        const results = detector.score(named(words, console.streams, signal), { signal, batchSize, digests, timings, ordered: !unordered, ...look });
        // Maps are compressed by other threads, a few at a time.
        const placed = async (result: ScoreResult) => ({ result, map: maps && !result.error ? await maps.write(result as Scoring) : null });
        for await (const { result, map } of inFlight(results, maps ? 4 : 1, placed)) {
          tally.add(result);
          if (result.error) console.warn(troubleOf({ name: result.name, ...result.error }));
          if (file) await file.write(result, { map });
          else await console.data(lines.line(result, { model, map }));
          progress.update(null, tally.state(judged));
        }
        await file?.finish();
      } finally {
        progress.close(false);
        const left = await file?.leave();
        if (left) console.say(`the rows so far: ${left}`);
      }
      const { seconds, done } = tally;
      console.say(`${tally.state(judged)}; ${timeText(seconds)}, ${(done / seconds).toFixed(1)} pictures a second`);
      if (flags.failOn && tally.anomalous) return exits.found;
      return tally.failed || !done ? exits.usage : exits.fine;
    } finally {
      detector.dispose();
    }
  },
});
