// blemish inspect: what a model file says of itself.
import { toggle } from '../flags.ts';
import { columns, numberText, printable } from '../text.ts';
import { defineVerb, exits } from '../verb.ts';

/** Nested facts as rows: names joined by dots, long lists by their length. */
function rowsOf(value: unknown, name = ''): string[][] {
  if (Array.isArray(value)) {
    const short = value.length <= 8 && value.every((one) => typeof one !== 'object' || one === null);
    return [[name, short ? value.map(said).join(' ') : `${value.length} entries (--json shows them)`]];
  }
  if (typeof value !== 'object' || value === null) return [[name, said(value)]];
  return Object.entries(value).flatMap(([key, inner]) => rowsOf(inner, name ? `${name}.${key}` : key));
}

const said = (value: unknown): string =>
  typeof value === 'number' && !Number.isInteger(value) ? numberText(value) : value === null ? '–' : printable(String(value));

export const inspect = defineVerb({
  name: 'inspect',
  summary: 'tells what a model is: method, hyper-parameters, where it comes from, threshold, sizes',
  operands: [{ name: 'model', meaning: 'a model file' }],
  flags: { json: toggle('--json', 'everything, as one object') },
  examples: ['blemish inspect parts.blemish', 'blemish inspect parts.blemish --json'],
  async run({ words: [path], flags, console }) {
    const { Detector } = await import('../../scoring/detector.ts');
    const detector = await Detector.load(path, { device: 'cpu' });
    try {
      const facts = detector.describe();
      if (flags.json) await console.json(facts);
      else await console.line(columns(rowsOf(facts)));
    } finally {
      detector.dispose();
    }
    return exits.fine;
  },
});
