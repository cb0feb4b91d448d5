// What scoring one picture gives: numbers and a map in the picture's own frame, or why there are none.

/** A connected part of the map above the pixel threshold, in pixels of the picture. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The largest number of the map within it. */
  readonly score: number;
  /** Pixels above the threshold. */
  readonly area: number;
}

/** Where the time of a picture went. */
export interface Timing {
  /** Milliseconds from its file to the network's input: reading, decoding, resampling as far as it had been done by then. */
  readonly readMs: number;
  /** Milliseconds from when the device was given it, perhaps behind others and together with them, to its numbers. */
  readonly computeMs: number;
}

/** What one picture scored. */
export interface Scoring {
  /** Position in what was given. */
  readonly index: number;
  /** The path, or `#index` for what has none. */
  readonly name: string;
  /** Raw image score: larger is more abnormal. */
  readonly score: number;
  /** (1 + calibration normals at least as abnormal) / (1 + calibration normals); null before calibration. */
  readonly pValue: number | null;
  /** Strictly above the threshold in force; null where there is none. */
  readonly anomalous: boolean | null;
  readonly threshold: number | null;
  readonly width: number;
  readonly height: number;
  /** [height width], row-major: raw pixel scores; null where no map was asked for. */
  readonly map: Float32Array | null;
  /** Largest score first; empty where no pixel threshold is known. */
  readonly regions: readonly Region[];
  /** u8 [height width channels] of the network's input frame; only where asked for and where the method has one. */
  readonly reconstruction: { readonly data: Uint8Array; readonly width: number; readonly height: number; readonly channels: number } | null;
  /** Only where `timings` were asked for. */
  readonly timing?: Timing;
  /** SHA-256 of the picture's file in hexadecimal, null of pixels that have none; only where `digests` were asked for. */
  readonly sha256?: string | null;
  readonly error: null;
}

/** A picture that could not be scored. */
export interface ScoringFailure {
  readonly index: number;
  readonly name: string;
  /** As of `Scoring`, where the file could be read. */
  readonly sha256?: string | null;
  readonly error: { readonly code: string; readonly message: string };
}

/** A picture's score, or why it has none. */
export type ScoreResult = Scoring | ScoringFailure;
