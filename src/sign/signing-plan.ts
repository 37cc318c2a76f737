/** What signing works from, section by section, and what comes of it. */
import type { Octets } from '../base/octets.ts';
import type { Seconds, UnixSeconds } from '../base/time.ts';
import type { Zone } from '../zone/zone.ts';
import type { Nsec3Chain } from './nsec3-chain.ts';
import type { ActiveKey, Denial, Validity } from './parameters.ts';

/** A zone that is ready to be signed. Large parts lie in shared memory: cloning it for a thread is cheap. */
export interface SigningPlan {
  /** With all apex records and the new serial in place. */
  readonly zone: Zone;
  readonly kinds: Octets;
  readonly order: Uint32Array;
  readonly denial: Denial;
  /** Present with NSEC3. */
  readonly chain: Nsec3Chain | undefined;
  /** TTL of NSEC and NSEC3 records (RFC 9077 §3.2). */
  readonly denialTtl: Seconds;
  /** The previous signed zone, whose signatures may stay. */
  readonly previous: Zone | undefined;
  readonly keys: readonly ActiveKey[];
  readonly validity: Validity;
  readonly seed: number;
  /** Whether the canonical octets for ZONEMD are collected. */
  readonly zonemd: boolean;
}

/** A range of the items of a plan's order: `from..to)`. */
export interface Section {
  readonly from: number;
  readonly to: number;
}

/** A section, signed and printed. */
export interface SignedSection {
  /** Lines of the zone file. */
  readonly text: Octets;
  /** What ZONEMD digests of this section, if asked for. */
  readonly digested: Octets;
  /** Where in `text` the ZONEMD record and its signatures belong, or -1. */
  readonly zonemdAt: number;
  readonly records: number;
  readonly signedRrsets: number;
  readonly made: number;
  readonly kept: number;
  /** Earliest expiration of all signatures here; 0 if there is none. */
  readonly soonest: UnixSeconds;
}
