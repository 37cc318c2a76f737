/** The keys of a pass: what the files hold, put together with what is remembered of each. */
import { existsSync } from 'node:fs';
import type { Octets } from '../base/octets.ts';
import type { Seconds, UnixSeconds } from '../base/time.ts';
import { absentSigners } from '../keys/absent-signers.ts';
import { requireSigningAlgorithm } from '../keys/algorithms.ts';
import { isRevoked, ownRole, type ZoneKey } from '../keys/key.ts';
import { keyIdentity } from '../keys/key-identity.ts';
import { adoptKeys } from '../rollover/key-adoption.ts';
import type { Policy } from '../rollover/policy.ts';
import { ALL_HIDDEN, isIn, type KeyId, type RollKey } from '../rollover/roll-key.ts';
import type { Action } from '../rollover/step-result.ts';
import type { RememberedKey, ZoneMemory } from '../rollover/zone-memory.ts';
import { createKeys, repairKeys, shareKeyDirectory } from '../store/key-files.ts';
import { type KeyFiles, listKeysSoon } from '../store/key-listing.ts';
import { loadKeysIfAny, loadZoneKeys, type ZoneKeySet } from '../store/key-store.ts';
import { lookAtSignedZone, type SignedZoneFile } from '../store/signed-zones.ts';
import { signersOf } from '../zone/signed-facts.ts';
import type { RolloverRequest } from './rollover-pass.ts';
import { alterations, foreignState, listForeignStates } from './state-texts.ts';

/** What lies on disk of a zone's keys, and what it means. */
export interface GatheredKeys {
  readonly keys: readonly RollKey[];
  /** The files of each key that has any. */
  readonly files: Map<KeyId, ZoneKey>;
  /** Base names of keys that are to be in the zone, and of which not even the public half is at hand. */
  readonly unshown: readonly string[];
  /** What stops every withdrawal and every new key, in words. */
  readonly trouble: readonly string[];
  /** Whether another program changed states: then ours are not written over them. */
  readonly isStateForeign: boolean;
  /** Where such a change is one of what is published and who signs, in words. */
  readonly altered: readonly string[];
  readonly signed: SignedZoneFile | undefined;
  readonly remarks: readonly string[];
}

/**
 * Loads the keys of a zone and finds for each what is remembered of it. A key that is not remembered is adopted: by its
 * `.state` file, by what the signed zone shows, by its times; one that was never used stands by.
 *
 * @throws DnssecError STATE_INVALID, FILE_UNREADABLE, ZONE_INVALID for a damaged signed file
 */
export async function gatherKeys(
  request: RolloverRequest,
  origin: Octets,
  policy: Policy,
  memory: ZoneMemory | undefined,
): Promise<GatheredKeys> {
  const set = await loadKeysOf(request, origin, memory);
  const signed = await lookAtSignedZone(request.output, origin);
  const files = new Map<KeyId, ZoneKey>();
  for (const key of set.keys) {
    const id = keyIdentity(key.dnskeyRdata);
    // dnssec-revoke leaves a key beside its revoked form: the latter counts.
    if (!files.has(id) || isRevoked(key.flags)) files.set(id, key);
  }
  const known = (memory?.keys ?? []).filter(({ id, removed }) => files.has(id) || removed === undefined);
  const remembered = known.map((key) => ({ ...key, files: filesState(key, files.get(key.id), set) }));
  const newcomers = [...files].filter(([id]) => !known.some((key) => key.id === id)).map(([, key]) => key);
  const adopted = adoptNewcomers(newcomers, signed, request, policy, memory !== undefined);
  const foreign = await listForeignStates(request, remembered, files, memory);
  return {
    keys: [...remembered, ...adopted.keys],
    files,
    unshown: remembered.filter((key) => isIn(key.states.dnskey) && isGone(key, files)).map(({ name }) => name),
    trouble: [
      ...unusableFiles(set, [...remembered, ...adopted.keys]),
      ...absentKeys(signed, set, remembered),
      ...foreign.map(({ name }) => foreignState(name, request.zone)),
    ],
    isStateForeign: foreign.length > 0,
    altered: foreign.flatMap((key) => alterations(key, files.get(key.id)!)),
    signed,
    remarks: adopted.remarks,
  };
}

