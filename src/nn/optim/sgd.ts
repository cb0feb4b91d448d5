// Gradient descent with momentum.
import { must } from '../../errors.ts';
import { sgdStep } from '../../ops/nn/optimizer.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { mustLie, Optimizer, type ParameterGroup, type ParameterList, type Slot } from './optimizer.ts';

/** Rate, momentum and weight decay. */
export interface SgdSettings {
  /** Length of a step, at least 0. */
  rate: number;
  /** Share of the last velocity that is kept; 0 (the default) keeps no velocity at all. */
  momentum: number;
  /** Share of the gradient that the velocity does not take in. Default 0. */
  dampening: number;
  /** Added to the gradient, times the parameter. Default 0. */
  weightDecay: number;
  /** Looks one velocity ahead (Nesterov 1983). Default false. */
  nesterov: boolean;
}

/** Sutskever et al. 2013, as PyTorch counts it: v = momentum v + (1 - dampening) g; p -= rate v. */
export class Sgd extends Optimizer<SgdSettings> {
  constructor(parameters: ParameterList | readonly ParameterGroup<SgdSettings>[], settings: Partial<SgdSettings> & Pick<SgdSettings, 'rate'>) {
    super(parameters, { momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, ...settings }, checkSettings, ({ momentum }) =>
      momentum === 0 ? [] : ['velocity'],
    );
  }

  protected override update({ parameter, settings, memory, steps }: Slot<SgdSettings>, gradient: Tensor, factor: number, scale: Tensor | null): void {
    const { rate, momentum, dampening, weightDecay, nesterov } = settings;
    sgdStep(parameter, memory.velocity, gradient, scale, { rate: rate * factor, momentum, dampening, weightDecay, nesterov, start: steps === 1 });
  }
}

function checkSettings({ rate, momentum, dampening, weightDecay, nesterov }: SgdSettings): void {
  mustLie('Sgd', 'rate', rate, 0);
  mustLie('Sgd', 'momentum', momentum, 0);
  mustLie('Sgd', 'weightDecay', weightDecay, 0);
  mustLie('Sgd', 'dampening', dampening, 0);
  must(!nesterov || momentum > 0, `Sgd: nesterov is asked for with momentum ${momentum}; expected a positive momentum`);
  must(
    dampening === 0 || (momentum > 0 && !nesterov),
    `Sgd: dampening is ${dampening} with momentum ${momentum}${nesterov ? ' and nesterov' : ''}; expected a positive momentum and no nesterov`,
  );
}
