/** What keys are called before people: `KSK 111`, and `the next ZSK` while a key is not made yet. */
import { algorithmText } from '../keys/algorithms.ts';
import type { KeyRole } from '../keys/key.ts';
import { isUnused, isWhollyHidden, type KeyId, type RollKey } from './roll-key.ts';

/** What a key is called. */
export interface KeyLabel {
  /** `KSK 111`, `next ZSK 2`. */
  readonly short: string;
  /** In a sentence, and told from all other keys: `KSK 111`, `the next ZSK 2 (ED25519)`. */
  readonly phrase: string;
  readonly role: KeyRole;
  readonly algorithm: number;
  /** Undefined while it is not made. */
  readonly keyTag: number | undefined;
  /** The same before and after it is made, where it follows a key that is there. */
  readonly lineage: string;
}

/** Labels by key. */
export type KeyLabels = ReadonlyMap<KeyId, KeyLabel>;

/** Digits of an identity that tell two keys of one role and tag apart. */
const ID_DIGITS = 8;

/**
 * Names keys.
 *
 * @param keys   the keys of a zone
 * @param later  keys that are not made yet, in the order in which they will be
 */
export function labelKeys(keys: readonly RollKey[], later: readonly RollKey[]): KeyLabels {
  const labels = new Map<KeyId, KeyLabel>();
  const hasSeveral = hasSeveralAlgorithms(keys, later);
  for (const key of keys) {
    const short = `${key.role.toUpperCase()} ${key.keyTag}`;
    labels.set(key.id, label(key, short, short + distinction(key, keys), key.keyTag, madeLineage(key)));
  }
  for (const key of later) {
    const siblings = later.filter(({ role }) => role === key.role);
    const number = siblings.length > 1 ? ` ${siblings.indexOf(key) + 1}` : '';
    const short = `next ${key.role.toUpperCase()}${number}`;
    const suffix = hasSeveral ? ` (${algorithmText(key.algorithm)})` : '';
    labels.set(key.id, label(key, short, `the ${short}${suffix}`, undefined, laterLineage(key, labels)));
  }
  return labels;
}

function label(
  { role, algorithm }: RollKey,
  short: string,
  phrase: string,
  keyTag: number | undefined,
  lineage: string,
): KeyLabel {
  return { short, phrase, role, algorithm, keyTag, lineage };
}

/** What a key is called in a sentence. */
export function phraseOf(labels: KeyLabels, id: KeyId): string {
  return labels.get(id)?.phrase ?? 'a key that is gone';
}

/** Names in a sentence: `KSK 111`, `KSK 111 and KSK 222`. */
export function phrasesOf(labels: KeyLabels, ids: readonly KeyId[]): string {
  return listed(ids.map((id) => phraseOf(labels, id)));
}

/** `a`, `a and b`, `a, b, and c`. */
export function listed(items: readonly string[]): string {
  if (items.length <= 2) return items.join(' and ');
  return `${items.slice(0, -1).join(', ')}, and ${items.at(-1)}`;
}

/** What a command takes for the key. */
export function argumentOf(labels: KeyLabels, id: KeyId): string {
  return String(labels.get(id)?.keyTag ?? 'KEYTAG');
}

function hasSeveralAlgorithms(keys: readonly RollKey[], later: readonly RollKey[]): boolean {
  const inUse = keys.filter((key) => key.goal === 'omnipresent' || !isWhollyHidden(key) || isUnused(key));
  return new Set([...inUse, ...later].map(({ algorithm }) => algorithm)).size > 1;
}

/** Two keys of a role may share a tag. */
function distinction(key: RollKey, keys: readonly RollKey[]): string {
  const twins = keys.filter(({ id, role, keyTag }) => id !== key.id && role === key.role && keyTag === key.keyTag);
  if (twins.length === 0) return '';
  const isAlone = twins.every(({ algorithm }) => algorithm !== key.algorithm);
  return ` (${isAlone ? algorithmText(key.algorithm) : key.id.slice(0, ID_DIGITS)})`;
}

function madeLineage({ id, predecessor }: RollKey): string {
  return predecessor === undefined ? id : `after ${predecessor}`;
}

function laterLineage({ predecessor, role, algorithm }: RollKey, labels: ReadonlyMap<KeyId, KeyLabel>): string {
  if (predecessor === undefined) return `first ${role} ${algorithm}`;
  const before = labels.get(predecessor);
  return before === undefined || before.keyTag !== undefined ? `after ${predecessor}` : `after ${before.lineage}`;
}
