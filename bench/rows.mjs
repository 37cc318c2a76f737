// All rows, in the order of the table.
import { FULL_SIGNING } from './rows/full-signing.mjs';
import { GROWTH } from './rows/growth.mjs';
import { MANY_ZONES } from './rows/many-zones.mjs';
import { RESIGNING } from './rows/resigning.mjs';
import { START_UP } from './rows/start-up.mjs';
import { UNCHANGED } from './rows/unchanged.mjs';
import { VERIFYING } from './rows/verifying.mjs';

/** @type {readonly import('./types.ts').Row[]} */
export const ROWS = [...FULL_SIGNING, VERIFYING, ...RESIGNING, UNCHANGED, ...GROWTH, MANY_ZONES, START_UP];
