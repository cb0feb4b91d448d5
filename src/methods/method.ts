// The contract that every paper fulfils: declared hyper-parameters, a network, a way to learn, a map.
import type { Corrupted } from '../corruptions/corruption.ts';
import type { Hypers, ValuesOf } from '../hyper.ts';
import type { AnyModule } from '../nn/module.ts';
import type { Schedule } from '../nn/optim/index.ts';
import type { AnyOptimizer } from '../nn/optim/optimizer.ts';
import type { Parameter } from '../nn/parameter.ts';
import type { State } from '../nn/state.ts';
import type { Random } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What a network is built for. */
export interface BuildOptions {
  readonly channels: 1 | 3;
  /** Extents of the network's input in pixels. */
  readonly height: number;
  readonly width: number;
  /** Where the first weights come from. */
  readonly random: Random;
  /** Pretrained arrays that were given by path, by their names in that file; none by default. */
  readonly weights?: State | null;
  /**
   * The arrays of a network that has learnt, where one is built to take them over, by their names in the network: what has extents that
   * depend on what was learnt, such as a memory bank, takes them from here. The numbers are written afterwards. None for a new one.
   */
  readonly learnt?: State | null;
}

/** One training step's worth of normal pictures. */
export interface TrainingBatch {
  /** f32 [N C H W] within 0 … 1, augmented. */
  readonly images: Tensor;
  /** f32 [N C H W]: other pictures of the set. */
  readonly donors: Tensor;
  /** Chance of this step alone. */
  readonly random: Random;
  /** Share of the phase that is done, 0 … 1. */
  readonly progress: number;
}

/** What is trained in a step, and by what. */
interface Turn<M extends AnyModule, H extends Hypers> {
  readonly optimizer: (parameters: ReadonlyMap<string, Parameter>, h: ValuesOf<H>) => AnyOptimizer;
  /** Named scalar terms whose sum is minimised. Enqueues only. Parameters that are not trained here are constants to it. */
  readonly losses: (model: M, batch: TrainingBatch, h: ValuesOf<H>) => Readonly<Record<string, Tensor>>;
}

/** A stretch of the training. */
interface Stretch<M extends AnyModule, H extends Hypers> {
  readonly name: string;
  /** Part of the steps or of the time, relative to the other phases. Default 1. */
  readonly share?: number;
  readonly schedule: (h: ValuesOf<H>) => Schedule;
  /**
   * Named scalars to be watched that are not minimised. Every few steps it sees the (first) batch just learnt from, in inference mode and without a
   * tape. Enqueues only; one that fails for these numbers is told as NaN, and nothing else comes of it. Default none.
   */
  readonly monitor?: (model: M, batch: TrainingBatch, h: ValuesOf<H>) => Readonly<Record<string, Tensor>>;
  /** Hears the terms of the step just taken, and may change the model by them, such as to start a critic anew that has won. Default nothing. */
  readonly react?: (model: M, terms: Readonly<Record<string, number>>, h: ValuesOf<H>, random: Random) => void;
}

/** One stretch of learning by gradient steps; most methods have one. */
export interface Phase<M extends AnyModule, H extends Hypers> extends Stretch<M, H>, Turn<M, H> {
  /** What it trains. Default all parameters. */
  readonly parameters?: (model: M) => ReadonlyMap<string, Parameter>;
}

/** One of several that learn against or beside each other, such as a generator and its critic. */
export interface Player<M extends AnyModule, H extends Hypers> extends Turn<M, H> {
  /** Stands before the names of its terms: `critic.real`; and for its optimiser in checkpoints. */
  readonly name: string;
  /** What it trains. */
  readonly parameters: (model: M) => ReadonlyMap<string, Parameter>;
  /** Turns that it takes in every step, one after the other. Default 1. */
  readonly turns?: (h: ValuesOf<H>) => number;
}

/**
 * A stretch in which a step is a round of turns: the players in their order, each with parameters, an optimiser and losses of its own. The
 * n-th turn of every player sees the n-th batch of the step, and draws chance of its own.
 */
export interface AdversarialPhase<M extends AnyModule, H extends Hypers> extends Stretch<M, H> {
  readonly players: readonly Player<M, H>[];
}

/** Any stretch of learning by gradient steps. */
export type AnyPhase<M extends AnyModule, H extends Hypers> = Phase<M, H> | AdversarialPhase<M, H>;

