// Ranking metrics by their definitions: every pair, every threshold, every pixel counted anew.

/** Distinct numbers, largest first. */
export const falling = (...lists: ArrayLike<number>[]): number[] => [...new Set(lists.flatMap((list) => Array.from(list, (x) => x + 0)))].sort((a, b) => b - a);

/** How much of a list is >= t, each number with its weight. */
export function atLeast(list: ArrayLike<number>, t: number, weights?: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < list.length; i++) if (list[i] >= t) sum += weights ? weights[i] : 1;
  return sum;
}

const total = (list: ArrayLike<number>, weights?: ArrayLike<number>): number => atLeast(list, Number.NEGATIVE_INFINITY, weights);

/** Share of the pairs in which the positive is larger, a tie one half. */
export function auroc(positives: ArrayLike<number>, negatives: ArrayLike<number>, p?: ArrayLike<number>, n?: ArrayLike<number>): number {
  let won = 0;
  let pairs = 0;
  for (let i = 0; i < positives.length; i++) {
    for (let j = 0; j < negatives.length; j++) {
      const weight = (p ? p[i] : 1) * (n ? n[j] : 1);
      won += weight * (positives[i] > negatives[j] ? 1 : positives[i] === negatives[j] ? 0.5 : 0);
      pairs += weight;
    }
  }
  return pairs ? won / pairs : Number.NaN;
}

/** Gain in recall times precision, at every distinct score. */
export function averagePrecision(positives: ArrayLike<number>, negatives: ArrayLike<number>, p?: ArrayLike<number>, n?: ArrayLike<number>): number {
  const all = total(positives, p);
  if (!all || !total(negatives, n)) return Number.NaN;
  let sum = 0;
  let before = 0;
  for (const t of falling(positives, negatives)) {
    const found = atLeast(positives, t, p);
    if (found > before) sum += ((found - before) / all) * (found / (found + atLeast(negatives, t, n)));
    before = found;
  }
  return sum;
}

/** The largest F1 and the largest threshold that reaches it. */
export function f1Max(
  positives: ArrayLike<number>,
  negatives: ArrayLike<number>,
  p?: ArrayLike<number>,
  n?: ArrayLike<number>,
): [f1: number, threshold: number] {
  const all = total(positives, p);
  let best = 0;
  let threshold = Number.NaN;
  if (!all || !total(negatives, n)) return [Number.NaN, Number.NaN];
  for (const t of falling(positives, negatives)) {
    const found = atLeast(positives, t, p);
    const f1 = (2 * found) / (found + atLeast(negatives, t, n) + all);
    if (f1 > best) [best, threshold] = [f1, t];
  }
  return [best, threshold];
}

/** Points of a curve: false positive rate and what is found of the positives, from nothing on, at every distinct score. */
export function rates(positives: ArrayLike<number>, negatives: ArrayLike<number>, weights?: ArrayLike<number>): [x: number, y: number][] {
  const all = total(positives, weights);
  const points = falling(positives, negatives).map((t): [number, number] => [atLeast(negatives, t) / negatives.length, atLeast(positives, t, weights) / all]);
  return [[0, 0], ...points];
}

/** Trapezoids from x = 0 to the limit, over the limit. */
export function areaUpTo(points: readonly [x: number, y: number][], limit: number): number {
  let area = 0;
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1];
    const [x1, y1] = points[i];
    if (x0 >= limit) break;
    const to = Math.min(x1, limit);
    const y = x1 > x0 ? y0 + ((y1 - y0) * (to - x0)) / (x1 - x0) : y1;
    area += ((to - x0) * (y0 + y)) / 2;
  }
  return area / limit;
}

/**
 * Mean over ln x from ln lower to ln upper of the broken line through points of rising x > 0, and `before` in front of it: by the
 * pieces between all points and bounds, on each of which it is linear.
 */
export function meanOverLog(points: readonly [x: number, y: number][], lower: number, upper: number, before: number): number {
  const value = (x: number): number => {
    if (x < points[0][0]) return before;
    const i = points.findIndex(([at]) => at > x);
    if (i < 0) return points[points.length - 1][1];
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    return y0 + ((y1 - y0) * Math.log(x / x0)) / Math.log(x1 / x0);
  };
  const cuts = [...new Set([lower, ...points.map(([x]) => x).filter((x) => x > lower && x < upper), upper])].sort((a, b) => a - b);
  let area = 0;
  for (let i = 1; i < cuts.length; i++) {
    // Just inside, since the line may jump at the first point.
    const middle = Math.sqrt(cuts[i - 1] * cuts[i]);
    area += value(middle) * Math.log(cuts[i] / cuts[i - 1]);
  }
  return area / Math.log(upper / lower);
}

/** Regions by flooding from each pixel that has none yet, in row-major order: their numbers from 1, 0 outside. */
export function flooded(mask: ArrayLike<number>, height: number, width: number): { labels: Int32Array; sizes: number[] } {
  const labels = new Int32Array(height * width);
  const sizes: number[] = [];
  for (let start = 0; start < labels.length; start++) {
    if (!mask[start] || labels[start]) continue;
    const waiting = [start];
    labels[start] = sizes.push(0);
    while (waiting.length) {
      const at = waiting.pop()!;
      sizes[labels[start] - 1]++;
      const row = Math.floor(at / width);
      for (let i = Math.max(row - 1, 0); i <= Math.min(row + 1, height - 1); i++) {
        for (let j = Math.max((at % width) - 1, 0); j <= Math.min((at % width) + 1, width - 1); j++) {
          if (!mask[i * width + j] || labels[i * width + j]) continue;
          labels[i * width + j] = labels[start];
          waiting.push(i * width + j);
        }
      }
    }
  }
  return { labels, sizes };
}
