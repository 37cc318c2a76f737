/** What a person may do to a zone, mostly at the worst moment: each act is one that a command or the configuration has. */
import { retirementOf } from '../../src/rollover/lifecycle.ts';
import type { Policy } from '../../src/rollover/policy.ts';
import { isIn, isWhollyHidden, type RollKey } from '../../src/rollover/roll-key.ts';
import type { Random } from './random.ts';
import { ALGORITHMS, DAY, HOUR, randomKeys, type Setting } from './setting.ts';

/** What an act comes to. */
export interface Changed {
  readonly text: string;
  readonly keys?: readonly RollKey[];
  readonly policy?: Policy;
  readonly zoneTtl?: number;
  /** A key is made ahead of time. */
  readonly make?: { readonly role: RollKey['role']; readonly algorithm: number };
}

/** What a person sees before acting. */
export interface Scene {
  readonly setting: Setting;
  readonly random: Random;
  readonly policy: Policy;
  readonly keys: readonly RollKey[];
  readonly clock: number;
  readonly zoneTtl: number;
}

type Act = (scene: Scene) => Changed | undefined;

const ACTS: readonly Act[] = [
  ...[rollNow, rollNow, rollNow, turnRound, turnRound, compromise],
  ...[editKeys, editKeys, editLifetimes, editMode, editOrder, goInsecure, editDnskeyTtl, editZoneTtl, makeAhead],
];

/** Something that a person does now; undefined: what came to mind can't be done now. */
export function actOfPerson(scene: Scene): Changed | undefined {
  // Where there are no keys, the next thing is to have some again.
  if (scene.policy.keys.kind === 'none') return comeBack(scene);
  return scene.random.pick(ACTS)(scene);
}

function replace(keys: readonly RollKey[], ...changed: readonly RollKey[]): readonly RollKey[] {
  return keys.map((key) => changed.find(({ id }) => id === key.id) ?? key);
}

function standing({ keys, random }: Scene): RollKey | undefined {
  const all = keys.filter(({ goal }) => goal === 'omnipresent');
  return all.length === 0 ? undefined : random.pick(all);
}

function rollNow(scene: Scene): Changed | undefined {
  const key = standing(scene);
  if (key === undefined) return undefined;
  return { text: `rolls ${key.id}`, keys: replace(scene.keys, { ...key, rollAt: scene.clock }) };
}

/** The roll goes back: the key that was to go stays, for another lifetime, and the one that came goes. */
function turnRound({ keys, random, clock }: Scene): Changed | undefined {
  const pairs = keys.flatMap((before) => {
    const after = keys.find(({ id, predecessor }) => id === before.successor && predecessor === before.id);
    const mayStay = before.goal === 'hidden' && isIn(before.states.dnskey) && before.fate === 'none';
    return mayStay && after?.goal === 'omnipresent' ? [{ before, after }] : [];
  });
  if (pairs.length === 0) return undefined;
  const { before, after } = random.pick(pairs);
  const rollAt = before.lifetime === undefined ? undefined : clock + before.lifetime;
  const stays: RollKey = { ...before, goal: 'omnipresent', retired: undefined, rollAt };
  const goes: RollKey = { ...after, goal: 'hidden', retired: clock };
  return { text: `turns the roll from ${before.id} to ${after.id} round`, keys: replace(keys, stays, goes) };
}

function compromise(scene: Scene): Changed | undefined {
  const key = standing(scene);
  if (key === undefined || !scene.random.chance(0.5)) return undefined;
  const known: RollKey = { ...key, fate: 'compromised', rollAt: scene.clock };
  return { text: `declares ${key.id} compromised`, keys: replace(scene.keys, known) };
}

function editKeys({ policy, random }: Scene): Changed {
  const { keys } = policy;
  if (random.chance(0.5) && keys.kind !== 'none') {
    const algorithm = random.pick(ALGORITHMS);
    const next =
      keys.kind === 'pair'
        ? { ...keys, ksk: { ...keys.ksk, algorithm }, zsk: { ...keys.zsk, algorithm } }
        : { ...keys, csk: { ...keys.csk, algorithm } };
    return { text: `wants algorithm ${algorithm}`, policy: { ...policy, keys: next } };
  }
  const next = randomKeys(random);
  const { algorithm } = next.kind === 'csk' ? next.csk : next.ksk;
  return { text: `wants a ${next.kind} of algorithm ${algorithm}`, policy: { ...policy, keys: next } };
}

function editLifetimes({ policy, random }: Scene): Changed | undefined {
  const { keys } = policy;
  const days = random.between(25, 200);
  if (keys.kind === 'pair') {
    const zsk = { ...keys.zsk, lifetime: days * DAY };
    const ksk = { ...keys.ksk, lifetime: 2 * days * DAY };
    return { text: `wants lifetimes of ${days} days`, policy: { ...policy, keys: { ...keys, ksk, zsk } } };
  }
  if (keys.kind !== 'csk') return undefined;
  const csk = { ...keys.csk, lifetime: 2 * days * DAY };
  return { text: `wants lifetimes of ${2 * days} days`, policy: { ...policy, keys: { ...keys, csk } } };
}

function editMode({ policy, random }: Scene): Changed {
  const mode = random.chance(0.3) ? 'manual' : 'automatic';
  return { text: `wants rollovers ${mode}`, policy: { ...policy, rollover: { ...policy.rollover, mode } } };
}

function editOrder({ policy, setting, random }: Scene): Changed | undefined {
  if (setting.staysConservative) return undefined;
  const algorithm = random.pick(['conservative', 'liberal'] as const);
  return { text: `wants rolls ${algorithm}`, policy: { ...policy, rollover: { ...policy.rollover, algorithm } } };
}

function goInsecure({ policy, setting, random }: Scene): Changed | undefined {
  if (!setting.mayGoInsecure || !random.chance(0.5)) return undefined;
  return { text: 'wants the zone insecure', policy: { ...policy, keys: { kind: 'none' } } };
}

function comeBack({ policy, setting, random }: Scene): Changed {
  const keys = random.chance(0.6) && setting.policy.keys.kind !== 'none' ? setting.policy.keys : randomKeys(random);
  return { text: `wants the zone signed by a ${keys.kind}`, policy: { ...policy, keys } };
}

function editDnskeyTtl({ policy, random }: Scene): Changed {
  const dnskeyTtl = random.pick([60, 300, HOUR, 6 * HOUR, DAY]);
  return {
    text: `wants a DNSKEY TTL of ${dnskeyTtl}`,
    policy: { ...policy, timing: { ...policy.timing, dnskeyTtl } },
  };
}

/** Beyond what the policy reckons with, too. */
function editZoneTtl({ policy, random }: Scene): Changed {
  const { maxZoneTtl } = policy.timing;
  const zoneTtl = random.chance(0.3) ? maxZoneTtl * random.between(2, 4) : random.between(1, maxZoneTtl);
  return { text: `gives the zone's records a TTL of ${zoneTtl}`, zoneTtl };
}

function makeAhead({ keys, random }: Scene): Changed | undefined {
  const living = keys.filter((key) => !isWhollyHidden(key) && retirementOf(key) !== undefined);
  if (living.length === 0) return undefined;
  const { role, algorithm } = random.pick(living);
  return { text: `makes a ${role} of algorithm ${algorithm} ahead of time`, make: { role, algorithm } };
}
