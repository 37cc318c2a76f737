/** Whether a policy leaves the keys of a zone as they are, or would begin a roll at once; and which policy would leave them. */
import { printDuration, type Seconds, type UnixSeconds } from '../base/time.ts';
import { algorithmText, findAlgorithm } from '../keys/algorithms.ts';
import type { KeyRole } from '../keys/key.ts';
import { dateText } from '../keys/key-words.ts';
import { publicationInterval, shortestKskLifetime, shortestZskLifetime } from './intervals.ts';
import { retirementOf, turnKeys } from './lifecycle.ts';
import { DEFAULT_POLICY, type KeyPolicy, type Policy } from './policy.ts';
import type { KeyId, RollKey } from './roll-key.ts';
import { currentKey } from './wishes.ts';

/** What a policy does to keys as they are. */
export interface PolicyFit {
  /** What it would begin at once, as sentences; none: it leaves the keys as they are. */
  readonly reasons: readonly string[];
  /** Lines for dnssec.yaml that leave the keys as they are; none where the keys fit no policy, or this one fits. */
  readonly lines: readonly string[];
}

/** What the policy in the lines is called. */
const OFFERED = 'as-adopted';

/**
 * Compares a policy with keys.
 *
 * @param zone  its name in the configuration
 */
export function fitPolicy(zone: string, policy: Policy, keys: readonly RollKey[], now: UnixSeconds): PolicyFit {
  const { decisions, actions } = turnKeys(policy, keys, now);
  if (decisions.length === 0 && actions.length === 0) return { reasons: [], lines: [] };
  const standing = keys.filter(({ goal }) => goal === 'omnipresent');
  const told = [...strangers(policy, standing), ...overdue(policy, standing, now)];
  const reasons = told.length > 0 ? told : decisions.map(({ kind, key }) => turnText(kind, keys, key));
  return {
    reasons:
      reasons.length > 0 ? reasons : actions.flatMap((action) => (action.kind === 'make' ? madeText(action) : [])),
    lines: offer(zone, policy, standing, now),
  };
}

type Role = readonly [role: KeyRole, want: KeyPolicy];

function rolesOf({ keys }: Policy): readonly Role[] {
  if (keys.kind === 'none') return [];
  return keys.kind === 'csk'
    ? [['csk', keys.csk]]
    : [
        ['ksk', keys.ksk],
        ['zsk', keys.zsk],
      ];
}

function nameOf({ role, keyTag }: RollKey): string {
  return `${role.toUpperCase()} ${keyTag}`;
}

/** Keys that are none of those that the policy wants, and wanted ones that are not there. */
function strangers(policy: Policy, standing: readonly RollKey[]): string[] {
  const { name } = policy;
  const roles = rolesOf(policy);
  if (roles.length === 0) return [`the policy "${name}" wants no keys: the zone would become insecure`];
  const wanted = roles.map(([role, { algorithm }]) => `${article(role)} of ${algorithmText(algorithm)}`).join(' and ');
  const isWanted = (key: RollKey) =>
    roles.some(([role, { algorithm }]) => role === key.role && algorithm === key.algorithm);
  const missing = roles.filter(
    ([role, { algorithm }]) => !standing.some((key) => key.role === role && key.algorithm === algorithm),
  );
  const surplus = standing.filter((key) => isWanted(key) && key.id !== newestOf(standing, key)?.id);
  return [
    ...standing
      .filter((key) => !isWanted(key))
      .map((key) => `${nameOf(key)} is of ${algorithmText(key.algorithm)}; the policy "${name}" wants ${wanted}`),
    ...missing.map(
      ([role, { algorithm }]) => `no ${role.toUpperCase()} of ${algorithmText(algorithm)} is in use: one would come in`,
    ),
    ...surplus.map((key) => `${nameOf(key)} is one of several; the policy "${name}" wants one, and it would go`),
  ];
}

function article(role: KeyRole): string {
  return `a ${role.toUpperCase()}`;
}

