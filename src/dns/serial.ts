/** SOA serial numbers: arithmetic modulo 2^32 (RFC 1982 §3). */
import type { UnixSeconds } from '../base/time.ts';
import { printTimestamp } from '../base/time.ts';

/** How the serial of a newly signed zone is found. */
export type SerialPolicy = 'increment' | 'unixtime' | 'date' | 'keep';

/** Whether `a` comes after `b`. */
export function isNewerSerial(a: number, b: number): boolean {
  return a !== b && (a - b) >>> 0 < 0x8000_0000;
}

/** The serial after `serial`; 0 is passed over, since some servers read it as "none". */
export function incrementSerial(serial: number): number {
  const next = (serial + 1) >>> 0;
  return next === 0 ? 1 : next;
}

/**
 * The serial a new signed zone gets: what the policy names, but always newer than everything that was published.
 *
 * @param unsigned   the serial in the zone file
 * @param published  the serial of the previous signed zone, if there is one
 * @returns          the new serial; under `keep` the zone file's own, if that is newer than the published one,
 *                   else undefined: the zone file's serial must be raised first
 */
export function nextSerial(
  policy: SerialPolicy,
  unsigned: number,
  published: number | undefined,
  now: UnixSeconds,
): number | undefined {
  const isPast = (serial: number) => published === undefined || isNewerSerial(serial, published);
  const base = published !== undefined && isNewerSerial(published, unsigned) ? published : unsigned;
  switch (policy) {
    case 'keep':
      return isPast(unsigned) ? unsigned : undefined;
    case 'increment':
      return incrementSerial(base);
    case 'unixtime': {
      const wanted = now >>> 0;
      return isPast(wanted) && isNewerSerial(wanted, unsigned) ? wanted : incrementSerial(base);
    }
    case 'date': {
      const wanted = Number(`${printTimestamp(now).slice(0, 8)}00`);
      return isPast(wanted) && isNewerSerial(wanted, unsigned) ? wanted : incrementSerial(base);
    }
  }
}
