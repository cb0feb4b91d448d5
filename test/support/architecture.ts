// The rules of the house as functions of text, so that the test that applies them can be tested itself.

/** A file of the tree: its path from the root, and what it holds. */
export interface SourceFile {
  path: string;
  text: string;
}

/**
 * Floors of the TypeScript, lowest first; a file may import from its own folder or from a lower floor. Longer prefixes
 * are asked first, so that `src/errors.ts` is not taken for `src/`, nor what methods share for the rest of `src/scoring/`.
 */
const floors: readonly (readonly string[])[] = [
  ['src/errors.ts'],
  ['src/hyper.ts', 'src/package.ts'],
  ['bindings/'],
  ['src/tensor/'],
  ['src/autograd/'],
  ['src/ops/'],
  ['src/nn/', 'src/data/', 'src/corruptions/', 'src/metrics/', 'src/kernels/', 'src/onnx/', 'src/scoring/image-score.ts'],
  ['src/features/'],
  ['src/methods/'],
  ['src/scoring/'],
  ['src/training/'],
  ['src/export/'],
  ['src/evaluation/', 'src/serving/', 'src/jobs/'],
  ['src/cli/', 'src/index.ts'],
];

/** Families whose members do not know one another; what two share moves down. */
const families = ['src/methods/', 'src/corruptions/'];

function placeOf(path: string): { floor: number; prefix: string } | null {
  let best: { floor: number; prefix: string } | null = null;
  floors.forEach((prefixes, floor) => {
    for (const prefix of prefixes) if (path.startsWith(prefix) && (!best || prefix.length > best.prefix.length)) best = { floor, prefix };
  });
  return best;
}

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

/** What a TypeScript file imports: relative paths resolved from the root, others as they are. */
export function importsOf(file: SourceFile): string[] {
  const found = withoutComments(file.text).matchAll(
    /(?:^|[\s;])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|[\s;])import\s*\(?\s*['"]([^'"]+)['"]/g,
  );
  return [...found].map(([, from, bare]) => resolve(file.path, from ?? bare));
}

/** What a C++ file includes, without brackets and quotes. */
export const includesOf = (file: SourceFile): string[] => [...withoutComments(file.text).matchAll(/^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm)].map((m) => m[1]);

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Mistakes in what a TypeScript file of src/ or bindings/ imports. */
export function importMistakes(file: SourceFile): string[] {
  const own = placeOf(file.path);
  const mistakes: string[] = [];
  if (!own) return [`${file.path}: lies on no floor; expected one of those in test/support/architecture.ts`];
  for (const target of importsOf(file)) {
    if (/^(test|benchmarks|reproduce)\//.test(target)) {
      mistakes.push(`${file.path}: imports ${target}; expected nothing but tests to import tests`);
      continue;
    }
    if (target === 'sharp' && file.path !== 'src/tensor/pictures.ts')
      mistakes.push(`${file.path}: imports sharp; expected src/tensor/pictures.ts alone to do so`);
    if (target === 'commander' && file.path !== 'src/cli/main.ts') mistakes.push(`${file.path}: imports commander; expected src/cli/main.ts alone to do so`);
    if (/^(pbf|hyparquet-writer)$/.test(target) && !['src/onnx/proto.ts', 'src/export/parquet.ts'].includes(file.path))
      mistakes.push(`${file.path}: imports ${target}; expected src/onnx/proto.ts and src/export/parquet.ts alone to do so`);
    if (/^echarts\b/.test(target) && file.path !== 'src/evaluation/plots.ts')
      mistakes.push(`${file.path}: imports ${target}; expected src/evaluation/plots.ts alone to do so`);
    if (/^(@fastify\/.*|fastify|prom-client)$/.test(target) && !file.path.startsWith('src/serving/'))
      mistakes.push(`${file.path}: imports ${target}; expected src/serving alone to do so`);
    const theirs = placeOf(target);
    if (!theirs) continue; // a package
    if (theirs.prefix === own.prefix) {
      const family = families.find((prefix) => prefix === own.prefix);
      if (family && memberOf(file.path, family) && memberOf(target, family) && memberOf(file.path, family) !== memberOf(target, family)) {
        mistakes.push(`${file.path}: imports ${target}; expected what two members share to move down a floor`);
      }
      continue;
    }
    if (theirs.floor >= own.floor) mistakes.push(`${file.path}: imports ${target} (floor ${theirs.floor}) from floor ${own.floor}; expected a lower floor`);
    else if (theirs.prefix === 'bindings/' && !['src/tensor/', 'src/autograd/'].includes(own.prefix) && !/\.gen\.ts$/.test(target)) {
      mistakes.push(`${file.path}: imports ${target}; expected src/tensor and src/autograd alone to know bindings/`);
    }
  }
  return mistakes;
}

