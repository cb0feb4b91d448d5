// Schedules: pure functions from the step to the factor on an optimiser's rate.
import { must } from '../../errors.ts';

/** Factor on the base rate at `step` = 0 … total - 1 of `total` steps. */
export type Schedule = (step: number, total: number) => number;

/** The base rate throughout. */
export const constantSchedule = (): Schedule => () => 1;

/**
 * Multiplies the rate by `gamma` at each milestone.
 *
 * @param milestones steps, ascending; fractions below 1 are shares of the total
 */
export function stepSchedule({ milestones, gamma = 0.1 }: { milestones: readonly number[]; gamma?: number }): Schedule {
  must(
    milestones.every((m, i) => m > 0 && (i === 0 || m > milestones[i - 1])),
    `stepSchedule: milestones are [${milestones.join(' ')}]; expected ascending positive numbers`,
  );
  must(gamma > 0, `stepSchedule: gamma is ${gamma}; expected a positive number`);
  return (step, total) => gamma ** milestones.filter((m) => step >= (m < 1 ? m * total : m)).length;
}

/**
 * The base rate at first, then in a straight line down to 0 at step `total`, as adversarial learning often has it.
 *
 * @param from share of the steps after which it falls, below 1; default 0
 */
export function linearSchedule({ from = 0 }: { from?: number } = {}): Schedule {
  must(from >= 0 && from < 1, `linearSchedule: from is ${from}; expected at least 0 and below 1`);
  return (step, total) => Math.max(0, Math.min(1, (1 - step / total) / (1 - from)));
}

/** Half a cosine from 1 at step 0 towards `floor`, which step `total` would reach (Loshchilov & Hutter 2017, without restarts). */
export function cosineSchedule({ floor = 0 }: { floor?: number } = {}): Schedule {
  must(floor >= 0 && floor <= 1, `cosineSchedule: floor is ${floor}; expected a number from 0 to 1`);
  return (step, total) => floor + ((1 - floor) * (1 + Math.cos((Math.PI * Math.min(step, total)) / total))) / 2;
}

/**
 * Smith & Topin 2018 with cosine flanks, as PyTorch counts it: from 1 / `start` up to 1 (the base rate is the peak), then
 * down to 1 / (`start` `end`) at the last step.
 *
 * @param peakAt share of the steps that go upwards
 */
export function oneCycleSchedule({ peakAt = 0.3, start = 25, end = 1e4 }: { peakAt?: number; start?: number; end?: number } = {}): Schedule {
  must(peakAt >= 0 && peakAt <= 1, `oneCycleSchedule: peakAt is ${peakAt}; expected a number from 0 to 1`);
  must(start >= 1 && end >= 1, `oneCycleSchedule: start is ${start} and end ${end}; expected both at least 1`);
  const between = (from: number, to: number, share: number) => to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
  return (step, total) => {
    const peak = peakAt * total - 1;
    const last = total - 1;
    if (step <= peak) return peak > 0 ? between(1 / start, 1, step / peak) : 1;
    return between(1, 1 / (start * end), (Math.min(step, last) - peak) / (last - peak));
  };
}

/**
 * Rises in a straight line over the first steps, then follows `then` over what is left.
 *
 * @param options steps: how many steps rise, a fraction below 1 being a share of the total; start: factor at step 0, default 0. The
 *   full rate is reached at step `steps`
 */
export function warmUpSchedule(then: Schedule, { steps, start = 0 }: { steps: number; start?: number }): Schedule {
  must(steps >= 0, `warmUpSchedule: steps is ${steps}; expected a number of at least 0`);
  must(start >= 0 && start <= 1, `warmUpSchedule: start is ${start}; expected a number from 0 to 1`);
  return (step, total) => {
    const rising = Math.min(total, Math.round(steps < 1 ? steps * total : steps));
    if (step < rising) return (start + ((1 - start) * step) / rising) * then(0, total - rising || 1);
    return then(step - rising, total - rising || 1);
  };
}

/** Every schedule by its name; each takes its options and gives a Schedule. */
export const schedules = {
  constant: constantSchedule,
  step: stepSchedule,
  linear: linearSchedule,
  cosine: cosineSchedule,
  oneCycle: oneCycleSchedule,
  warmUp: warmUpSchedule,
} as const;