export interface GradientLearning<M extends AnyModule, H extends Hypers> {
  readonly learns: 'gradient';
  readonly phases: readonly AnyPhase<M, H>[];
  /** Changes normal pictures into others as normal, before anything else sees them. Default none. */
  readonly augment?: (images: Tensor, h: ValuesOf<H>, random: Random) => Tensor;
  /** Largest Euclidean norm of all gradients of a turn together; 0 leaves them. Default 0. */
  readonly clip?: number;
  /** Share of the averaged weights that a step keeps; the averages are what is used in the end. Default 0: none. */
  readonly average?: (h: ValuesOf<H>) => number;
  /** Made defects on normal pictures, from which validation judges a network in training. */
  readonly corrupt: (batch: TrainingBatch, h: ValuesOf<H>) => Corrupted;
  /** What the network is to take in from a first look at every training picture, before its first step. Default nothing. */
  readonly prepare?: (h: ValuesOf<H>) => OnePass<M, H> | null;
  /** What the finished network, with its averaged weights, is to take in from a last look at every training picture. Default nothing. */
  readonly settle?: (h: ValuesOf<H>) => OnePass<M, H> | null;
}

/**
 * Every picture once, in order and unchanged, or once for each of a few passes. Memory must not grow with the number of pictures. A network
 * that was read from a file goes on from what it has learnt when it is shown more pictures.
 */
export interface OnePass<M extends AnyModule, H extends Hypers> {
  /** Names of the passes that the network needs as it stands: a source of features may have to be learnt first. Default one, 'observe'. */
  readonly passes?: (model: M, h: ValuesOf<H>) => readonly string[];
  /** Takes in a batch f32 [N C H W]. */
  readonly observe: (model: M, images: Tensor, h: ValuesOf<H>, random: Random, pass: string, signal?: AbortSignal) => void | Promise<void>;
  /** After the last batch of each pass. */
  readonly finish: (model: M, h: ValuesOf<H>, random: Random, pass: string, signal?: AbortSignal) => void | Promise<void>;
}

/** What is learnt by looking at every picture once, such as a memory bank. */
export interface OnePassLearning<M extends AnyModule, H extends Hypers> extends OnePass<M, H> {
  readonly learns: 'onePass';
}

/** Tensors of the scope around. */
export interface Scored {
  /** f32 [N 1 H W]: larger is more abnormal. */
  readonly map: Tensor;
  /** f32 [N C H W]: what the network would call normal, where the method has that. */
  readonly reconstruction?: Tensor;
  /** f32 [N]: the image score, where more than the map goes into it; then `imageScore` is not asked. */
  readonly image?: Tensor;
}

/** A way to detect anomalies: declared hyper-parameters, a network, how it learns, how it scores. */
export interface Method<H extends Hypers = Hypers, M extends AnyModule = AnyModule> {
  readonly name: string;
  /** A key of docs/papers.md. */
  readonly paper: string;
  readonly family: 'reconstruction' | 'embedding' | 'statistics' | 'information';
  /** Whether it needs a file of pretrained weights, with its default settings. */
  readonly needsWeights: boolean;
  /** What is to be given as weights with these settings, in words; null: nothing. Default null. */
  readonly weightsWanted?: (h: ValuesOf<H>) => string | null;
  readonly hyper: H;
  /** Input extents are rounded up to multiples of this. */
  readonly multipleOf: (h: ValuesOf<H>) => number;
  /** Names of members of the network that only training uses, such as a critic: a detector and its file are without them, `null`. Default none. */
  readonly trainingOnly?: (h: ValuesOf<H>) => readonly string[];
  /** Allocates parameters and nothing else. */
  readonly build: (h: ValuesOf<H>, options: BuildOptions) => M;
  readonly learn: GradientLearning<M, H> | OnePassLearning<M, H>;
  /**
   * What has to be waited for before pictures can be scored, such as features that a foreign runtime computes; null: nothing. It goes to
   * `score`, and is disposed after. Until it has returned its promise it enqueues only.
   */
  readonly before?: (model: M, images: Tensor, h: ValuesOf<H>) => Promise<readonly Tensor[]> | null;
  /** Images f32 [N C H W] within 0 … 1 to a map. Enqueues only; call it without a tape. */
  readonly score: (model: M, images: Tensor, h: ValuesOf<H>, before?: readonly Tensor[]) => Scored;
  /** From a map f32 [N 1 H W] to f32 [N]. */
  readonly imageScore: (map: Tensor, h: ValuesOf<H>) => Tensor;
  /** Which image scores and numbers of maps are anomalous from the start, where the method knows; calibration overrules it. Default: none is known. */
  readonly threshold?: (h: ValuesOf<H>) => number;
  /** The folded arrays of its encoder, for the feature source `encoder` of other methods; see `EncoderSource`. Of a fused network. */
  readonly encoder?: (model: M) => Promise<State>;
}

/** Keeps the types of hyper-parameters and network together. */
export const defineMethod = <const H extends Hypers, M extends AnyModule>(method: Method<H, M>): Method<H, M> => method;

/** A method of which nothing more is known. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds methods of all types
export type AnyMethod = Method<any, any>;
