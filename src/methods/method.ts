// The contract that every paper fulfils: declared hyper-parameters, a network, a way to learn, a map.
import type { Corrupted } from '../corruptions/corruption.ts';
import type { Hypers, ValuesOf } from '../hyper.ts';
import type { AnyModule } from '../nn/module.ts';
import type { Schedule } from '../nn/optim/index.ts';
import type { AnyOptimizer } from '../nn/optim/optimizer.ts';
import type { Parameter } from '../nn/parameter.ts';
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

/** One stretch of learning by gradient steps; most methods have one. */
export interface Phase<M extends AnyModule, H extends Hypers> {
  readonly name: string;
  /** Part of the steps or of the time, relative to the other phases. Default 1. */
  readonly share?: number;
  /** What it trains. Default all parameters. */
  readonly parameters?: (model: M) => ReadonlyMap<string, Parameter>;
  readonly optimizer: (parameters: ReadonlyMap<string, Parameter>, h: ValuesOf<H>) => AnyOptimizer;
  readonly schedule: (h: ValuesOf<H>) => Schedule;
  /** Named scalar terms whose sum is minimised. Enqueues only. */
  readonly losses: (model: M, batch: TrainingBatch, h: ValuesOf<H>) => Readonly<Record<string, Tensor>>;
}

export interface GradientLearning<M extends AnyModule, H extends Hypers> {
  readonly learns: 'gradient';
  readonly phases: readonly Phase<M, H>[];
  /** Changes normal pictures into others as normal, before anything else sees them. Default none. */
  readonly augment?: (images: Tensor, h: ValuesOf<H>, random: Random) => Tensor;
  /** Largest Euclidean norm of all gradients together; 0 leaves them. Default 0. */
  readonly clip?: number;
  /** Share of the averaged weights that a step keeps; the averages are what is used in the end. Default 0: none. */
  readonly average?: (h: ValuesOf<H>) => number;
  /** Made defects on normal pictures, from which validation judges a network in training. */
  readonly corrupt: (batch: TrainingBatch, h: ValuesOf<H>) => Corrupted;
  /** What the finished network, with its averaged weights, is to take in from a last look at every training picture. Default nothing. */
  readonly settle?: (h: ValuesOf<H>) => OnePass<M, H> | null;
}

/** Every picture once, in order and unchanged. */
export interface OnePass<M extends AnyModule, H extends Hypers> {
  /** Takes in a batch f32 [N C H W]. */
  readonly observe: (model: M, images: Tensor, h: ValuesOf<H>, random: Random) => void | Promise<void>;
  readonly finish: (model: M, h: ValuesOf<H>, random: Random) => void | Promise<void>;
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
}

export interface Method<H extends Hypers = Hypers, M extends AnyModule = AnyModule> {
  readonly name: string;
  /** A key of docs/papers.md. */
  readonly paper: string;
  readonly family: 'reconstruction' | 'embedding' | 'statistics' | 'information';
  /** Whether `build` needs a file of pretrained weights. */
  readonly needsWeights: boolean;
  readonly hyper: H;
  /** Input extents are rounded up to multiples of this. */
  readonly multipleOf: (h: ValuesOf<H>) => number;
  /** Allocates parameters and nothing else. */
  readonly build: (h: ValuesOf<H>, options: BuildOptions) => M;
  readonly learn: GradientLearning<M, H> | OnePassLearning<M, H>;
  /** Images f32 [N C H W] within 0 … 1 to a map. Enqueues only; call it without a tape. */
  readonly score: (model: M, images: Tensor, h: ValuesOf<H>) => Scored;
  /** From a map f32 [N 1 H W] to f32 [N]. */
  readonly imageScore: (map: Tensor, h: ValuesOf<H>) => Tensor;
}

/** Keeps the types of hyper-parameters and network together. */
export const defineMethod = <const H extends Hypers, M extends AnyModule>(method: Method<H, M>): Method<H, M> => method;

/** A method of which nothing more is known. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds methods of all types
export type AnyMethod = Method<any, any>;
