// The package from ES modules and from CommonJS: the same names, the same classes, the same scores; types for both.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder, installed, node, root, run } from '../installed.ts';

// A detector and a picture of four numbers' worth of formula; what it prints is the score, and whose classes it met.
const score = `
  const picture = (level) => ({ data: new Uint8Array(16 * 16).fill(level).map((x, i) => x + (i % 5)), width: 16, height: 16, channels: 1 });
  const samples = [100, 104, 108, 112].map((level) => ({ name: String(level), source: picture(level), label: 0 }));
  const detector = await fit('pca-reconstruction', samples, { size: 16, seed: 3, hyper: { source: 'pixels', finest: 0, coarsest: 0, patch: 3 } });
  await detector.save('MODEL');
  const scorer = await load('MODEL');
  const scores = [];
  for await (const result of scorer.score([picture(106), picture(240)])) scores.push(result.score);
  detector.dispose();
  scorer.dispose();
`;

export function entries(): void {
  it('scores pictures from an ES module and from CommonJS, to the same bits', async () => {
    const fromModule = await node(`import { fit, load } from 'blemish'; ${score.replaceAll('MODEL', 'esm.blemish')} console.log(JSON.stringify(scores));`);
    const fromScript = await node(
      `const { fit, load } = require('blemish'); (async () => { ${score.replaceAll('MODEL', 'cjs.blemish')} console.log(JSON.stringify(scores)); })();`,
      {
        type: 'commonjs',
      },
    );
    expect(fromModule).toHaveLength(2);
    expect(fromModule.every((number: number) => number > 0) && fromModule[0] !== fromModule[1]).toBe(true);
    expect(fromScript).toEqual(fromModule);
  });

  it.each(['blemish', 'blemish/kernels'])('is one and the same from both: %s', async (entry) => {
    const told = await node(
      `const required = require('${entry}');
       import('${entry}').then((imported) => console.log(JSON.stringify({
         names: [Object.keys(required).sort(), Object.keys(imported).sort()],
         same: Object.keys(required).every((name) => required[name] === imported[name]),
       })));`,
      { type: 'commonjs' },
    );
    expect(told.names[0].length).toBeGreaterThan(30);
    expect(told.names[1]).toEqual(told.names[0]);
    expect(told.same).toBe(true);
  });

  it('requires without the loader of ES modules, as Node before 20.19 does', async () => {
    const { stdout } = await run(
      process.execPath,
      ['--no-experimental-require-module', '-p', "typeof require('blemish').load + typeof require('blemish/kernels').ssim"],
      {
        cwd: folder,
      },
    );
    expect(stdout).toBe('functionfunction\n');
  });

  it('holds no file that names the checkout, and no source that is not compiled', async () => {
    const { files } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { files: string[] };
    expect(files).toContain('dist/cjs');
    const found = await run('grep', ['-rlE', `import\\.meta|from '[^']*\\.ts'|${root}/`, join(installed, 'dist/cjs')]).catch(
      ({ code }: { code: number }) => code,
    );
    expect(found).toBe(1);
  });

  it.each(['mts', 'cts'])('brings the types of both entries: %s', async (ending) => {
    const program = join(folder, `uses.${ending}`);
    writeFileSync(
      program,
      `import { type Detector, load } from 'blemish';
import { type NdArray, nearest } from 'blemish/kernels';
const bank: NdArray<Float32Array> = { data: new Float32Array(6), shape: [2, 3] };
export const scorer: Promise<Detector> = load('parts.blemish');
export const rows: Promise<Int32Array> = nearest(bank, bank).then(({ indices }) => indices.data);
export async function first(detector: Detector): Promise<number | null> {
  for await (const result of detector.score('parts')) return result.error ? null : result.score;
  return null;
}
// @ts-expect-error there is no such option
export const wrong = nearest(bank, bank, { neighbours: 3 });
`,
    );
    const options = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--lib',
      'es2023,esnext.disposable',
      '--module',
      'nodenext',
      '--types',
      'node',
      '--typeRoots',
    ];
    const check = run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options, join(root, 'node_modules/@types'), program], {
      cwd: folder,
    });
    expect(await check.catch(({ stdout }: { stdout: string }) => stdout)).toMatchObject({ stdout: '' });
  });
}
