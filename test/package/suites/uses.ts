// What a user does with the installed package: the README's examples, the command line, a method of one's own.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { schema } from '../../../bindings/native.ts';
import { makeData } from '../../../src/cli/demo/make.ts';
import { folder, installed, node, root, run } from '../installed.ts';

export function uses(): void {
  it('holds one binary and the libraries it brings', () => {
    const kind = `${process.platform}-${process.arch}`;
    expect(readdirSync(join(installed, 'prebuilds'))).toEqual([kind]);
    expect(readdirSync(join(installed, 'prebuilds', kind)).sort()).toEqual(
      expect.arrayContaining(['blemish.glibc.node', 'libdnnl.so.2', 'libgomp.so.1', 'libdnnl.so.2.licence.txt']),
    );
  });

  it('is found and loaded by node-gyp-build, its libraries from its own folder', async () => {
    const { ops, mapped } = await node(`
    import { createRequire } from 'node:module';
    import { readFileSync } from 'node:fs';
    const addon = createRequire(import.meta.url)('node-gyp-build')('node_modules/blemish');
    const mapped = readFileSync('/proc/self/maps', 'utf8').split('\\n').map((line) => line.split(/\\s+/)[5] ?? '').filter((path) => /\\.node$|libdnnl|libgomp/.test(path));
    console.log(JSON.stringify({ ops: addon.schema().ops.length, mapped: [...new Set(mapped)] }));
  `);
    expect(ops).toBe(schema.ops.length);
    expect(mapped.length).toBeGreaterThanOrEqual(3);
    for (const path of mapped) expect(path.startsWith(installed)).toBe(true);
  });

  it('computes through the public entry', async () => {
    const numbers = await node(`
    import { ops, scope, tensor } from 'blemish';
    const y = scope(() => { const x = tensor([1, 2, 3]); return ops.mul(x, x); });
    console.log(JSON.stringify(Array.from(await y.read())));
  `);
    expect(numbers).toEqual([1, 4, 9]);
  });

  const examples = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```js\n([\s\S]*?)```/g)].map(([, text]) => text);

  it("runs the README's example of the whole way", async () => {
    const [way] = examples;
    expect(way).toContain("budget: '10m'");
    await makeData(join(folder, 'made'), { size: 32, seed: 1, train: 30, good: 2, defective: 1 });
    const place = (to: string, names: string[]) => {
      mkdirSync(join(folder, 'parts', to), { recursive: true });
      for (const name of names) cpSync(join(folder, 'made/woven', name), join(folder, 'parts', to, name.replaceAll('/', '-')));
    };
    const good = readdirSync(join(folder, 'made/woven/train/good')).map((name) => `train/good/${name}`);
    place('train/good', good.slice(0, 10));
    place('calibration', good.slice(10));
    place('new', ['test/good/000.png', 'test/hole/000.png']);
    // Word for word but for the time.
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', way.replace("budget: '10m'", "budget: '5s', size: 32")], { cwd: folder });
    expect(stdout).toMatch(/^parts\/new\/test-good-000\.png \d\S* [\d.]+ (true|false) \[/m);
    expect(stdout).toMatch(/^parts\/new\/test-hole-000\.png \d/m);
  });

  it("runs the README's example of the floors below, which learns", async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', examples[1]], { cwd: folder });
    const losses = stdout.trim().split('\n').map(Number);
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(losses[0]);
    expect(losses[2]).toBeLessThan(2e-3);
  });

  it("runs the README's example of plain arrays, from an entry of its own", async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', examples[2]], { cwd: folder });
    const [pictures, entropy, neighbours] = stdout.trim().split('\n');
    expect(pictures).toMatch(/^0\.\d+ row (19|20|21)$/);
    const [, found, truth] = /^([\d.]+) nats, of ([\d.]+)$/.exec(entropy)!.map(Number);
    expect(Math.abs(found - truth)).toBeLessThan(0.1);
    expect(neighbours).toBe('[ 10, 2 ] 0 0');
  });

  it("runs the README's example of a service, which requires", async () => {
    const { stdout } = await run(process.execPath, ['--input-type=commonjs', '-e', examples[3]], { cwd: folder });
    expect(stdout).toMatch(/^\{ score: [\d.e-]+, pValue: [\d.]+, regions: \[/);
  });

  it("runs the README's example of frames in shared memory", async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', examples[4]], { cwd: folder });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => /^(\d) [\d.e-]+$/.exec(line)?.[1]),
    ).toEqual(['0', '1', '2']);
  });

  it('brings the command line', async () => {
    const { bin, version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { bin: Record<string, string>; version: string };
    const blemish = (...words: string[]) => run(process.execPath, [join(installed, bin.blemish), ...words], { cwd: folder });
    expect((await blemish('--version')).stdout).toBe(`${version}\n`);
    const found = JSON.parse((await blemish('doctor', '--json')).stdout) as { name: string; state: string }[];
    expect(found.filter(({ state }) => state === 'missing')).toEqual([]);
    expect(JSON.parse((await blemish('methods', '--json')).stdout)).toContainEqual(expect.objectContaining({ name: 'ssae', learns: 'gradient' }));
  });

  it('runs the example of the whole way on the same pictures', async () => {
    const script = join(root, 'dist/examples/train-and-score.js');
    const { stdout } = await run(process.execPath, [script, 'parts/train/good', 'parts/calibration', 'parts/new', '5s'], { cwd: folder });
    expect(stdout).toMatch(/^step \d+: [\d.]+ of made defects are told apart$/m);
    expect(existsSync(join(folder, 'parts.blemish'))).toBe(true);
  });

  it("takes a user's own method, and finds it again in a file", async () => {
    const numbers = await node(`
    import { data, defineMethod, fit, hyper, load, nn, ops, scope } from 'blemish';
    class Flat extends nn.Module {
      constructor() { super(); this.level = new nn.Parameter(ops.full([1], 0)); }
      forward(x) { return ops.mean(ops.abs(ops.sub(x, this.level)), 1, { keepDims: true }); }
    }
    const method = defineMethod({
      name: 'flat', paper: 'none', family: 'statistics', needsWeights: false, multipleOf: () => 1,
      hyper: { power: hyper.integer(1, 2, 1, 'of the distance') },
      build: () => new Flat(),
      learn: { learns: 'onePass', observe: (model, images) => scope(() => ops.copyStep(model.level, ops.reshape(ops.mean(images), [1]))), finish: () => {} },
      score: (model, images, h) => ({ map: h.power === 2 ? ops.square(model.forward(images)) : model.forward(images) }),
      imageScore: (map) => ops.max(map, [1, 2, 3]),
    });
    const flat = (level) => ({ data: new Float32Array(64).fill(level), width: 8, height: 8, channels: 1 });
    const samples = [0.25, 0.25, 0.25].map((level, i) => ({ name: String(i), source: flat(level), label: 0 }));
    const detector = await fit(method, samples, { size: 8, hyper: { power: 2 } });
    await detector.save('flat.blemish');
    const again = await load('flat.blemish', { method });
    const scores = [];
    for await (const result of again.score([flat(0.25), flat(0.75)])) scores.push(result.score);
    console.log(JSON.stringify(scores));
  `);
    expect(numbers[0]).toBeCloseTo(0, 4);
    expect(numbers[1]).toBeCloseTo(0.25, 4);
  });
}
