/** What lies ahead of a zone: everything that the engine would step from, read and not changed. */
import type { UnixSeconds } from '../base/time.ts';
import type { ZoneOutlook } from '../rollover/outlook.ts';
import type { KeyWish } from '../rollover/wishes.ts';
import type { Config } from '../store/config.ts';
import { readZoneMemory } from '../store/zone-state.ts';
import { situate } from './rollover-pass.ts';
import { type ManagedChoice, rolloverRequest } from './zone-rollovers.ts';

/** An outlook under a wish that was supposed to be granted, in words. */
export interface WishedOutlook extends ZoneOutlook {
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
): Promise<WishedOutlook> {
  const request = { ...rolloverRequest(config, choice, { now, dryRun: true }), asks: false, wish };
  const memory = readZoneMemory(request.stateDirectory, request.zone);
  const { policy, world, situation } = await situate(request, memory);
  return {
    zone: choice.name,
    policy,
    keys: situation.keys,
    world,
    registrar: registrarOf(config, choice),
    words: situation.words,
  };
}

/** How the DS of a zone gets to its parent, in the words of `ZoneOutlook`: by CDS, else by a person's hand so far. */
export function registrarOf(config: Config, { zone }: ManagedChoice): string | undefined {
  const name = zone.registrar;
  const type = name === undefined ? undefined : config.registrars.get(name)?.type;
  return type === 'cds' || name === 'cds' ? 'cds' : 'manual';
}
