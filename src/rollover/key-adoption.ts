/**
 * Taking the keys of a zone over, from BIND's files or from another program's, into the states of the rollover engine.
 * A state that a `.state` file has is kept; the others are concluded from times and from what is seen, never from hope.
 */
import type { Seconds, UnixSeconds } from '../base/time.ts';
import { isRevoked, publicKeyOf, type ZoneKey } from '../keys/key.ts';
import { keyIdentity } from '../keys/key-identity.ts';
import { dateText } from '../keys/key-words.ts';
import { claimsOfTimes, type KeyClaims, timesOf } from '../keys/record-claims.ts';
import type { StatefulRecord } from '../keys/state-file.ts';
import { concludeGoal, concludeLife, isRevokedBy } from './adoption-life.ts';
import { adoptedRole, hasOwnRole, type SeenKeys, stateRole } from './adoption-roles.ts';
import {
  type AdoptionWaits,
  adoptionWaits,
  type Conclusion,
  concludeDs,
  concludeZoneRecord,
  type DsAtParent,
} from './adoption-states.ts';
import { type KeyLinks, linkKeys } from './key-links.ts';
import type { Policy } from './policy.ts';
import { ALL_HIDDEN, isIn, type KeyId, OWNED_RECORDS, type RollKey } from './roll-key.ts';
import { keyFaults, requireNoFaults, STATE_TAG, type StateFault } from './state-contradictions.ts';

/** What is known of a zone that is taken over. */
export interface AdoptionInput {
  /** All keys of the zone. */
  readonly keys: readonly ZoneKey[];
  /** What another program said of its keys; a key that is not there is judged by the times of its files. */
  readonly claims?: ReadonlyMap<KeyId, KeyClaims>;
  /** What the present signed zone holds; undefined: there is none, or it is not known. */
  readonly seen: SeenKeys | undefined;
  readonly ds: (id: KeyId) => DsAtParent;
  /** Largest TTL in the zone. */
  readonly largestTtl: Seconds;
  readonly policy: Policy;
  readonly now: UnixSeconds;
}

/** What was concluded of a key, or of one of its records, and why. */
export interface AdoptionRemark {
  readonly id: KeyId;
  /** Base name of the key's files. */
  readonly name: string;
  /** `kept`: its `.state` file says so; `warning`: somebody should look at it. */
  readonly kind: 'concluded' | 'kept' | 'warning';
  readonly message: string;
}

/** The keys as the rollover engine takes them. */
export interface Adoption {
  readonly keys: readonly RollKey[];
  readonly remarks: readonly AdoptionRemark[];
}

/**
 * Takes keys over.
 *
 * @throws DnssecError STATE_INVALID where `.state` files contradict themselves, each other, or the parent; with all
 *         contradictions
 */
export function adoptKeys(input: AdoptionInput): Adoption {
  const { kept, twins } = dropTwins(input.keys);
  const linked = linkKeys(kept);
  const dnskeyTtl = Math.max(0, ...kept.map((key) => key.ttl ?? 0));
  const scene: Scene = {
    ...input,
    keys: kept,
    links: linked.links,
    waits: adoptionWaits(input.policy, dnskeyTtl, input.largestTtl),
    claimsOf: (key) => input.claims?.get(keyIdentity(key.dnskeyRdata)) ?? claimsOfTimes(key, input.now),
  };
  const adopted = kept.map((key) => adoptKey(key, scene));
  const { keys, remarks, faults } = retirePredecessors(
    adopted.map(({ key }) => key),
    kept,
    input.now,
  );
  requireNoFaults([
    ...kept.flatMap(keyFaults),
    ...linked.faults,
    ...adopted.flatMap(({ faults: own }) => own),
    ...faults,
  ]);
  const linkRemarks = linked.remarks.map(({ id, message }) => {
    const name = kept.find((key) => keyIdentity(key.dnskeyRdata) === id)!.name;
    return { id, name, kind: 'concluded', message } as const;
  });
  return { keys, remarks: [...twins, ...linkRemarks, ...adopted.flatMap(({ remarks: own }) => own), ...remarks] };
}

interface Scene extends AdoptionInput {
  readonly links: ReadonlyMap<KeyId, KeyLinks>;
  readonly waits: AdoptionWaits;
  readonly claimsOf: (key: ZoneKey) => KeyClaims;
}

