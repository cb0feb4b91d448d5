// Special functions in float64 for references.

/** The error function, to about 1e-15: a series of positive terms near 0, one minus the complement beyond. */
export function erf(x: number): number {
  const t = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (t > 3) return Math.sign(x) * (1 - erfc(t));
  let term = t;
  let sum = t;
  for (let n = 1; term > 1e-18 * sum; n++) {
    term *= (2 * t * t) / (2 * n + 1);
    sum += term;
  }
  return ((Math.sign(x) * 2) / Math.sqrt(Math.PI)) * Math.exp(-t * t) * sum;
}

/** 1 − erf(x), small values exact too: a continued fraction from 2 on. */
export function erfc(x: number): number {
  if (x < 2) return 1 - erf(x);
  if (x > 27) return 0;
  let fraction = 0;
  for (let n = 120; n >= 1; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

/** Distribution function of the standard normal law. */
export const normalCdf = (x: number): number => (x < 0 ? 0.5 * erfc(-x / Math.SQRT2) : 0.5 + 0.5 * erf(x / Math.SQRT2));

/** The x at which the normal distribution function is p, by bisection. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  let low = -40;
  let high = 0;
  for (let i = 0; i < 70; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
