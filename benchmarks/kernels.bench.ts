// Every op case marked `bench`: time, rates, share of the ceiling.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OpInfo, packageRoot, schema } from '../bindings/native.ts';
import { definedOps } from '../src/autograd/define-op.ts';
import { build, keep, ops, scope, type Tensor, tensor } from '../src/index.ts';
import type { Attrs, OpCase, OpCases, Operand } from '../test/support/cases.ts';
import type { Benchmark, Context, Entry } from './benchmark.ts';
import { defaultOf } from './default-of.ts';
import { operandTensor } from './random.ts';
import { type Row, rowOf } from './rows.ts';
import { time } from './timing.ts';

/** All case lists. In a checkout the sources say which there are; compiled files of lists that are gone must not count. */
async function caseLists(): Promise<OpCases[]> {
  const sources = join(packageRoot(), 'test/ops');
  const compiled = join(dirname(fileURLToPath(import.meta.url)), '../test/ops');
  const files = readdirSync(existsSync(sources) ? sources : compiled, { recursive: true })
    .map(String)
    .filter((name) => /\.cases\.[jt]s$/.test(name))
    .sort();
  const lists: OpCases[] = [];
  for (const file of files) lists.push(...(await defaultOf<OpCases[]>(join(compiled, file.replace(/\.ts$/, '.js')))));
  return lists;
}

interface Named {
  name: string;
  spec: Operand;
}

/** Operands in the order of the sentence; items of a list are called name[i]. */
function operandsOf(info: OpInfo, one: OpCase): Named[] {
  return info.inputs.flatMap((input): Named[] => {
    const given = one.inputs[input.name] ?? null;
    if (input.list) return (given as Operand[]).map((spec, i) => ({ name: `${input.name}[${i}]`, spec }));
    return [{ name: input.name, spec: given as Operand }];
  });
}

const shapeOf = (spec: Exclude<Operand, null>): readonly number[] => ('shape' in spec ? spec.shape : spec);

/** Attributes with defaults filled in, lists as lists, as `work` and the references get them. */
function resolved(info: OpInfo, given: Record<string, unknown> = {}): Attrs {
  const attrs: Attrs = {};
  for (const a of info.attributes) {
    const value = given[a.name];
    const list = a.kind === 'integers' || a.kind === 'reals';
    if (value !== undefined) attrs[a.name] = list && typeof value === 'number' ? a.fallback.map(() => value) : value;
    else if (!a.required) attrs[a.name] = list ? a.fallback : a.kind === 'boolean' ? a.fallback[0] === 1 : a.kind === 'choice' ? a.words[0] : a.fallback[0];
  }
  return attrs;
}

function titleOf(operands: readonly Named[], one: OpCase): string {
  const shapes = operands.flatMap(({ spec }) => (spec ? [shapeOf(spec).join('x') || '1'] : []));
  const attrs = Object.entries(one.attrs ?? {}).map(([name, value]) => `${name}=${Array.isArray(value) ? `[${value.join(' ')}]` : value}`);
  return [one.label ? `${one.label}:` : '', ...shapes, ...attrs].filter(Boolean).join(' ');
}

/**
 * Pictures whose channels come in whole blocks go once through a convolution that changes no number: a network's tensors
 * have the layout that convolutions leave, and kernels are to be timed on that.
 */
function asInNetwork(x: Tensor): Tensor {
  const [, channels, height, width] = x.shape;
  const block = build().isa === 'avx512' ? 16 : 8;
  if (x.shape.length !== 4 || x.dtype !== 'f32' || x.device !== 'cpu' || channels % block || channels > 2048 || height * width < 2) return x;
  const identity = new Float32Array(channels * channels);
  for (let c = 0; c < channels; c++) identity[c * channels + c] = 1;
  return scope(() => ops.conv2dPlain(x, tensor(identity, [channels, channels, 1, 1])));
}

async function measure(context: Context, info: OpInfo, list: OpCases, one: OpCase): Promise<Row> {
  const { device, threads } = context;
  const operands = operandsOf(info, one);
  const shapes: Record<string, readonly number[]> = {};
  for (const { name, spec } of operands) if (spec) shapes[name] = shapeOf(spec);
  const call = definedOps.get(info.name)!.call;
  const made = operands.map(({ spec }, i) => spec && keep(scope(() => asInNetwork(operandTensor(spec, 31 * i + 7, device)))));
  try {
    const args = info.inputs[0]?.list ? [made, one.attrs] : [...made, one.attrs];
    const timing = await time(() => call(...args), { device, repeats: context.repeats ?? 9 });
    const work = list.work?.(shapes, resolved(info, one.attrs));
    return rowOf({ name: info.name, case: titleOf(operands, one), device, threads, timing, work, ceilings: await context.ceilings() });
  } finally {
    for (const x of made) x?.dispose();
  }
}

async function entries(): Promise<Entry[]> {
  const lists = await caseLists();
  return schema.ops.flatMap((info): Entry[] => {
    const own = lists.filter((list) => list.op === info.name).flatMap((list) => list.cases.filter((one) => one.bench).map((one) => ({ list, one })));
    if (!own.length) return [];
    return [
      {
        name: info.name,
        groups: [info.room, info.stem],
        async *run(context) {
          if (context.device !== 'cpu' && !info.cuda) return context.say(`${info.name}: no kernel for ${context.device}`);
          for (const { list, one } of own) {
            try {
              const row = await measure(context, info, list, one);
              context.say(`${row.name} ${row.case}: ${row.ms} ms`);
              yield row;
            } catch (error) {
              context.fail(`${info.name} ${titleOf(operandsOf(info, one), one)}: ${error instanceof Error ? error.message : error}`);
            }
          }
        },
      },
    ];
  });
}

export default { name: 'kernels', about: 'every operation at the sizes that matter, from the case lists of its tests', entries } satisfies Benchmark;
