// Prints the lines of every layer, and how they changed against a branch: node scripts/size.mjs [BRANCH, default main].
import { execFileSync } from 'node:child_process';

const git = (...args) => execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
const base = process.argv[2] ?? 'main';
const layers = ['native/core', 'native/cpu', 'native/cuda', 'native/ops', 'bindings', 'src', 'test', 'benchmarks', 'reproduce', 'examples', 'scripts', 'docs'];
const isCounted = (path) => /\.(ts|mjs|cc|h|def|cu|cuh|sh|md)$/.test(path) && !/\.gen\.ts$/.test(path);
// `git grep -c ''` counts the lines of every file of a tree in one go.
const count = (...tree) => {
  const lines = new Map(layers.map((layer) => [layer, 0]));
  for (const line of git('grep', '-I', '-c', '', ...tree)
    .trim()
    .split('\n')) {
    const [path, number] = line.split(':').slice(tree.length ? 1 : 0);
    const layer = isCounted(path) && layers.find((name) => path.startsWith(`${name}/`));
    if (layer) lines.set(layer, lines.get(layer) + Number(number));
  }
  return lines;
};

const now = count();
let before = null;
try {
  before = count(git('rev-parse', '--verify', '--quiet', base).trim());
} catch {
  process.stderr.write(`size: there is no branch ${base}; expected one to compare with\n`);
}
let total = 0;
let change = 0;
const row = (name, lines, delta) => console.log(`${name.padEnd(14)}${String(lines).padStart(8)}${delta ? `  ${delta > 0 ? '+' : ''}${delta}` : ''}`);
for (const layer of layers) {
  const lines = now.get(layer);
  const delta = before ? lines - before.get(layer) : 0;
  if (lines || delta) row(layer, lines, delta);
  total += lines;
  change += delta;
}
row('all', total, change);
