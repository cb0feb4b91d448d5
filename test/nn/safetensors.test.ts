// safetensors: files of the format's own implementation, byte for byte; whole networks; and everything hostile refused.
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../bindings/native.ts';
import { encodeSafetensors, readSafetensors, SafetensorsFile, writeSafetensors } from '../../src/nn/safetensors.ts';
import type { ArrayEntry, State } from '../../src/nn/state.ts';
import { uniformSource } from '../support/cases.ts';
import { sharedData } from '../support/shared-data.ts';
import { rejected, thrown } from '../support/thrown.ts';

const golden = (name: string) => join(packageRoot(), 'test/golden', name);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const f32 = (shape: readonly number[], ...data: number[]): ArrayEntry => ({ dtype: 'f32', shape, data: Float32Array.from(data) });

describe('files of the format’s own implementation', () => {
  it('are read, and written again to the same bytes', async () => {
    const path = golden('state-files.safetensors');
    const { state, metadata } = await readSafetensors(path);
    expect(state.get('weights.f32')).toEqual(f32([2, 3], 0.1, -2.5, 3e38, 1e-45, -0, 7));
    expect(state.get('b.f16')).toEqual(f32([5], 0.0999755859375, -65504, 2 ** -24, 1, Number.POSITIVE_INFINITY));
    expect(state.get('f64')).toEqual({ dtype: 'f64', shape: [2], data: Float64Array.of(0.1, 1e300) });
    expect(state.get('i32')).toEqual({ dtype: 'i32', shape: [2], data: Int32Array.of(-7, 2147483647) });
    expect(state.get('u8')).toEqual({ dtype: 'u8', shape: [3], data: Uint8Array.of(0, 127, 255) });
    expect(state.get('scalar')).toEqual(f32([], 42));
    expect(state.get('empty')).toEqual(f32([0, 3]));
    expect(state.get('Name "with" é')).toEqual(f32([1], 5));
    expect(metadata).toEqual(new Map([['note', 'made by another implementation']]));
    expect(encodeSafetensors(state, { metadata, half: (name) => name.endsWith('f16') })).toEqual(new Uint8Array(await readFile(path)));
  });

  it('may hold types that only some of are read', async () => {
    await using file = await SafetensorsFile.open(golden('state-files-foreign.safetensors'));
    expect((await file.read('bf16')).data).toEqual(Float32Array.of(1.5, -3, 9.953037915854457e29));
    expect(await file.read('bool')).toEqual({ dtype: 'u8', shape: [2], data: Uint8Array.of(1, 0) });
    expect((await rejected(file.read('i64'))).replace(packageRoot(), '')).toMatchInlineSnapshot(
      `"STATE_INVALID: /test/golden/state-files-foreign.safetensors: "i64" is I64; expected one of F32, F16, BF16, F64, U8, BOOL, I32"`,
    );
    expect((await rejected(file.read('none'))).replace(packageRoot(), '')).toMatchInlineSnapshot(
      `"STATE_INVALID: /test/golden/state-files-foreign.safetensors: there is no "none" among 13 arrays; expected a name that the file holds"`,
    );
  });
});

