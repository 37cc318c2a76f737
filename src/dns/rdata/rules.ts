/** What some formats demand beyond their fields. */
import type { Octets } from '../../base/octets.ts';
import { checkName, labelCount } from '../name.ts';

const PRIVATE_DNS = 253;

/** Keys of algorithm PRIVATEDNS begin with a name that tells the real algorithm (RFC 4034 App. A.1.1). */
export function privateName(octets: Octets, start: number, end: number): string | undefined {
  if (octets[start + 3] !== PRIVATE_DNS || end - start === 4 || checkName(octets, start + 4, end) >= 0)
    return undefined;
  return 'a public key of algorithm 253 must begin with a name in wire form';
}

/** A rule that the data behind `header` octets has the length that the kind, at octet `kindAt`, calls for. */
function lengthRule(what: string, header: number, kindAt: number, lengths: ReadonlyMap<number, number>, least = 0) {
  return (octets: Octets, start: number, end: number): string | undefined => {
    const length = end - start - header;
    const wanted = lengths.get(octets[start + kindAt]!);
    if (wanted !== undefined && length !== wanted) {
      return `${what} of type ${octets[start + kindAt]} takes ${wanted} octets, not ${length}`;
    }
    return length < least ? `${what} takes ${least} octets or more, not ${length}` : undefined;
  };
}

/** DS digests: SHA-1, SHA-256, SHA-384 (RFC 4034 §5.1.4, RFC 4509 §2, RFC 6605 §2). */
export const digestLength = lengthRule(
  'digest',
  4,
  3,
  new Map([
    [1, 20],
    [2, 32],
    [4, 48],
  ]),
);

/** SSHFP fingerprints: SHA-1, SHA-256 (RFC 4255 §3.1.2). */
export const fingerprintLength = lengthRule(
  'fingerprint',
  2,
  1,
  new Map([
    [1, 20],
    [2, 32],
  ]),
);

/** ZONEMD digests: SHA-384, SHA-512, others 12 octets or more (RFC 8976 §2.2). */
export const zoneDigestLength = lengthRule(
  'digest',
  6,
  5,
  new Map([
    [1, 48],
    [2, 64],
  ]),
  12,
);

/** The next hashed owner name of NSEC3 under hash algorithm 1, SHA-1, has 20 octets (RFC 5155 §3.2). */
export function hashLength(octets: Octets, start: number): string | undefined {
  const length = octets[start + 5 + octets[start + 4]!]!;
  return octets[start] === 1 && length !== 20 ? `a SHA-1 hash takes 20 octets, not ${length}` : undefined;
}

/** RKEY: as other keys, but the flags are all reserved. */
export function noFlags(octets: Octets, start: number, end: number): string | undefined {
  return octets[start] !== 0 || octets[start + 1] !== 0 ? 'flags must be 0' : privateName(octets, start, end);
}

/** RRSIG: the signer is the owner or above it, so it has no more labels than the labels field (RFC 4034 §3.1.3). */
export function signerAbove(octets: Octets, start: number): string | undefined {
  const signer = labelCount(octets, start + 18);
  const labels = octets[start + 3]!;
  return signer > labels ? `the signer has ${signer} labels, the owner only ${labels}` : undefined;
}
