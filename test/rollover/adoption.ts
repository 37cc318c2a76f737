/** Keys to take over, and what is known of their zone. */
import { nameFromText } from '../../src/dns/name.ts';
import { requireSigningAlgorithm } from '../../src/keys/algorithms.ts';
import type { KeyRole, KeyTiming, ZoneKey } from '../../src/keys/key.ts';
import { keyIdentity } from '../../src/keys/key-identity.ts';
import { makeKey } from '../../src/keys/making.ts';
import type { KeyState } from '../../src/keys/state-file.ts';
import { type Adoption, type AdoptionInput, adoptKeys } from '../../src/rollover/key-adoption.ts';
import { DEFAULT_POLICY } from '../../src/rollover/policy.ts';
import type { RollKey } from '../../src/rollover/roll-key.ts';

export const NOW = 1_800_000_000;
export const HOUR = 3600;
export const DAY = 24 * HOUR;

/** The sums of the default policy: worked out by hand, not by the code that is tested. */
export const WAIT = {
  dnskeyIn: HOUR + 300 + HOUR,
  dnskeyOut: HOUR + 300,
  dataIn: DAY + 300,
  replaced: DAY + 300 + (30 * DAY - (7 * DAY + 12 * HOUR)) + HOUR,
  ds: DAY + HOUR + HOUR,
  submitted: DAY + HOUR + HOUR + 24 * HOUR,
} as const;

const zone = nameFromText('example.com');
const taken = new Set<number>();

/** A key without any times. */
export const makeZoneKey = async (role: KeyRole, algorithm = 13): Promise<ZoneKey> => ({
  ...(await makeKey({ zone, algorithm: requireSigningAlgorithm(algorithm), role, timing: {} }, taken)),
  state: undefined,
});

export const NO_STATE: KeyState = { times: {}, changes: {}, states: {}, unknown: [] };

export const idOf = (key: ZoneKey) => keyIdentity(key.dnskeyRdata);
export const withTiming = (key: ZoneKey, timing: KeyTiming): ZoneKey => ({ ...key, timing });
export const withState = (key: ZoneKey, state: Partial<KeyState>): ZoneKey => ({
  ...key,
  state: { ...NO_STATE, ...state },
});

/** Takes keys over; what is not said: nothing is known of the signed zone, and nobody could ask the parent. */
export function adopt(keys: readonly ZoneKey[], parts: Partial<AdoptionInput> = {}): Adoption {
  const nothing = { seen: undefined, ds: () => 'unknown' as const, largestTtl: 300, policy: DEFAULT_POLICY, now: NOW };
  return adoptKeys({ ...nothing, ...parts, keys });
}

export const adoptOne = (key: ZoneKey, parts: Partial<AdoptionInput> = {}): RollKey => adopt([key], parts).keys[0]!;

/** What is seen where these keys sign as their roles say. */
export const seenOf = (dnskeys: readonly ZoneKey[], krrsigs: readonly ZoneKey[], zrrsigs: readonly ZoneKey[]) => ({
  dnskeys: dnskeys.map(idOf),
  krrsigs: krrsigs.map(idOf),
  zrrsigs: zrrsigs.map(idOf),
});
