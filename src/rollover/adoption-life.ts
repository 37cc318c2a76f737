/** Where a key that is taken over wants to go, and the times of its life. */
import type { UnixSeconds } from '../base/time.ts';
import { isRevoked, type KeyRole, type ZoneKey } from '../keys/key.ts';
import { type KeyClaims, timesOf } from '../keys/record-claims.ts';
import { type Goal, isWhollyHidden, OWNED_RECORDS, type RollKey } from './roll-key.ts';

/** A goal, and why the key has it. */
export interface ConcludedGoal {
  readonly goal: Goal;
  readonly why: string;
}

/** Whether the key is revoked: by its flags, or because its time to be revoked has come. */
export function isRevokedBy(key: ZoneKey, now: UnixSeconds): boolean {
  const { revoke } = timesOf(key);
  return isRevoked(key.flags) || (revoke !== undefined && revoke <= now);
}

/** The records of a role that are signatures. */
function signaturesOf(role: KeyRole): readonly ('krrsig' | 'zrrsig')[] {
  return OWNED_RECORDS[role].filter((record) => record === 'krrsig' || record === 'zrrsig');
}

/**
 * The goal of a key: what its `.state` file says; else omnipresent for one that is in use, or is published and is to
 * come into use, and hidden for one whose time is over or that was never used.
 *
 * @param isSigner  whether it is seen to sign
 */
export function concludeGoal(
  key: ZoneKey,
  role: KeyRole,
  claims: KeyClaims,
  isSigner: boolean,
  now: UnixSeconds,
): ConcludedGoal {
  const told = key.state?.states.goal;
  if (told !== undefined) {
    return { goal: told === 'omnipresent' ? 'omnipresent' : 'hidden', why: 'its .state file says so' };
  }
  if (isRevokedBy(key, now)) return { goal: 'hidden', why: 'it is revoked' };
  if (claims.isLeaving) return { goal: 'hidden', why: 'its time to be used is over' };
  const signatures = signaturesOf(role).map((record) => claims[record]);
  if (signatures.some(({ is }) => is === 'in')) return { goal: 'omnipresent', why: 'it is in use' };
  if (signatures.some(({ is }) => is === 'out')) return { goal: 'hidden', why: 'it is no longer in use' };
  if (isSigner) return { goal: 'omnipresent', why: 'it is seen to sign' };
  if (claims.dnskey.is !== 'in') return { goal: 'hidden', why: 'it is not in use' };
  return signatures.some((claim) => claim.is === 'never' && claim.from !== undefined)
    ? { goal: 'omnipresent', why: 'it is published, and is to come into use' }
    : { goal: 'hidden', why: 'it is published, but nothing says that it is ever to sign' };
}

/** The times of a key's life. */
export type KeyLife = Pick<RollKey, 'created' | 'active' | 'lifetime' | 'retired' | 'removed'>;

/**
 * The times of a key's life, as its files tell them: those that are still to come are plans, and left out. A key that
 * signs since nobody knows when counts its lifetime from now.
 */
export function concludeLife(
  key: ZoneKey,
  role: KeyRole,
  { goal, states, changes }: Pick<RollKey, 'goal' | 'states' | 'changes'>,
  now: UnixSeconds,
): KeyLife {
  const times = timesOf(key);
  const { times: own = {}, lifetime } = key.state ?? {};
  const past = (time: UnixSeconds | undefined) => (time !== undefined && time <= now ? time : undefined);
  const activate = own.active ?? times.activate;
  const signing = signaturesOf(role).filter((record) => states[record] !== 'hidden');
  const began = signing.length === 0 ? undefined : Math.min(now, ...signing.map((record) => changes[record] ?? now));
  const wasUsed = Object.keys(changes).length > 0;
  const isGone = goal === 'hidden' && isWhollyHidden({ states });
  const removed = past(own.removed ?? times.delete);
  const ended = past(own.retired ?? times.inactive) ?? removed;
  return {
    created: own.generated ?? times.created,
    active: activate === undefined ? began : past(activate),
    lifetime: lifetime === undefined ? plannedLifetime(activate, times.inactive) : lifetime || undefined,
    retired: goal === 'omnipresent' ? undefined : (ended ?? (wasUsed && !isGone ? now : undefined)),
    removed: isGone && (wasUsed || ended !== undefined) ? (removed ?? lastChange(changes, now)) : undefined,
  };
}

function plannedLifetime(activate: UnixSeconds | undefined, inactive: UnixSeconds | undefined): number | undefined {
  if (activate === undefined || inactive === undefined || inactive <= activate) return undefined;
  return inactive - activate;
}

function lastChange(changes: RollKey['changes'], now: UnixSeconds): UnixSeconds {
  const times = Object.values(changes).filter((time) => time <= now);
  return times.length === 0 ? now : Math.max(...times);
}
