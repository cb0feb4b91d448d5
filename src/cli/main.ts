// From words typed to an exit code: finds the verb, reads its flags, tells what went wrong; the only importer of commander.
import { Argument, Command, CommanderError, Option } from 'commander';
import { packageFacts } from '../package.ts';
import { Console, type Streams } from './console.ts';
import { type Failure, failureOf, isAbort, unread } from './failure.ts';
import type { Flag } from './flags.ts';
import { printable, shellLine } from './text.ts';
import { type AnyVerb, exits } from './verb.ts';
import { verbs } from './verbs/index.ts';

/** A program made of verbs: ours, or a tool around the library that is to be spoken to in the same way. */
export interface Program {
  readonly name: string;
  /** What is typed before a verb; default the name. */
  readonly command?: readonly string[];
  readonly description: string;
  readonly verbs: Readonly<Record<string, AnyVerb>>;
  /** A last line of its help. */
  readonly hint: string;
}

const blemish: Program = {
  name: 'blemish',
  description: 'Unsupervised visual anomaly detection: learns from pictures of good parts, finds what is not like them.',
  verbs,
  hint: '`blemish <verb> --help` tells everything about a verb; the one to try first is `blemish demo`.',
};

/** Of the package this file belongs to, from the sources as from the built files. */
export const version = (): string => packageFacts().version;

/**
 * Runs one command line, without `node` and the script.
 *
 * @param signal aborted at the first interrupt
 * @param of the program whose verbs these are; default this package's own
 * @returns the exit code
 */
export async function main(words: readonly string[], streams: Streams, signal: AbortSignal, of: Program = blemish): Promise<number> {
  const { name, verbs, command: before = [name] } = of;
  const console = new Console(streams);
  const known = words[0] !== undefined && Object.hasOwn(verbs, words[0]) ? words[0] : undefined;
  const where = known === undefined ? name : `${name} ${known}`;
  const written: Promise<void>[] = [];
  let refusal = '';
  let exit: number = exits.fine;

  const program = new Command(name)
    .description(of.description)
    .version(version(), '-V, --version', 'tells the version')
    .helpOption('-h, --help', 'tells this')
    .helpCommand(false)
    .usage('<verb> [words] [flags]')
    .commandsGroup('Verbs:')
    .addHelpText('after', `\n${of.hint}`);
  const commands = Object.values(verbs).map((verb) => {
    const command = declare(program, verb).action(async () => {
      const flags = flagsOf(verb, command.opts());
      console.quiet = flags.quiet === true;
      exit = await verb.run({ words: wordsOf(command), flags, line: shellLine([...before, ...words]), console, signal });
    });
    return command;
  });
  for (const command of [program, ...commands]) {
    command
      .exitOverride()
      .configureHelp({ helpWidth: Math.min(100, streams.stdout.columns || 100), minWidthToWrap: 20 })
      .configureOutput({ writeOut: (text) => void written.push(console.data(text)), writeErr: (text) => (refusal += text) });
  }

  try {
    const more = known === undefined ? undefined : verbs[known].more;
    // Only help about what was typed costs time to find out.
    if (more && words.some((word) => word === '-h' || word === '--help')) {
      const text = await more(words.slice(1).filter((word) => !word.startsWith('-')));
      program.commands.find((command) => command.name() === known)!.addHelpText('after', `\n${text}`);
    }
    await program.parseAsync([...words], { from: 'user' });
    const ends = known !== undefined && verbs[known].untilInterrupted;
    return signal.aborted && signal.reason !== unread && !ends ? exits.interrupted : exit;
  } catch (error) {
    if (signal.reason === unread) return exits.fine;
    const failure =
      error instanceof CommanderError ? usageFailure(error, where, refusal) : isAbort(error, signal) ? interruption(where) : failureOf(where, error);
    if (!failure) return exits.fine;
    console.close();
    streams.stderr.write(`${failure.text}\n`);
    return failure.exit;
  } finally {
    console.close();
    await Promise.all(written);
  }
}

/** One for each operand, an absent one left out; those of the last are all at its end. */
const wordsOf = (command: Command): string[] => (command.processedArgs as (string | string[] | undefined)[]).flatMap((word) => word ?? []);

const interruption = (where: string): Failure => ({ text: `${where}: interrupted`, exit: exits.interrupted });

function declare(program: Command, verb: AnyVerb): Command {
  const command = program.command(verb.name).summary(verb.summary);
  command.description(`${verb.summary[0].toUpperCase()}${verb.summary.slice(1)}.${verb.details ? `\n\n${verb.details}` : ''}`);
  command.helpOption('-h, --help', 'tells this');
  for (const { name, meaning, optional, many } of verb.operands) {
    const inner = `${name}${many ? '...' : ''}`;
    command.addArgument(new Argument(optional ? `[${inner}]` : `<${inner}>`, meaning));
  }
  for (const flag of Object.values<Flag>(verb.flags)) {
    const option = new Option(flag.syntax, flag.required ? `${flag.meaning} (required)` : flag.meaning);
    if (flag.parse)
      option.argParser<unknown>((text, before) => (flag.many ? [...((before as unknown[]) ?? []), ...(flag.parse!(text) as unknown[])] : flag.parse!(text)));
    command.addOption(flag.required ? option.makeOptionMandatory() : option);
  }
  command.addHelpText('after', `\n${verb.examples.length > 1 ? 'Examples' : 'Example'}:\n${verb.examples.map((line) => `  ${line}`).join('\n')}`);
  return command;
}

/** Commander names a flag by its long form in camel case; a verb by the key under which it declared it. */
function flagsOf(verb: AnyVerb, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries<Flag>(verb.flags).map(([key, flag]) => [key, given[new Option(flag.syntax).attributeName()] ?? flag.fallback]));
}

/** What commander ends with: help and version that were asked for, help that was not, or words that make no sense. */
function usageFailure(error: CommanderError, where: string, refusal: string): Failure | null {
  if (error.exitCode === 0) return null;
  if (error.code === 'commander.help') return { text: refusal.trimEnd(), exit: exits.usage };
  const text = error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  return { text: `${where}: ${printable(text)}; ${where} --help tells more`, exit: exits.usage };
}
