// What a report says of the detector and of the machine.
import { arch, cpus, platform, totalmem } from 'node:os';
import { versions } from '../scoring/versions.ts';
import { build } from '../tensor/device.ts';
import type { DetectorFacts, TrainingHistory } from './evaluation.ts';
import type { Scorer } from './scorer.ts';

type Plain = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);
const number = (value: unknown, otherwise = 0): number => (typeof value === 'number' ? value : otherwise);
const rows = (value: unknown): readonly Plain[] => (Array.isArray(value) ? value.filter(isPlain) : []);

/** What fitting wrote into the provenance; null where it wrote nothing. It may come from a file, so nothing is taken on trust. */
export function trainingOf(provenance: Plain): TrainingHistory | null {
  const { training } = provenance;
  if (!isPlain(training)) return null;
  const missing = Number.NaN;
  const numbers = (values: unknown) =>
    isPlain(values) ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name, number(value, missing)])) : {};
  return {
    steps: number(training.steps),
    seconds: number(training.seconds),
    images: number(training.images),
    seed: number(training.seed),
    history: rows(training.history).map((row) => ({
      step: number(row.step),
      seconds: number(row.seconds),
      loss: number(row.loss, missing),
      terms: numbers(row.terms),
      rate: number(row.rate, missing),
    })),
    validation: rows(training.validation).map((row) => ({
      step: number(row.step),
      seconds: number(row.seconds),
      imageAuroc: number(row.imageAuroc, missing),
      pixelAuroc: number(row.pixelAuroc, missing),
      pixelAp: number(row.pixelAp, missing),
    })),
    monitors: rows(training.monitors).map((row) => ({ step: number(row.step), seconds: number(row.seconds), values: numbers(row.values) })),
    failures: rows(training.failures).map(({ name, code, message }) => ({ name: String(name), code: String(code), message: String(message) })),
  };
}

/** A count in words that need no counting of digits: 1.93 million. */
const large = (count: number): string => (count >= 1e6 ? `${Number((count / 1e6).toPrecision(3))} million` : String(count));

/** What a detector says of itself, in short. */
export function detectorFacts(detector: Scorer): DetectorFacts {
  const { height, width, channels, fit } = detector.input;
  const { sizes, calibration } = detector.describe();
  const facts: Record<string, string> = {};
  if (isPlain(sizes) && typeof sizes.numbers === 'number') facts.Weights = `${large(sizes.numbers)}, ${large(number(sizes.bytes))} bytes`;
  if (isPlain(calibration) && typeof calibration.pictures === 'number') {
    facts.Calibration = `${calibration.pictures} normal pictures, for a false-alarm rate of ${String(calibration.falseAlarmRate)}`;
  }
  return {
    method: detector.method.name,
    hyper: { ...detector.hyper },
    input: `${width} × ${height}, ${channels === 1 ? 'grey' : 'colour'}, ${fit === 'stretch' ? 'stretched to fill it' : 'proportions kept'}`,
    training: trainingOf(detector.provenance),
    facts,
  };
}

/** Versions of what computes: this library, Node, oneDNN; and the instruction set in use. */
export const versionFacts = (): Record<string, string> => ({ ...versions(), instructions: build().isa });

/** The machine, by what matters for speed. */
export function machineFacts(): Record<string, string> {
  const cores = cpus();
  return {
    processor: cores[0]?.model.trim() || 'unknown',
    cores: String(cores.length),
    threads: String(build().threads),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${platform()} ${arch()}`,
  };
}
