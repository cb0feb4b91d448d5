// Corruptions by name; every entry is tested by test/conformance/corruptions.test.ts.
import type { Corruption } from './corruption.ts';

// biome-ignore lint/suspicious/noExplicitAny: a registry holds corruptions of all types
export const corruptions: Readonly<Record<string, Corruption<any>>> = {};
