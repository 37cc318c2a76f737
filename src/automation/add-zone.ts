/** Takes a zone under management: keys, a signed file, an entry in the configuration. */
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { Seconds, UnixSeconds } from '../base/time.ts';
import { canonicalName, friendlyName } from '../dns/name.ts';
import { forecast } from '../rollover/forecast.ts';
import { isWanted } from '../rollover/lifecycle.ts';
import type { Policy } from '../rollover/policy.ts';
import { fitPolicy } from '../rollover/policy-fit.ts';
import type { Config } from '../store/config.ts';
import { recordZone, requireRecordable } from '../store/config-record.ts';
import { requireSoundKeys, type ZoneKeySet } from '../store/key-store.ts';
import { readPreviousSigned } from '../store/signed-files.ts';
import { zoneFileOpener } from '../store/zone-files.ts';
import { signZoneFile } from './sign-zone-file.ts';
import { requireSignersAtHand } from './signing-keys.ts';
import type { SignFileRequest, SignFileResult, SigningObserver } from './signing-run.ts';
import { checkZoneFile, keysAtHand, managedAs } from './zone-intake.ts';
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
 * Adds a zone. Everything that can be wrong with the zone file, the keys, the configuration and the places of all files
 * is found before the first key is made. Called again after an interruption, it goes on where that was.
 *
 * @throws DnssecError as `signZoneFile` does; SIGNING_IMPOSSIBLE for a zone that keys elsewhere sign
 */
export async function addZone(request: AddZoneRequest, observer: SigningObserver): Promise<AddedZone> {
  const { config, policy, file, signing, dryRun } = request;
  observer.stage('read');
  const origin = checkZoneFile(signing, file).origin;
  const name = friendlyName(canonicalName(origin));
  const found = await keysAtHand(signing.keyDirectory, origin);
  const missing = found.keys.length === 0;
  if (missing) requireNoKeysLost(signing, origin, found);
  const adopted = found.keys.map((key) => key.name);
  const choice = managedAs(config, name, file, policy);
  if (!missing && !config.zones.has(name)) await requireFit(config, choice, signing.now);
  if (dryRun) {
    const signed = missing ? undefined : await signZoneFile({ ...signing, origin }, observer);
    return { name, origin, dsFrom: undefined, adopted, made: [], config: undefined, signed };
  }
  const rollovers = new ZoneRollovers(config, () => signing.now, false);
  let made: readonly string[] = [];
  let entered: AddedZone['config'];
  const signed = await signZoneFile({ ...signing, origin }, observer, {
    before: async () => {
      await requireRecordable(config, name, { file });
      made = (await rollovers.before(choice, { ...signing, origin }))?.made ?? [];
    },
    after: async (result) => {
      entered = await recordZone(config, name, { file });
      await rollovers.after(choice, result);
    },
  });
  const dsFrom = await whenDsIsDue(config, choice, signing.now);
  return { name, origin, dsFrom, adopted, made, config: entered, signed };
}

/**
 * Keys that are there are not rolled by their being found: a policy that would replace them at once has to be chosen.
 *
 * @throws DnssecError ROLL_IMPOSSIBLE with lines for the configuration under which they stay
 */
async function requireFit(config: Config, choice: ManagedChoice, now: UnixSeconds): Promise<void> {
  const { policy, keys } = await loadZonePlan(config, choice, now);
  const standing = keys.filter(({ goal }) => goal === 'omnipresent');
  if (standing.every((key) => isWanted(policy, key))) return;
  const { reasons, lines } = fitPolicy(choice.name, policy, keys, now);
  throw new DnssecError('ROLL_IMPOSSIBLE', `the keys of ${choice.name} that are there would be rolled at once`, {
    hint: `Nothing was changed. To keep them, enter this into dnssec.yaml first:\n\n${lines.map((line) => `    ${line}`).join('\n')}`,
    diagnostics: reasons.map((message) => ({ severity: 'error', message })),
  });
}

/** When the first DS of a zone without any is to be handed in, as the engine foresees it. */
async function whenDsIsDue(config: Config, choice: ManagedChoice, now: UnixSeconds): Promise<UnixSeconds | undefined> {
  const { policy, keys, world } = await loadZonePlan(config, choice, now);
  if (keys.some(({ states }) => states.ds !== 'hidden')) return undefined;
  return forecast(policy, keys, world, now, now + DS_HORIZON).events.find(({ kind }) => kind === 'ds-wanted')?.at;
}

/** Longer than any TTL of a zone that somebody wants to secure. */
const DS_HORIZON: Seconds = 366 * 86_400;

/** Where there are no keys, there must never have been any: new ones are not made in the place of others. */
function requireNoKeysLost(signing: SignFileRequest, origin: Octets, { problems }: ZoneKeySet): void {
  requireSoundKeys(problems);
  const published = readPreviousSigned(zoneFileOpener(signing.directory), signing.output, origin);
  if (published !== undefined) requireSignersAtHand(published.zone, [], signing, origin);
}
