// Boxes around the connected parts of a map above a threshold.
import { nextTurn } from '../tensor/waiting.ts';
import type { Region } from './result.ts';

/** Stretches of rows above the threshold, column by column; a run that stands for its whole part holds the part's numbers in the end. */
class Runs {
  count = 0;
  first = new Int32Array(256);
  /** One past the last. */
  last = new Int32Array(256);
  bottom = new Int32Array(256);
  top = new Int32Array(256);
  area = new Int32Array(256);
  /** Towards the run that stands for the part. */
  parent = new Int32Array(256);
  peak = new Float32Array(256);

  add(y: number, first: number, last: number, peak: number): void {
    const run = this.count++;
    if (run === this.first.length) this.grow();
    this.first[run] = first;
    this.last[run] = last;
    this.top[run] = y;
    this.bottom[run] = y;
    this.area[run] = last - first;
    this.parent[run] = run;
    this.peak[run] = peak;
  }

  private grow(): void {
    for (const column of ['first', 'last', 'top', 'bottom', 'area', 'parent'] as const) {
      const old = this[column];
      this[column] = new Int32Array(2 * old.length);
      this[column].set(old);
    }
    const old = this.peak;
    this.peak = new Float32Array(2 * old.length);
    this.peak.set(old);
  }

  rootOf(run: number): number {
    const { parent } = this;
    let root = run;
    while (parent[root] !== root) root = parent[root];
    while (parent[run] !== root) {
      const next = parent[run];
      parent[run] = root;
      run = next;
    }
    return root;
  }

  /** The older run stays: so a root always comes before the rest of its part. */
  unite(a: number, b: number): void {
    const first = this.rootOf(a);
    const second = this.rootOf(b);
    if (first < second) this.parent[second] = first;
    else this.parent[first] = second;
  }

  /** Adds a run's numbers to those of the run that stands for its part. */
  gather(run: number, root: number): void {
    if (this.first[run] < this.first[root]) this.first[root] = this.first[run];
    if (this.last[run] > this.last[root]) this.last[root] = this.last[run];
    if (this.bottom[run] > this.bottom[root]) this.bottom[root] = this.bottom[run];
    if (this.peak[run] > this.peak[root]) this.peak[root] = this.peak[run];
    this.area[root] += this.area[run];
  }

  regionOf(root: number): Region {
    const { first, last, top, bottom, peak, area } = this;
    return {
      x: first[root],
      y: top[root],
      width: last[root] - first[root],
      height: bottom[root] - top[root] + 1,
      score: peak[root],
      area: area[root],
    };
  }
}

const inOrder = (a: Region, b: Region): number => b.score - a.score || b.area - a.area || a.y - b.y || a.x - b.x;

/**
 * 8-connected parts of a map strictly above a threshold, largest score first (then larger area, then higher up, then further left).
 * Exact, in one pass over the pixels: rows are cut into runs, and runs that touch are united.
 *
 * @param map [height width], row-major; NaN is above nothing
 * @param most how many regions at most: those with the largest scores
 */
export function regionsOf(map: Float32Array, width: number, height: number, threshold: number, most = 100): Region[] {
  const work = search(map, width, height, threshold, most);
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/** The same, in turns: whoever shares the thread waits some milliseconds at most, however large the map. */
export async function regionsInTurns(map: Float32Array, width: number, height: number, threshold: number, most = 100): Promise<Region[]> {
  const work = search(map, width, height, threshold, most);
  let step = work.next();
  while (!step.done) {
    await nextTurn();
    step = work.next();
  }
  return step.value;
}

// Work between two turns; a run costs as much as some twenty pixels.
const pixelsATurn = 1 << 20;
const runsATurn = 1 << 16;

/** Pauses where others may have their turn. */
function* search(map: Float32Array, width: number, height: number, threshold: number, most: number): Generator<void, Region[], void> {
  const runs = new Runs();
  let above = 0; // the first run of the row above
  let pixels = 0;
  let paused = 0;
  for (let y = 0; y < height; y++) {
    const begin = y * width;
    const end = begin + width;
    const row = runs.count;
    for (let at = begin; at < end; at++) {
      if (!(map[at] > threshold)) continue;
      const from = at;
      let peak = map[at];
      for (at++; at < end && map[at] > threshold; at++) if (map[at] > peak) peak = map[at];
      runs.add(y, from - begin, at - begin, peak);
    }
    joinRows(runs, above, row);
    above = row;
    pixels += width;
    if (pixels < pixelsATurn && runs.count - paused < runsATurn) continue;
    pixels = 0;
    paused = runs.count;
    yield;
  }
  return yield* largest(runs, most);
}

/** Unites the runs of the newest row, from `row` on, with those of the row above that they touch, be it at a corner. */
function joinRows(runs: Runs, above: number, row: number): void {
  const { first, last } = runs;
  for (let run = row, over = above; run < runs.count && over < row; ) {
    if (last[over] < first[run]) over++;
    else if (last[run] < first[over]) run++;
    else {
      runs.unite(over, run);
      if (last[over] < last[run]) over++;
      else run++;
    }
  }
}

function* largest(runs: Runs, most: number): Generator<void, Region[], void> {
  for (let run = 0; run < runs.count; run++) {
    const root = runs.rootOf(run);
    if (root !== run) runs.gather(run, root);
    if (run % runsATurn === runsATurn - 1) yield;
  }
  if (most < 1) return [];
  // A map of noise may have millions of parts; only as many as are wanted, and as many again, are ever held.
  let found: Region[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let run = 0; run < runs.count; run++) {
    if (run % runsATurn === runsATurn - 1) yield;
    if (runs.parent[run] !== run || runs.peak[run] < least) continue;
    found.push(runs.regionOf(run));
    if (found.length < 2 * most) continue;
    found = found.sort(inOrder).slice(0, most);
    least = found[most - 1].score;
  }
  return found.sort(inOrder).slice(0, most);
}
