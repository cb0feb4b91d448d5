// Activations as layers: elementwise, any extents, no weights.
import { elu, gelu, hardSwish, leakyRelu, mish, relu, relu6, selu, sigmoid, silu, softplus, tanh } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Module } from '../module.ts';

/** max(x, 0) */
export class Relu extends Module {
  override forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/** min(max(x, 0), 6) */
export class Relu6 extends Module {
  override forward(x: Tensor): Tensor {
    return relu6(x);
  }
}

/** x where positive, else slope · x */
export class LeakyRelu extends Module {
  readonly slope: number;

  /** @param options slope below zero, at least 0; default 0.01 */
  constructor({ slope = 0.01 }: { slope?: number } = {}) {
    super();
    this.slope = slope;
  }

  override forward(x: Tensor): Tensor {
    return leakyRelu(x, { slope: this.slope });
  }
}

/** x where positive, else alpha · (eˣ − 1) */
export class Elu extends Module {
  readonly alpha: number;

  /** @param options alpha, at least 0; default 1 */
  constructor({ alpha = 1 }: { alpha?: number } = {}) {
    super();
    this.alpha = alpha;
  }

  override forward(x: Tensor): Tensor {
    return elu(x, { alpha: this.alpha });
  }
}

/** The self-normalising exponential unit of Klambauer et al. 2017. */
export class Selu extends Module {
  override forward(x: Tensor): Tensor {
    return selu(x);
  }
}

/** x times the normal distribution function. */
export class Gelu extends Module {
  readonly form: 'exact' | 'tanh';

  /** @param options form: 'exact' (the default) or its approximation by 'tanh' */
  constructor({ form = 'exact' }: { form?: 'exact' | 'tanh' } = {}) {
    super();
    this.form = form;
  }

  override forward(x: Tensor): Tensor {
    return gelu(x, { form: this.form });
  }
}

/** x · sigmoid(x) */
export class Silu extends Module {
  override forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/** 1 / (1 + e⁻ˣ) */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/** The hyperbolic tangent. */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/** log(1 + e^(beta·x)) / beta */
export class Softplus extends Module {
  readonly beta: number;

  /** @param options beta, above 0; default 1 */
  constructor({ beta = 1 }: { beta?: number } = {}) {
    super();
    this.beta = beta;
  }

  override forward(x: Tensor): Tensor {
    return softplus(x, { beta: this.beta });
  }
}

/** x · min(max(x / 6 + 1/2, 0), 1) */
export class HardSwish extends Module {
  override forward(x: Tensor): Tensor {
    return hardSwish(x);
  }
}

/** x · tanh(softplus(x)) */
export class Mish extends Module {
  override forward(x: Tensor): Tensor {
    return mish(x);
  }
}
