/** What people may ask of the keys beyond the policy: rolls by hand, a word about the parent, giving a key up. */
import { DnssecError } from '../base/errors.ts';
import type { Seconds, UnixSeconds } from '../base/time.ts';
import { algorithmText } from '../keys/algorithms.ts';
import type { KeyRole } from '../keys/key.ts';
import type { Policy } from './policy.ts';
import { isIn, isWhollyHidden, type KeyId, type RollKey } from './roll-key.ts';
import type { Sightings } from './world.ts';

/**
 * The policy with the algorithm that `dnssec roll --algorithm` chose.
 *
 * @param algorithm  null: the policy's own
 */
export function effectivePolicy(policy: Policy, algorithm: number | null): Policy {
  if (algorithm === null || policy.keys.kind === 'none') return policy;
  const changed = <Key extends { readonly algorithm: number; readonly bits: number | undefined }>(key: Key): Key =>
    key.algorithm === algorithm ? key : { ...key, algorithm, bits: undefined };
  const { keys } = policy;
  return {
    ...policy,
    keys:
      keys.kind === 'csk'
        ? { kind: 'csk', csk: changed(keys.csk) }
        : { kind: 'pair', ksk: changed(keys.ksk), zsk: changed(keys.zsk) },
  };
}

/** Whether the policy itself asks for this algorithm by now, so that nobody has to any more. */
export function hasAlgorithm({ keys }: Policy, algorithm: number): boolean {
  if (keys.kind === 'none') return true;
  return keys.kind === 'csk' ? keys.csk.algorithm === algorithm : keys.ksk.algorithm === algorithm;
}

/** The key that does the work of a role; undefined where there is none. */
export function currentKey(keys: readonly RollKey[], role: KeyRole): RollKey | undefined {
  const standing = keys.filter((key) => key.role === role && key.goal === 'omnipresent');
  return standing.find((key) => !standing.some((other) => other.predecessor === key.id)) ?? standing[0];
}

/**
 * Asks for a key to be replaced.
 *
 * @param at           when it is to be over with it: the successor is published a publication interval before
 * @param compromised  others know the key: it never comes back
 * @throws DnssecError ROLL_IMPOSSIBLE where no key has the role, or its roll has been asked for already
 */
export function rollKey(
  keys: readonly RollKey[],
  role: KeyRole,
  at: UnixSeconds,
  compromised: boolean,
): readonly RollKey[] {
  const key = currentKey(keys, role);
  if (key === undefined) {
    const roles = [...new Set(keys.filter(({ goal }) => goal === 'omnipresent').map((other) => other.role))];
    throw new DnssecError('ROLL_IMPOSSIBLE', `the zone has no ${role.toUpperCase()} that could be rolled`, {
      hint: roles.length === 0 ? 'It has no keys in use.' : `It has: ${roles.map((r) => r.toUpperCase()).join(', ')}.`,
    });
  }
  return change(keys, key.id, { rollAt: at, ...(compromised ? { fate: 'compromised' } : {}) });
}

/**
 * Turns the last roll of a role round: the old key stays, the new one goes.
 *
 * @param lifetime  how long the old key has from now on; undefined: until somebody rolls it
 * @throws DnssecError ROLL_IMPOSSIBLE where no roll is under way, or the old key can't come back
 */
export function turnRound(
  keys: readonly RollKey[],
  role: KeyRole,
  now: UnixSeconds,
  lifetime: Seconds | undefined,
): readonly RollKey[] {
  const key = currentKey(keys, role);
  const before = keys.find(({ id }) => id === key?.predecessor);
  const name = role.toUpperCase();
  if (key === undefined || before === undefined || isWhollyHidden(before)) {
    throw new DnssecError('ROLL_IMPOSSIBLE', `no roll of the ${name} is under way`, {
      hint: 'A roll can be turned round until nothing of the old key is left in any cache.',
    });
  }
  if (before.fate !== 'none' || before.states.dnskey === 'hidden') {
    const why = before.fate === 'none' ? 'its DNSKEY has left all caches' : `it is ${before.fate}`;
    throw new DnssecError('ROLL_IMPOSSIBLE', `the old ${name} ${before.keyTag} can't come back: ${why}`, {
      hint: `Roll on instead: "dnssec roll ZONE --role ${role}".`,
    });
  }
  const rollAt = lifetime === undefined ? undefined : now + lifetime;
  const back = change(keys, before.id, { goal: 'omnipresent', retired: undefined, rollAt });
  return change(back, key.id, { goal: 'hidden', retired: now });
}

/**
 * Gives a key up whose private half is lost.
 *
 * @throws DnssecError ROLL_IMPOSSIBLE where its files are whole, or nothing of it is in use
 */
export function giveUp(keys: readonly RollKey[], id: KeyId): readonly RollKey[] {
  const key = requireKey(keys, id);
  if (key.files === 'whole') {
    throw new DnssecError('ROLL_IMPOSSIBLE', `${key.name} is not lost: its files are whole`, {
      hint: `Roll it with "dnssec roll ZONE --role ${key.role}", with --emergency if others know it.`,
    });
  }
  return change(keys, id, { fate: 'lost' });
}

/**
 * Notes a person's word that the parent shows the DS of a key, or does not show it any more.
 *
 * @throws DnssecError ROLL_IMPOSSIBLE for a word that contradicts what was done: a DS that was never asked for
 */
