// Settings of a method against each other: made defects on held-out normal pictures, the same for every setting.
//
// The first row has the common settings alone; every further argument is a row of its own. No test picture is ever opened.
import { parseArgs } from 'node:util';
import { settingsOf } from '../src/cli/flags.ts';
import type { HyperValue } from '../src/hyper.ts';
import { data, fit, sync } from '../src/index.ts';
import { methods } from '../src/methods/index.ts';
import { type Found, type Held, heldOut, holdOut, judge, kindsOf } from './made-defects.ts';

const usage = `node dist/benchmarks/ablation.js <method> <data> [flags] [key=value,… …]
  --size 256|256x320   extents of the input           --fit stretch|pad
  --weights path       pretrained weights             --seed 1
  --steps 1000         of methods that learn by gradient; --batch 8
  --hold-out last      of the order of names, or random
  --by regex           what its group captures of a name is the order, such as 'num_([0-9]+)'
  --held 32            pictures held out, at most half
  --large              large made defects too, for surfaces that can be wrong as a whole
  --common key=value,… settings of every row`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '256' },
    fit: { type: 'string', default: 'stretch' },
    weights: { type: 'string' },
    steps: { type: 'string', default: '1000' },
    batch: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    'hold-out': { type: 'string', default: 'last' },
    by: { type: 'string' },
    held: { type: 'string', default: '32' },
    large: { type: 'boolean', default: false },
    common: { type: 'string', default: '' },
  },
});
const [name, place, ...variants] = positionals;
const { 'hold-out': how, fit: fitting } = values;
if (!place || !Object.hasOwn(methods, name) || (how !== 'last' && how !== 'random') || (fitting !== 'stretch' && fitting !== 'pad')) {
  console.error(usage);
  process.exit(2);
}
const pairsOf = (text: string) => text.split(',').filter((pair) => pair !== '');
const cell = ({ image, pixel, ap }: Found) => [image, pixel, ap].map((x) => x.toFixed(3)).join(' / ');
const meanOf = (found: readonly Found[], of: keyof Found) => found.reduce((sum, one) => sum + one[of], 0) / found.length;
/** CPU seconds since the last call. */
const cpuSeconds = (() => {
  let before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    return ((user + system) / 1e6).toFixed(1);
  };
})();

const normals = (await data.openData(place)).categories[0].train.filter(({ label, problem }) => label !== 1 && !problem);
const count = Math.max(1, Math.min(Math.floor(normals.length / 2), Number(values.held)));
const kinds = kindsOf(values.large);
const { train, held } = holdOut(normals, count, how, values.by === undefined ? null : new RegExp(values.by));
const [height, width = height] = values.size.split('x').map(Number);
console.log(`${train.length} normal pictures to learn from, ${held.length} held out (${how}); image AUROC / pixel AUROC / pixel AP of made defects\n`);
console.log(`| settings | CPU s: fit, score | mean | ${kinds.map(({ name }) => name).join(' | ')} |\n|---|---|---|${kinds.map(() => '---').join('|')}|`);
let spoilt: Held | null = null;
for (const variant of ['', ...variants]) {
  const hyper: Record<string, HyperValue> = {
    ...settingsOf(name, methods[name].hyper, pairsOf(values.common)),
    ...settingsOf(name, methods[name].hyper, pairsOf(variant)),
  };
  cpuSeconds();
  const detector = await fit(name, train, {
    hyper,
    size: [height, width],
    fit: fitting,
    weights: values.weights,
    steps: methods[name].learn.learns === 'gradient' ? Number(values.steps) : undefined,
    batchSize: Number(values.batch),
    seed: Number(values.seed),
    validationShare: 0,
    onProgress: (event) => event.kind === 'step' && event.step % 100 === 0 && console.error(`${variant || 'common'}: step ${event.step}/${event.steps}`),
  });
  await sync();
  const learning = cpuSeconds();
  spoilt ??= await heldOut(held, detector.input.channels, kinds);
  cpuSeconds();
  const found = await judge(detector, spoilt);
  const mean = cell({ image: meanOf(found, 'image'), pixel: meanOf(found, 'pixel'), ap: meanOf(found, 'ap') });
  console.log(`| ${variant || '(common)'} | ${learning}, ${cpuSeconds()} | ${mean} | ${found.map(cell).join(' | ')} |`);
  detector.dispose();
}
