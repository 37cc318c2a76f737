/** Zones in and before rollovers, for the tests of what is said of them. */
import { foresee, type Prospect, type ZoneOutlook } from '../../src/rollover/outlook.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/rollover/policy.ts';
import { ALL_HIDDEN, OWNED_RECORDS, type RecordStates, type RollKey } from '../../src/rollover/roll-key.ts';
import type { Sighting, Sightings, World } from '../../src/rollover/world.ts';

/** 2026-11-25 00:00 UTC. */
export const NOW = Date.UTC(2026, 10, 25) / 1000;
/** An hour, in seconds. */
export const HOUR = 3600;
/** A day, in seconds. */
export const DAY = 24 * HOUR;

/** A key that has been in use for long; `parts` say what differs. */
export function settledKey(id: string, role: RollKey['role'], keyTag: number, parts: Partial<RollKey> = {}): RollKey {
  const states = Object.fromEntries(OWNED_RECORDS[role].map((record) => [record, 'omnipresent']));
  return {
    ...{ id, name: `Kexample.com.+013+${String(keyTag).padStart(5, '0')}`, role, algorithm: 13, keyTag, bits: 256 },
    ...{ goal: 'omnipresent', states: { ...ALL_HIDDEN, ...states } as RecordStates, changes: {} },
    ...{ predecessor: undefined, successor: undefined, created: NOW - 60 * DAY, active: NOW - 50 * DAY },
    ...{ lifetime: undefined, rollAt: undefined, retired: undefined, removed: undefined, files: 'whole', fate: 'none' },
    ...parts,
  };
}

/** A key that was made, and never used. */
export function unusedKey(id: string, role: RollKey['role'], keyTag: number): RollKey {
  return settledKey(id, role, keyTag, { goal: 'hidden', states: ALL_HIDDEN, active: undefined });
}

/** What all show, or none. */
export function sighting(seen: Sighting['seen'], since: number, dissent: readonly string[] = []): Sighting {
  return { seen, since, dissent };
}

/** A world that shows what the states of the keys say. */
export function worldOf(keys: readonly RollKey[], parts: Partial<World> = {}): World {
  const all = (record: keyof RecordStates): Sightings => {
    const owners = keys.filter(({ role }) => OWNED_RECORDS[role].includes(record));
    const seen = (state: string) => (state === 'omnipresent' ? 'present' : 'absent');
    return Object.fromEntries(owners.map(({ id, states }) => [id, sighting(seen(states[record]), NOW - 40 * DAY)]));
  };
  const zone = { dnskey: all('dnskey'), krrsig: all('krrsig'), zrrsig: all('zrrsig') };
  return {
    ...{ file: zone, servers: zone, parent: all('ds'), word: {}, ttls: { dnskey: [], zone: [], ds: [] } },
    ...{ approved: false, trouble: [] },
    ...parts,
  };
}

/** What differs from a quiet zone with DS records by hand. */
export interface SceneParts extends Partial<Omit<ZoneOutlook, 'policy'>> {
  readonly policy?: Partial<Policy>;
  readonly days?: number;
}

/** The default policy with keys that are never rolled by themselves. */
export const NEVER: Extract<Policy['keys'], { kind: 'pair' }> = {
  kind: 'pair',
  ksk: { algorithm: 13, bits: undefined, lifetime: undefined },
  zsk: { algorithm: 13, bits: undefined, lifetime: undefined },
};

/** Foresees a zone; its keys are KSK 111 and ZSK 4711, never rolled by themselves, where nothing else is said. */
export function prospectOf({ days = 30, policy, ...parts }: SceneParts = {}): Prospect {
  const keys = parts.keys ?? [settledKey('k1', 'ksk', 111), settledKey('z1', 'zsk', 4711)];
  const outlook: ZoneOutlook = {
    ...{ zone: 'example.com', keys, world: worldOf(keys), registrar: 'manual' },
    ...parts,
    policy: { ...DEFAULT_POLICY, keys: NEVER, ...policy },
  };
  return foresee(outlook, NOW, NOW + days * DAY);
}

/** KSK 111 → 222, whose DS was handed in at `asked`; ZSK 4711 at rest. */
export function kskRoll(asked: number): readonly RollKey[] {
  const states: RecordStates = { dnskey: 'omnipresent', krrsig: 'omnipresent', zrrsig: 'hidden', ds: 'unretentive' };
  const changes = { ds: asked };
  return [
    settledKey('k1', 'ksk', 111, { goal: 'hidden', successor: 'k2', states, changes, retired: asked }),
    settledKey('k2', 'ksk', 222, { predecessor: 'k1', states: { ...states, ds: 'rumoured' }, changes, active: asked }),
    settledKey('z1', 'zsk', 4711),
  ];
}

/** ZSK 4711 → 815, published at `begun`; KSK 111 at rest. */
export function zskRoll(begun: number): readonly RollKey[] {
  return [
    settledKey('k1', 'ksk', 111),
    settledKey('z1', 'zsk', 4711, { goal: 'hidden', successor: 'z2', retired: begun }),
    settledKey('z2', 'zsk', 815, {
      ...{ predecessor: 'z1', active: undefined, changes: { dnskey: begun } },
      states: { ...ALL_HIDDEN, dnskey: 'rumoured' },
    }),
  ];
}
