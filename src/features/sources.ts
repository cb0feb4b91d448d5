// Feature sources by name, and the settings that they share; every entry is tested by test/features/features.test.ts.
import { choice, integer, type ValuesOf } from '../hyper.ts';
import { GaborSource, HaarSource, RandomSource } from './banks.ts';
import { lightHyper } from './light.ts';
import { LitSource } from './lit.ts';
import { EncoderSource, MobileNetSource, SqueezeNetSource } from './networks.ts';
import { OnnxSource } from './onnx.ts';
import { PcaSource, PixelSource } from './patches.ts';
import { type FeatureSource, type SourceOptions, within } from './source.ts';

interface SourceKind {
  readonly build: (options: SourceOptions) => FeatureSource;
  /** What is to be given by path; null: nothing. */
  readonly wants: string | null;
}

/** Every feature source by its name. */
export const sources = {
  squeezenet: { build: (options) => new SqueezeNetSource(options), wants: 'the weights of SqueezeNet 1.1 as safetensors' },
  mobilenet: { build: (options) => new MobileNetSource(options), wants: 'the weights of MobileNetV2 1.0 as safetensors' },
  encoder: { build: (options) => new EncoderSource(options), wants: 'the file of a detector whose method has an encoder' },
  onnx: { build: (options) => new OnnxSource(options), wants: 'an ONNX file whose outputs are feature maps' },
  random: { build: (options) => new RandomSource(options), wants: null },
  gabor: { build: (options) => new GaborSource(options), wants: null },
  haar: { build: (options) => new HaarSource(options), wants: null },
  pixels: { build: (options) => new PixelSource(options), wants: null },
  pca: { build: (options) => new PcaSource(options), wants: null },
} as const satisfies Record<string, SourceKind>;

/** Names of the feature sources. */
export type SourceName = keyof typeof sources;
const names = Object.keys(sources) as SourceName[];

/** Declarations of what a method lets its users choose about its source; the first source is the default. */
export function sourceHypers(first: SourceName, { finest = 3, coarsest = 4 }: { finest?: number; coarsest?: number } = {}) {
  return {
    source: choice([first, ...names.filter((name) => name !== first)], 'where features come from; the first four want a file: weights'),
    finest: integer(0, 6, finest, 'finest level of the source that is used, as a power of two of its stride in pixels'),
    coarsest: integer(0, 6, coarsest, 'coarsest level that is used, likewise'),
    light: lightHyper,
    patch: integer(1, 33, 7, 'side in pixels of the patches of the sources pixels and pca'),
    filters: integer(1, 512, 32, 'filters of a level of the source random, components of the source pca'),
  } as const;
}

/** Values of the settings that methods on features share. */
export type SourceValues = ValuesOf<ReturnType<typeof sourceHypers>>;

/** What a source wants by path, with its name; null where it wants nothing. */
export function weightsWanted({ source }: Pick<SourceValues, 'source'>): string | null {
  const { wants } = sources[source];
  return wants && `source ${source} wants ${wants}`;
}

/** Builds the source that the settings name. */
export function buildSource(h: SourceValues, options: Pick<SourceOptions, 'channels' | 'random' | 'weights' | 'learnt'>): FeatureSource {
  const lit = h.light !== 'given';
  const learnt = lit ? within(options.learnt, 'inner') : options.learnt;
  const source = sources[h.source].build({ ...options, learnt, finest: h.finest, coarsest: h.coarsest, patch: h.patch, width: h.filters });
  return lit ? new LitSource(source, h.light) : source;
}
