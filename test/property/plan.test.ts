import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planLines, whyLines } from '../../src/cli/plan-text.ts';
import { foresee, type ZoneOutlook } from '../../src/rollover/outlook.ts';
import { printCalendar } from '../../src/rollover/plan-calendar.ts';
import { planDocument, whyDocument } from '../../src/rollover/plan-document.ts';
import { planEntries } from '../../src/rollover/plan-entries.ts';
import { drawPlan } from '../../src/rollover/plan-svg.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/rollover/policy.ts';
import { ALL_HIDDEN, OWNED_RECORDS, type RecordStates, type RollKey } from '../../src/rollover/roll-key.ts';
import type { Sighting, World } from '../../src/rollover/world.ts';
import { summarizeZone } from '../../src/rollover/zone-summary.ts';
import { readCalendar } from '../rollover/calendar-reader.ts';
import { DAY, HOUR, NOW, settledKey, worldOf } from '../rollover/outlook-scene.ts';
import { readSvg } from '../rollover/svg-reader.ts';

const STATES = ['hidden', 'rumoured', 'omnipresent', 'unretentive'] as const;

/** Keys in any states, also in such as no roll leads to; `index` keeps their identities apart. */
const key = (index: number): fc.Arbitrary<RollKey> =>
  fc
    .record({
      role: fc.constantFrom('ksk', 'zsk', 'csk'),
      algorithm: fc.constantFrom(13, 15),
      keyTag: fc.constantFrom(1, 4711),
      states: fc.tuple(...[0, 1, 2, 3].map(() => fc.constantFrom(...STATES))),
      goal: fc.constantFrom('omnipresent', 'hidden'),
      changed: fc.option(fc.integer({ min: -40, max: 0 }), { nil: undefined }),
      roll: fc.option(fc.integer({ min: -1, max: 40 }), { nil: undefined }),
      lifetime: fc.constantFrom(undefined, 30 * DAY, 90 * DAY),
      files: fc.constantFrom('whole', 'whole', 'whole', 'missing', 'broken'),
      fate: fc.constantFrom('none', 'none', 'none', 'lost', 'compromised'),
      before: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    } as const)
    .map(({ role, algorithm, keyTag, states, goal, changed, roll, lifetime, files, fate, before }) => {
      const records = ['dnskey', 'krrsig', 'zrrsig', 'ds'] as const;
      const owned = records.filter((record) => OWNED_RECORDS[role].includes(record));
      const own = Object.fromEntries(owned.map((record) => [record, states[records.indexOf(record)]!]));
      const at = changed === undefined ? undefined : NOW + changed * HOUR;
      const changes = at === undefined ? {} : Object.fromEntries(owned.map((record) => [record, at]));
      const predecessor = before === undefined || before === index ? undefined : `key-${before}`;
      return settledKey(`key-${index}`, role, keyTag, {
        ...{ algorithm, goal, changes, lifetime, files, fate, predecessor },
        states: { ...ALL_HIDDEN, ...(own as Partial<RecordStates>) },
        rollAt: roll === undefined ? undefined : NOW + roll * DAY,
      });
    });

const keys = fc
  .integer({ min: 0, max: 4 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => key(i))));

const sighting: fc.Arbitrary<Sighting> = fc.record({
  seen: fc.constantFrom('present', 'absent', 'mixed', 'unknown'),
  since: fc.integer({ min: NOW - 40 * DAY, max: NOW }),
  dissent: fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }),
});

function world(some: readonly RollKey[]): fc.Arbitrary<World> {
  const settled = worldOf(some);
  const seen = fc.dictionary(fc.constantFrom('key-0', 'key-1', 'key-2'), sighting, { noNullPrototype: true });
  return fc.record({
    file: fc.constant(settled.file),
    servers: fc.oneof(
      fc.constant(settled.servers),
      fc.constant('off' as const),
      fc.record({ dnskey: seen, krrsig: seen, zrrsig: seen }),
    ),
    parent: fc.oneof(fc.constant(settled.parent), fc.constant('off' as const), seen),
    word: seen,
    ttls: fc.constant(settled.ttls),
    approved: fc.boolean(),
    trouble: fc.oneof(fc.constant([]), fc.constant([]), fc.array(fc.string({ unit: 'binary' }), { maxLength: 2 })),
  });
}

const LIFE = { algorithm: 13, bits: undefined, lifetime: 40 * DAY };
const policy: fc.Arbitrary<Policy> = fc
  .record({
    keys: fc.constantFrom<Policy['keys']>(
      { kind: 'pair', ksk: LIFE, zsk: { ...LIFE, lifetime: 20 * DAY } },
      { kind: 'csk', csk: { ...LIFE, algorithm: 15 } },
      { kind: 'none' },
    ),
    mode: fc.constantFrom('automatic', 'manual'),
    algorithm: fc.constantFrom('conservative', 'liberal'),
  } as const)
  .map(({ keys: wanted, ...rollover }) => ({ ...DEFAULT_POLICY, keys: wanted, rollover }));

const outlook: fc.Arbitrary<ZoneOutlook> = keys.chain((some) =>
  fc.record({
    zone: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'binary-ascii' }),
      fc.constant('example.com'),
    ),
    policy,
    keys: fc.constant(some),
    world: world(some),
    registrar: fc.constantFrom(undefined, 'manual', 'cds', 'ovh'),
  }),
);

describe('whatever the keys, the world and the name of the zone are', () => {
  test('plans are told in full, and are well-formed as calendar, picture and data', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(outlook, fc.integer({ min: 1, max: 400 }), (zone, days) => {
        const prospect = foresee(zone, NOW, NOW + days * DAY);
        const entries = planEntries(prospect);
        expect(entries.every(({ at }, i) => i === 0 || at >= entries[i - 1]!.at)).toBe(true);

        const calendar = printCalendar([prospect], NOW);
        expect(Math.max(...calendar.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
        const { events } = readCalendar(calendar);
        expect(events).toHaveLength(entries.length);
        expect(new Set(events.map(({ uid }) => uid)).size).toBe(entries.length);

        const elements = readSvg(drawPlan(prospect));
        expect(elements.filter(({ name }) => /script|image|use|foreign/i.test(name))).toEqual([]);

        const { zone: _, ...rest } = planDocument({ ...prospect, zone: 'z' });
        const words = [
          ...planLines([{ ...prospect, zone: 'z' }]),
          ...whyLines(prospect, summarizeZone({ ...prospect, zone: 'z' })),
          JSON.stringify([rest, whyDocument({ ...prospect, zone: 'z' })]),
        ].join('\n');
        expect(words).not.toMatch(/undefined|NaN|\[object|Invalid|a key that is gone|new-\d+ (?:is|leaves)/);
      }),
      { numRuns: 100 },
    );
  });
});
