// The package as it is delivered, in an empty folder; made once, then looked at from every side.
import { afterAll, beforeAll, describe } from 'vitest';
import { install, remove } from './installed.ts';
import { bare } from './suites/bare.ts';
import { diagnosis } from './suites/diagnosis.ts';
import { entries } from './suites/entries.ts';
import { uses } from './suites/uses.ts';

beforeAll(install, 300_000);
afterAll(remove);

describe('in use', uses);
describe('from modules of both kinds', entries);
describe('without what the build machine has', bare);
// Last: it takes the package apart.
describe('that cannot be loaded', diagnosis);
