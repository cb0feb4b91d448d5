// The row of one result, as the service gives it: the contract that clients read.
import type { Region, ScoreResult, Scoring } from '../scoring/result.ts';

/** A picture with its numbers, or one that could not be scored, with the reason. Keys stand in this order. */
export type Row = ScoredRow | FailedRow;

export interface ScoredRow {
  readonly index: number;
  readonly name: string;
  readonly score: number;
  readonly pValue: number | null;
  readonly anomalous: boolean | null;
  readonly threshold: number | null;
  readonly width: number;
  readonly height: number;
  readonly regions: readonly Region[];
  /** Where the map is, or what it is; null where none was asked for. */
  readonly map: string | null;
  /** A pixel of the map times it is a score. */
  readonly mapUnit: number | null;
  readonly error: null;
}

export interface FailedRow {
  readonly index: number;
  readonly name: string;
  readonly score: null;
  readonly error: { readonly code: string; readonly message: string };
}

/** The row of a result, with the map that was made of it. */
export function rowOf(result: ScoreResult, map: { readonly map: string; readonly unit: number } | null): Row {
  const { index, name, error } = result;
  if (error) return { index, name, score: null, error: { code: error.code, message: error.message } };
  const { score, pValue, anomalous, threshold, width, height, regions } = result as Scoring;
  return { index, name, score, pValue, anomalous, threshold, width, height, regions, map: map?.map ?? null, mapUnit: map?.unit ?? null, error };
}
