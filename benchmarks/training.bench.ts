// A training step of every method that learns by gradient and whose first phase has one loss, with its default settings: how many a second, and how near to the ceiling.
import { resolveHypers } from '../src/hyper.ts';
import { type AnyMethod, methods, nn, ops, Random, record, scope, type Tensor } from '../src/index.ts';
import type { Benchmark, Context } from './benchmark.ts';
import { type Row, rounded, rowOf } from './rows.ts';
import { time } from './timing.ts';

const name = 'training';

/** Operations of all convolutions while `body` runs, two per multiply-add; an upsampling and its convolution count as one transposed convolution. */
function arithmeticOf(model: nn.AnyModule, body: () => void): number {
  let total = 0;
  const counted: { forwardWith?: unknown }[] = [];
  for (const layer of model.namedModules().values()) {
    if (!(layer instanceof nn.Conv2d || layer instanceof nn.UpsampleConv2d || layer instanceof nn.ConvTranspose2d)) continue;
    const own = layer as { forwardWith: (x: Tensor, weight: Tensor) => Tensor };
    const forward = own.forwardWith.bind(layer);
    own.forwardWith = (x, weight) => {
      const y = forward(x, weight);
      const positions = layer instanceof nn.ConvTranspose2d ? x : y;
      const share = layer instanceof nn.UpsampleConv2d ? 4 / 9 : 1;
      total += (2 * share * positions.size * weight.size) / weight.shape[0];
      return y;
    };
    counted.push(own);
  }
  try {
    body();
  } finally {
    for (const own of counted) delete own.forwardWith;
  }
  return total;
}

/** Null for methods that learn otherwise, or by several players in turns. */
function firstPhase({ learn }: AnyMethod) {
  const phase = learn.learns === 'gradient' ? learn.phases[0] : null;
  return phase && 'losses' in phase ? phase : null;
}

async function step(context: Context, method: AnyMethod): Promise<Row> {
  const { device, threads, repeats = 7, batch = 8, size = 256 } = context;
  const h = resolveHypers(method.name, method.hyper);
  const random = new Random(1);
  const phase = firstPhase(method);
  if (!phase) throw new Error(`${method.name} does not begin with a phase of one loss`);
  using model: nn.AnyModule = method.build(h, { channels: 3, height: size, width: size, random }).train();
  const optimizer = phase.optimizer(phase.parameters?.(model) ?? model.namedParameters(), h);
  const shape = [batch, 3, size, size];
  const [images, donors] = [ops.uniform(shape, random), ops.uniform(shape, random)];
  let steps = 0;
  const losses = () => {
    const given = { images, donors, random: random.split(steps++), progress: 0.5 };
    return Object.values(phase.losses(model, given, h)).reduce((sum, term) => ops.add(sum, term));
  };
  try {
    const forward = arithmeticOf(model, () => scope(() => void losses()));
    // Gradients for weights and for what came in cost as much each. The first layers need none for the picture: a little less is done.
    const flops = 3 * forward;
    const timing = await time(() => optimizer.step(record(losses).backward(), {}), { device, repeats });
    const title = `${method.name}, a step of ${batch}x3x${size}x${size}`;
    const row = rowOf({ name, case: title, device, threads, timing, work: { flops }, ceilings: await context.ceilings() });
    return {
      ...row,
      gflopDone: rounded(flops / 1e9),
      stepsPerSecond: rounded(1000 / timing.ms),
      parameters: model.parameters().reduce((n, p) => n + p.size, 0),
    };
  } finally {
    optimizer.dispose();
    for (const one of [images, donors]) one.dispose();
  }
}

export default {
  name,
  about: 'a training step of every method that learns by gradient with one loss, of its first phase, with its default settings',
  entries: () =>
    Object.values(methods)
      .filter(firstPhase)
      .map((method) => ({
        name: `training-${method.name}`,
        groups: [name],
        async *run(context: Context) {
          const row = await step(context, method);
          context.say(`${row.case}: ${row.ms} ms, ${row.stepsPerSecond} a second`);
          yield row;
        },
      })),
} satisfies Benchmark;
