/** From what a person types to a zone whose keys the program rolls. */
import { type ManagedChoice, managedChoice } from '../automation/zone-rollovers.ts';
import { DnssecError } from '../base/errors.ts';
import type { Config } from '../store/config.ts';
import { configuredZones, resolveZone } from '../store/zone-lookup.ts';

/**
 * The zone of the configuration that an argument means, also where its file is gone.
 *
 * @throws DnssecError ZONE_NOT_FOUND, USAGE
 */
export function requireManaged(config: Config, cwd: string, argument: string): ManagedChoice {
  if (argument === '-') throw new DnssecError('USAGE', 'standard input has no keys', { hint: 'Name a zone.' });
  const wanted = argument.toLowerCase().replace(/\.$/, '');
  const named = managedZones(config).find(({ name }) => name === wanted);
  const found = named ?? managedChoice(resolveZone(config, cwd, argument), cwd);
  if (found !== undefined) return found;
  throw new DnssecError('ZONE_NOT_FOUND', `"${argument}" is not a zone of dnssec.yaml`, {
    hint: 'Keys are rolled for zones under management: "dnssec add ZONEFILE" takes one in.',
  });
}

/** Every zone of the configuration. */
export function managedZones(config: Config): readonly ManagedChoice[] {
  return configuredZones(config).flatMap((choice) => managedChoice(choice, config.base) ?? []);
}