/**
 * Loads the keys. What a creation of keys that was interrupted left is completed first: a private half without a public
 * one that nobody remembers.
 */
async function loadKeysOf(
  { keyDirectory, dryRun }: RolloverRequest,
  origin: Octets,
  memory: ZoneMemory | undefined,
): Promise<ZoneKeySet> {
  // Where there is nothing to be remembered, there need not be a directory yet.
  if (memory === undefined && !existsSync(keyDirectory)) return { keys: [], problems: [] };
  const listing = await listKeysSoon(keyDirectory);
  const isHalf = ({ name, files }: KeyFiles) =>
    files.key === undefined &&
    files.private !== undefined &&
    memory?.keys.some((key) => key.name === name.base) !== true;
  if (dryRun || !listing.keys(origin).some(isHalf)) return loadZoneKeys(keyDirectory, origin, 'both', listing);
  await repairKeys(keyDirectory, origin, false);
  return loadKeysIfAny(keyDirectory, origin);
}

/** How the files of a key that is remembered are now. */
export function filesState(
  { name }: RememberedKey,
  key: ZoneKey | undefined,
  { problems }: ZoneKeySet,
): RollKey['files'] {
  if (key?.privateKey !== undefined) return 'whole';
  if (key !== undefined) return 'missing';
  return problems.some(({ subject, severity }) => subject === name && severity === 'error') ? 'broken' : 'missing';
}

/** Whether nothing is there of a key; one whose files are broken is told of by whoever loads them. */
function isGone({ id, files }: RollKey, found: ReadonlyMap<KeyId, ZoneKey>): boolean {
  return files === 'missing' && !found.has(id);
}

/** Errors about key files that no key of ours stands for; and those that are mended without a backup. */
function unusableFiles({ problems }: ZoneKeySet, keys: readonly RollKey[]): readonly string[] {
  const isOurs = (subject: string) => keys.some(({ name }) => name === subject);
  return problems
    .filter(({ severity, subject, code }) => severity === 'error' && (!isOurs(subject) || code === 'KEY_EXPOSED'))
    .map(({ message, hint, code }) => (code === 'KEY_EXPOSED' ? `${message}. ${hint}`.replace(/\.$/, '') : message));
}

function absentKeys(
  signed: SignedZoneFile | undefined,
  { keys, problems }: ZoneKeySet,
  remembered: readonly RollKey[],
): readonly string[] {
  if (signed === undefined) return [];
  const isKnown = (algorithm: number, tag: number) =>
    remembered.some((key) => key.algorithm === algorithm && key.keyTag === tag && key.removed === undefined);
  return absentSigners(signersOf(signed), keys)
    .filter(({ keyTag }) => !problems.some(({ subject }) => subject.endsWith(`+${String(keyTag).padStart(5, '0')}`)))
    .filter(({ algorithm, keyTag }) => !isKnown(algorithm, keyTag))
    .map(
      ({ algorithm, keyTag }) =>
        `key ${keyTag} (algorithm ${algorithm}) signs the present zone, but its files are gone`,
    );
}

interface Adopted {
  readonly keys: readonly RollKey[];
  readonly remarks: readonly string[];
}

