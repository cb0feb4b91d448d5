// Settings of a one-class method against each other: made shifts of held-out normal pictures. No test picture is ever opened.
import { parseArgs } from 'node:util';
import { settingsOf } from '../src/cli/flags.ts';
import { PictureStore } from '../src/data/store.ts';
import { data, fit, noGrad, type RawPicture, scope, sync, type Tensor, tensor } from '../src/index.ts';
import { methods } from '../src/methods/index.ts';
import { concat, ranking, slice, transpose } from '../src/ops/index.ts';
import { shifts } from './made-shifts.ts';

const usage = `node dist/benchmarks/one-class-ablation.js <method> <data> <normal class> [flags] [key=value,… …]
  --size 32       extents of the input
  --steps 1500 --batch 64 --seed 1
  --held 400      normal pictures held out, the last of the training set`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '32' },
    steps: { type: 'string', default: '1500' },
    batch: { type: 'string', default: '64' },
    seed: { type: 'string', default: '1' },
    held: { type: 'string', default: '400' },
  },
});
const [name, place, normalClass, ...variants] = positionals;
if (!normalClass || !Object.hasOwn(methods, name)) {
  console.error(usage);
  process.exit(2);
}

const normals = (await data.openData(place, { normalClass })).categories[0].train.filter(({ label }) => label !== 1);
const count = Math.min(Math.floor(normals.length / 2), Number(values.held));
const [train, held] = [normals.slice(0, -count), normals.slice(-count)];

const picturesOf = async (batch: Tensor): Promise<RawPicture[]> => {
  const [total, channels, height, width] = batch.shape;
  const rows = scope(() => transpose(batch, [0, 2, 3, 1]));
  const numbers = (await rows.read()) as Float32Array;
  rows.dispose();
  const size = height * width * channels;
  return Array.from({ length: total }, (_, i) => ({ data: numbers.slice(i * size, (i + 1) * size), width, height, channels: channels as 1 | 3 }));
};

/** Held-out pictures at their own extents, and the same with every shift. */
async function judged(): Promise<{ clean: RawPicture[]; shifted: Record<string, RawPicture[]> }> {
  const first = held[0].source as RawPicture;
  const { width, height, channels } = first;
  const store = await PictureStore.open(held, { width, height, channels: channels as 1 | 3, fit: 'stretch' });
  const x = await store.batch(held.map((_, i) => i));
  store.dispose();
  const y = scope(() => concat([slice(x, [1, 0, 0, 0], [count - 1, ...x.shape.slice(1)]), slice(x, [0, 0, 0, 0], [1, ...x.shape.slice(1)])], 0));
  const shifted: Record<string, RawPicture[]> = {};
  for (const [kind, change] of Object.entries(shifts)) {
    const changed = scope(() => noGrad(() => change(x, y)));
    shifted[kind] = await picturesOf(changed);
    changed.dispose();
  }
  const clean = await picturesOf(x);
  for (const one of [x, y]) one.dispose();
  return { clean, shifted };
}

async function auroc(normal: readonly number[], abnormal: readonly number[]): Promise<number> {
  const results = scope(() => noGrad(() => ranking(tensor(Float32Array.from(abnormal)), tensor(Float32Array.from(normal)))));
  const [value] = (await results[0].read()) as Float32Array;
  for (const one of results) one.dispose();
  return value;
}

const { clean, shifted } = await judged();
const kinds = Object.keys(shifts);
console.log(`${train.length} normal pictures to learn from, ${count} held out; AUROC of made shifts\n`);
console.log(`| settings | CPU s | mean | ${kinds.join(' | ')} |\n|---|---|---|${kinds.map(() => '---').join('|')}|`);
for (const variant of variants.length ? variants : ['']) {
  const before = process.cpuUsage();
  const detector = await fit(name, train, {
    hyper: settingsOf(
      name,
      methods[name].hyper,
      variant.split(',').filter((pair) => pair !== ''),
    ),
    size: Number(values.size),
    steps: methods[name].learn.learns === 'gradient' ? Number(values.steps) : undefined,
    batchSize: Number(values.batch),
    seed: Number(values.seed),
    validationShare: 0,
    onProgress: (event) => event.kind === 'step' && event.step % 100 === 0 && console.error(`${variant || 'defaults'}: step ${event.step}/${event.steps}`),
  });
  await sync();
  const { user, system } = process.cpuUsage(before);
  const scores = async (pictures: readonly RawPicture[]) => {
    const list: number[] = [];
    for await (const result of detector.score(pictures, { maps: false, batchSize: 64 })) {
      if (result.error) throw new Error(result.error.message);
      list.push(result.score);
    }
    return list;
  };
  const normal = await scores(clean);
  const found: number[] = [];
  for (const kind of kinds) found.push(await auroc(normal, await scores(shifted[kind])));
  const mean = found.reduce((sum, one) => sum + one, 0) / found.length;
  console.log(
    `| ${variant || '(defaults)'} | ${((user + system) / 1e6).toFixed(0)} | ${mean.toFixed(3)} | ${found.map((one) => one.toFixed(3)).join(' | ')} |`,
  );
  detector.dispose();
}
