/** Keys of a zone whose files are missing or damaged, and what is left of those that are given up. */
import { DnssecError } from '../base/errors.ts';
import type { UnixSeconds } from '../base/time.ts';
import { nameFromText } from '../dns/name.ts';
import { keyIdentity } from '../keys/key-identity.ts';
import { keyTag } from '../keys/key-tag.ts';
import type { RollKey } from '../rollover/roll-key.ts';
import { timingOf } from '../rollover/state-text.ts';
import { findRollKey } from '../rollover/wishes.ts';
import type { Config } from '../store/config.ts';
import { keepPublicHalf } from '../store/key-restore.ts';
import { loadZoneKeys } from '../store/key-store.ts';
import { lookAtSignedZone } from '../store/signed-zones.ts';
import { signedPath } from '../store/zone-lookup.ts';
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

/**
 * Leaves of a key that is given up what the zone still needs: its public half, since its DNSKEY stays for as long as
 * caches may hold its signatures. Where that is gone too, it is taken from the present signed zone. What is left of its
 * private file is moved aside: it would stop every signing. A key whose files are whole is left as it is.
 *
 * @param typed  the key as people name it
 * @throws DnssecError USAGE for no key; ROLL_IMPOSSIBLE for one that is only open to others; LOCKED, FILE_…
 */
export async function keepLostPublicHalf(
  config: Config,
  choice: ManagedChoice,
  typed: string,
  now: UnixSeconds,
): Promise<void> {
  const { keys } = await loadZonePlan(config, choice, now);
  const key = findRollKey(keys, typed);
  if (key.files === 'whole') return;
  const directory = config.directories.keys;
  const zone = nameFromText(choice.name);
  const { problems } = await loadZoneKeys(directory, zone);
  const exposed = problems.find(({ subject, code }) => subject === key.name && code === 'KEY_EXPOSED');
  if (exposed !== undefined) throw onlyExposed(key, choice.name, exposed.message, exposed.hint);
  const signed = await lookAtSignedZone(signedPath(choice.file), zone);
  const dnskeyRdata = signed?.dnskeys.find((rdata) => keyIdentity(rdata) === key.id && keyTag(rdata) === key.keyTag);
  const published =
    dnskeyRdata === undefined ? undefined : { zone, ttl: signed?.dnskeyTtl, dnskeyRdata, timing: timingOf(key, {}) };
  await keepPublicHalf(directory, key, published, now);
}

function onlyExposed(key: RollKey, zone: string, message: string, hint: string | undefined): DnssecError {
  return new DnssecError('ROLL_IMPOSSIBLE', `${key.name} is not lost: ${message}`, {
    hint: `${hint ?? ''} That is "dnssec roll ${zone} --role ${key.role} --emergency", once its mode is right.`.trim(),
  });
}
