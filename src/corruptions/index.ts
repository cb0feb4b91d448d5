// Corruptions by name; every entry is tested by test/conformance/corruptions.test.ts.
import type { Corruption } from './corruption.ts';
import { mixtureOf } from './mixture.ts';
import { softBlob } from './soft-blob.ts';

const members = { softBlob };

// biome-ignore lint/suspicious/noExplicitAny: a registry holds corruptions of all types
export const corruptions: Readonly<Record<string, Corruption<any>>> = { ...members, mixture: mixtureOf(members) };
