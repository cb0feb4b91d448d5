// Numbers of results as JavaScript has them.

/** NaN is how operations say that there is no answer. */
export const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
