// npm run demo: trains a small autoencoder on good pictures that it makes itself, then shows what it finds in defective ones.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { build, encodePng, memory, Random } from '../src/index.ts';
import { autoencoder } from './demo/autoencoder.ts';
import { auroc, type Examined, examine } from './demo/examine.ts';
import { type Flags, parseFlags, UsageError, usage } from './demo/flags.ts';
import { lossChart, smoothed, sparkline } from './demo/loss-chart.ts';
import { Progress } from './demo/progress.ts';
import { contactSheet, type Shown, tilesOf } from './demo/sheet.ts';
import { train } from './demo/train.ts';
import { makeSurface, type SurfaceKind, type SurfacePicture, surfaceKinds, surfaces } from './surfaces.ts';

let interrupted = false;
/** What ends a demo that was told to stop. */
class Interrupted extends Error {}
const goOn = () => {
  if (interrupted) throw new Interrupted();
};

const say = (name: string, text: string) => console.log(`${name.padEnd(10)}${text}`);
const number = (x: number) => x.toLocaleString('en-GB').replaceAll(',', ' ');
const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;

/** Good pictures of all surfaces in turn; every picture has a seed of its own. */
async function makeGood(flags: Flags, count: number, random: Random): Promise<SurfacePicture[]> {
  const made: SurfacePicture[] = [];
  for (let i = 0; i < count; i++) {
    made.push(makeSurface(surfaceKinds[i % surfaceKinds.length], flags.size, random.integer(2 ** 31)));
    if (i % 8 === 7) await breathe();
  }
  return made;
}

/** Lets a signal in. */
async function breathe(): Promise<void> {
  await new Promise((done) => setImmediate(done));
  goOn();
}

/** Defective pictures of all surfaces in turn, the defects of each in turn. */
async function makeDefective(flags: Flags, count: number, random: Random): Promise<SurfacePicture[]> {
  const made: SurfacePicture[] = [];
  for (let i = 0; i < count; i++) {
    const kind = surfaceKinds[i % surfaceKinds.length];
    const { defects } = surfaces[kind];
    made.push(makeSurface(kind, flags.size, random.integer(2 ** 31), defects[Math.floor(i / surfaceKinds.length) % defects.length]));
    await breathe();
  }
  return made;
}

/** One line for each surface, one for all: how far the top errors of good and defective pictures lie apart. */
function separation(good: readonly Examined[], defective: readonly Examined[]) {
  const row = (name: string, has: (one: Examined) => boolean) => {
    const [g, d] = [good, defective].map((list) => list.filter(has).map((one) => one.topError));
    return { surface: name, good: mean(g), defective: mean(d), auroc: auroc(g, d) };
  };
  return [...surfaceKinds.map((kind) => row(kind, (one) => one.picture.surface === kind)), row('all together', () => true)];
}

/** For every surface one good picture and two defective ones, of the first two kinds of defect that can befall it. */
function chooseShown(good: readonly Examined[], defective: readonly Examined[]): Shown[][] {
  const shown = ({ picture: { surface, defect, rgb, mask }, ...rest }: Examined): Shown => ({ surface, defect, rgb, mask, ...rest });
  const of = (list: readonly Examined[], kind: SurfaceKind) => list.filter((one) => one.picture.surface === kind);
  return surfaceKinds.map((kind) => [of(good, kind)[0], ...of(defective, kind).slice(0, 2)].map(shown));
}

