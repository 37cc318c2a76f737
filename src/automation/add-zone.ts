/** Takes a zone under management: keys, a signed file, an entry in the configuration. */
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { Seconds, UnixSeconds } from '../base/time.ts';
import { canonicalName, friendlyName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { forecast } from '../rollover/forecast.ts';
import { requestKeys } from '../rollover/key-requests.ts';
import type { Policy } from '../rollover/policy.ts';
import { type Config, ZONE_DEFAULTS } from '../store/config.ts';
import { recordZone } from '../store/config-record.ts';
import { createFirstKeys, isKeyDirectoryLocked } from '../store/key-files.ts';
import { loadZoneKeys, requireSoundKeys, type ZoneKeySet } from '../store/key-store.ts';
import { readPreviousSigned } from '../store/signed-files.ts';
import { zoneFileOpener } from '../store/zone-files.ts';
import { buildZone } from '../zone/build.ts';
import { checkZone } from '../zone/checks.ts';
import { withQuotedLines } from '../zone/reader/line-quotes.ts';
import { readZone } from '../zone/reader/reader.ts';
import { findRrset } from '../zone/zone.ts';
import { signZoneFile } from './sign-zone-file.ts';
import { requireSignersAtHand } from './signing-keys.ts';
import type { SignFileRequest, SignFileResult, SigningObserver } from './signing-run.ts';
import { loadZonePlan } from './zone-outlook.ts';
import { type ManagedChoice, ZoneRollovers } from './zone-rollovers.ts';

/** A zone file to be managed, and how it is to be signed. */
export interface AddZoneRequest {
  readonly config: Config;
  readonly policy: Policy;
  /** Absolute path of the zone file. */
  readonly file: string;
  readonly signing: SignFileRequest;
  readonly dryRun: boolean;
}

/** What adding a zone came to. */
export interface AddedZone {
  /** Lower case, no trailing dot. */
  readonly name: string;
  readonly origin: Octets;
  /** Base names of keys that were there, and of keys that were made. */
  readonly adopted: readonly string[];
  readonly made: readonly string[];
  /** The configuration file, and whether the zone was entered into it now. */
  readonly config: { readonly file: string; readonly changed: boolean } | undefined;
  /** When the DS is to be handed in, if it is not to be there by now. */
  readonly dsFrom: UnixSeconds | undefined;
  /** Undefined on a dry run that would have to make keys first. */
  readonly signed: SignFileResult | undefined;
}

/**
 * Adds a zone. Everything that can be wrong with the zone file is found before the first key is made.
 *
 * @throws DnssecError as `signZoneFile` does; SIGNING_IMPOSSIBLE for a zone that keys elsewhere sign
 */
export async function addZone(request: AddZoneRequest, observer: SigningObserver): Promise<AddedZone> {
  const { config, policy, file, signing, dryRun } = request;
  observer.stage('read');
  const origin = checkZoneFile(signing, file);
  const name = friendlyName(canonicalName(origin));
  const found = await keysAtHand(signing.keyDirectory, origin);
  const missing = found.keys.length === 0;
  if (missing) requireNoKeysLost(signing, origin, found);
  const mayHaveToMake = missing || isKeyDirectoryLocked(signing.keyDirectory);
  const made = mayHaveToMake && !dryRun ? await makeFirstKeys(signing.keyDirectory, origin, policy, signing.now) : [];
  const rollovers = new ZoneRollovers(config, () => signing.now, dryRun);
  const choice = managedAs(request, name);
  if (!dryRun) await rollovers.before(choice);
  const signed = missing && dryRun ? undefined : await signZoneFile({ ...signing, origin }, observer);
  const entered = dryRun ? undefined : await recordZone(config, name, { file });
  if (signed !== undefined) await rollovers.after(choice, signed);
  const dsFrom = dryRun ? undefined : await whenDsIsDue(config, choice, signing.now);
  return { name, origin, dsFrom, adopted: found.keys.map((key) => key.name), made, config: entered, signed };
}

/** When the first DS of a zone without any is to be handed in, as the engine foresees it. */
async function whenDsIsDue(config: Config, choice: ManagedChoice, now: UnixSeconds): Promise<UnixSeconds | undefined> {
  const { policy, keys, world } = await loadZonePlan(config, choice, now);
  if (keys.some(({ states }) => states.ds !== 'hidden')) return undefined;
  return forecast(policy, keys, world, now, now + DS_HORIZON).events.find(({ kind }) => kind === 'ds-wanted')?.at;
}

/** Longer than any TTL of a zone that somebody wants to secure. */
const DS_HORIZON: Seconds = 366 * 86_400;

/** The zone as the configuration has it, or will have it. */
function managedAs({ config, policy, file }: AddZoneRequest, name: string): ManagedChoice {
  return { file, name, policy, zone: config.zones.get(name) ?? { ...ZONE_DEFAULTS, name, file, policy } };
}

/** Where there are no keys, there must never have been any: new ones are not made in the place of others. */
function requireNoKeysLost(signing: SignFileRequest, origin: Octets, { problems }: ZoneKeySet): void {
  requireSoundKeys(problems);
  const published = readPreviousSigned(zoneFileOpener(signing.directory), signing.output, origin);
  if (published !== undefined) requireSignersAtHand(published.zone, [], signing, origin);
}

/** Reads and checks the zone, so that nothing is made for one that can't be signed. @returns its apex */
function checkZoneFile(signing: SignFileRequest, file: string): Octets {
  const opener = zoneFileOpener(signing.directory);
  const read = readZone(opener, signing.input, {
    ...(signing.origin === undefined ? {} : { origin: signing.origin }),
    ...(signing.assumedOrigin === undefined ? {} : { assumedOrigin: signing.assumedOrigin }),
  });
  const zone = withQuotedLines(opener, () => {
    const built = buildZone(read.records, read.origin, read.class);
    checkZone(built.zone);
    return built.zone;
  });
  if (findRrset(zone, 0, TYPE.RRSIG) >= 0) {
    throw new DnssecError('SIGNING_IMPOSSIBLE', `${file} is a signed zone file already`, {
      hint: 'Add the unsigned file. If there is none, take the RRSIG, NSEC, NSEC3 and DNSKEY records out first.',
    });
  }
  return read.origin;
}

async function keysAtHand(directory: string, origin: Octets): Promise<ZoneKeySet> {
  try {
    return await loadZoneKeys(directory, origin);
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    if (error instanceof DnssecError && cause?.code === 'ENOENT') return { keys: [], problems: [] };
    throw error;
  }
}

async function makeFirstKeys(
  directory: string,
  origin: Octets,
  policy: Policy,
  now: UnixSeconds,
): Promise<readonly string[]> {
  const ttl = policy.timing.dnskeyTtl;
  const requests = requestKeys(origin, policy.keys, { ttl, timing: { created: now, publish: now, activate: now } });
  return (await createFirstKeys(directory, origin, requests)).map((key) => key.name);
}
