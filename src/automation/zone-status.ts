/** Looks at zones on disk and says where each stands. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { DnssecError, fileError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { canonicalName, friendlyName, nameFromText } from '../dns/name.ts';
import { selectKeys } from '../keys/key-plan.ts';
import type { KeysOnDisk } from '../rollover/key-status.ts';
import { foresee } from '../rollover/outlook.ts';
import {
  compareStatus,
  judgeZone,
  type SignedOnDisk,
  type ZoneOnDisk,
  type ZoneStatus,
} from '../rollover/zone-status.ts';
import { currentRolls, horizonOf, summarizeZone } from '../rollover/zone-summary.ts';
import type { Config } from '../store/config.ts';
import { type KeyListing, readKeyListing } from '../store/key-listing.ts';
import { loadZoneKeys } from '../store/key-store.ts';
import { lookAtSignedZone } from '../store/signed-zones.ts';
import { haveSourcesChanged } from '../store/signing-memo.ts';
import { signedPath, type ZoneChoice } from '../store/zone-lookup.ts';
import { nameOfFile } from '../store/zone-name.ts';
import { loadZonePlan } from './zone-outlook.ts';
import { managedChoice } from './zone-rollovers.ts';

/** A zone, what was found of it, and what that means. */
export interface ZoneReport extends ZoneStatus, ZoneOnDisk {
  readonly choice: ZoneChoice;
  /** Path of the signed file. */
  readonly output: string;
}

/**
 * Reports where zones stand, the worst first. What is wrong with a zone is told in its report; nothing is thrown.
 *
 * @param directory  of the keys
 */
export async function reportZones(
  config: Config,
  choices: readonly ZoneChoice[],
  directory: string,
  now: UnixSeconds,
): Promise<ZoneReport[]> {
  const listed = listKeys(directory);
  const reports: ZoneReport[] = [];
  for (const choice of choices) reports.push(await reportZone(config, choice, directory, listed, now));
  return reports.sort(compareStatus);
}

/** What lies in the key directory, or why it can't be listed. */
type ListedKeys = KeyListing | DnssecError;

function listKeys(directory: string): ListedKeys {
  try {
    return readKeyListing(directory);
  } catch (error) {
    if (error instanceof DnssecError) return error;
    throw error;
  }
}

async function reportZone(
  config: Config,
  choice: ZoneChoice,
  directory: string,
  listed: ListedKeys,
  now: UnixSeconds,
): Promise<ZoneReport> {
  const output = signedPath(choice.file);
  const expected = choice.name === undefined ? undefined : nameFromText(choice.name);
  const signed = await lookAtOutput(output, expected);
  const origin = expected ?? (signed instanceof DnssecError ? undefined : signed?.origin) ?? nameOfFile(choice.file);
  const zone: ZoneOnDisk = {
    name: origin === undefined ? choice.file : friendlyName(canonicalName(origin)),
    argument: choice.name ?? choice.file,
    zoneFile: await zoneFileTime(choice.file),
    isEdited: haveSourcesChanged(output),
    signedFile: signed,
    keys: await keysOnDisk(directory, listed, origin, now),
    rollover: await rolloverOf(config, choice, directory, now),
  };
  return { ...zone, ...judgeZone(zone, choice.policy, now), choice, output };
}

/** Rollovers are those of the configured keys; whoever looks elsewhere with -K sees none. */
async function rolloverOf(
  config: Config,
  choice: ZoneChoice,
  directory: string,
  now: UnixSeconds,
): Promise<ZoneOnDisk['rollover']> {
  const managed = managedChoice(choice, config.base);
  if (managed === undefined || directory !== config.directories.keys) return undefined;
  try {
    const outlook = await loadZonePlan(config, managed, now);
    const prospect = foresee(outlook, now, horizonOf(outlook.keys, outlook.policy, now));
    return { summary: summarizeZone(prospect), rolls: currentRolls(prospect) };
  } catch (error) {
    if (error instanceof DnssecError) return error;
    throw error;
  }
}

async function zoneFileTime(path: string): Promise<UnixSeconds | DnssecError> {
  try {
    await access(path, constants.R_OK);
    const found = await stat(path);
    if (found.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    return Math.floor(found.mtimeMs / 1000);
  } catch (cause) {
    return fileError('read zone file', path, cause);
  }
}

type FoundSigned = SignedOnDisk & { readonly origin: Octets };

async function lookAtOutput(path: string, origin: Octets | undefined): Promise<FoundSigned | DnssecError | undefined> {
  try {
    const found = await lookAtSignedZone(path, origin);
    if (found === undefined) return undefined;
    const { note, changed, ...facts } = found;
    return { ...facts, signed: note.signed ?? changed, saltDrawn: note.saltDrawn };
  } catch (error) {
    if (error instanceof DnssecError) return error;
    throw error;
  }
}

async function keysOnDisk(
  directory: string,
  listed: ListedKeys,
  zone: Octets | undefined,
  now: UnixSeconds,
): Promise<KeysOnDisk> {
  if (listed instanceof DnssecError) return { keys: [], problems: [], plan: undefined, fault: listed };
  const none = { keys: [], problems: [] };
  const { keys, problems } = zone === undefined ? none : await loadZoneKeys(directory, zone, 'both', listed);
  return { keys, problems, plan: selectKeys(keys, now) };
}