function newestOf(standing: readonly RollKey[], { role, algorithm }: RollKey): RollKey | undefined {
  const rivals = standing.filter((key) => key.role === role && key.algorithm === algorithm);
  return rivals.toSorted((a, b) => (b.active ?? b.created ?? 0) - (a.active ?? a.created ?? 0))[0];
}

/** Keys that are in use for longer than the policy gives them. */
function overdue(policy: Policy, standing: readonly RollKey[], now: UnixSeconds): string[] {
  return rolesOf(policy).flatMap(([role, { algorithm, lifetime }]) => {
    const key = currentKey(standing, role);
    if (key === undefined || key.algorithm !== algorithm || !isOver(key, lifetime, policy, now)) return [];
    if (key.rollAt !== undefined)
      return [`${nameOf(key)} was to be replaced ${dateText(key.rollAt)} by a person's word`];
    const since = `is in use since ${dateText(key.active!)}`;
    return [`${nameOf(key)} ${since}; the policy "${policy.name}" gives it ${printDuration(lifetime!)}`];
  });
}

function isOver(key: RollKey, lifetime: Seconds | undefined, { timing }: Policy, now: UnixSeconds): boolean {
  const retirement = retirementOf({ ...key, lifetime });
  return retirement !== undefined && retirement - publicationInterval(timing) <= now;
}

const TURNS = {
  introduced: 'would come into use',
  retired: 'would go',
  revived: 'is on its way out, and would come back',
  removed: 'is gone',
} as const;

function turnText(kind: keyof typeof TURNS, keys: readonly RollKey[], id: KeyId): string {
  return `${nameOf(keys.find((key) => key.id === id)!)} ${TURNS[kind]}`;
}

function madeText({ role, algorithm }: { readonly role: KeyRole; readonly algorithm: number }): string {
  return `${article(role)} of ${algorithmText(algorithm)} would be made`;
}

/** The policy that keeps the keys: one key of each role, all of one algorithm. */
function offer(zone: string, policy: Policy, standing: readonly RollKey[], now: UnixSeconds): readonly string[] {
  const roles = (['ksk', 'zsk', 'csk'] as const).filter((role) => standing.some((key) => key.role === role));
  const kinds = roles.join(' and ');
  const isOneOfEach =
    standing.length === roles.length && new Set(standing.map(({ algorithm }) => algorithm)).size === 1;
  if (!isOneOfEach || (kinds !== 'csk' && kinds !== 'ksk and zsk')) return [];
  return [
    'policies:',
    `  ${OFFERED}:${policy.name === DEFAULT_POLICY.name ? '' : `   # add what else "${policy.name}" says`}`,
    '    keys:',
    ...standing
      .toSorted((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role))
      .map((key) => `      ${key.role}: { ${keyLine(key, policy, now)} }`),
    'zones:',
    `  ${zone}:`,
    `    policy: ${OFFERED}`,
  ];
}

function keyLine(key: RollKey, policy: Policy, now: UnixSeconds): string {
  const lifetime = keptLifetime(key, policy, now);
  return [
    `algorithm: ${algorithmText(key.algorithm)}`,
    ...(findAlgorithm(key.algorithm)?.family === 'rsa' ? [`bits: ${key.bits}`] : []),
    `lifetime: ${lifetime === undefined ? 'unlimited' : printDuration(lifetime)}`,
  ].join(', ');
}

/** The policy's lifetime, else the key's own, as far as it is not over and not shorter than a roll; else none. */
function keptLifetime(key: RollKey, policy: Policy, now: UnixSeconds): Seconds | undefined {
  const own = rolesOf(policy).find(([role]) => role === key.role)?.[1].lifetime;
  const shortest = Math.max(
    key.role === 'zsk' ? 0 : shortestKskLifetime(policy),
    key.role === 'ksk' ? 0 : shortestZskLifetime(policy),
  );
  return [own, key.lifetime].find(
    (lifetime) => lifetime !== undefined && lifetime > shortest && !isOver(key, lifetime, policy, now),
  );
}
