/**
 * RDATA in canonical form: the names inside the RDATA of some types are folded to lower case for signing and sorting
 * (RFC 4034 §6.2, as corrected by RFC 6840 §5.1: not those of NSEC, and HINFO has none).
 */
import type { Octets, OctetWriter } from '../../base/octets.ts';
import { FOLD } from '../name.ts';

/** What a plan says of the octets from here on; 1..252 is that many octets as they are. */
const NAME = 0;
const STRING = 255;
const A6_SUFFIX = 254;

/** Where the names lie, type by type. What follows the last step is left as it is. */
const PLANS: readonly (Octets | undefined)[] = (() => {
  const plans: (Octets | undefined)[] = new Array(47).fill(undefined);
  const name = Uint8Array.of(NAME);
  const twoNames = Uint8Array.of(NAME, NAME);
  const behindPreference = Uint8Array.of(2, NAME);
  const signer = Uint8Array.of(18, NAME);
  for (const type of [2, 3, 4, 5, 7, 8, 9, 12, 30, 39]) plans[type] = name; // NS MD MF CNAME MB MG MR PTR NXT DNAME
  for (const type of [6, 14, 17]) plans[type] = twoNames; // SOA MINFO RP
  for (const type of [15, 18, 21, 36]) plans[type] = behindPreference; // MX AFSDB RT KX
  for (const type of [24, 46]) plans[type] = signer; // SIG RRSIG
  plans[26] = Uint8Array.of(2, NAME, NAME); // PX
  plans[33] = Uint8Array.of(6, NAME); // SRV
  plans[35] = Uint8Array.of(4, STRING, STRING, STRING, NAME); // NAPTR
  plans[38] = Uint8Array.of(A6_SUFFIX, NAME); // A6
  return plans;
})();

/** Whether names in the RDATA of this type are folded in canonical form. */
export function hasFoldedNames(type: number): boolean {
  return PLANS[type] !== undefined;
}

/** Where the step that begins at `at` ends, for a step that is not a name; never behind `end`. */
function endOfStep(step: number, octets: Octets, at: number, end: number): number {
  if (at >= end) return end;
  const to =
    step === STRING
      ? at + 1 + octets[at]!
      : step === A6_SUFFIX
        ? at + 1 + ((Math.max(0, 128 - octets[at]!) + 7) >>> 3)
        : at + step;
  return Math.min(to, end);
}

/** Where the name at `at` ends, its root included; never behind `end`. */
function endOfName(octets: Octets, at: number, end: number): number {
  while (at < end) {
    const length = octets[at]!;
    at += length + 1;
    if (length === 0) return at;
  }
  return end;
}

/**
 * Appends the RDATA `octets[start..end)` in canonical form.
 *
 * @param octets  well-formed wire form, names uncompressed
 */
export function writeCanonicalRdata(type: number, octets: Octets, start: number, end: number, out: OctetWriter): void {
  const first = out.length;
  out.copy(octets, start, end);
  const plan = PLANS[type];
  if (plan === undefined) return;
  const b = out.bytes;
  let at = first;
  for (let i = 0; i < plan.length; i++) {
    const step = plan[i]!;
    if (step !== NAME) {
      at = endOfStep(step, b, at, out.length);
      continue;
    }
    const to = endOfName(b, at, out.length);
    for (; at < to; at++) b[at] = FOLD[b[at]!]!;
  }
}

/**
 * Orders two RDATA of one type as canonical octet strings, the shorter first when one begins the other.
 * Only `a` is walked: up to the first difference both have the same structure.
 *
 * @returns negative, 0 or positive
 * @see RFC 4034 §6.3
 */
export function compareCanonicalRdata(
  type: number,
  a: Octets,
  aStart: number,
  aEnd: number,
  b: Octets,
  bStart: number,
  bEnd: number,
): number {
  const shift = bStart - aStart;
  const end = aStart + Math.min(aEnd - aStart, bEnd - bStart);
  let at = aStart;
  const plan = PLANS[type];
  if (plan !== undefined) {
    for (let i = 0; i < plan.length; i++) {
      const step = plan[i]!;
      if (step === NAME) {
        const to = endOfName(a, at, end);
        for (; at < to; at++) {
          const d = FOLD[a[at]!]! - FOLD[b[at + shift]!]!;
          if (d !== 0) return d;
        }
      } else {
        const to = endOfStep(step, a, at, end);
        for (; at < to; at++) {
          const d = a[at]! - b[at + shift]!;
          if (d !== 0) return d;
        }
      }
    }
  }
  for (; at < end; at++) {
    const d = a[at]! - b[at + shift]!;
    if (d !== 0) return d;
  }
  return aEnd - aStart - (bEnd - bStart);
}
