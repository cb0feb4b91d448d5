#!/usr/bin/env node
// Builds what the package delivers: one implementation, in CommonJS, and the doors through which ES modules come to it.
//
// Writes dist/cjs/, and dist/index.mjs and dist/kernels.mjs with their types.
//
// The sources are ES modules. Here they are compiled once more as CommonJS, with the one thing put right that has another name there:
// where a file lies. docs/decisions/0019-one-implementation-two-doors.md says why there are not two implementations.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'dist');
// Of its own, so that two may build at once.
const stage = join(root, 'out', `cjs-${process.pid}`);

/** Changes every file below a folder whose name ends so. */
function eachFile(folder, ending, change) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith(ending)) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const text = readFileSync(path, 'utf8');
    const changed = change(text, path);
    if (changed !== text) writeFileSync(path, changed);
  }
}

const json = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

try {
  mkdirSync(stage, { recursive: true });
  // The benchmarks and the cases that they time come along, for `blemish bench`; ablations are tools of a checkout.
  for (const folder of ['src', 'bindings', 'benchmarks', 'test/ops', 'test/support']) {
    const delivered = (path) => !/\.(cc|h|mjs|md|test\.ts|py|sh|jsonl|json)$|ablation\.ts$|node_modules|\.venv/.test(path);
    cpSync(join(root, folder), join(stage, folder), { recursive: true, filter: delivered });
  }
  eachFile(stage, '.ts', (text, path) => {
    const here = text.replaceAll('import.meta.url', "require('node:url').pathToFileURL(__filename).href");
    if (/\bimport\.meta\b/.test(here))
      throw new Error(`build-package: ${path} uses import.meta beyond its url; expected the url alone, which CommonJS has too`);
    return here;
  });
  json(join(stage, 'package.json'), { type: 'commonjs' });
  json(join(stage, 'tsconfig.json'), {
    extends: join(root, 'tsconfig.build.json'),
    // `verbatimModuleSyntax` is for whoever writes; here the words of ES modules are to become those of CommonJS.
    compilerOptions: {
      rootDir: '.',
      outDir: join(out, 'cjs'),
      verbatimModuleSyntax: false,
      stripInternal: true,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: ['src', 'bindings', 'benchmarks', 'test/ops/**/*.cases.ts'],
  });
  rmSync(join(out, 'cjs'), { recursive: true, force: true });
  // Types are checked by `npm run types`, on the sources as they are.
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(stage, 'tsconfig.json'), '--noCheck'], { stdio: 'inherit' });
  json(join(out, 'cjs/package.json'), { type: 'commonjs' });
  // Older compilers do not look for declarations behind the ending of a source.
  eachFile(join(out, 'cjs'), '.d.ts', (text) => text.replace(/((?:from|import\()\s*['"]\.{1,2}\/[^'"]*)\.ts(['"])/g, '$1.js$2'));
  for (const [name, target] of [
    ['index', './cjs/src/index.js'],
    ['kernels', './cjs/src/kernels/index.js'],
  ]) {
    const names = Object.keys(createRequire(join(out, 'here.js'))(target)).sort();
    // Asked for with `require`: where CommonJS that an ES module imports throws, as it does on a machine without a binary, Node 20 raises
    // the error a second time, where nobody can catch it.
    const lines = ['// The door for ES modules; see cjs/.', "import { createRequire } from 'node:module';", ''];
    lines.push(`export const { ${names.join(', ')} } = createRequire(import.meta.url)('${target}');`, '');
    writeFileSync(join(out, `${name}.mjs`), lines.join('\n'));
    writeFileSync(join(out, `${name}.d.mts`), `export * from '${target}';\n`);
  }
} finally {
  rmSync(stage, { recursive: true, force: true });
}
