// The public API and nothing else.
export type { NativeCode } from '../bindings/native.gen.ts';
export { Gradients, noGrad, record, Tape } from './autograd/tape.ts';
export { type Corrupted, type Corruption, type CorruptionInput, defineCorruption } from './corruptions/corruption.ts';
export { corruptions } from './corruptions/index.ts';
export * as data from './data/index.ts';
export type { InputSpec } from './data/input.ts';
export type { Label, Sample } from './data/sample.ts';
export type { Pictures } from './data/sources.ts';
export { BlemishError, type OwnCode } from './errors.ts';
export { type EvaluationContract, type EvaluationNumbers, toContract } from './evaluation/contract.ts';
export { type EvaluateOptions, type EvaluationEvent, evaluate, type Labelled } from './evaluation/evaluate.ts';
export type { CategoryEvaluation, Estimate, Evaluation, JudgedPicture } from './evaluation/evaluation.ts';
export { type WrittenReport, writeReport } from './evaluation/report.ts';
export { MapFolder } from './export/map-folder.ts';
export { ResultFile, type ResultFileOptions, type ResultFormat } from './export/result-file.ts';
export type { MapPlace, RowExtras } from './export/result-row.ts';
export * as features from './features/index.ts';
export * as hyper from './hyper.ts';
export { methods } from './methods/index.ts';
export { type AnyMethod, type BuildOptions, defineMethod, type Method, type Scored, type TrainingBatch } from './methods/method.ts';
export * as metrics from './metrics/index.ts';
export * as nn from './nn/index.ts';
export * as ops from './ops/index.ts';
export type { Area, AreaOption, AreaPicture, Rectangle } from './scoring/area.ts';
export { type Calibration, type CalibrationEvent, picturesNeeded } from './scoring/calibration.ts';
export { Detector, type DetectorParts, load } from './scoring/detector.ts';
export { setThreshold } from './scoring/file.ts';
export type { CalibrateOptions, LoadOptions, LookOptions, OnnxOptions, ScoreOptions } from './scoring/options.ts';
export type { Provenance } from './scoring/provenance.ts';
export type { Region, ScoreResult, Scoring, ScoringFailure, Timing } from './scoring/result.ts';
export type { TileOptions } from './scoring/tiles.ts';
export { type Build, build, type Memory, memory, setThreads, sync } from './tensor/device.ts';
export {
  type DecodeOptions,
  decodePicture,
  encodePng,
  type Picture,
  type PictureLimits,
  type PictureSource,
  type RawPicture,
  type ReadOptions,
  readPicture,
} from './tensor/pictures.ts';
export { Random, type RandomKey, type RandomState } from './tensor/random.ts';
export { keep, scope } from './tensor/scope.ts';
export { type Dtype, type Shape, Tensor, type TensorOptions, type TypedArray, tensor } from './tensor/tensor.ts';
export type { TrainingEvent } from './training/events.ts';
export { type FitOptions, fit } from './training/fit.ts';
export { type UpdateOptions, type UpdateRecord, update } from './training/update.ts';
