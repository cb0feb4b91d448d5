// Adam, and AdamW with its decay apart from the gradient.
import { adamStep } from '../../ops/nn/optimizer.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { mustLie, Optimizer, type ParameterGroup, type ParameterList, type Slot } from './optimizer.ts';

/** Rate, decays and weight decay. */
export interface AdamSettings {
  /** Length of a step, at least 0. Default 0.001. */
  rate: number;
  /** Share of the mean gradient that is kept, below 1. Default 0.9. */
  beta1: number;
  /** Share of the mean square that is kept, below 1. Default 0.999. */
  beta2: number;
  /** Added to the root of the mean square. Default 1e-8. */
  epsilon: number;
  /** Adam: added to the gradient, times the parameter. AdamW: shrinks the parameter by rate times this. */
  weightDecay: number;
}

const defaults: AdamSettings = { rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/** Kingma & Ba 2015, with both moments corrected for their start at zero. Weight decay, default 0, joins the gradient. */
export class Adam extends Optimizer<AdamSettings> {
  protected readonly decoupled: boolean = false;

  constructor(parameters: ParameterList | readonly ParameterGroup<AdamSettings>[], settings: Partial<AdamSettings> = {}) {
    super(parameters, { ...defaults, ...settings }, checkSettings, () => ['firstMoment', 'secondMoment']);
  }

  protected override update({ parameter, settings, memory, steps }: Slot<AdamSettings>, gradient: Tensor, factor: number, scale: Tensor | null): void {
    const { rate, beta1, beta2, epsilon, weightDecay } = settings;
    adamStep(parameter, memory.firstMoment, memory.secondMoment, gradient, scale, {
      rate: rate * factor,
      beta1,
      beta2,
      epsilon,
      weightDecay,
      decoupled: this.decoupled,
      step: steps,
    });
  }
}

/** Loshchilov & Hutter 2019: weight decay, default 0.01, shrinks the parameter itself. */
export class AdamW extends Adam {
  protected override readonly decoupled = true;

  constructor(parameters: ParameterList | readonly ParameterGroup<AdamSettings>[], settings: Partial<AdamSettings> = {}) {
    super(parameters, { weightDecay: 0.01, ...settings });
  }
}

function checkSettings({ rate, beta1, beta2, epsilon, weightDecay }: AdamSettings): void {
  mustLie('Adam', 'rate', rate, 0);
  mustLie('Adam', 'beta1', beta1, 0, 1);
  mustLie('Adam', 'beta2', beta2, 0, 1);
  mustLie('Adam', 'epsilon', epsilon, 0);
  mustLie('Adam', 'weightDecay', weightDecay, 0);
}
