/** Times as key files spell them, and the timing tags that `.key` and `.private` share. */
import { printTimestamp, type UnixSeconds } from '../base/time.ts';
import type { KeyTiming } from './key.ts';

/** Latest time that BIND's key files hold: 32 bits. */
export const LATEST_KEY_TIME: UnixSeconds = 0xffff_ffff;

/** Timing tags in the order of BIND's files. */
export const TIMING_TAGS: readonly (readonly [keyof KeyTiming, string])[] = [
  ['created', 'Created'],
  ['publish', 'Publish'],
  ['activate', 'Activate'],
  ['revoke', 'Revoke'],
  ['inactive', 'Inactive'],
  ['delete', 'Delete'],
  ['dsPublish', 'DSPublish'],
  ['syncPublish', 'SyncPublish'],
  ['syncDelete', 'SyncDelete'],
];

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time in the words of ctime(3), in UTC: `Sat Nov 21 01:22:45 2026`. */
export function timeInWords(time: UnixSeconds): string {
  const d = new Date(time * 1000);
  const two = (v: number, fill: string) => String(v).padStart(2, fill);
  const clock = [d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()].map((v) => two(v, '0')).join(':');
  return `${DAYS[d.getUTCDay()]} ${MONTHS[d.getUTCMonth()]} ${two(d.getUTCDate(), ' ')} ${clock} ${d.getUTCFullYear()}`;
}

/** A time with its words: `20261121012245 (Sat Nov 21 01:22:45 2026)`. */
export function printTimeWithWords(time: UnixSeconds): string {
  return `${printTimestamp(time)} (${timeInWords(time)})`;
}