interface AdoptedKey {
  readonly key: RollKey;
  readonly remarks: readonly AdoptionRemark[];
  readonly faults: readonly StateFault[];
}

/** dnssec-revoke leaves the key beside its revoked form: the latter counts. */
function dropTwins(keys: readonly ZoneKey[]): { kept: readonly ZoneKey[]; twins: readonly AdoptionRemark[] } {
  const twins: AdoptionRemark[] = [];
  const kept = keys.filter((key) => {
    const id = keyIdentity(key.dnskeyRdata);
    const rank = (other: ZoneKey) => (isRevoked(other.flags) ? 0 : 1);
    const same = keys.filter((other) => keyIdentity(other.dnskeyRdata) === id && samePublicKey(other, key));
    const [first] = same.toSorted((a, b) => rank(a) - rank(b));
    if (first === key) return true;
    twins.push({ id, name: key.name, kind: 'warning', message: `it is the same key as ${first!.name}, which counts` });
    return false;
  });
  return { kept, twins };
}

function samePublicKey(a: ZoneKey, b: ZoneKey): boolean {
  return Buffer.compare(publicKeyOf(a.dnskeyRdata), publicKeyOf(b.dnskeyRdata)) === 0;
}

function adoptKey(key: ZoneKey, scene: Scene): AdoptedKey {
  const { now, seen, keys, links } = scene;
  const id = keyIdentity(key.dnskeyRdata);
  const role = adoptedRole(key, keys, seen, scene.ds(id));
  const remarks: AdoptionRemark[] = [];
  const faults: StateFault[] = [];
  const say = (kind: AdoptionRemark['kind'], message: string) => remarks.push({ id, name: key.name, kind, message });
  if (role === 'csk' && !hasOwnRole(key))
    say('concluded', 'it is a CSK: no other key of its algorithm shares the work');
  if (key.privateKey === undefined)
    say('warning', 'its private half is not here: it can be published, not signed with');
  if (role === 'zsk' && scene.ds(id) === 'present') {
    const message = '"KSK: no" contradicts the parent, which shows a DS of the key';
    faults.push({ name: key.name, message });
  }
  if (isRevokedBy(key, now)) say('warning', 'it is revoked: nobody validates with it, and it goes');

  const states: Record<StatefulRecord, RollKey['states'][StatefulRecord]> = { ...ALL_HIDDEN };
  const changes: { -readonly [K in StatefulRecord]?: UnixSeconds } = {};
  for (const record of OWNED_RECORDS[role]) {
    const concluded = record === 'ds' ? concludeDsOf(key, states, scene) : concludeRecord(key, record, scene);
    const { state, change, why, kind, fault } = keepState(key, record, concluded, scene);
    states[record] = state;
    if (change !== undefined) changes[record] = change;
    say(kind, `${STATE_TAG[record]} ${state}: ${why}`);
    if (fault !== undefined) faults.push({ name: key.name, message: fault });
    if (change !== undefined && change > now) {
      say('warning', `its files say that ${STATE_TAG[record]} changes ${dateText(change)}, which is yet to come`);
    }
  }
  const isSigner = [seen, seen?.partly].some((at) => at?.krrsigs.includes(id) || at?.zrrsigs.includes(id));
  const { goal, why } = concludeGoal(key, role, scene.claimsOf(key), isSigner, now);
  say(key.state?.states.goal === undefined ? 'concluded' : 'kept', `GoalState ${goal}: ${why}`);
  const rolled: RollKey = {
    id,
    name: key.name,
    role,
    algorithm: key.algorithm,
    keyTag: key.keyTag,
    bits: key.bits,
    goal,
    states,
    changes,
    predecessor: links.get(id)?.predecessor,
    successor: links.get(id)?.successor,
    ...concludeLife(key, role, { goal, states, changes }, now),
    rollAt: undefined,
    files: key.privateKey === undefined ? 'missing' : 'whole',
    fate: 'none',
  };
  return { key: rolled, remarks, faults };
}

