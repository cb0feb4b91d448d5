// blemish methods: which ways to learn there are.
import { toggle } from '../flags.ts';
import { columns } from '../text.ts';
import { defineVerb, exits } from '../verb.ts';

export const methods = defineVerb({
  name: 'methods',
  summary: 'lists the methods that `blemish train` knows',
  details: '`blemish train <method> --help` tells the hyper-parameters of one.',
  operands: [],
  flags: { json: toggle('--json', 'one array: {"name", "paper", "family", "learns", "needsWeights"}') },
  examples: ['blemish methods', 'blemish methods --json'],
  async run({ flags, console }) {
    const { methods } = await import('../../methods/index.ts');
    const list = Object.values(methods).map(({ name, paper, family, learn, needsWeights }) => ({ name, paper, family, learns: learn.learns, needsWeights }));
    if (flags.json) await console.json(list);
    else {
      const rows = list.map((one) => [
        one.name,
        one.paper,
        one.family,
        one.learns === 'gradient' ? 'by steps' : 'in one pass',
        one.needsWeights ? 'yes' : 'no',
      ]);
      await console.line(columns([['method', 'paper', 'family', 'learns', 'needs weights'], ...rows]));
    }
    return exits.fine;
  },
});
