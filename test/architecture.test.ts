// The rules of the house: who may import whom, how long a file may be, a sentence for every file and folder, a row for every code.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot, schema } from '../bindings/native.ts';
import { ownCodes } from '../src/errors.ts';
import {
  folderMistakes,
  importMistakes,
  importsOf,
  includeMistakes,
  includesOf,
  lengthMistakes,
  longest,
  type SourceFile,
  sentenceMistakes,
  wordMistakes,
} from './support/architecture.ts';

const root = packageRoot();
const isText = (path: string) => !/\.(png|jpe?g|bmp|gif|webp|tiff?|safetensors|bin|idx|gz|node)$/i.test(path);
const isSource = (path: string) => /\.(ts|mjs|cc|h|def|cu|cuh|sh)$/.test(path);

/** Every file that git knows or would know, with its text. */
const files: SourceFile[] = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path && isText(path) && statSync(join(root, path), { throwIfNoEntry: false })?.isFile())
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const sources = files.filter((file) => isSource(file.path));
const all = (check: (file: SourceFile) => string[], among: SourceFile[]) => among.flatMap(check);

describe('the tree', () => {
  it('is read', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(files.map((file) => file.path)).toContain('src/index.ts');
  });

  it('imports downwards', () => {
    expect(
      all(
        importMistakes,
        sources.filter((file) => /^(src|bindings)\/.*\.ts$/.test(file.path)),
      ),
    ).toEqual([]);
  });

  it('includes downwards, and each library through its one door', () => {
    expect(
      all(
        includeMistakes,
        sources.filter((file) => /^(native|bindings)\//.test(file.path) && /\.(cc|h|cu|cuh)$/.test(file.path)),
      ),
    ).toEqual([]);
  });

  it(`has no file above ${longest} lines`, () => {
    expect(all(lengthMistakes, sources)).toEqual([]);
  });

  it('says in the first line of every file what it is for', () => {
    expect(all(sentenceMistakes, sources)).toEqual([]);
  });

  it('says of every folder what it is for', () => {
    const folders = new Set<string>();
    for (const { path } of files) {
      const parts = path.split('/').slice(0, -1);
      for (let depth = 1; depth <= parts.length; depth++) folders.add(parts.slice(0, depth).join('/'));
    }
    expect(folderMistakes([...folders], files)).toEqual([]);
  });

  it('names no registry and no machine', () => {
    // This test and its support hold the patterns themselves.
    expect(
      all(
        wordMistakes,
        files.filter((file) => !/^test\/(support\/)?architecture\./.test(file.path)),
      ),
    ).toEqual([]);
  });

  it('has a row in docs/errors.md for every code', () => {
    const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)` \| .{10,} \|$/gm)].map((row) => row[1]);
    expect(rows.sort()).toEqual([...schema.codes.map((code) => code.name), ...Object.keys(ownCodes)].sort());
  });

  it('raises no code that is not in the list', () => {
    const known = new Set([...schema.codes.map((code) => code.name), ...Object.keys(ownCodes)]);
    const raised = sources
      .filter((file) => file.path.startsWith('src/') || file.path.startsWith('bindings/'))
      .flatMap((file) => [...file.text.matchAll(/new BlemishError(?:<[^>]*>)?\(\s*'(\w+)'/g)].map((match) => match[1]));
    expect(raised.length).toBeGreaterThan(5);
    expect(raised.filter((code) => !known.has(code))).toEqual([]);
  });
});

describe('the checks themselves', () => {
  const at = (path: string, text: string): SourceFile => ({ path, text });

  it('find imports in every form and none in comments', () => {
    const text = `// import { a } from './comment.ts';
import { a } from './a.ts';
import type { B } from "../b/b.ts";
export * from './c.ts';
export {
  d,
} from './d.ts';
import './e.ts';
const f = await import('../f.ts');
import { readFileSync } from 'node:fs';
/* import './block.ts'; */`;
    expect(importsOf(at('src/x/y.ts', text))).toEqual(['src/x/a.ts', 'src/b/b.ts', 'src/x/c.ts', 'src/x/d.ts', 'src/x/e.ts', 'src/f.ts', 'node:fs']);
    expect(includesOf(at('native/core/a.cc', '#include <napi.h>\n  #  include "core/b.h"\n// #include "c.h"'))).toEqual(['napi.h', 'core/b.h']);
  });

  it.each([
    ['up', 'src/tensor/tensor.ts', "import { mul } from '../ops/index.ts';"],
    ['sideways', 'src/data/batches.ts', "import { Module } from '../nn/module.ts';"],
    ['networks on plain arrays', 'src/kernels/patches.ts', "import { Module } from '../nn/module.ts';"],
    ['errors above itself', 'src/errors.ts', "import { native } from '../bindings/native.ts';"],
    ['bindings from afar', 'src/nn/module.ts', "import { native } from '../../bindings/native.ts';"],
    ['a test', 'src/nn/module.ts', "import { nd } from '../../test/support/reference.ts';"],
    ['sharp', 'src/data/batches.ts', "import sharp from 'sharp';"],
    ['commander', 'src/cli/verbs/train.ts', "import { Command } from 'commander';"],
    ['fastify', 'src/cli/verbs/serve.ts', "import fastify from 'fastify';"],
    ['echarts', 'src/evaluation/report/charts.ts', "import { init } from 'echarts/core';"],
    ['another method', 'src/methods/draem/method.ts', "import { score } from '../padim/score.ts';"],
    ['another corruption', 'src/corruptions/cutout.ts', "import { perlin } from './perlin-paste.ts';"],
    ['from no floor', 'src/strange/a.ts', ''],
  ])('refuse an import: %s', (_, path, text) => {
    expect(importMistakes(at(path, text))).toHaveLength(1);
  });

  it.each([
    ['down', 'src/nn/module.ts', "import { mul } from '../ops/index.ts';\nimport { must } from '../errors.ts';"],
    ['own folder', 'src/nn/layers/conv.ts', "import { Module } from '../module.ts';"],
    ['the contract of its family', 'src/corruptions/cutout.ts', "import type { Corruption } from './corruption.ts';"],
    ['its own method', 'src/methods/draem/method.ts', "import { score } from './score.ts';\nimport { defineMethod } from '../method.ts';"],
    ['generated types', 'src/index.ts', "export type { NativeCode } from '../bindings/native.gen.ts';"],
    ['a package', 'src/tensor/pictures.ts', "import sharp from 'sharp';"],
  ])('allow an import: %s', (_, path, text) => {
    expect(importMistakes(at(path, text))).toEqual([]);
  });

  it.each([
    ['core that knows cpu', 'native/core/pool.cc', '#include "cpu/parallel.h"'],
    ['cpu that knows an op', 'native/cpu/cpu-device.cc', '#include "ops/nn/elementwise.h"'],
    ['cpu that knows cuda', 'native/cpu/cpu-device.cc', '#include "cuda/check.h"'],
    ['oneDNN in an op', 'native/ops/nn/conv2d.cc', '#include <dnnl.hpp>'],
    ['oneDNN in another file of cpu', 'native/cpu/parallel.h', '#include <oneapi/dnnl/dnnl.hpp>'],
    ['Node-API in core', 'native/core/context.cc', '#include <napi.h>'],
    ['Node-API by hand', 'native/core/context.cc', 'napi_throw(env, error);'],
    ['cuBLAS in an op', 'native/ops/nn/matmul.cu', '#include <cublas_v2.h>'],
    ['a twin that knows the CPU', 'native/ops/nn/matmul.cu', '#include "cpu/parallel.h"'],
    ['an op that includes an op', 'native/ops/nn/conv2d.cc', '#include "ops/nn/matmul.cc"'],
  ])('refuse an include: %s', (_, path, text) => {
    expect(includeMistakes(at(path, text))).toHaveLength(1);
  });

  it('allow the doors', () => {
    expect(includeMistakes(at('native/cpu/onednn-conv.cc', '#include <dnnl.hpp>\n#include "cpu/onednn-internal.h"'))).toEqual([]);
    expect(includeMistakes(at('bindings/addon.cc', '#include <napi.h>\n#include "core/context.h"'))).toEqual([]);
    expect(includeMistakes(at('native/ops/nn/conv2d.cc', '#include "core/registry.h"\n#include "cpu/onednn.h"\n#include <omp.h>'))).toEqual([]);
  });

  it('count lines and ask for a sentence', () => {
    expect(lengthMistakes(at('src/a.ts', 'x\n'.repeat(400)))).toEqual([]);
    expect(lengthMistakes(at('src/a.ts', 'x\n'.repeat(401)))).toEqual(['src/a.ts: has 401 lines; expected at most 400']);
    expect(lengthMistakes(at('bindings/native.gen.ts', 'x\n'.repeat(4000)))).toEqual([]);
    expect(sentenceMistakes(at('a.ts', '// What this file is for.\n'))).toEqual([]);
    expect(sentenceMistakes(at('a.sh', '#!/usr/bin/env bash\n# What this file is for.\n'))).toEqual([]);
    expect(sentenceMistakes(at('a.ts', "import 'x';\n"))).toHaveLength(1);
    expect(sentenceMistakes(at('a.ts', ''))).toHaveLength(1);
  });

  it('find hosts and machine paths', () => {
    expect(wordMistakes(at('a', 'see https://registry.example.org/x'))).toHaveLength(1);
    expect(wordMistakes(at('a', '"resolved": "https://example.org/x.tgz"'))).toHaveLength(1);
    expect(wordMistakes(at('a', 'cd /home/someone/blemish'))).toHaveLength(1);
    expect(wordMistakes(at('a', "const folder = '/home/somebody/project';"))).toHaveLength(1);
    expect(wordMistakes(at('a', 'the registry of ops; native/core/registry.h; src/work/x; ./home/x; https://nodejs.org/'))).toEqual([]);
  });

  it('miss no folder, and no row of a folder that has gone', () => {
    const map = at('README.md', '| `src/` | What people import. |\n| `gone/` | What was here once. |\n');
    expect(folderMistakes(['src', 'native'], [map])).toEqual([
      "native/: has no sentence; expected a row of README.md's map or a README.md of its own",
      'gone/: has a sentence but does not exist; expected the map to be true',
    ]);
    expect(folderMistakes(['src', 'a'], [at('README.md', '| `src/` | What people import. |\n'), at('a/README.md', '# A folder\n')])).toEqual([]);
    const row = '| `src/` | What people import. |\n';
    expect(folderMistakes(['src'], [at('README.md', row + row)])).toEqual(['src/: has two rows; expected one']);
  });
});
