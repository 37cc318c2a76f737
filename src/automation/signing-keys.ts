/** The keys of a signing run: loaded with every doubt turned into a stop, chosen by their times. */
import { type Diagnostic, DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { TYPE } from '../dns/types.ts';
import { absentSigners } from '../keys/absent-signers.ts';
import { CDNSKEY_DELETE, CDS_DELETE, dsRdata } from '../keys/ds.ts';
import { isRevoked, type KeyProblem, type SigningKey, type ZoneKey } from '../keys/key.ts';
import { keyBaseName } from '../keys/key-name.ts';
import type { KeyPlan } from '../keys/key-plan.ts';
import type { ApexRecords } from '../sign/apex.ts';
import type { ActiveKey } from '../sign/parameters.ts';
import type { KeyListing } from '../store/key-listing.ts';
import { loadZoneKeys, requireSoundKeys } from '../store/key-store.ts';
import { readSigners, signersOf } from '../zone/signed-facts.ts';
import type { Zone } from '../zone/zone.ts';

/** SHA-256, the digest that every parent knows (RFC 8624 §3.3). */
const CDS_DIGEST = 2;

/** All keys of a zone, fit for use. */
export interface KeysInUse {
  readonly keys: readonly ZoneKey[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Loads the keys of a zone. A key whose files can't be used stops everything, and so does one that signed the
 * published zone and is no longer there: another key is never put in its place.
 *
 * @param published  the previous signed zone
 * @param listing    what lies in the key directory
 * @throws DnssecError KEY_…, FILE_UNREADABLE
 */
export async function loadKeysInUse(
  request: { readonly keyDirectory: string; readonly output: string },
  origin: Octets,
  published: Zone | undefined,
  listing: KeyListing,
): Promise<KeysInUse> {
  const { keys, problems } = await loadZoneKeys(request.keyDirectory, origin, 'both', listing);
  // A private file that is missing matters when its key is to sign; `activeKeys` sees to that.
  requireSoundKeys(problems.filter((problem) => problem.code !== 'KEY_MISSING'));
  if (published !== undefined) requireSignersAtHand(published, keys, request, origin);
  return { keys, warnings: problems.filter((p) => p.severity === 'warning').map(problemWarning) };
}

/**
 * Every key that signed the apex of the published zone must still have its files.
 *
 * @param published  the previous signed zone
 * @param listing    what lies in the key directory
 * @param request    where the keys are looked for, and the path of the signed file
 * @throws DnssecError KEY_MISSING
 */
export function requireSignersAtHand(
  published: Zone,
  keys: readonly ZoneKey[],
  request: { readonly keyDirectory: string; readonly output: string },
  origin: Octets,
): void {
  const signers = signersOf({
    keySigners: readSigners(published, TYPE.DNSKEY),
    zoneSigners: readSigners(published, TYPE.SOA),
  });
  const absent = absentSigners(signers, keys)[0];
  if (absent === undefined) return;
  const { algorithm, keyTag } = absent;
  throw new DnssecError(
    'KEY_MISSING',
    `key ${keyTag} (algorithm ${algorithm}) signs the present ${request.output}, but its files are not in ${request.keyDirectory}`,
    {
      hint:
        `Restore ${keyBaseName(origin, algorithm, keyTag)}.* from a backup, ` +
        'or name its directory (-K, or directories: { keys: … } in dnssec.yaml). ' +
        'Nothing was changed, and no key is made in its place.',
    },
  );
}

/** What the keys are used for now. */
export interface ChosenKeys {
  readonly keys: readonly ActiveKey[];
  readonly apex: Pick<ApexRecords, 'dnskeys' | 'known' | 'cds' | 'cdnskeys'>;
  /** Base names of the keys that sign. */
  readonly names: readonly string[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Turns the plan of the keys into what is signed and with what.
 *
 * @param ignoreKskFlag  every active key signs every RRset
 * @throws DnssecError KEY_MISSING where an active key has no private half
 */
export function activeKeys(plan: KeyPlan, all: readonly ZoneKey[], ignoreKskFlag: boolean): ChosenKeys {
  const offline = plan.offline[0];
  if (offline !== undefined) {
    throw new DnssecError('KEY_MISSING', `${offline.name} is to sign now, but ${offline.name}.private is missing`, {
      hint: 'Restore it from a backup. Nothing was changed, and no key is made in its place.',
    });
  }
  const signers: SigningKey[] = [...new Set([...plan.keySigners, ...plan.zoneSigners])];
  const everything = (key: SigningKey) => ignoreKskFlag && !isRevoked(key.flags);
  return {
    keys: signers.map((key) => ({
      algorithm: key.algorithm,
      keyTag: key.keyTag,
      dnskey: key.dnskeyRdata,
      privateKey: key.privateKey,
      signsKeys: everything(key) || plan.keySigners.includes(key),
      signsData: everything(key) || plan.zoneSigners.includes(key),
    })),
    apex: {
      dnskeys: plan.publish.map((key) => key.dnskeyRdata),
      known: all.map((key) => key.dnskeyRdata),
      cds: plan.removesDs ? [CDS_DELETE] : plan.sync.map((key) => dsRdata(key.zone, key.dnskeyRdata, CDS_DIGEST)),
      cdnskeys: plan.removesDs ? [CDNSKEY_DELETE] : plan.sync.map((key) => key.dnskeyRdata),
    },
    names: signers.map((key) => key.name),
    warnings: plan.problems.map(problemWarning),
  };
}

function problemWarning({ message, hint }: KeyProblem): Diagnostic {
  return { severity: 'warning', message, ...(hint === undefined ? {} : { hint }) };
}
