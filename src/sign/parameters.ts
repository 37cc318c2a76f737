/** What a signing run is told: times, denial of existence, keys. Everything survives structured cloning. */
import type { KeyObject } from 'node:crypto';
import type { Octets } from '../base/octets.ts';
import type { Seconds, UnixSeconds } from '../base/time.ts';

/** How non-existence is proven (RFC 4035 §2.3, RFC 5155 §7.1); `none` for a zone that is not signed at all. */
export type Denial =
  | { readonly type: 'none' }
  | { readonly type: 'nsec' }
  | {
      readonly type: 'nsec3';
      /** 0..255 octets. */
      readonly salt: Octets;
      /** Additional iterations, 0..65535; 0 is the only good value (RFC 9276 §3.1). */
      readonly iterations: number;
      readonly optOut: boolean;
    };

/** When signatures begin and end, and when they are made anew. */
export interface Validity {
  readonly now: UnixSeconds;
  readonly inception: UnixSeconds;
  readonly expiration: UnixSeconds;
  /** Each signature ends up to this much before `expiration`, so that a zone does not fall due all at once. */
  readonly jitter: Seconds;
  /** A signature with no more than this left is made anew. */
  readonly refresh: Seconds;
}

/** A key that signs now. */
export interface ActiveKey {
  readonly algorithm: number;
  readonly keyTag: number;
  /** RDATA of its DNSKEY, whether that is published or not. */
  readonly dnskey: Octets;
  readonly privateKey: KeyObject;
  /** Signs DNSKEY, CDS and CDNSKEY. */
  readonly signsKeys: boolean;
  /** Signs everything else. */
  readonly signsData: boolean;
}
