// What a step consists of: one turn, or a round of turns of several players, each with parameters and an optimiser of its own.
import { record } from '../autograd/tape.ts';
import { must } from '../errors.ts';
import type { AnyPhase, Player, TrainingBatch } from '../methods/method.ts';
import type { AnyModule } from '../nn/module.ts';
import { clipByNorm } from '../nn/optim/index.ts';
import type { AnyOptimizer } from '../nn/optim/optimizer.ts';
import type { Parameter } from '../nn/parameter.ts';
import { add, concat, reshape } from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';

// biome-ignore lint/suspicious/noExplicitAny: hyper-parameters are the method's own
type Values = any;
type AnyPlayer = Omit<Player<AnyModule, Values>, 'parameters'> & { readonly parameters?: Player<AnyModule, Values>['parameters'] };

/** The players of a phase; a phase without is its own only player, without a name. */
const playersOf = (phase: AnyPhase<AnyModule, Values>): readonly AnyPlayer[] => ('players' in phase ? phase.players : [{ ...phase, name: '' }]);

function turnsOf(phase: string, { name, turns }: AnyPlayer, hyper: Values): number {
  const count = turns?.(hyper) ?? 1;
  must(Number.isSafeInteger(count) && count >= 1, `training: ${name} of the phase ${phase} takes ${count} turns; expected a whole number of at least 1`);
  return count;
}

/** Batches that every step of a phase sees: as many as the player with the most turns. */
export const batchesOfStep = (phase: AnyPhase<AnyModule, Values>, hyper: Values): number =>
  Math.max(...playersOf(phase).map((player) => turnsOf(phase.name, player, hyper)));

/** Batches that a step of the whole training sees in the mean. */
export function batchesPerStep(phases: readonly AnyPhase<AnyModule, Values>[], hyper: Values): number {
  const weighted = phases.map((phase) => [phase.share ?? 1, batchesOfStep(phase, hyper)]);
  return weighted.reduce((sum, [share, count]) => sum + share * count, 0) / weighted.reduce((sum, [share]) => sum + share, 0);
}

/** What a step is played with. */
export interface StepOptions {
  /** As many as `batchesOfStep` says. */
  readonly batches: readonly Omit<TrainingBatch, 'random'>[];
  /** Chance of the losses of this step. */
  readonly random: Random;
  /** Factor on the optimisers' rates. */
  readonly factor: number;
  /** Largest norm of a turn's gradients; 0 leaves them. */
  readonly clip: number;
}

/** The terms of a step, which are on their way. */
export interface Played {
  /** Of every number its term; a term of several turns stands there several times. */
  readonly names: readonly string[];
  /** f32 [names] */
  readonly values: Tensor;
}

interface Seat {
  readonly player: AnyPlayer;
  readonly turns: number;
  readonly optimizer: AnyOptimizer;
  /** Parameters of the model that are not this player's. */
  readonly others: readonly Parameter[];
}

/** The players of a phase with their optimisers, which it owns. */
export class Table {
  private readonly seats: readonly Seat[];
  private readonly model: AnyModule;
  private readonly hyper: Values;

  constructor(phase: AnyPhase<AnyModule, Values>, model: AnyModule, hyper: Values) {
    this.model = model;
    this.hyper = hyper;
    const players = playersOf(phase);
    must(
      players.length > 0 && new Set(players.map(({ name }) => name)).size === players.length,
      `training: the players of the phase ${phase.name} are [${players.map(({ name }) => name).join(' ')}]; expected at least one, each name once`,
    );
    const seats: Seat[] = [];
    this.seats = seats;
    try {
      for (const player of players) {
        const turns = turnsOf(phase.name, player, hyper);
        const own = player.parameters?.(model) ?? model.namedParameters();
        const mine = new Set(own.values());
        seats.push({ player, turns, optimizer: player.optimizer(own, hyper), others: model.parameters().filter((one) => !mine.has(one)) });
      }
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** By their players' names. */
  get optimizers(): ReadonlyMap<string, AnyOptimizer> {
    return new Map(this.seats.map(({ player, optimizer }) => [player.name, optimizer]));
  }

  /** Enqueues all turns of a step; call it within a scope. */
  play(step: StepOptions): Played {
    const names: string[] = [];
    const values: Tensor[] = [];
    for (const seat of this.seats) {
      for (let turn = 0; turn < seat.turns; turn++) {
        const random = seat.player.name === '' ? step.random : step.random.split(seat.player.name).split(turn);
        const terms = this.take(seat, { ...step.batches[turn], random }, step);
        names.push(...terms.map(([name]) => (seat.player.name === '' ? name : `${seat.player.name}.${name}`)));
        values.push(...terms.map(([, value]) => value));
      }
    }
    return { names, values: concat(values, 0) };
  }

  dispose(): void {
    for (const { optimizer } of this.seats) optimizer.dispose();
  }

  /** One turn: losses, gradients, a step of the optimiser. */
  private take({ player, optimizer, others }: Seat, batch: TrainingBatch, { factor, clip }: StepOptions): (readonly [name: string, value: Tensor])[] {
    // What is not to be trained needs no gradient either; what was frozen before stays so.
    const stilled = others.filter((one) => one.requiresGrad);
    for (const one of stilled) one.requiresGrad = false;
    try {
      const tape = record(() => {
        const terms = Object.entries(player.losses(this.model, batch, this.hyper));
        return [terms.map(([, term]) => term).reduce((sum, term) => add(sum, term)), terms.map(([name, term]) => [name, reshape(term, [1])] as const)] as const;
      });
      const [loss, terms] = tape.value;
      const gradients = tape.backward(loss);
      optimizer.step(gradients, { factor, scale: clip > 0 ? clipByNorm(gradients, clip).scale : null });
      return terms;
    } finally {
      for (const one of stilled) one.requiresGrad = true;
    }
  }
}

/** Numbers by their terms; several of one term by their mean. */
export function termsOf(names: readonly string[], numbers: ArrayLike<number>): Record<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  names.forEach((name, i) => {
    const before = sums.get(name);
    sums.set(name, before ? { sum: before.sum + numbers[i], count: before.count + 1 } : { sum: numbers[i], count: 1 });
  });
  return Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count]));
}
