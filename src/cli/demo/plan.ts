// Which pictures a demo learns from, calibrates with and judges by.
import type { Category, Sample } from '../../data/sample.ts';
import { split } from '../../data/split.ts';
import { BlemishError } from '../../errors.ts';
import type { Random } from '../../tensor/random.ts';

export interface Plan {
  /** Normal pictures to learn from. */
  readonly learn: readonly Sample[];
  /** Normal pictures that set the threshold; none of them is learnt from. */
  readonly calibrate: readonly Sample[];
  /** The share of false alarms that so many pictures can promise. */
  readonly falseAlarmRate: number;
  /** What is judged; where the data has no test, normal pictures held back. */
  readonly judge: readonly Category[];
  /** Whether there are defective pictures to judge by. */
  readonly measurable: boolean;
}

const calibrationShare = 0.2;
const mostCalibrated = 100;
const leastRate = 0.05;
/** With fewer there would be nothing left to learn from. */
const leastNormals = 5;

/** Divides what there is. Throws DATA_UNUSABLE where there are too few normal pictures. */
export function planOf(categories: readonly Category[], random: Random): Plan {
  const learn: Sample[] = [];
  const calibrate: Sample[] = [];
  const judge: Category[] = [];
  for (const { name, train, test } of categories) {
    const own = random.split(name);
    const normals = train.filter(({ label, problem }) => label !== 1 && !problem);
    if (normals.length < leastNormals) {
      throw new BlemishError('DATA_UNUSABLE', `demo: ${name} has ${normals.length} normal pictures to learn from; expected at least ${leastNormals}`);
    }
    const labelled = test.filter(({ label }) => label !== null);
    // A folder of good pictures alone: what is shown must not have been learnt from.
    const held = labelled.length ? { train: normals, validation: labelled } : split(normals, calibrationShare, own.split('judge'));
    const apart = split(held.train, Math.min(calibrationShare, mostCalibrated / categories.length / held.train.length), own.split('calibrate'));
    learn.push(...apart.train);
    calibrate.push(...apart.validation);
    judge.push({ name, train: apart.train, test: held.validation });
  }
  const measurable = judge.some(({ test }) => test.some(({ label }) => label === 1));
  return { learn, calibrate, falseAlarmRate: Math.max(leastRate, 1 / (calibrate.length + 1)), judge, measurable };
}
