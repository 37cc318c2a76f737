/** Which keys are published and which sign, at a given time: "smart signing", as dnssec-signzone -S has it. */
import type { UnixSeconds } from '../base/time.ts';
import { algorithmText } from './algorithms.ts';
import {
  isRevoked,
  type KeyProblem,
  type KeyRole,
  ownRole,
  publicKeyOf,
  type SigningKey,
  type ZoneKey,
} from './key.ts';
import { FLAG, keyTag, withFlags } from './key-tag.ts';
import type { RecordState } from './state-file.ts';

/** What is done with the keys of a zone at one point in time. All lists by algorithm, KSKs first, then by tag. */
export interface KeyPlan {
  /** The DNSKEY RRset. A key whose time to be revoked has come has the REVOKE bit, and the tag that goes with it. */
  readonly publish: readonly ZoneKey[];
  /** Sign the DNSKEY, CDS and CDNSKEY RRsets. */
  readonly keySigners: readonly SigningKey[];
  /** Sign all other RRsets. */
  readonly zoneSigners: readonly SigningKey[];
  /** Keys that CDS and CDNSKEY records stand for (RFC 7344 §4). */
  readonly sync: readonly ZoneKey[];
  /** Whether CDS and CDNSKEY ask the parent to remove every DS: one is on its way out, and none is to stay (RFC 8078 §4). */
  readonly removesDs: boolean;
  /** Active keys without a private half: what they sign can't be made anew. */
  readonly offline: readonly ZoneKey[];
  /** The roles that the keys of `publish` have at this time, by base name. */
  readonly roles: ReadonlyMap<string, KeyRole>;
  /** The next time at which the plan changes by itself. */
  readonly nextChange: UnixSeconds | undefined;
  readonly problems: readonly KeyProblem[];
}

/**
 * Selects keys by their states (BIND's `.state`), or where there are none by their timing metadata:
 * published if Publish ≤ now < Delete, active if Activate ≤ now < Inactive, revoked if Revoke ≤ now. A key without a
 * Publish time is published when it becomes active; one without any timing metadata is published and active.
 * A revoked key signs the DNSKEY RRset alone (RFC 5011 §2.1). Where an algorithm has no active ZSK, its KSKs sign
 * the zone as well, and the other way round.
 *
 * @param keys  all keys of one zone
 */
export function selectKeys(keys: readonly ZoneKey[], now: UnixSeconds): KeyPlan {
  const problems: KeyProblem[] = [];
  const current = revoke(dropRevokedTwins(keys), now).sort(byRank);
  const publish = current.filter((key) => isPublished(key, now));
  const active = current.filter((key) => signsKeys(key, now) || signsZone(key, now));
  const keySigners: ZoneKey[] = [];
  const zoneSigners: ZoneKey[] = [];
  for (const algorithm of new Set([...publish, ...active].map((key) => key.algorithm))) {
    const mine = active.filter((key) => key.algorithm === algorithm);
    const standing = mine.filter((key) => !isRevoked(key.flags));
    const forKeys = standing.filter((key) => signsKeys(key, now));
    const forZone = standing.filter((key) => signsZone(key, now));
    keySigners.push(...(forKeys.length > 0 ? forKeys : forZone.filter(isUnruled)));
    keySigners.push(...mine.filter((key) => isRevoked(key.flags)));
    zoneSigners.push(...(forZone.length > 0 ? forZone : forKeys.filter(isUnruled)));
    problems.push(...algorithmProblems(algorithm, publish, forKeys, forZone));
  }
  return {
    publish,
    keySigners: keySigners.filter(isSigningKey),
    zoneSigners: zoneSigners.filter(isSigningKey),
    sync: publish.filter((key) => isSynced(key, now)),
    removesDs: isLosingDs(current),
    offline: [...new Set([...keySigners, ...zoneSigners])].filter((key) => !isSigningKey(key)),
    roles: rolesOf(publish, keySigners, zoneSigners),
    nextChange: nextChange(keys, now),
    problems: [...problems, ...tagClashes(publish)],
  };
}

function isSigningKey(key: ZoneKey): key is SigningKey {
  return key.privateKey !== undefined;
}

function isIn(state: RecordState): boolean {
  return state === 'rumoured' || state === 'omnipresent';
}

function hasTiming(key: ZoneKey): boolean {
  return Object.keys(key.timing).length > 0;
}

/** Whether the key's DNSKEY is in the zone. */
export function isPublished(key: ZoneKey, now: UnixSeconds): boolean {
  const state = key.state?.states.dnskey;
  if (state !== undefined) return isIn(state);
  if (!hasTiming(key)) return true;
  const { publish, activate, delete: removed } = key.timing;
  if (removed !== undefined && removed <= now) return false;
  const from = publish ?? activate;
  return from !== undefined && from <= now;
}

function isActive(key: ZoneKey, now: UnixSeconds): boolean {
  if (!hasTiming(key)) return true;
  const { activate, inactive, delete: removed } = key.timing;
  if (removed !== undefined && removed <= now) return false;
  // A revoked key has to sign the DNSKEY RRset for as long as it is published, whatever else is said.
  if (isRevoked(key.flags) && isPublished(key, now)) return true;
  return activate !== undefined && activate <= now && (inactive === undefined || now < inactive);
}

function signsKeys(key: ZoneKey, now: UnixSeconds): boolean {
  if (isRevoked(key.flags)) return isPublished(key, now);
  if (ownRole(key) === 'zsk') return false;
  const state = key.state?.states.krrsig;
  return state === undefined ? isActive(key, now) : isIn(state);
}

