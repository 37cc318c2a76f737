/** Keys for the tests of single gates, written as short text. */
import type { UnixSeconds } from '../../src/base/time.ts';
import type { StatefulRecord } from '../../src/keys/state-file.ts';
import type { KeyId, RollKey } from '../../src/rollover/roll-key.ts';
import type { Transition } from '../../src/rollover/safety-gate.ts';
import type { Sighting, TtlHistory, World } from '../../src/rollover/world.ts';
import { parseStates } from '../scenarios/notation.ts';

export const NOW = 1_800_000_000;

/** What a text does not say of its keys, by name. */
export type KeyParts = Readonly<Record<KeyId, Partial<RollKey>>>;

/**
 * The keys of a text like `ksk1 OO.O zsk1- O.U.`: name, a minus where it is to go, states. `zsk1>zsk2` among the words
 * says that the second follows the first.
 */
export function keysOf(text: string, parts: KeyParts = {}): readonly RollKey[] {
  const words = text.split(' ').filter((word) => word !== '');
  const links = words.filter((word) => word.includes('>')).map((word) => word.split('>') as [KeyId, KeyId]);
  const rest = words.filter((word) => !word.includes('>'));
  const keys: RollKey[] = [];
  for (let index = 0; index < rest.length; index += 2) {
    const id = rest[index]!.replace(/-$/, '');
    keys.push({
      ...{ id, name: `K${id}`, role: id.replace(/\d/g, '') as RollKey['role'], algorithm: 13, keyTag: 0, bits: 256 },
      ...{ goal: rest[index] === id ? 'omnipresent' : 'hidden', states: parseStates(rest[index + 1]!) },
      ...{ changes: { dnskey: 1, krrsig: 1, zrrsig: 1, ds: 1 }, created: 1, active: NOW, lifetime: undefined },
      predecessor: links.find(([, after]) => after === id)?.[0],
      successor: links.find(([before]) => before === id)?.[1],
      ...{ rollAt: undefined, retired: undefined, removed: undefined, files: 'whole', fate: 'none' },
      ...parts[id],
    });
  }
  return keys;
}

/** Parts of a key that was made and never used. */
export const UNUSED = { goal: 'hidden', changes: {}, active: undefined } as const;

export function keyOf(keys: readonly RollKey[], id: KeyId): RollKey {
  return keys.find((key) => key.id === id)!;
}

/** The move of a text like `zsk1 zrrsig U`. */
export function moveOf(keys: readonly RollKey[], text: string): Transition {
  const [id, record, letter] = text.split(' ');
  return { key: keyOf(keys, id!), record: record as StatefulRecord, to: parseStates(`${letter}...`).dnskey };
}

export function sighting(seen: Sighting['seen'], since: UnixSeconds, ...dissent: readonly string[]): Sighting {
  return { seen, since, dissent };
}

export const NO_TTLS: TtlHistory = { dnskey: [], zone: [], ds: [] };

/** A world in which nothing was seen, but for what is given. */
export function worldOf(parts: Partial<World> = {}): World {
  const nothing = { dnskey: {}, krrsig: {}, zrrsig: {} };
  return {
    ...{ file: nothing, servers: 'off', parent: 'off', word: {}, ttls: NO_TTLS, approved: false, trouble: [] },
    ...parts,
  };
}