describe('writing', () => {
  const state: State = new Map([
    ['10', f32([2], 1, 2)],
    ['9', f32([], 3)],
    ['z', f32([3], 0.1, 0.2, 70000)],
    ['steps', { dtype: 'i32', shape: [], data: Int32Array.of(5) }],
  ]);

  it('comes back the same, to a file or to memory', async () => {
    const path = join(folder, 'state.safetensors');
    const metadata = new Map([
      ['__proto__', 'just a key'],
      ['2', 'two'],
      ['1', 'one'],
    ]);
    await writeSafetensors(path, state, { metadata });
    const back = await readSafetensors(path);
    expect(new Map([...back.state].sort())).toEqual(new Map([...state].sort()));
    expect(back.metadata).toEqual(metadata);
    expect(new Uint8Array(await readFile(path))).toEqual(encodeSafetensors(state, { metadata }));
    expect((await SafetensorsFile.fromBytes(encodeSafetensors(new Map())).readAll()).size).toBe(0);
  });

  it('does not depend on the order of the names', () => {
    expect(encodeSafetensors(new Map([...state].reverse()))).toEqual(encodeSafetensors(state));
  });

  it('replaces a file only by a complete one', async () => {
    const path = join(folder, 'kept.safetensors');
    await writeSafetensors(path, new Map([['a', f32([1], 1)]]));
    expect(await rejected(writeSafetensors(path, state, { half: true }))).toMatchInlineSnapshot(
      `"STATE_INVALID: safetensors: z holds 70000 at 2; expected numbers below 65520 for F16"`,
    );
    expect((await readSafetensors(path)).state.get('a')).toEqual(f32([1], 1));
    expect((await rejected(writeSafetensors(join(folder, 'no', 'where'), state))).slice(0, 7)).toBe('ENOENT:');
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('takes several writers at once: a whole file of one of them stays', async () => {
    const path = join(folder, 'contested.safetensors');
    const values = [1, 2, 3, 4, 5, 6];
    await Promise.all(values.map((value) => writeSafetensors(path, new Map([['a', f32([5000], ...new Float32Array(5000).fill(value))]]))));
    const { data } = (await readSafetensors(path)).state.get('a') as ArrayEntry;
    expect(values).toContain(data[0]);
    expect(data.every((value) => value === data[0])).toBe(true);
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('refuses what the format cannot hold', () => {
    expect(thrown(() => encodeSafetensors(new Map([['__metadata__', f32([], 1)]])))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: safetensors: an array is called __metadata__; expected another name"`,
    );
    expect(thrown(() => encodeSafetensors(new Map([['a', f32([2], 1)]])))).toMatchInlineSnapshot(
      `"STATE_INVALID: safetensors: a holds 1 numbers for [2]; expected 2"`,
    );
  });
});

/** A file of any header text and data. */
function fileOf(header: string | Uint8Array, data = new Uint8Array(0), claim?: bigint): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const out = new Uint8Array(8 + text.length + data.length);
  new DataView(out.buffer).setBigUint64(0, claim ?? BigInt(text.length), true);
  out.set(text, 8);
  out.set(data, 8 + text.length);
  return out;
}

describe('hostile input is refused', () => {
  const bytes = new Uint8Array(16);
  const entry = (begin: number, end: number, shape = [(end - begin) / 4], dtype = 'F32') => JSON.stringify({ dtype, shape, data_offsets: [begin, end] });
  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['too short', new Uint8Array(7)],
    ['length beyond the file', fileOf('{}', bytes, 1000n)],
    ['length beyond all numbers', fileOf('{}', bytes, 0xffffffffffffffffn)],
    ['no header', fileOf('', bytes)],
    ['not JSON', fileOf('{"a":', bytes)],
    ['not an object', fileOf('[1,2]', bytes)],
    ['white space first', fileOf(' {}', bytes)],
    ['not UTF-8', fileOf(Uint8Array.of(123, 34, 255, 34, 58, 49, 125))],
    ['deep nesting', fileOf(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
    ['a name twice', fileOf(`{"a":${entry(0, 16)},"\\u0061":${entry(0, 16)}}`, bytes)],
    ['a field twice', fileOf('{"a":{"dtype":"F32","shape":[4],"shape":[4],"data_offsets":[0,16]}}', bytes)],
    ['metadata twice', fileOf(`{"__metadata__":{},"a":${entry(0, 16)},"__metadata__":{}}`, bytes)],
    ['metadata of numbers', fileOf('{"__metadata__":{"a":1}}')],
    ['metadata as a list', fileOf('{"__metadata__":[]}')],
    ['an entry of nothing', fileOf('{"a":null}', bytes)],
    ['an unknown type', fileOf(`{"a":${entry(0, 16, [4], 'F31')}}`, bytes)],
    ['an inherited type', fileOf(`{"a":${entry(0, 16, [4], 'toString')}}`, bytes)],
    ['negative extents', fileOf(`{"a":${entry(0, 16, [-2, -2])}}`, bytes)],
    ['broken extents', fileOf(`{"a":${entry(0, 16, [1.5])}}`, bytes)],
    ['extents whose product overflows', fileOf(`{"a":${entry(0, 16, [2 ** 40, 2 ** 40, 2 ** 40])}}`, bytes)],
    ['too many extents', fileOf(`{"a":${entry(0, 16, [4, 1, 1, 1, 1, 1, 1, 1, 1])}}`, bytes)],
    ['a backward range', fileOf(`{"a":${entry(16, 0, [4])}}`, bytes)],
    ['a range beyond the data', fileOf(`{"a":${entry(0, 20)}}`, bytes)],
    ['a negative range', fileOf(`{"a":${entry(-4, 12)}}`, bytes)],
    ['one offset', fileOf('{"a":{"dtype":"F32","shape":[4],"data_offsets":[16]}}', bytes)],
    ['bytes that are not its extents’', fileOf(`{"a":${entry(0, 16, [3])}}`, bytes)],
    ['overlapping arrays', fileOf(`{"a":${entry(0, 12)},"b":${entry(8, 16)}}`, bytes)],
    ['the same bytes twice', fileOf(`{"a":${entry(0, 16)},"b":${entry(0, 16)}}`, bytes)],
    ['a hole', fileOf(`{"a":${entry(0, 4)},"b":${entry(8, 16)}}`, bytes)],
    ['trailing bytes', fileOf(`{"a":${entry(0, 12)}}`, bytes)],
    ['data of no array', fileOf('{}', bytes)],
  ])('%s', async (name, file) => {
    const message = thrown(() => SafetensorsFile.fromBytes(file, name));
    expect(message.slice(0, 15 + name.length)).toBe(`STATE_INVALID: ${name}`.slice(0, 15 + name.length));
    expect(message).toMatch(/; expected /);
    expect(message.length).toBeLessThan(400);
    const path = join(folder, 'hostile.safetensors');
    await writeFile(path, file);
    expect(await rejected(SafetensorsFile.open(path))).toMatch(/^STATE_INVALID: .*; expected /);
  });

  it('says what is wrong with the numbers', () => {
    const say = (file: Uint8Array) => thrown(() => SafetensorsFile.fromBytes(file));
    expect(say(fileOf('{}', bytes, 1000n))).toMatchInlineSnapshot(
      `"STATE_INVALID: safetensors: the header claims 1000 bytes; expected 2 … 18 in a file of 26"`,
    );
    expect(say(fileOf(`{"a":${entry(0, 12)},"b":${entry(8, 16)}}`, bytes))).toMatchInlineSnapshot(
      `"STATE_INVALID: safetensors: "b" begins at byte 8; expected 12, where what is before it ends"`,
    );
    expect(say(fileOf(`{"a":${entry(0, 16, [3])}}`, bytes))).toMatchInlineSnapshot(`"STATE_INVALID: safetensors: "a": F32[3] has 16 bytes; expected 12"`);
    expect(say(fileOf(`{"a":${entry(0, 12)}}`, bytes))).toMatchInlineSnapshot(
      `"STATE_INVALID: safetensors: 16 bytes follow the header but the arrays end at 12; expected nothing after the last array"`,
    );
    expect(say(fileOf(`{"a":${entry(0, 16)},"a":${entry(0, 16)}}`, bytes))).toMatchInlineSnapshot(
      `"STATE_INVALID: safetensors: the header holds "a" twice; expected every name once"`,
    );
    expect(say(fileOf('{"a":', bytes))).toMatchInlineSnapshot(
      `"STATE_INVALID: safetensors: the header is no JSON object (Unexpected end of JSON input); expected names with dtype, shape and data_offsets"`,
    );
  });

  it('before anything of the claimed size is allocated', async () => {
    const path = join(folder, 'claims.safetensors');
    await writeFile(path, fileOf('{}', bytes, 99_000_000n));
    const before = process.memoryUsage().arrayBuffers;
    expect(await rejected(SafetensorsFile.open(path))).toMatch(/STATE_INVALID/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  it('a file that shrinks while it is open', async () => {
    const path = join(folder, 'shrinks.safetensors');
    await writeSafetensors(path, new Map([['a', f32([1000], ...new Float32Array(1000))]]));
    await using file = await SafetensorsFile.open(path);
    await truncate(path, (await stat(path)).size - 8);
    expect((await rejected(file.read('a'))).replace(folder, '')).toMatchInlineSnapshot(
      `"STATE_INVALID: /shrinks.safetensors: the file ends at byte 4064; expected 4072: it must not change while it is open"`,
    );
  });

  it('whatever byte is changed: it is read, or refused as STATE_INVALID', async () => {
    const sound = new Uint8Array(await readFile(golden('state-files.safetensors')));
    const uniform = uniformSource(11);
    let refused = 0;
    for (let n = 0; n < 3000; n++) {
      const broken = sound.slice(0, n % 7 === 0 ? Math.floor(uniform() * sound.length) : sound.length);
      for (let k = Math.floor(uniform() * 3); k >= 0 && broken.length; k--) broken[Math.floor(uniform() * broken.length)] = Math.floor(uniform() * 256);
      try {
        await SafetensorsFile.fromBytes(broken).readAll();
      } catch (error) {
        expect((error as { code?: string }).code).toBe('STATE_INVALID');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
    expect(refused).toBeLessThan(3000);
  });
});

const mobilenet = sharedData('weights/mobilenet_v2_1_0.safetensors');
it.skipIf(!mobilenet)(`reads a whole network${mobilenet ? '' : ' (skipped: set BLEMISH_DATA to a folder with weights/)'}`, async () => {
  await using file = await SafetensorsFile.open(mobilenet as string);
  expect(file.entries.size).toBe(104);
  expect(file.metadata.get('layout')).toBe('OIHW; depthwise [C,1,3,3]');
  const weight = await file.read('conv0.weight');
  expect([weight.dtype, weight.shape]).toEqual(['f32', [32, 3, 3, 3]]);
  expect(weight.data.every(Number.isFinite)).toBe(true);
  const state = await file.readAll();
  const half = (name: string) => file.entries.get(name)?.dtype === 'F16';
  const again = await SafetensorsFile.fromBytes(encodeSafetensors(state, { half })).readAll();
  for (const [name, { data }] of state) expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(again.get(name)!.data.buffer)), name).toBe(0);
});
