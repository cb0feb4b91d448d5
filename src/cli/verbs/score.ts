// blemish score: a score for every picture, as rows that scripts read, with maps where they are wanted.
import type { ScoreResult, Scoring } from '../../scoring/result.ts';
import { troubleOf } from '../failure.ts';
import { quiet, text, toggle, whole, word } from '../flags.ts';
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
    'Maps are grey PNG files of 16 bits, named after the pictures: a pixel times mapUnit of its row is its score; the threshold of pixels is 16384, a ' +
      'quarter of white.',
  ].join('\n'),
  operands: [
    { name: 'model', meaning: 'a model file' },
    { name: 'pictures', meaning: 'paths, folders, patterns, manifests, or -', many: true },
  ],
  flags: {
    out: text('-o, --out <path>', 'rows go to this file, .jsonl or .csv, instead of standard output'),
    maps: text('--maps <folder>', 'maps go to this folder'),
    failOn: word('--fail-on <what>', ['anomaly'], undefined, 'anomaly: ends with 1 if a picture is anomalous'),
    batchSize: whole('--batch-size <n>', 1, 1024, 8, 'pictures that go through the network together'),
    device: word('--device <name>', ['auto', 'cpu'], 'auto', 'what computes'),
    json: toggle('--json', 'rows on standard output are JSON, one object a line'),
    quiet,
  },
  examples: [
    'blemish score parts.blemish new/ --out results.jsonl --maps maps',
    "blemish score parts.blemish 'new/**/*.png' --fail-on anomaly --quiet",
    'find new -name \\*.png -print0 | blemish score parts.blemish - --json',
  ],
  async run({ words: [path, ...words], flags, console, signal }) {
    const { jsonl, plain, rowKindOf } = await import('../rows.ts');
    const kind = flags.out ? rowKindOf(flags.out) : flags.json ? jsonl : plain;
    const [{ Detector }, { named }, { openSink }, { MapWriter }, { willFill }] = await Promise.all([
      import('../../scoring/detector.ts'),
      import('../named.ts'),
      import('../sink.ts'),
      import('../maps.ts'),
      import('../places.ts'),
    ]);
    const detector = await Detector.load(path, { device: flags.device });
    try {
      if (flags.maps) await willFill('--maps', flags.maps);
      const sink = flags.out ? await openSink(flags.out) : console;
      const maps = flags.maps ? new MapWriter(flags.maps, detector.pixelThreshold) : null;
      const judged = detector.threshold !== null;
      if (!judged) console.say('blemish score: the model has no threshold, so that nothing is called anomalous; blemish calibrate sets one');
      const tally = new Tally();
      const progress = console.progress('scoring');
      try {
        await sink.data(kind.header);
        for await (const result of detector.score(named(words, console.streams, signal), { signal, batchSize: flags.batchSize })) {
          tally.add(result);
          if (result.error) console.warn(troubleOf({ name: result.name, ...result.error }));
          await sink.data(kind.row(result, maps && !result.error ? await maps.write(result as Scoring) : null));
          progress.update(null, tally.state(judged));
        }
      } finally {
        progress.close(false);
        await sink.close();
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
