// blemish doctor: what this machine has, what is missing, and what to type.
import { toggle } from '../flags.ts';
import { defineVerb, exits } from '../verb.ts';

const marks = { fine: '✓', slow: '!', absent: '–', missing: '✗' } as const;
const inks = { fine: 'green', slow: 'yellow', absent: 'faint', missing: 'red' } as const;

export const doctor = defineVerb({
  name: 'doctor',
  summary: 'tells what this machine has and what is missing, with the fix',
  details: 'Ends with 3 where something is missing that nothing goes without.',
  operands: [],
  flags: { json: toggle('--json', 'one array: {"name", "state", "found", "fix"}; state is fine, slow, absent or missing') },
  examples: ['blemish doctor'],
  async run({ flags, console }) {
    const { examine } = await import('../examination.ts');
    const findings = await examine();
    if (flags.json) await console.json(findings);
    else {
      const width = Math.max(...findings.map(({ name }) => name.length));
      for (const { name, state, found, fix } of findings) {
        await console.line(`${console.ink(marks[state], inks[state])} ${name.padEnd(width)}  ${found}`);
        if (fix) await console.line(`${' '.repeat(width + 4)}→ ${fix}`);
      }
    }
    return findings.some(({ state }) => state === 'missing') ? exits.environment : exits.fine;
  },
});
