// What a detector is told when it scores, is calibrated, read and exported.
import type { AnyMethod } from '../methods/method.ts';
import type { AreaOptions } from './area.ts';
import type { CalibrationEvent } from './calibration.ts';
import type { TileOptions } from './tiles.ts';

/** What is looked at of each picture. */
export interface LookOptions extends AreaOptions {
  /**
   * Whether pictures larger than the network's input are cut into overlapping tiles at their own scale, their maps blended, instead of
   * being made smaller; the image score is the largest of a tile's. For networks that have learnt from pictures of that scale, such as
   * crops. Calibrate the same way. Default false.
   */
  readonly tile?: boolean | TileOptions;
}

/** How pictures are scored. */
export interface ScoreOptions extends LookOptions {
  /** Ends the run at once: the generator rejects with the signal's reason (an AbortError unless another was given). */
  readonly signal?: AbortSignal;
  /**
   * Pictures that go through the network together, 1 … 1024, where that changes no bit of their scores on this machine; else they go
   * one by one. It also bounds how many pictures are under way at once (three times as many, and those being read). Default 8.
   */
  readonly batchSize?: number;
  /** Whether maps and regions are made. Default true; without them scoring is faster. */
  readonly maps?: boolean;
  /** Whether the pictures that the network would call normal come back, of methods that have such. Default false. */
  readonly reconstructions?: boolean;
  /** Whether results tell where their time went. Default false. */
  readonly timings?: boolean;
  /** Whether results tell the SHA-256 of the picture's file. Default false. */
  readonly digests?: boolean;
  /** Whether results come in the order of the pictures; else as they are finished, with their `index`. Default true. */
  readonly ordered?: boolean;
}

/** How a detector is calibrated. */
export interface CalibrateOptions extends LookOptions {
  /** Share of normal pictures that may raise an alarm, above 0 and below 1. Default 0.01, for which it takes 99 pictures. */
  readonly falseAlarmRate?: number;
  readonly signal?: AbortSignal;
  /** Is told how far it is. */
  readonly onProgress?: (event: CalibrationEvent) => void;
  /** As of `score`. */
  readonly batchSize?: number;
}

/** How a detector is read from a file. */
export interface LoadOptions {
  /** Where it computes. Default 'auto': the best that there is, which is the CPU. */
  readonly device?: 'auto' | 'cpu';
  /** The method of the file, where it is none of this library's own. */
  readonly method?: AnyMethod;
  /** Rejects with the signal's reason as soon as it is aborted. */
  readonly signal?: AbortSignal;
}

/** How a detector is exported. */
export interface OnnxOptions {
  /** Pictures that the exported network takes at a time. Default 1. */
  readonly batchSize?: number;
}
