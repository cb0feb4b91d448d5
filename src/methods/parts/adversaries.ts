// What methods with a generator and a critic share: whose parameters are whose, the critic's turn, its restart, by what both learn.
import { real, type ValuesOf } from '../../hyper.ts';
import { type AdversarialKind, criticLoss } from '../../nn/losses/index.ts';
import type { AnyModule } from '../../nn/module.ts';
import type { DcganCritic, Verdict } from '../../nn/networks/index.ts';
import { Adam } from '../../nn/optim/index.ts';
import type { Parameter } from '../../nn/parameter.ts';
import { concat, slice } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** By what generator and critic learn. */
export const adamHypers = {
  rate: real(1e-6, 0.1, 2e-4, 'step length of Adam, for generator and critic'),
  beta1: real(0, 0.999, 0.5, "share of Adam's mean gradient that is kept, for generator and critic"),
} as const;

/** As `adamHypers` have it. */
export const adamOf = (parameters: ReadonlyMap<string, Parameter>, { rate, beta1 }: ValuesOf<typeof adamHypers>) => new Adam(parameters, { rate, beta1 });

/** Parameters of the members of a network with these names. */
export const parametersOf =
  (...members: readonly string[]) =>
  (model: AnyModule): ReadonlyMap<string, Parameter> =>
    new Map([...model.namedParameters()].filter(([name]) => members.includes(name.split('.', 1)[0])));

/** The critic's two terms, by its verdicts on real and made pictures apart, as batch statistics want it. */
export const criticTerms = (kind: AdversarialKind, judge: (x: Tensor) => Verdict, real: Tensor, made: Tensor): Record<string, Tensor> => ({
  ...criticLoss(kind, judge(real).logits, judge(made).logits),
});

/** Below it a critic has won: what it says of any picture no longer changes, and a generator learns nothing from it. */
const won = 1e-5;

/** For `react`: starts a critic anew whose loss has fallen to nothing, as the code of GANomaly does. */
export function restartWhenWon(critic: DcganCritic, terms: Readonly<Record<string, number>>, random: Random): void {
  if ((terms['critic.real'] + terms['critic.made']) / 2 < won) critic.restart(random);
}

/** The first and the second half of what was computed in one go. */
export function halves(x: Tensor): [Tensor, Tensor] {
  const [count, ...rest] = x.shape;
  const start = rest.map(() => 0);
  return [slice(x, [0, ...start], [count / 2, ...rest]), slice(x, [count / 2, ...start], [count / 2, ...rest])];
}

/** Two batches in one. */
export const together = (a: Tensor, b: Tensor): Tensor => concat([a, b], 0);
