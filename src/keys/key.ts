/** What a key is to this program: its public half, its roles, its times, and, where it is at hand, its private half. */
import type { KeyObject } from 'node:crypto';
import type { ErrorCode } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { FLAG } from './key-tag.ts';
import type { KeyState } from './state-file.ts';

/** What a key signs: KSK the DNSKEY, CDS and CDNSKEY RRsets, ZSK all others, CSK both. */
export type KeyRole = 'ksk' | 'zsk' | 'csk';

/** The timing metadata of a key file; an absent time is unset. Meanings as in dnssec-settime(8). */
export interface KeyTiming {
  readonly created?: UnixSeconds;
  readonly publish?: UnixSeconds;
  readonly activate?: UnixSeconds;
  readonly revoke?: UnixSeconds;
  readonly inactive?: UnixSeconds;
  readonly delete?: UnixSeconds;
  readonly dsPublish?: UnixSeconds;
  readonly syncPublish?: UnixSeconds;
  readonly syncDelete?: UnixSeconds;
}

/** A key of a zone, as its files tell. Plain data, which survives structured cloning to worker threads. */
export interface ZoneKey {
  /** Base name of its files: `Kexample.com.+013+12345`. */
  readonly name: string;
  /** Owner of the DNSKEY: wire form, with the case of the file. */
  readonly zone: Octets;
  readonly algorithm: number;
  /** DNSKEY flags: 256 or 257, with 128 added once revoked. */
  readonly flags: number;
  readonly keyTag: number;
  readonly dnskeyRdata: Octets;
  /** RSA modulus or curve size. */
  readonly bits: number;
  /** TTL in the key file; undefined: it names none. */
  readonly ttl: number | undefined;
  readonly timing: KeyTiming;
  /** Tags of the keys before and after it in a rollover, where its files name them. */
  readonly predecessor: number | undefined;
  readonly successor: number | undefined;
  /** BIND's key state, where there is a `.state` file. */
  readonly state: KeyState | undefined;
  /** Undefined: not at hand, the key can be published but not signed with. */
  readonly privateKey: KeyObject | undefined;
}

/** A key that can be signed with. */
export interface SigningKey extends ZoneKey {
  readonly privateKey: KeyObject;
}

/** Something about a key or its files that a person should know; an error makes the key unfit for signing. */
export interface KeyProblem {
  readonly severity: 'error' | 'warning';
  readonly code: ErrorCode;
  /** Base name of the key's files, or the directory's path. */
  readonly subject: string;
  readonly message: string;
  readonly hint?: string;
}

/** Whether the Secure Entry Point flag is set, which marks a KSK (RFC 4034 §2.1.1). */
export function hasSepFlag(flags: number): boolean {
  return (flags & FLAG.sep) !== 0;
}

/** Whether the key is revoked (RFC 5011 §2.1). */
export function isRevoked(flags: number): boolean {
  return (flags & FLAG.revoke) !== 0;
}

/** The Public Key field of a DNSKEY's RDATA. */
export function publicKeyOf(dnskeyRdata: Octets): Octets {
  return dnskeyRdata.subarray(4);
}

/**
 * The role that the key's own files give it: `.state` where it says, else the SEP flag. A key that must also do the
 * work of a missing partner gets its role from `selectKeys`.
 */
export function ownRole(key: Pick<ZoneKey, 'flags' | 'state'>): KeyRole {
  const { isKsk, isZsk } = key.state ?? {};
  if (isKsk === true && isZsk === true) return 'csk';
  if (isKsk === true && isZsk === false) return 'ksk';
  if (isKsk === false && isZsk === true) return 'zsk';
  return hasSepFlag(key.flags) ? 'ksk' : 'zsk';
}
