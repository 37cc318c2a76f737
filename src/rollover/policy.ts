/** A policy: what holds for the keys, signatures and timing of a zone. */
import type { Seconds } from '../base/time.ts';
import type { SerialPolicy } from '../dns/serial.ts';

/** What a key of one role is to be. */
export interface KeyPolicy {
  /** IANA, DNS Security Algorithm Numbers. */
  readonly algorithm: number;
  /** Size of an RSA key; undefined where the algorithm's default or only size holds. */
  readonly bits: number | undefined;
  /** When the next key takes over; undefined for never. */
  readonly lifetime: Seconds | undefined;
}

/** A key signing key with a zone signing key, one key for both, or none: the zone is, or becomes, insecure. */
export type KeysPolicy =
  | { readonly kind: 'pair'; readonly ksk: KeyPolicy; readonly zsk: KeyPolicy }
  | { readonly kind: 'csk'; readonly csk: KeyPolicy }
  | { readonly kind: 'none' };

/** How keys are rolled. */
export interface RolloverPolicy {
  /** `manual`: a roll is prepared, and nothing is brought in or taken out before a person says so. */
  readonly mode: 'automatic' | 'manual';
  /** Whether signatures of a new algorithm come before its DNSKEYs (RFC 6781 §4.1.4), or with them. */
  readonly algorithm: 'conservative' | 'liberal';
}

/** How long signatures are valid, when they are renewed, and over how long their ends are spread. */
export interface SignaturesPolicy {
  readonly validity: Seconds;
  /** Life that is left when a signature is renewed: shorter than `validity` less `jitter`. */
  readonly refresh: Seconds;
  readonly jitter: Seconds;
}

/** How names and types that are not there are denied (RFC 4035 §2.3, RFC 5155 §7.1). */
export interface DenialPolicy {
  readonly type: 'nsec' | 'nsec3';
  /** Octets of the salt, 0..255. */
  readonly saltLength: number;
  readonly saltLifetime: Seconds;
  /** Additional iterations; 0 unless there is a strong reason (RFC 9276 §3.1). */
  readonly iterations: number;
  readonly optOut: boolean;
}

/** Delays that a key rollover reckons with. */
export interface TimingPolicy {
  readonly dnskeyTtl: Seconds;
  readonly publishSafety: Seconds;
  readonly retireSafety: Seconds;
  readonly maxZoneTtl: Seconds;
  readonly zonePropagation: Seconds;
  readonly dsTtl: Seconds;
  readonly parentPropagation: Seconds;
  readonly registrationDelay: Seconds;
  readonly purgeKeys: Seconds;
}

/** Everything that is decided once for many zones. */
export interface Policy {
  readonly name: string;
  readonly keys: KeysPolicy;
  readonly signatures: SignaturesPolicy;
  readonly denial: DenialPolicy;
  readonly serial: SerialPolicy;
  readonly zonemd: boolean;
  readonly rollover: RolloverPolicy;
  readonly timing: TimingPolicy;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ECDSAP256SHA256 = 13;

/** What holds where nothing is said. */
export const DEFAULT_POLICY: Policy = {
  name: 'default',
  keys: {
    kind: 'pair',
    ksk: { algorithm: ECDSAP256SHA256, bits: undefined, lifetime: 365 * DAY },
    zsk: { algorithm: ECDSAP256SHA256, bits: undefined, lifetime: 90 * DAY },
  },
  signatures: { validity: 30 * DAY, refresh: 7 * DAY + 12 * HOUR, jitter: 12 * HOUR },
  denial: { type: 'nsec3', saltLength: 8, saltLifetime: 30 * DAY, iterations: 0, optOut: false },
  serial: 'increment',
  zonemd: false,
  rollover: { mode: 'automatic', algorithm: 'conservative' },
  timing: {
    dnskeyTtl: HOUR,
    publishSafety: HOUR,
    retireSafety: HOUR,
    maxZoneTtl: DAY,
    zonePropagation: 5 * MINUTE,
    dsTtl: DAY,
    parentPropagation: HOUR,
    registrationDelay: 24 * HOUR,
    purgeKeys: 90 * DAY,
  },
};
