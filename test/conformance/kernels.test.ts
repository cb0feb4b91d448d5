// Every function on plain arrays against the same one on tensors, bit for bit; what all of them refuse; that none forgets what it made.
import { describe, expect, it } from 'vitest';
import * as kernels from '../../src/kernels/index.ts';
import * as entropy from '../../src/ops/entropy/index.ts';
import * as errorMaps from '../../src/ops/error-maps/index.ts';
import * as ops from '../../src/ops/index.ts';
import * as patches from '../../src/ops/patches/index.ts';
import { memory, sync } from '../../src/tensor/device.ts';
import { Random } from '../../src/tensor/random.ts';
import { keep, scope } from '../../src/tensor/scope.ts';
import { Tensor, tensor } from '../../src/tensor/tensor.ts';
import { kernelCases } from '../kernels/cases.ts';
import { rejected } from '../support/thrown.ts';

type Fn = (...args: unknown[]) => unknown;
const isArray = (x: unknown): x is { data: Float32Array; shape: number[] } => typeof x === 'object' && x !== null && 'data' in x && 'shape' in x;
const isPlain = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;

/** Arguments as the tensor function takes them. */
function asTensors(x: unknown): unknown {
  if (isArray(x)) return keep(tensor(x.data, x.shape));
  if (ArrayBuffer.isView(x)) return keep(tensor(x as Float32Array));
  if (Array.isArray(x)) return x.map(asTensors);
  return isPlain(x) ? Object.fromEntries(Object.entries(x).map(([name, value]) => [name, asTensors(value)])) : x;
}

/** All numbers of a result, in order; a tensor of one number and that number are the same. */
async function numbersOf(x: unknown): Promise<unknown[]> {
  if (x instanceof Tensor) return numbersOf({ data: await x.read(), shape: [...x.shape] });
  if (isArray(x)) return x.shape.length === 0 ? [x.data[0]] : [x.data.constructor.name, x.shape, ...x.data];
  if (ArrayBuffer.isView(x)) return numbersOf({ data: x, shape: [(x as Float32Array).length] });
  if (Array.isArray(x) || isPlain(x)) return (await Promise.all(Object.values(x).map(numbersOf))).flat();
  return [x];
}

function tensorsIn(x: unknown): Tensor[] {
  if (x instanceof Tensor) return [x];
  return Array.isArray(x) || isPlain(x) ? Object.values(x).flatMap(tensorsIn) : [];
}

const own = kernels as unknown as Record<string, Fn>;
const functions = Object.entries(own).filter(([name, value]) => typeof value === 'function' && !/^[A-Z]/.test(name));
/** Plain numbers in, plain numbers out: not ours but the rooms' own. */
const shared = ['chiSquareThreshold', 'johnsonLindenstraussDimension', 'nfaThreshold', 'build', 'setThreads'];
const named = functions.map(([name]) => name).filter((name) => !shared.includes(name));

