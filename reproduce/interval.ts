// How sure a mean over a few seeds is: Student's t.

/** What a few repetitions say of their mean. */
export interface MeanInterval {
  readonly mean: number;
  /** How many there were. */
  readonly count: number;
  /** Ends of the confidence interval of the mean; null from a single one. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Probability that Student's t of so many degrees of freedom is below `t`: the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4. */
export function tProbability(t: number, degrees: number): number {
  const theta = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)];
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let n = odd ? 3 : 2; n < degrees; n += 2) {
    term *= (cosine * cosine * (n - 1)) / n;
    sum += term;
  }
  const within = odd ? (2 / Math.PI) * (theta + sine * sum) : sine * sum;
  return (1 + within) / 2;
}

/** The t that so much of the probability lies below, above one half: halved until the doubles agree. */
export function tQuantile(probability: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (tProbability(high, degrees) < probability) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (tProbability(middle, degrees) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The mean and its interval at the level given, as if the values were independent and normal. */
export function meanInterval(values: readonly number[], level = 0.95): MeanInterval {
  const count = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / count;
  if (count < 2) return { mean, count, low: null, high: null };
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (count - 1));
  const reach = (tQuantile((1 + level) / 2, count - 1) * deviation) / Math.sqrt(count);
  return { mean, count, low: mean - reach, high: mean + reach };
}