/** The member of a family that a file belongs to: its folder, or its own name; none for the contract, the index and what stands in parts/. */
function memberOf(path: string, family: string): string {
  const rest = path.slice(family.length);
  if (/^(index|method|corruption)\.ts$|^parts\//.test(rest)) return '';
  return rest.includes('/') ? rest.split('/')[0] : rest;
}

const nativeRoom = (path: string): string => {
  const match = /^native\/(core|cpu|cuda|ops)\//.exec(path);
  return match ? match[1] : '';
};

/** Mistakes in what a C++ or CUDA file includes. */
export function includeMistakes(file: SourceFile): string[] {
  const room = file.path.startsWith('bindings/') ? 'bindings' : nativeRoom(file.path);
  const allowed: Record<string, string[]> = {
    core: ['core'],
    cpu: ['core', 'cpu'],
    cuda: ['core', 'cuda'],
    ops: ['core', 'cpu', 'cuda', 'ops'],
    bindings: ['core', 'cpu', 'cuda'],
  };
  const mistakes: string[] = [];
  const wrong = (include: string, expected: string) => mistakes.push(`${file.path}: includes ${include}; expected ${expected}`);
  for (const include of includesOf(file)) {
    const theirs = nativeRoom(`native/${include}`);
    if (room && theirs && !allowed[room].includes(theirs)) wrong(include, `only ${allowed[room].join(', ')}`);
    if (room === 'ops' && theirs === 'cpu' && /\.cuh?$/.test(file.path)) wrong(include, 'a CUDA twin to know cuda/, not cpu/');
    if (room === 'ops' && theirs === 'cuda' && /\.cc$/.test(file.path)) wrong(include, 'a CPU kernel to know cpu/, not cuda/');
    if (room === 'ops' && theirs === 'ops' && !include.endsWith('.h')) wrong(include, 'headers of formulas only');
    if (/^(napi|node_api|js_native_api)\.h$/.test(include) && room !== 'bindings') wrong(include, 'Node-API in bindings/ only');
    if (/^(oneapi\/)?dnnl/.test(include) && !/^native\/cpu\/onednn[\w-]*\.(cc|h)$/.test(file.path)) wrong(include, 'oneDNN in native/cpu/onednn* only');
    if (/^(cublas|cudnn)/.test(include) && !/^native\/cuda\/libraries\.(cc|h)$/.test(file.path))
      wrong(include, 'CUDA libraries in native/cuda/libraries.* only');
  }
  if (/\bNapi::|\bnapi_\w+\(/.test(withoutComments(file.text)) && room !== 'bindings')
    mistakes.push(`${file.path}: speaks Node-API; expected bindings/ alone to do so`);
  return mistakes;
}

export const longest = 400;

/** A file that is too long to be read in one sitting. */
export function lengthMistakes(file: SourceFile): string[] {
  if (/\.gen\.ts$/.test(file.path)) return [];
  const lines = file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0);
  return lines > longest ? [`${file.path}: has ${lines} lines; expected at most ${longest}`] : [];
}

/** A file whose first line (after #!) is no sentence about it. */
export function sentenceMistakes(file: SourceFile): string[] {
  const lines = file.text.split('\n');
  const first = lines[0].startsWith('#!') ? lines[1] : lines[0];
  return /^(\/\/|#|\/\*\*?) ?\S.{10,}/.test(first ?? '')
    ? []
    : [`${file.path}: begins with '${(first ?? '').slice(0, 40)}'; expected a comment that says what the file is for`];
}

/** What must stand in no file: hosts of package registries, paths of one machine. */
export function wordMistakes(file: SourceFile): string[] {
  const mistakes: string[] = [];
  const patterns: [RegExp, string][] = [
    [/\bregistry\.[a-z0-9-]+\.[a-z]+|https?:\/\/[^\s'"]*(?:registry|artifactory|verdaccio|jfrog|nexus)[^\s'"]*/i, 'no host of a package registry'],
    [/(?<![\w.~-])\/(?:home|Users|root|work|mnt)\/[\w.-]+/, 'no path of one machine'],
    [/"resolved": "https?:/, 'a lock file without hosts'],
  ];
  file.text.split('\n').forEach((line, i) => {
    for (const [pattern, expected] of patterns) {
      const found = pattern.exec(line);
      if (found) mistakes.push(`${file.path}:${i + 1}: has '${found[0]}'; expected ${expected}`);
    }
  });
  return mistakes;
}

/**
 * Folders that nobody introduced: a row `| \`folder/\` | sentence |` of README.md or CONTRIBUTING.md, or a README.md of their own,
 * must say what each folder is for. Folders of test/ that mirror one of src/ or native/
 * need none.
 */
export function folderMistakes(folders: readonly string[], files: readonly SourceFile[]): string[] {
  const said = new Set<string>();
  const rows: string[] = [];
  for (const file of files) {
    if (file.path.endsWith('/README.md') && /^# \S/.test(file.text)) said.add(file.path.slice(0, -'/README.md'.length));
    if (file.path !== 'README.md' && file.path !== 'CONTRIBUTING.md') continue;
    for (const [, folder] of file.text.matchAll(/^\| `([\w./-]+)\/` \| \S.{9,} \|$/gm)) rows.push(folder);
  }
  for (const folder of rows) said.add(folder);
  const mirrors = (folder: string) =>
    /^test\/native\/./.test(folder) || (folder.startsWith('test/') && ['src', 'native'].some((side) => folders.includes(folder.replace('test', side))));
  const missing = folders
    .filter((folder) => !said.has(folder) && !mirrors(folder))
    .map((folder) => `${folder}/: has no sentence; expected a row of README.md's map or a README.md of its own`);
  const gone = [...said]
    .filter((folder) => !folders.includes(folder))
    .map((folder) => `${folder}/: has a sentence but does not exist; expected the map to be true`);
  const twice = rows.filter((folder, i) => rows.indexOf(folder) !== i).map((folder) => `${folder}/: has two rows; expected one`);
  return [...missing, ...gone, ...twice];
}
