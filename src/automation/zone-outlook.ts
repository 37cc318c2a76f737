/** What lies ahead of a zone: everything that the engine would step from, read and not changed. */
import type { UnixSeconds } from '../base/time.ts';
import type { Policy } from '../rollover/policy.ts';
import type { RollKey } from '../rollover/roll-key.ts';
import type { KeyWish } from '../rollover/wishes.ts';
import type { World } from '../rollover/world.ts';
import type { Config } from '../store/config.ts';
import { readZoneMemory } from '../store/zone-state.ts';
import { situate } from './rollover-pass.ts';
import { type ManagedChoice, rolloverRequest } from './zone-rollovers.ts';

/** Where a zone's keys stand, and what the world was last seen to show. */
export interface ZonePlan {
  readonly zone: string;
  readonly policy: Policy;
  readonly keys: readonly RollKey[];
  readonly world: World;
  /** What tells the parent; undefined: a person has to. */
  readonly registrar: string | undefined;
  /** The wish that was supposed to be granted, in words. */
  readonly words: string | undefined;
}

/**
 * Looks at a configured zone. No server is asked: what the last pass saw has to do.
 *
 * @param wish  what a person might ask for
 * @throws DnssecError STATE_INVALID, KEY_…, FILE_UNREADABLE, ROLL_IMPOSSIBLE
 */
export async function loadZonePlan(
  config: Config,
  choice: ManagedChoice,
  now: UnixSeconds,
  wish?: KeyWish,
): Promise<ZonePlan> {
  const request = { ...rolloverRequest(config, choice, { now, dryRun: true }), asks: false, wish };
  const memory = readZoneMemory(request.stateDirectory, request.zone);
  const { policy, world, situation } = await situate(request, memory);
  return {
    zone: choice.name,
    policy,
    keys: situation.keys,
    world,
    registrar: choice.zone.registrar,
    words: situation.words,
  };
}