function signsZone(key: ZoneKey, now: UnixSeconds): boolean {
  if (isRevoked(key.flags) || ownRole(key) === 'ksk') return false;
  const state = key.state?.states.zrrsig;
  return state === undefined ? isActive(key, now) : isIn(state);
}

/** Whether no states rule the key: then it also does the work of a missing partner. */
function isUnruled(key: ZoneKey): boolean {
  return Object.keys(key.state?.states ?? {}).length === 0;
}

function isLosingDs(keys: readonly ZoneKey[]): boolean {
  const states = keys.map((key) => key.state?.states.ds);
  return states.includes('unretentive') && !states.some((state) => state !== undefined && isIn(state));
}

/** Whether CDS and CDNSKEY records stand for the key. */
function isSynced(key: ZoneKey, now: UnixSeconds): boolean {
  if (ownRole(key) === 'zsk' || isRevoked(key.flags)) return false;
  const state = key.state?.states.ds;
  if (state !== undefined) return isIn(state);
  const { syncPublish, syncDelete } = key.timing;
  return syncPublish !== undefined && syncPublish <= now && (syncDelete === undefined || now < syncDelete);
}

/** dnssec-revoke leaves the key beside its revoked form: only the latter counts then. */
function dropRevokedTwins(keys: readonly ZoneKey[]): readonly ZoneKey[] {
  const revoked = keys.filter((key) => isRevoked(key.flags));
  return keys.filter((key) => isRevoked(key.flags) || !revoked.some((other) => samePublicKey(key, other)));
}

function samePublicKey(a: ZoneKey, b: ZoneKey): boolean {
  if (a.algorithm !== b.algorithm) return false;
  const x = publicKeyOf(a.dnskeyRdata);
  const y = publicKeyOf(b.dnskeyRdata);
  return x.length === y.length && x.every((octet, i) => octet === y[i]);
}

function revoke(keys: readonly ZoneKey[], now: UnixSeconds): ZoneKey[] {
  return keys.map((key) => {
    const when = key.timing.revoke;
    if (when === undefined || when > now || isRevoked(key.flags) || !isPublished(key, now)) return key;
    const flags = key.flags | FLAG.revoke;
    const dnskeyRdata = withFlags(key.dnskeyRdata, flags);
    return { ...key, flags, dnskeyRdata, keyTag: keyTag(dnskeyRdata) };
  });
}

function byRank(a: ZoneKey, b: ZoneKey): number {
  return a.algorithm - b.algorithm || (b.flags & FLAG.sep) - (a.flags & FLAG.sep) || a.keyTag - b.keyTag;
}

function rolesOf(
  publish: readonly ZoneKey[],
  keySigners: readonly ZoneKey[],
  zoneSigners: readonly ZoneKey[],
): ReadonlyMap<string, KeyRole> {
  const role = (key: ZoneKey): KeyRole =>
    keySigners.includes(key) && zoneSigners.includes(key) ? 'csk' : ownRole(key);
  return new Map(publish.map((key) => [key.name, role(key)]));
}

function nextChange(keys: readonly ZoneKey[], now: UnixSeconds): UnixSeconds | undefined {
  let next = Number.POSITIVE_INFINITY;
  for (const { timing } of keys) {
    const { publish, activate, revoke: revoked, inactive, delete: removed, syncPublish, syncDelete } = timing;
    for (const time of [publish, activate, revoked, inactive, removed, syncPublish, syncDelete]) {
      if (time !== undefined && time > now && time < next) next = time;
    }
  }
  return next === Number.POSITIVE_INFINITY ? undefined : next;
}

function algorithmProblems(
  algorithm: number,
  publish: readonly ZoneKey[],
  forKeys: readonly ZoneKey[],
  forZone: readonly ZoneKey[],
): KeyProblem[] {
  const published = publish.filter((key) => key.algorithm === algorithm);
  const name = algorithmText(algorithm);
  const subject = published[0]?.name ?? name;
  if (forKeys.length === 0 && forZone.length === 0) {
    const message = `keys of ${name} are published, but none of them is active: validators would find no signatures`;
    const hint = 'Give one an activation time (dnssec-settime -A), or take the keys out of the key directory.';
    return [{ severity: 'error', code: 'SIGNING_IMPOSSIBLE', subject, message, hint }];
  }
  const missing = forKeys.length === 0 ? 'ksk' : forZone.length === 0 ? 'zsk' : undefined;
  if (missing === undefined || !published.some((key) => ownRole(key) === missing)) return [];
  const message =
    missing === 'zsk'
      ? `no ZSK of ${name} is active: its KSK signs the whole zone`
      : `no KSK of ${name} is active: its ZSK signs the DNSKEY RRset`;
  return [{ severity: 'warning', code: 'KEY_MISSING', subject, message }];
}

function tagClashes(publish: readonly ZoneKey[]): KeyProblem[] {
  const seen = new Map<string, string>();
  const problems: KeyProblem[] = [];
  for (const key of publish) {
    const id = `${key.algorithm}/${key.keyTag}`;
    const other = seen.get(id);
    if (other === undefined) seen.set(id, key.name);
    else {
      const message = `${other} and ${key.name} have the same key tag ${key.keyTag}: some validators stumble over that`;
      problems.push({ severity: 'warning', code: 'KEY_INVALID', subject: key.name, message });
    }
  }
  return problems;
}
