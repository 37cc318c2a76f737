import { describe, expect, it } from 'vitest';
import { type ForecastEvent, forecast } from '../../src/rollover/forecast.ts';
import { DEFAULT_POLICY, type KeysPolicy, type Policy } from '../../src/rollover/policy.ts';
import { DAY, HOUR, type Setting, YEAR } from './setting.ts';
import { type Complaint, EPOCH, World, type WorldEvent } from './world.ts';

/** Keys whose work ends some times a year. */
const PAIR: KeysPolicy = {
  kind: 'pair',
  ksk: { algorithm: 13, bits: undefined, lifetime: 150 * DAY },
  zsk: { algorithm: 13, bits: undefined, lifetime: 61 * DAY },
};
const RSA: KeysPolicy = { ...PAIR, ksk: { ...PAIR.ksk, algorithm: 8 }, zsk: { ...PAIR.zsk, algorithm: 8 } };
const CSK: KeysPolicy = { kind: 'csk', csk: { algorithm: 13, bits: undefined, lifetime: 99 * DAY } };
const BEFORE = 200 * DAY + 1234;

const policyOf = (keys: KeysPolicy, algorithm: Policy['rollover']['algorithm'] = 'conservative'): Policy => ({
  ...DEFAULT_POLICY,
  keys,
  rollover: { mode: 'automatic', algorithm },
});

/** A world with exactly the delays of its policy, where each change is looked at when it comes. */
const settingOf = (policy: Policy, places: Pick<Setting, 'serversAreAsked' | 'registrar'>): Setting => ({
  ...{ seed: 1, length: BEFORE + YEAR, temperament: 'fair', policy, servers: 2, parentServers: 2, ...places },
  ...{ zoneTtl: policy.timing.maxZoneTtl, dsTtl: policy.timing.dsTtl, negativeDsTtl: HOUR, schedule: 'eager' },
  ...{ mayGoInsecure: true, staysConservative: policy.rollover.algorithm === 'conservative', isExact: true },
});

/** Events as lines; keys that are not made yet are numbered in the order in which they are. */
function linesOf(events: readonly { at: number; event: WorldEvent }[], known: ReadonlySet<string>): readonly string[] {
  const names = new Map<string, string>();
  const name = (key: string) => {
    if (known.has(key)) return key;
    if (!names.has(key)) names.set(key, `new ${names.size + 1}`);
    return names.get(key)!;
  };
  return events.map(({ at, event }) => {
    if (event.kind !== 'decision') return `${at} ${event.kind} ${name(event.key)}`;
    const { decision } = event;
    if (decision.kind !== 'move') {
      const after =
        decision.kind === 'introduced' && decision.after !== undefined ? ` after ${name(decision.after)}` : '';
      return `${at} ${name(decision.key)} ${decision.kind}${after}`;
    }
    return `${at} ${name(decision.key)} ${decision.record} ${decision.from}>${decision.to}`;
  });
}

function foreseen(events: readonly ForecastEvent[]): readonly { at: number; event: WorldEvent }[] {
  return events.flatMap((event) =>
    event.kind === 'decision' || event.kind === 'make' || event.kind === 'purge' ? [{ at: event.at, event }] : [],
  );
}

interface Play {
  readonly foretold: readonly string[];
  readonly happened: readonly string[];
  readonly complaints: readonly Complaint[];
}

/** Foresees a year of a world at a time, lives through it, and says what came of both. */
function play(setting: Setting, at: number, change: (world: World) => void = () => undefined): Play {
  const world = new World(setting, false);
  if (at > 0) world.live(at - 1);
  world.now = at;
  change(world);
  const { keys } = world.automation.saved;
  const known = new Set(keys.map(({ id }) => id));
  const now = EPOCH + at;
  const { events } = forecast(world.policy, keys, world.view, now, now + YEAR);
  const happened: { at: number; event: WorldEvent }[] = [];
  world.onEvent = (event) => happened.push({ at: world.clock, event });
  if (at > 0) world.wake();
  world.live(at + YEAR);
  const sorted = (lines: readonly string[]) => [...lines].sort();
  return {
    foretold: sorted(linesOf(foreseen(events), known)),
    happened: sorted(linesOf(happened, known)),
    complaints: world.complaints,
  };
}

const PLACES: readonly (readonly [string, Pick<Setting, 'serversAreAsked' | 'registrar'>])[] = [
  ['servers and parent looked at', { serversAreAsked: true, registrar: 'tasks' }],
  ['neither looked at', { serversAreAsked: false, registrar: 'person' }],
  ['servers looked at, parent not', { serversAreAsked: true, registrar: 'person' }],
  ['parent looked at, servers not', { serversAreAsked: false, registrar: 'blind' }],
];

describe.each(PLACES)('the plan of a year, %s, is what happens', (_, places) => {
  const check = ({ foretold, happened, complaints }: Play, least: number) => {
    expect(happened).toEqual(foretold);
    expect(complaints).toEqual([]);
    expect(happened.length).toBeGreaterThan(least);
  };
  const become = (policy: Policy) => (world: World) => world.change({ text: 'edits the policy', policy });

  it('for a fresh zone with KSK and ZSK', () => {
    check(play(settingOf(policyOf(PAIR), places), 0), 60);
  });

  it('for a fresh zone with a CSK', () => {
    check(play(settingOf(policyOf(CSK), places), 0), 40);
  });

  it('for a KSK that is rolled by hand', () => {
    const roll = (world: World) => {
      const keys = world.automation.saved.keys.map((key) =>
        key.role === 'ksk' && key.goal === 'omnipresent' ? { ...key, rollAt: world.clock } : key,
      );
      world.change({ text: 'rolls the KSK', keys });
    };
    check(play(settingOf(policyOf(PAIR), places), BEFORE, roll), 60);
  });

  it.each(['conservative', 'liberal'] as const)('for a %s roll of the algorithm', (order) => {
    const change = become(policyOf(PAIR, order));
    check(play(settingOf(policyOf(RSA, order), places), BEFORE, change), 60);
  });

  it('for KSK and ZSK that become a CSK, and back', () => {
    check(play(settingOf(policyOf(PAIR), places), BEFORE, become(policyOf(CSK))), 40);
    check(play(settingOf(policyOf(CSK), places), BEFORE, become(policyOf(PAIR))), 60);
  });

  it('for a zone that goes insecure', () => {
    check(play(settingOf(policyOf(PAIR), places), BEFORE, become(policyOf({ kind: 'none' }))), 10);
  });
});
