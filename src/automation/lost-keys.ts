/** Keys of a zone whose files are missing or damaged. */
import type { UnixSeconds } from '../base/time.ts';
import type { RollKey } from '../rollover/roll-key.ts';
import type { Config } from '../store/config.ts';
import { loadZonePlan } from './zone-outlook.ts';
import type { ManagedChoice } from './zone-rollovers.ts';

/** The keys that the zone needs, or remembers, and that can't be used as their files are. */
export async function listLostKeys(
  config: Config,
  choice: ManagedChoice,
  now: UnixSeconds,
): Promise<readonly RollKey[]> {
  const { keys } = await loadZonePlan(config, choice, now);
  return keys.filter(({ files, removed }) => files !== 'whole' && removed === undefined);
}
