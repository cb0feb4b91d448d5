// The contract of a feature source: from pictures to one or several maps of vectors, with known channels and places.
import { BlemishError, type OwnCode } from '../errors.ts';
import { Module } from '../nn/module.ts';
import type { State } from '../nn/state.ts';
import type { Random } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What one map of a source is: how many channels, and where over the picture its positions stand. */
export interface FeatureLevel {
  readonly name: string;
  readonly channels: number;
  /** Pixels of the picture from one position to the next. */
  readonly stride: number;
  /** Row and column, in pixels, in the middle of what the first position sees; ½ more lies between two pixels. */
  readonly origin: number;
}

/** What a source that is learnt from pictures itself, such as principal components, does before it can be used. */
export interface SourceLearning {
  /** Whether it can be used: it was learnt, or is built to take over what was. */
  readonly learnt: boolean;
  /** Takes in a batch f32 [N C H W]. */
  readonly observe: (images: Tensor, random: Random) => void;
  /** Called once, after all pictures. */
  readonly finish: () => Promise<void>;
}

/**
 * Pictures f32 [N C H W] within 0 … 1 to one map a level, f32 [N channels P Q]. A picture's maps do not depend on the others of the
 * batch. Its tensors are buffers: they go into the file of the detector that is built on it.
 */
export abstract class FeatureSource extends Module<[images: Tensor], Tensor[]> {
  /** The finest first. */
  abstract readonly levels: readonly FeatureLevel[];
  /** Null: it can be used as it was built. */
  readonly learning: SourceLearning | null = null;
  /** Whether what it gives has to be waited for, since it is computed elsewhere: then `forward` throws and `compute` is to be used. */
  readonly foreign: boolean = false;

  /** As `forward`, also of foreign sources. Until it has returned its promise it enqueues only; what it gives belongs to the caller. */
  async compute(images: Tensor): Promise<Tensor[]> {
    return this.forward(images);
  }
}

/** What every source is built of. */
export interface SourceOptions {
  readonly channels: 1 | 3;
  /** Where random filters come from. */
  readonly random: Random;
  /** Levels wanted, as powers of two of their strides: 2 is stride 4. */
  readonly finest: number;
  readonly coarsest: number;
  /** Side of patches in pixels, of the sources that cut such. */
  readonly patch: number;
  /** Channels of the sources that can choose: principal components of patches, random filters. */
  readonly width: number;
  /** Pretrained arrays by their names in the file; null where none were given. */
  readonly weights: State | null;
  /** The source's own arrays, of a detector that is read from a file; null for a new one. They are written afterwards. */
  readonly learnt: State | null;
}

/** Levels from the finest to the coarsest wanted, by the power of two of their strides; throws where there is none. */
export function chosen<L>(source: string, offered: Readonly<Record<number, L>>, { finest, coarsest }: Pick<SourceOptions, 'finest' | 'coarsest'>): L[] {
  const powers = Object.keys(offered).map(Number);
  const found = powers.filter((power) => power >= finest && power <= coarsest);
  if (!found.length) {
    const there = `${Math.min(...powers)} … ${Math.max(...powers)}`;
    throw new BlemishError<OwnCode>(
      'ARGUMENT_INVALID',
      `source ${source}: there is no level from finest ${finest} to coarsest ${coarsest}; expected some of ${there}`,
    );
  }
  return found.map((power) => offered[power]);
}

/** The arrays of a member, by the names that they have in it. */
export function within(state: State | null | undefined, member: string): State | null {
  if (!state) return null;
  const prefix = `${member}.`;
  return new Map([...state].filter(([name]) => name.startsWith(prefix)).map(([name, entry]) => [name.slice(prefix.length), entry]));
}