function adoptNewcomers(
  newcomers: readonly ZoneKey[],
  signed: SignedZoneFile | undefined,
  { now }: RolloverRequest,
  policy: Policy,
  isManaged: boolean,
): Adopted {
  if (newcomers.length === 0) return { keys: [], remarks: [] };
  const seen = signed === undefined ? undefined : seenIn(signed, newcomers);
  const isInUse = (key: ZoneKey) =>
    !isManaged || seen?.dnskeys.includes(keyIdentity(key.dnskeyRdata)) === true || hasVisibleState(key);
  const standing = newcomers.filter((key) => !isInUse(key));
  const { keys, remarks } = adoptKeys({
    keys: newcomers.filter(isInUse),
    seen,
    ds: (id) => (signed === undefined && isNew(newcomers, id, now) ? 'absent' : 'unknown'),
    largestTtl: policy.timing.maxZoneTtl,
    policy,
    now,
  });
  return {
    keys: [...keys, ...standing.map((key) => unusedKey(key))],
    remarks: [
      ...remarks.filter(({ kind }) => kind !== 'kept').map(({ name, message }) => `${name}: ${message}`),
      ...standing.map(({ name }) => `${name} is new here: it stands by until a key of its kind is needed`),
    ],
  };
}

/** Seconds in which nobody can have brought a key's DS to the parent yet, if no signed zone has shown the key. */
const NEW: Seconds = 3600;

function isNew(keys: readonly ZoneKey[], id: KeyId, now: UnixSeconds): boolean {
  const key = keys.find(({ dnskeyRdata }) => keyIdentity(dnskeyRdata) === id);
  if (key?.timing.created === undefined || key.state?.states.ds !== undefined) return false;
  return now - key.timing.created < NEW;
}

function hasVisibleState({ state }: ZoneKey): boolean {
  return Object.entries(state?.states ?? {}).some(([record, value]) => record !== 'goal' && value !== 'hidden');
}

/** Which of the keys a signed zone shows, by identity. */
export function seenIn(
  { dnskeys, keySigners, zoneSigners }: Pick<SignedZoneFile, 'dnskeys' | 'keySigners' | 'zoneSigners'>,
  keys: readonly ZoneKey[],
): { readonly dnskeys: readonly KeyId[]; readonly krrsigs: readonly KeyId[]; readonly zrrsigs: readonly KeyId[] } {
  const published = new Set(dnskeys.map(keyIdentity));
  const ids = (signs: (key: ZoneKey) => boolean) => keys.filter(signs).map((key) => keyIdentity(key.dnskeyRdata));
  const isAmong = (signers: typeof keySigners) => (key: ZoneKey) =>
    signers.some(({ algorithm, keyTag }) => algorithm === key.algorithm && keyTag === key.keyTag);
  return {
    dnskeys: ids((key) => published.has(keyIdentity(key.dnskeyRdata))),
    krrsigs: ids(isAmong(keySigners)),
    zrrsigs: ids(isAmong(zoneSigners)),
  };
}

/** A key that was made and never used. */
function unusedKey(key: ZoneKey, created = key.timing.created): RollKey {
  return {
    id: keyIdentity(key.dnskeyRdata),
    name: key.name,
    role: ownRole(key),
    algorithm: key.algorithm,
    keyTag: key.keyTag,
    bits: key.bits,
    goal: 'hidden',
    states: ALL_HIDDEN,
    changes: {},
    predecessor: undefined,
    successor: undefined,
    created,
    active: undefined,
    lifetime: undefined,
    rollAt: undefined,
    retired: undefined,
    removed: undefined,
    files: key.privateKey === undefined ? 'missing' : 'whole',
    fate: 'none',
  };
}

/**
 * Makes the keys that actions ask for, all or none: their files name no time to be published at, so that nothing uses
 * them before their states are written.
 *
 * @throws DnssecError as `createKeys`
 */
export async function makeRollKeys(
  { keyDirectory, now }: RolloverRequest,
  origin: Octets,
  { timing }: Policy,
  wanted: readonly Extract<Action, { kind: 'make' }>[],
): Promise<readonly { readonly key: RollKey; readonly files: ZoneKey }[]> {
  const requests = wanted.map(({ role, algorithm, bits }) => ({
    zone: origin,
    algorithm: requireSigningAlgorithm(algorithm),
    bits,
    role,
    ttl: timing.dnskeyTtl,
    timing: { created: now },
  }));
  const made = await createKeys(keyDirectory, requests, shareKeyDirectory);
  return made.map((files) => ({ key: unusedKey(files, now), files }));
}