describe('the three rooms', () => {
  /** What works on tensors in place, or with a tape alone. */
  const leftOut = new Set(['kCentreStep', 'positionMomentsStep', 'rowsStep', 'addToMoments', 'whitenMoments', 'nearestCalls', 'movingDonskerVaradhan']);
  /** A class is here one function, for its whole life. */
  const nameHere = (name: string) => name[0].toLowerCase() + name.slice(1);

  it.each(Object.entries({ entropy, errorMaps, patches }))('%s is here in full, under the same names', (_, room) => {
    const missing = Object.entries(room).filter(([name]) => !leftOut.has(name) && !(name in kernels) && !(nameHere(name) in kernels));
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it('are all that is here', () => {
    const known = new Set([...Object.keys({ ...entropy, ...errorMaps, ...patches }).map(nameHere), 'matmul']);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(60);
  });

  it('have cases', () => {
    expect(Object.keys(kernelCases).sort()).toEqual([...named].sort());
  });
});

describe.each(named)('%s', (name) => {
  const cases = kernelCases[name] ?? [];
  const call = (args: unknown[]) => Promise.resolve(own[name](...args));

  cases.forEach((one, i) => {
    it(`gives what tensors give, bit for bit: ${i}`, async () => {
      const given = await numbersOf(await call(one.args()));
      const operands = one.args().map(asTensors);
      const run = one.tensors ?? (ops as unknown as Record<string, Fn>)[name];
      // What is asynchronous keeps its own house; the rest leaves what is in between to a scope.
      const result = one.waits ? await run(...operands) : scope(() => run(...operands) as never);
      expect(given).toEqual(await numbersOf(result));
      expect(given.length).toBeGreaterThan(0);
      for (const x of [...tensorsIn(result), ...tensorsIn(operands)]) x.dispose();
    });
  });

  it('leaves nothing behind', async () => {
    const before = memory().liveTensors;
    for (const one of cases) await call(one.args());
    await sync();
    expect(memory().liveTensors).toBe(before);
  });

  it('can be called within a scope, and beside itself', async () => {
    const [one] = cases;
    const calls: Promise<unknown>[] = [];
    scope(() => {
      for (let i = 0; i < 3; i++) calls.push(call(one.args()));
    });
    const results = await Promise.all((await Promise.all(calls)).map(numbersOf));
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('does nothing for a signal that is aborted', async () => {
    const [one] = cases;
    const args = one.args();
    args[args.length - 1] = { ...(args.at(-1) as object), signal: AbortSignal.abort(new Error('enough')) };
    expect(await rejected(call(args))).toBe('Error: enough');
  });

  const operands = cases[0]?.args() ?? [];
  const places = operands.flatMap((x, i) => (isArray(x) || ArrayBuffer.isView(x) ? [i] : []));
  const spoilt = (at: number, change: (x: { data: Float32Array; shape: number[] }) => unknown) => {
    const args = cases[0].args();
    const x = args[at];
    args[at] = change(isArray(x) ? x : { data: x as Float32Array, shape: [(x as Float32Array).length] });
    return args;
  };
  for (const at of places) {
    it(`refuses operand ${at} that is none`, async () => {
      const before = memory().liveTensors;
      // A line for each, with the function and the operand at its head.
      const head = new RegExp(`^ARGUMENT_INVALID: ${name}: \\w+`);
      expect(await rejected(call(spoilt(at, ({ data, shape }) => ({ data: [...data], shape }))))).toMatch(head);
      expect(await rejected(call(spoilt(at, ({ data }) => ({ data, shape: [-1] }))))).toMatch(head);
      expect(await rejected(call(spoilt(at, ({ data }) => ({ data }))))).toMatch(head);
      expect(await rejected(call(spoilt(at, () => ({ data: new BigInt64Array(1), shape: [1] }))))).toMatch(head);
      expect(await rejected(call(spoilt(at, ({ data, shape }) => ({ data: data.slice(1), shape }))))).toMatch(
        new RegExp(`^SHAPE_MISMATCH: ${name}: \\w+(\\[\\d\\])? has \\d+ numbers for \\[[\\d ]+\\]; expected \\d+$`),
      );
      expect(memory().liveTensors).toBe(before);
    });

    it(`refuses operand ${at} of integers or of another rank`, async () => {
      const before = memory().liveTensors;
      const wrong = (x: { data: Float32Array }) => (x.data instanceof Int32Array ? Float32Array : Int32Array);
      if (!kernelCases[name][0].anyKind) {
        const integers = await rejected(call(spoilt(at, (x) => ({ data: new (wrong(x))(x.data.length), shape: x.shape }))));
        expect(integers).toMatch(new RegExp(`^DTYPE_MISMATCH: ${name}: `));
      }
      if (!kernelCases[name][0].anyRank) {
        const flat = await rejected(call(spoilt(at, (x) => ({ data: x.data, shape: [1, 1, 1, 1, 1, x.data.length] }))));
        expect(flat).toMatch(new RegExp(`^(SHAPE_MISMATCH|ARGUMENT_INVALID): ${name}\\b`, 'i'));
      }
      await sync();
      expect(memory().liveTensors).toBe(before);
    });
  }
});

describe('a NaN', () => {
  /** The operand with one number that is none; null where it has no floats. */
  const spoilt = (x: unknown): unknown => {
    if (Array.isArray(x)) return isArray(x[0]) ? [spoilt(x[0]), ...x.slice(1)] : null;
    if (isArray(x)) return x.data instanceof Int32Array ? null : { ...x, data: spoilt(x.data) };
    if (!(x instanceof Float32Array || x instanceof Float64Array)) return null;
    const copy = x.slice();
    copy[Math.floor(copy.length / 2)] = Number.NaN;
    return copy;
  };
  // Of a mean beside its scatter the extents alone count.
  const unread = (name: string, place: number) => name === 'gaussianWhitening' && place === 0;
  const places = named.flatMap((name) => kernelCases[name][0].args().flatMap((x, place) => (spoilt(x) && !unread(name, place) ? [{ name, place }] : [])));

  it.each(places)('is refused by $name as operand $place, or seen in what it gives', async ({ name, place }) => {
    const args = kernelCases[name][0].args();
    args[place] = spoilt(args[place]);
    const result = await Promise.resolve(own[name](...args)).then(numbersOf, (error: Error & { code: string }) => error);
    if (result instanceof Error) expect(result.code).toBe('NUMERICAL_FAILURE');
    else expect(result.some(Number.isNaN)).toBe(true);
  });
});

it('makes the same of the same seed', async () => {
  const one = await kernels.sparseRandomProjection(20, 5, new Random(3));
  expect(await kernels.sparseRandomProjection(20, 5, new Random(3))).toEqual(one);
  expect(await kernels.sparseRandomProjection(20, 5, new Random(4))).not.toEqual(one);
});
