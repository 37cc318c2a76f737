/** What kind of world a seed makes: policy, servers, parent, habits. */
import { DEFAULT_POLICY, type KeysPolicy, type Policy } from '../../src/rollover/policy.ts';
import { type Random, seededRandom } from './random.ts';

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;
export const YEAR = 365 * DAY;

/**
 * `fair`: everything answers in time, and nobody touches anything. `busy`: the same, with a person who does what he likes.
 * `nasty`: that, and storms in which everything fails that may fail.
 */
export type Temperament = 'fair' | 'busy' | 'nasty';

/** A rule of the contract (see README.md) that the automation of a world breaks. */
export type Lapse = 'breaks' | 'serials' | 'tasks' | 'word' | 'ttls' | 'clock' | 'past';

/** The rules of one world. */
export interface Setting {
  readonly seed: number;
  /** True seconds that it lasts. */
  readonly length: number;
  readonly temperament: Temperament;
  readonly policy: Policy;
  /** Name servers that can be looked at, and whether they are. */
  readonly servers: number;
  readonly serversAreAsked: boolean;
  readonly parentServers: number;
  /**
   * How the parent is told: `tasks` by a registrar whose requests can be followed; `blind` by one that says nothing of
   * what it does, but does it within the registration delay; `person` by a person, who also says what the parent shows,
   * which nobody looks at.
   */
  readonly registrar: 'tasks' | 'blind' | 'person';
  readonly zoneTtl: number;
  readonly dsTtl: number;
  readonly negativeDsTtl: number;
  /** When passes are made: from cron, or when the engine asks for one, or with every change of the world as well. */
  readonly schedule: 'hourly' | 'daily' | 'wake' | 'eager';
  /** Somebody may want the zone insecure. */
  readonly mayGoInsecure: boolean;
  /** The policy is conservative, and stays so: each algorithm of a cached DNSKEY RRset has signed. */
  readonly staysConservative: boolean;
  /** All delays are those of the policy: for comparing with a forecast. */
  readonly isExact: boolean;
  /** What the automation gets wrong; undefined: nothing. */
  readonly lapse?: Lapse;
}

/** Algorithms that policies name. */
export const ALGORITHMS = [8, 13, 14, 15] as const;

/** The world of a seed. */
export function settingOf(seed: number, length: number): Setting {
  const random = seededRandom(seed);
  const temperament = random.pick(['fair', 'busy', 'busy', 'nasty', 'nasty'] as const);
  const registrar = random.pick(['tasks', 'tasks', 'blind', 'person'] as const);
  const policy = random.chance(0.3) ? defaultPolicy(random) : briskPolicy(random);
  const { maxZoneTtl, dsTtl } = policy.timing;
  return {
    ...{ seed, length, temperament, registrar, policy },
    servers: random.between(1, 4),
    serversAreAsked: random.chance(0.6),
    parentServers: random.between(1, 3),
    zoneTtl: random.chance(0.5) ? maxZoneTtl : random.between(1, maxZoneTtl),
    dsTtl: random.chance(0.6) ? dsTtl : random.between(Math.min(300, dsTtl), dsTtl),
    negativeDsTtl: random.between(0, dsTtl),
    schedule: random.chance(0.05) ? 'hourly' : random.pick(['daily', 'wake', 'wake'] as const),
    mayGoInsecure: random.chance(0.25),
    staysConservative: policy.rollover.algorithm === 'conservative' && random.chance(0.8),
    isExact: false,
  };
}

function defaultPolicy(random: Random): Policy {
  return { ...DEFAULT_POLICY, rollover: rollover(random) };
}

/** Keys that live as short as they may, with delays from none to long. */
function briskPolicy(random: Random): Policy {
  const timing = {
    dnskeyTtl: random.pick([60, 300, HOUR, 2 * HOUR, DAY]),
    publishSafety: random.pick([0, 0, 300, HOUR]),
    retireSafety: random.pick([0, 0, 300, HOUR]),
    maxZoneTtl: random.pick([HOUR, 4 * HOUR, DAY, 2 * DAY]),
    zonePropagation: random.pick([0, 60, 300, HOUR]),
    dsTtl: random.pick([HOUR, 6 * HOUR, DAY]),
    parentPropagation: random.pick([0, 300, HOUR, 6 * HOUR]),
    registrationDelay: random.pick([HOUR, 6 * HOUR, DAY]),
    purgeKeys: random.pick([0, 7 * DAY, 30 * DAY, 90 * DAY]),
  };
  return { ...DEFAULT_POLICY, timing, rollover: rollover(random), keys: randomKeys(random) };
}

function rollover(random: Random): Policy['rollover'] {
  return {
    mode: random.chance(0.12) ? 'manual' : 'automatic',
    algorithm: random.chance(0.65) ? 'conservative' : 'liberal',
  };
}

/** Keys as a policy may ask for them: most often with short lives. */
export function randomKeys(random: Random): Exclude<KeysPolicy, { kind: 'none' }> {
  const algorithm = random.pick(ALGORITHMS);
  const life = (days: number) =>
    random.chance(0.1) ? undefined : random.between(days, random.chance(0.7) ? days + 5 : 5 * days) * DAY;
  if (random.chance(0.35)) return { kind: 'csk', csk: { algorithm, bits: undefined, lifetime: life(40) } };
  return {
    kind: 'pair',
    ksk: { algorithm, bits: undefined, lifetime: life(60) },
    zsk: { algorithm, bits: undefined, lifetime: life(20) },
  };
}