function concludeRecord(key: ZoneKey, record: Exclude<StatefulRecord, 'ds'>, scene: Scene): Conclusion {
  const { seen, waits, now, claimsOf } = scene;
  const id = keyIdentity(key.dnskeyRdata);
  const list = `${record}s` as const;
  const claims = claimsOf(key);
  const isSeen = seen?.partly?.[list].includes(id) === true ? 'partly' : seen?.[list].includes(id);
  if (record !== 'dnskey' && isSeen === false && key.privateKey === undefined && claims[record].is === 'in') {
    return { state: 'hidden', change: undefined, why: 'it does not sign, and could not' };
  }
  const isPartner = (other: ZoneKey) =>
    other !== key &&
    other.algorithm === key.algorithm &&
    (seen?.zrrsigs.includes(keyIdentity(other.dnskeyRdata)) === true ||
      (stateRole(other) !== 'ksk' && claimsOf(other).zrrsig.is !== 'never'));
  const wait =
    record !== 'zrrsig' ? waits.dnskey : scene.keys.some(isPartner) ? waits.zrrsig.withPartner : waits.zrrsig;
  const concluded = concludeZoneRecord(claims[record], isSeen, wait, now);
  // What nobody validates with is never counted on.
  return isRevokedBy(key, now) && concluded.state === 'omnipresent' ? { ...concluded, state: 'rumoured' } : concluded;
}

function concludeDsOf(key: ZoneKey, states: RollKey['states'], scene: Scene): Conclusion {
  const { ds, waits, now, claimsOf } = scene;
  const claims = claimsOf(key);
  const isUsed = isIn(states.dnskey) || isIn(states.krrsig);
  const wasUsed = states.dnskey !== 'hidden' || claims.dnskey.is === 'out' || claims.krrsig.is === 'out';
  const concluded = concludeDs(
    {
      parent: ds(keyIdentity(key.dnskeyRdata)),
      times: timesOf(key),
      removed: key.state?.times.dsRemoved,
      use: isUsed ? 'used' : wasUsed ? 'formerly' : 'never',
    },
    waits,
    now,
  );
  return isRevokedBy(key, now) && concluded.state === 'omnipresent' ? { ...concluded, state: 'rumoured' } : concluded;
}

/** Keeps what the `.state` file says; a DS that the parent shows is the one thing that it can't be right to deny. */
function keepState(
  key: ZoneKey,
  record: StatefulRecord,
  concluded: Conclusion,
  { ds, now }: Scene,
): Conclusion & { readonly kind: AdoptionRemark['kind']; readonly fault?: string } {
  const state = key.state?.states[record];
  if (state === undefined) return { ...concluded, kind: 'concluded' };
  const told = key.state?.changes[record];
  const change = told ?? (state === 'hidden' ? undefined : now);
  const why = told === undefined ? 'its .state file says so, and not since when' : `since ${dateText(told)}`;
  const kept = { state, change, why, kind: 'kept' } as const;
  if (record !== 'ds') return kept;
  const parent = ds(keyIdentity(key.dnskeyRdata));
  if (parent === 'present' && state === 'hidden') {
    const reason = 'its .state file says hidden, but the parent shows it: it counts as new';
    return { state: 'rumoured', change: now, why: reason, kind: 'warning' };
  }
  if (parent === 'absent' && state === 'omnipresent') {
    return { ...kept, fault: '"DSState: omnipresent" contradicts the parent, which shows no such DS' };
  }
  return kept;
}

interface Retirement {
  readonly keys: readonly RollKey[];
  readonly remarks: readonly AdoptionRemark[];
  readonly faults: readonly StateFault[];
}

/** Two neighbours can't both want in: the one before goes, where its files do not say that it stays. */
function retirePredecessors(keys: readonly RollKey[], files: readonly ZoneKey[], now: UnixSeconds): Retirement {
  const byId = new Map(keys.map((key) => [key.id, key]));
  const remarks: AdoptionRemark[] = [];
  const faults: StateFault[] = [];
  const retired = keys.map((key, index) => {
    const successor = key.successor === undefined ? undefined : byId.get(key.successor);
    if (key.goal === 'hidden' || successor?.goal !== 'omnipresent' || successor.predecessor !== key.id) return key;
    const { id, name } = key;
    if (files[index]!.state?.states.goal !== undefined) {
      const message = `"GoalState: omnipresent": its successor ${successor.name} is in use or wants to be, and one of them has to go`;
      faults.push({ name, message });
      return key;
    }
    remarks.push({ id, name, kind: 'concluded', message: `GoalState hidden: its successor is ${successor.name}` });
    return { ...key, goal: 'hidden', retired: now } as const;
  });
  return { keys: retired, remarks, faults };
}