export function takeWord(
  keys: readonly RollKey[],
  word: Sightings,
  id: KeyId,
  seen: 'present' | 'absent',
  now: UnixSeconds,
): Sightings {
  const key = requireKey(keys, id);
  const { ds } = key.states;
  const fits = seen === 'present' ? isIn(ds) : ds === 'unretentive';
  if (!fits) {
    const said = seen === 'present' ? 'seen at the parent' : 'gone from the parent';
    throw new DnssecError('ROLL_IMPOSSIBLE', `the DS of ${key.name} can't be ${said} now: it is ${ds} by our states`, {
      hint:
        seen === 'present'
          ? 'If the parent has it all the same, take the zone over as it is with "dnssec adopt".'
          : 'Its time to leave has not come: "dnssec why ZONE" says what is waited for.',
    });
  }
  return { ...word, [id]: { seen, since: now, dissent: [] } };
}

/**
 * Finds a key by what people type: its tag, its base name or its identity.
 *
 * @throws DnssecError USAGE where there is none, or more than one
 */
export function findRollKey(keys: readonly RollKey[], typed: string): RollKey {
  const base = typed.replace(/\.(?:key|private|state)$/, '').replace(/^.*\//, '');
  const fits = keys.filter(
    ({ id, name, keyTag }) => id === typed || name === base || (/^\d{1,5}$/.test(typed) && keyTag === Number(typed)),
  );
  if (fits.length === 1) return fits[0]!;
  const known = keys.map(
    ({ keyTag, role, algorithm }) => `${keyTag} (${role.toUpperCase()}, ${algorithmText(algorithm)})`,
  );
  throw new DnssecError(
    'USAGE',
    fits.length === 0 ? `there is no key "${typed}"` : `several keys have the tag ${typed}`,
    {
      hint:
        fits.length === 0
          ? `There are: ${known.join(', ') || 'none'}.`
          : `Say ${fits.map(({ name }) => name).join(' or ')}.`,
    },
  );
}

function requireKey(keys: readonly RollKey[], id: KeyId): RollKey {
  const key = keys.find((other) => other.id === id);
  if (key === undefined) throw new TypeError(`no key ${id}`);
  return key;
}

function change(keys: readonly RollKey[], id: KeyId, changed: Partial<RollKey>): readonly RollKey[] {
  return keys.map((key) => (key.id === id ? { ...key, ...changed } : key));
}

/** What a person may ask for. Keys are named as people type them. */
export type KeyWish =
  | { readonly kind: 'roll'; readonly role: KeyRole; readonly at: UnixSeconds; readonly compromised: boolean }
  | { readonly kind: 'back'; readonly role: KeyRole }
  | { readonly kind: 'algorithm'; readonly algorithm: number }
  | { readonly kind: 'word'; readonly key: string; readonly seen: 'present' | 'absent' }
  | { readonly kind: 'replace'; readonly key: string }
  | { readonly kind: 'go' };

/** What a wish is about, and what it changes. */
export interface WishedSituation {
  readonly keys: readonly RollKey[];
  readonly word: Sightings;
  /** See `effectivePolicy`. */
  readonly algorithm: number | null;
  /** See `World.approved`. */
  readonly approved: boolean;
}

/** A situation after a wish, and the wish in words, for the audit log. */
export interface GrantedWish extends WishedSituation {
  readonly words: string;
}

/**
 * Grants a wish: changes what it asks to be changed, and leaves the rest to the gates.
 *
 * @throws DnssecError ROLL_IMPOSSIBLE, USAGE
 */
export function grantWish(wish: KeyWish, before: WishedSituation, policy: Policy, now: UnixSeconds): GrantedWish {
  const { keys, word } = before;
  switch (wish.kind) {
    case 'roll': {
      const { role, at, compromised } = wish;
      const key = currentKey(keys, role);
      const words = `${role.toUpperCase()} ${key?.keyTag} is to be replaced${compromised ? ': others know it' : ''}`;
      return { ...before, keys: rollKey(keys, role, at, compromised), words };
    }
    case 'back': {
      const turned = turnRound(keys, wish.role, now, lifetimeOf(policy, wish.role));
      return { ...before, keys: turned, words: `the roll of the ${wish.role.toUpperCase()} is turned round` };
    }
    case 'algorithm':
      requireOtherAlgorithm(keys, policy, wish.algorithm);
      return { ...before, algorithm: wish.algorithm, words: `all keys are to be of ${algorithmText(wish.algorithm)}` };
    case 'word': {
      const key = findRollKey(keys, wish.key);
      const said = wish.seen === 'present' ? 'the parent shows its DS' : 'its DS has gone from the parent';
      const words = `key ${key.keyTag}: ${said}`;
      return { ...before, word: takeWord(keys, word, key.id, wish.seen, now), words };
    }
    case 'replace': {
      const key = findRollKey(keys, wish.key);
      return { ...before, keys: giveUp(keys, key.id), words: `key ${key.keyTag} is lost, and given up` };
    }
    case 'go':
      return { ...before, approved: true, words: 'moves that are due may be made' };
  }
}

function requireOtherAlgorithm(keys: readonly RollKey[], policy: Policy, algorithm: number): void {
  if (policy.keys.kind === 'none') {
    throw new DnssecError('ROLL_IMPOSSIBLE', 'the policy of this zone wants no keys', {
      hint: 'Give the zone another policy in dnssec.yaml first.',
    });
  }
  const standing = keys.filter(({ goal }) => goal === 'omnipresent');
  if (standing.length === 0 || standing.some((key) => key.algorithm !== algorithm)) return;
  throw new DnssecError('ROLL_IMPOSSIBLE', `the keys are of ${algorithmText(algorithm)} already`);
}

function lifetimeOf({ keys }: Policy, role: KeyRole): Seconds | undefined {
  if (keys.kind === 'none') return undefined;
  return keys.kind === 'csk' ? keys.csk.lifetime : role === 'zsk' ? keys.zsk.lifetime : keys.ksk.lifetime;
}
