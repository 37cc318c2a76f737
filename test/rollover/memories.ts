/** Memories for tests: one with everything in it, and an arbitrary one. */
import fc from 'fast-check';
import { nameFromText } from '../../src/dns/name.ts';
import { keyBaseName } from '../../src/keys/key-name.ts';
import { printStateFile, type RecordState } from '../../src/keys/state-file.ts';
import { OWNED_RECORDS } from '../../src/rollover/roll-key.ts';
import type { Sighting, ZoneSightings } from '../../src/rollover/world.ts';
import { emptyMemory, type RememberedKey, type ZoneMemory } from '../../src/rollover/zone-memory.ts';

/** When the memories were written. */
export const NOW = 1_790_000_000;
/** Identities of the keys of `fullMemory`. */
export const KSK = '00112233445566ff';
/** The key that `NEW_ZSK` follows. */
export const OLD_ZSK = '0123456789abcdef';
/** A key on its way in. */
export const NEW_ZSK = 'fedcba9876543210';

const ABSENT = {
  predecessor: undefined,
  successor: undefined,
  created: undefined,
  active: undefined,
  lifetime: undefined,
  rollAt: undefined,
  retired: undefined,
  removed: undefined,
} as const;

/** A KSK at work, and two ZSKs in a roll. */
export const KEYS: readonly [RememberedKey, RememberedKey, RememberedKey] = [
  {
    ...ABSENT,
    id: KSK,
    name: 'Kexample.com.+013+11111',
    role: 'ksk',
    algorithm: 13,
    keyTag: 11_111,
    bits: 256,
    goal: 'omnipresent',
    states: { dnskey: 'omnipresent', krrsig: 'omnipresent', zrrsig: 'hidden', ds: 'rumoured' },
    changes: { dnskey: NOW - 9000, krrsig: NOW - 9000, ds: NOW - 60 },
    created: NOW - 10_000,
    active: NOW - 9000,
    lifetime: 31_536_000,
    fate: 'none',
  },
  {
    ...ABSENT,
    id: OLD_ZSK,
    name: 'Kexample.com.+013+22222',
    role: 'zsk',
    algorithm: 13,
    keyTag: 22_222,
    bits: 256,
    goal: 'hidden',
    states: { dnskey: 'omnipresent', krrsig: 'hidden', zrrsig: 'omnipresent', ds: 'hidden' },
    changes: { dnskey: NOW - 9000, zrrsig: NOW - 9000 },
    successor: NEW_ZSK,
    retired: NOW - 5,
    fate: 'compromised',
  },
  {
    ...ABSENT,
    id: NEW_ZSK,
    name: 'Kexample.com.+013+33333',
    role: 'zsk',
    algorithm: 13,
    keyTag: 33_333,
    bits: 256,
    goal: 'omnipresent',
    states: { dnskey: 'rumoured', krrsig: 'hidden', zrrsig: 'hidden', ds: 'hidden' },
    changes: { dnskey: NOW - 5 },
    predecessor: OLD_ZSK,
    rollAt: NOW + 100,
    removed: 0xffff_ffff,
    fate: 'none',
  },
];

const seen = (parts: Partial<Sighting> = {}): Sighting => ({
  seen: 'present',
  since: NOW - 100,
  dissent: [],
  ...parts,
});

/** A memory of example.com with something in each of its parts. */
export const FULL_MEMORY: ZoneMemory = {
  ...emptyMemory('example.com', NOW),
  wakeAt: NOW + 3600,
  lookAt: NOW + 600,
  algorithm: 15,
  keys: KEYS,
  file: { dnskey: { [KSK]: seen(), [OLD_ZSK]: seen() }, krrsig: { [KSK]: seen() }, zrrsig: { [OLD_ZSK]: seen() } },
  servers: {
    dnskey: { [NEW_ZSK]: seen({ seen: 'mixed', dissent: ['192.0.2.1: no answer', '2001:db8::1: “REFUSED”\n'] }) },
    krrsig: {},
    zrrsig: {},
  },
  parent: { [KSK]: seen({ seen: 'absent' }) },
  word: { [KSK]: seen({ seen: 'unknown', since: 0 }) },
  ttls: { dnskey: [{ ttl: 3600, until: NOW }], zone: [{ ttl: 0x7fff_ffff, until: NOW - 1 }], ds: [] },
  written: { [KSK]: 'ab'.repeat(32), [OLD_ZSK]: '01'.repeat(32) },
  intent: [
    {
      file: 'Kexample.com.+013+33333.state',
      text: printStateFile(
        { times: {}, changes: {}, states: { goal: 'omnipresent' }, unknown: [] },
        nameFromText('example.com'),
        33_333,
      ),
    },
  ],
  log: { entries: 7, hash: 'cd'.repeat(32) },
  rest: {
    policy: 'ef'.repeat(32),
    files: [{ path: 'keys/Kexample.com.+013+11111.key', stamp: '1:2:3:4:5' }],
    keyFiles: ['Kexample.com.+013+11111.key', 'Kexample.com.+013+11111.private'],
  },
};