async function demo(flags: Flags): Promise<void> {
  const { size, seed } = flags;
  const machine = build();
  const random = new Random(seed);
  say('blemish', 'an autoencoder learns four good surfaces, then meets defects that it has never seen');
  say('machine', `CPU, ${machine.threads} ${machine.threads === 1 ? 'thread' : 'threads'}, ${machine.isa}, oneDNN ${machine.onednn}`);

  const learnt = await makeGood(flags, flags.pictures, random.split('learnt'));
  const good = await makeGood(flags, flags.heldOut, random.split('good'));
  const defective = await makeDefective(flags, flags.heldOut, random.split('defective'));
  say(
    'pictures',
    `${size}x${size}, made up: ${surfaceKinds.join(', ')}; ${learnt.length} good ones to learn from, ${good.length} good and ${defective.length} defective held out`,
  );

  const network = autoencoder(random.split('weights'));
  try {
    const parameters = network.parameters().reduce((sum, one) => sum + one.size, 0);
    say('network', `${number(parameters)} parameters; seed ${seed}, at most ${flags.steps} steps of ${flags.batch} pictures or ${flags.seconds} s`);
    const progress = new Progress(process.stderr);
    const losses = await train(network, learnt, random.split('order'), {
      ...flags,
      kinds: surfaceKinds.length,
      stop: () => interrupted || progress.seconds >= flags.seconds,
      onStep: (step, loss) =>
        progress.update(Math.max(step / flags.steps, progress.seconds / flags.seconds), `step ${step}/${flags.steps}  loss ${loss.toFixed(5)}`),
    });
    const { seconds } = progress;
    progress.close();
    goOn();
    const even = smoothed(losses, 5);
    const early = losses.length < flags.steps ? `; --seconds ${flags.seconds} ended it before step ${flags.steps}` : '';
    say(
      'training',
      `${losses.length} steps in ${seconds.toFixed(1)} s, ${((1000 * seconds) / losses.length).toFixed(1)} ms each, ${number(Math.round((losses.length * flags.batch) / seconds))} pictures/s${early}`,
    );
    say('loss', `${losses[0].toFixed(5)} ${sparkline(losses, 40)} ${even[even.length - 1].toFixed(5)}  (mean squared error, log scale)`);

    const [seenGood, seenDefective] = [await examine(network, good, size, flags.batch), await examine(network, defective, size, flags.batch)];
    goOn();
    const table = separation(seenGood, seenDefective);
    console.log('\nTop error of held-out pictures (mean of the largest hundredth of a map), and AUROC: the chance that a defective');
    console.log('picture has a larger one than a good picture. A figure of this demo on pictures of its own, no benchmark.\n');
    console.log('              good      defective  AUROC');
    for (const { surface, auroc, ...means } of table) {
      console.log(`${surface.padEnd(14)}${means.good.toFixed(5).padEnd(10)}${means.defective.toFixed(5).padEnd(11)}${auroc.toFixed(3)}`);
    }
    const written = await write(flags, losses, chooseShown(seenGood, seenDefective), { seed, size, machine, steps: losses.length, losses, separation: table });
    console.log(`\n${written}`);
  } finally {
    network.dispose();
  }
  const { liveTensors, peakBytes } = memory();
  if (liveTensors > 0) throw new Error(`demo: ${liveTensors} tensors are alive at the end; expected none`);
  say('memory', `${(peakBytes / 2 ** 20).toFixed(0)} MiB at most, no tensor left`);
}

/** Everything that goes to --out; returns what to tell about it. */
async function write(flags: Flags, losses: readonly number[], groups: readonly (readonly Shown[])[], report: object): Promise<string> {
  const shown = groups.flat();
  // One hot pixel must not darken all the rest.
  const all = shown.flatMap((one) => [...one.errors]).sort((a, b) => a - b);
  const hottest = all[Math.floor(0.99 * (all.length - 1))];
  const singles = join(flags.out, 'pictures');
  await rm(singles, { recursive: true, force: true });
  await mkdir(singles, { recursive: true });
  const trained = `${losses.length} steps, ${flags.pictures} pictures, seed ${flags.seed}`;
  const sheet = contactSheet(
    groups,
    flags.size,
    hottest,
    `An autoencoder learnt to repeat good surfaces (${trained}). It has seen none of these; what it fails to repeat is unusual.`,
    'squared error, averaged over colours and smoothed; one scale for all pictures',
  );
  await writeFile(join(flags.out, 'sheet.png'), await encodePng(sheet));
  await writeFile(join(flags.out, 'loss.png'), await encodePng(lossChart(losses, `mean squared error of every step, and its running mean; ${trained}`)));
  await writeFile(join(flags.out, 'report.json'), `${JSON.stringify(report, null, 1)}\n`);
  for (const [i, one] of shown.entries()) {
    const name = `${String(i + 1).padStart(2, '0')} ${one.surface} ${one.defect ?? 'good'}`;
    for (const [tile, rgb] of tilesOf(one, hottest)) {
      await writeFile(join(singles, `${name} ${tile}.png`.replaceAll(' ', '-')), await encodePng({ data: rgb, shape: [flags.size, flags.size, 3] }));
    }
    goOn();
  }
  const at = (name: string) => {
    const path = join(flags.out, name);
    const near = relative(process.cwd(), path);
    return near.startsWith('..') ? path : near;
  };
  return `Look at  ${at('sheet.png')}\n         ${at('loss.png')}\n         ${at('pictures')}/ (${4 * shown.length} single pictures)\n         ${at('report.json')}`;
}

process.on('SIGINT', () => {
  if (interrupted) process.exit(130);
  interrupted = true;
});
try {
  const flags = parseFlags(process.argv.slice(2));
  if (flags) await demo({ ...flags, out: resolve(flags.out) });
  else console.log(usage);
} catch (error) {
  if (error instanceof Interrupted) {
    console.error('demo: interrupted; nothing was written');
    process.exitCode = 130;
  } else if (error instanceof UsageError) {
    console.error(`demo: ${error.message}\n\n${usage}`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
