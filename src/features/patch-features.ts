// A source made ready for methods that look at patches: levels smoothed a little, brought to one grid, side by side.
import { must } from '../errors.ts';
import { choice, integer, type ValuesOf } from '../hyper.ts';
import { Module } from '../nn/module.ts';
import type { State } from '../nn/state.ts';
import { boxFilter, l2Normalize } from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { aligned, type Grid, toPixels } from './align.ts';
import { type FeatureSource, within } from './source.ts';
import { buildSource, type SourceValues } from './sources.ts';

/** Declarations of what becomes of a source's vectors; the first of `length` is the default. */
export function vectorHypers({ aggregate, length }: { aggregate: number; length: Length }) {
  return {
    aggregate: integer(1, 9, aggregate, 'side of the square of positions that vectors are averaged over, odd'),
    length: choice(
      length === 'unit' ? ['unit', 'given'] : ['given', 'unit'],
      "vectors of each level at length one, so that their direction counts and not the picture's contrast there; or as they are",
    ),
  } as const;
}

export type Length = 'unit' | 'given';
/** Values of the settings that methods on vectors share. */
export type VectorValues = ValuesOf<ReturnType<typeof vectorHypers>>;

/** Below this a vector is none, and is left as short as it is. */
const leastLength = 1e-6;

/** Which levels of a source make a vector, and how. */
export interface PatchFeaturesOptions {
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  readonly random: Random;
  readonly weights?: State | null;
  /** Its own arrays, of a network that is read from a file. */
  readonly learnt: State | null;
}

/**
 * Pictures f32 [N C H W] → one vector a position, f32 [N D P Q]: the levels of a source, averaged locally, brought to the grid of the first,
 * and to length one where that is wanted.
 */
export class PatchFeatures extends Module {
  readonly source: FeatureSource;
  /** Channels of all levels together. */
  readonly width: number;
  /** Where the positions stand. */
  readonly grid: Grid;
  private readonly aggregate: number;
  private readonly length: Length;
  private readonly extents: readonly [number, number];

  constructor(h: SourceValues & VectorValues, { learnt, weights = null, channels, height, width, random }: PatchFeaturesOptions) {
    super();
    must(h.aggregate % 2 === 1, `features: aggregate is ${h.aggregate}; expected an odd whole number`);
    this.source = buildSource(h, { channels, random, weights, learnt: within(learnt, 'source') });
    this.width = this.source.levels.reduce((sum, level) => sum + level.channels, 0);
    this.grid = this.source.levels[0];
    this.aggregate = h.aggregate;
    this.length = h.length;
    this.extents = [height, width];
  }

  /** Maps of the levels, as the source gives them → [N D P Q]. */
  joined(maps: readonly Tensor[]): Tensor {
    return scope(() =>
      aligned(
        maps.map((map) => (this.aggregate > 1 ? boxFilter(map, this.aggregate) : map)),
        this.source.levels,
        this.length === 'unit' ? (map) => l2Normalize(map, 1, leastLength) : undefined,
      ),
    );
  }

  override forward(images: Tensor): Tensor {
    return scope(() => this.joined(this.source.forward(images)));
  }

  /** As `forward`, also of sources that have to be waited for. The result is the caller's. */
  async compute(images: Tensor): Promise<Tensor> {
    if (!this.source.foreign) return this.forward(images);
    const maps = await this.source.compute(images);
    const result = this.joined(maps);
    for (const map of maps) if (map !== result) map.dispose();
    return result;
  }

  /** A map f32 [N 1 P Q] at every pixel of the input, f32 [N 1 H W]. */
  toPixels(map: Tensor): Tensor {
    return toPixels(map, this.grid, this.extents[0], this.extents[1]);
  }
}