/** What JSON.parse gives for the text of a memory, to be spoilt. */
// biome-ignore lint/suspicious/noExplicitAny: tests put anything anywhere
export type LooseMemory = any;

const seconds = fc.integer({ min: 0, max: 0xffff_ffff });
const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });
const id = hex(16);
const sighting: fc.Arbitrary<Sighting> = fc.record({
  seen: fc.constantFrom('present', 'absent', 'mixed', 'unknown'),
  since: seconds,
  dissent: fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
});
const sightings = fc.dictionary(id, sighting, { maxKeys: 4 });
const zoneSightings: fc.Arbitrary<ZoneSightings> = fc.record({
  dnskey: sightings,
  krrsig: sightings,
  zrrsig: sightings,
});
const ttls = fc.array(fc.record({ ttl: fc.integer({ min: 0, max: 0x7fff_ffff }), until: seconds }), { maxLength: 3 });
const ZONES = [
  'example.com',
  '.',
  '128/25.2.0.192.in-addr.arpa',
  'a\\.b.test',
  '_x.\\200.test',
  'xn--bcher-kva.example',
];

/** A key that follows any of those before it. */
function keyOf(zone: string, ids: readonly string[], at: number): fc.Arbitrary<RememberedKey> {
  const state = fc.constantFrom<RecordState>('hidden', 'rumoured', 'omnipresent', 'unretentive');
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const role = fc.constantFrom('ksk', 'zsk', 'csk');
  return fc
    .record({
      algorithm: fc.constantFrom(8, 13, 15, 255),
      keyTag: fc.integer({ min: 0, max: 0xffff }),
      role,
      bits: fc.integer({ min: 1, max: 0xffff }),
      goal: fc.constantFrom('omnipresent', 'hidden'),
      states: fc.record({ dnskey: state, krrsig: state, zrrsig: state, ds: state }),
      changes: fc.record({ dnskey: seconds, krrsig: seconds, zrrsig: seconds, ds: seconds }, { requiredKeys: [] }),
      predecessor: at === 0 ? fc.constant(undefined) : maybe(fc.constantFrom(...ids.slice(0, at))),
      successor: at + 1 === ids.length ? fc.constant(undefined) : maybe(fc.constantFrom(...ids.slice(at + 1))),
      created: maybe(seconds),
      active: maybe(seconds),
      lifetime: maybe(seconds),
      rollAt: maybe(seconds),
      retired: maybe(seconds),
      removed: maybe(seconds),
      fate: fc.constantFrom('none', 'compromised', 'lost'),
    })
    .map((key) => {
      const owned = (record: keyof typeof key.states) =>
        OWNED_RECORDS[key.role].includes(record) ? key.states[record] : 'hidden';
      return {
        ...key,
        id: ids[at]!,
        name: keyBaseName(nameFromText(zone), key.algorithm, key.keyTag),
        states: { dnskey: owned('dnskey'), krrsig: owned('krrsig'), zrrsig: owned('zrrsig'), ds: owned('ds') },
      };
    });
}

/** Any memory that may be written. */
export const anyMemory: fc.Arbitrary<ZoneMemory> = fc
  .record({ zone: fc.constantFrom(...ZONES), ids: fc.uniqueArray(id, { maxLength: 5 }) })
  .chain(({ zone, ids }) =>
    fc.record({
      version: fc.constant<1>(1),
      zone: fc.constant(zone),
      lastPass: seconds,
      wakeAt: fc.option(seconds),
      lookAt: fc.option(seconds),
      algorithm: fc.option(fc.integer({ min: 1, max: 255 })),
      keys: fc.tuple(...ids.map((_, at) => keyOf(zone, ids, at))),
      file: zoneSightings,
      servers: zoneSightings,
      parent: sightings,
      word: sightings,
      ttls: fc.record({ dnskey: ttls, zone: ttls, ds: ttls }),
      written: fc.dictionary(id, hex(64), { maxKeys: 4 }),
      intent: fc.array(
        fc.integer({ min: 0, max: 0xffff }).map((tag) => ({
          file: `${keyBaseName(nameFromText(zone), 13, tag)}.state`,
          text: printStateFile({ times: {}, changes: {}, states: {}, unknown: [] }, nameFromText(zone), tag),
        })),
        { maxLength: 2 },
      ),
      log: fc.oneof(
        fc.constant({ entries: 0, hash: '0'.repeat(64) }),
        fc.record({
          entries: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
          hash: hex(64).filter((digits) => /[^0]/.test(digits)),
        }),
      ),
      rest: fc.option(
        fc.record({
          policy: hex(64),
          files: fc.array(fc.record({ path: fc.string({ maxLength: 40 }), stamp: fc.string({ maxLength: 40 }) }), {
            maxLength: 3,
          }),
          keyFiles: fc.array(fc.string({ maxLength: 40 }), { maxLength: 3 }),
        }),
      ),
    }),
  );
