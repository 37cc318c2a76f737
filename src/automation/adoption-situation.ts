/** Where the keys of a zone stand that is taken over: concluded from their files, the served zone and the parent. */
import { DnssecError } from '../base/errors.ts';
import { nameFromText } from '../dns/name.ts';
import { absentSigners } from '../keys/absent-signers.ts';
import type { ZoneKey } from '../keys/key.ts';
import { keyIdentity } from '../keys/key-identity.ts';
import type { ObservedKey } from '../observe/observed-key.ts';
import { type Adoption, type AdoptionRemark, adoptKeys } from '../rollover/key-adoption.ts';
import type { Policy } from '../rollover/policy.ts';
import { isIn, isWhollyHidden, type KeyId, type RollKey } from '../rollover/roll-key.ts';
import type { ZoneMemory } from '../rollover/zone-memory.ts';
import { signersOf } from '../zone/signed-facts.ts';
import { type AdoptedFiles, mergeKeys } from './adopted-files.ts';
import { beforeWord, type ParentSource, type ParentView, viewParent, withParent } from './adoption-parent.ts';
import {
  readServedFiles,
  type ServedFiles,
  type ServedPlaces,
  type ServedView,
  viewServed,
  withServers,
} from './adoption-served.ts';
import { type KeySource, readSourceKeys } from './adoption-sources.ts';
import { filesState, type GatheredKeys } from './rollover-keys.ts';
import type { RolloverPass, RolloverRequest } from './rollover-pass.ts';
import { addresses, seeWorld } from './rollover-world.ts';

/** Who tells what of the zone. */
export interface AdoptionSources {
  readonly keys: KeySource;
  readonly parent: ParentSource;
  readonly signed: string | undefined;
}

/** Where the keys stand. */
export interface AdoptedSituation {
  /** A pass that decides nothing: what is to be remembered. */
  readonly pass: RolloverPass;
  readonly gathered: GatheredKeys;
  readonly files: AdoptedFiles;
  readonly served: ServedFiles;
  readonly view: { readonly parent: ParentView; readonly served: ServedView };
  readonly remarks: readonly AdoptionRemark[];
}

/**
 * Finds out where the keys of a zone stand. Writes nothing.
 *
 * @param request  with the largest TTL of the zone file
 * @throws DnssecError STATE_INVALID; KEY_MISSING where a key that is to sign can't; as the sources
 */
export async function situateAdoption(
  request: RolloverRequest,
  policy: Policy,
  sources: AdoptionSources,
  memory: ZoneMemory | undefined,
): Promise<AdoptedSituation> {
  const { zone, output, keyDirectory, now } = request;
  const origin = nameFromText(zone);
  const places: ServedPlaces = { signed: sources.signed, output, servers: addresses(request.observe.servers) };
  const served = await readServedFiles(places, origin, now);
  const found = await readSourceKeys(sources.keys, origin, served.told?.dnskeys ?? [], now);
  const files = await mergeKeys(keyDirectory, origin, found);
  if (files.keys.length === 0) throw noKeys(zone, keyDirectory);
  requireSigners(served, files.keys, places, keyDirectory);
  const observed = observedKeys(files.keys);
  const view = {
    parent: await viewParent(sources.parent, origin, observed),
    served: await viewServed(places, served, origin, files.keys, observed, now),
  };
  const largestTtl = Math.max(policy.timing.maxZoneTtl, request.largestTtl ?? 0, served.largestTtl ?? 0);
  const { claims } = files;
  const input = { keys: files.keys, claims, seen: view.served.seen, ds: view.parent.ds, largestTtl, policy, now };
  const adopted = withForeignDs(() => adoptKeys(input), view.parent);
  requirePrivateHalves(adopted.keys, memory, keyDirectory);
  const remembered = rememberedKeys(beforeWord(adopted.keys, view.parent, now), files, memory);
  const gathered: GatheredKeys = {
    keys: remembered.keys,
    files: new Map(files.keys.map((key) => [keyIdentity(key.dnskeyRdata), key])),
    trouble: [],
    isStateForeign: false,
    signed: served.own,
    unshown: [],
    altered: [],
    remarks: [],
  };
  const world = await seeWorld(
    { ...request, largestTtl: Math.max(request.largestTtl ?? 0, served.largestTtl ?? 0) },
    origin,
    gathered,
    memory,
  );
  const pass: RolloverPass = {
    origin,
    policy,
    keys: remembered.keys,
    world: withServers(withParent(world, view.parent, remembered.keys, now), view.served, now),
    decisions: [],
    made: [],
    wouldMake: 0,
    outcome: undefined,
    words: undefined,
    remarks: [],
    unshown: [],
  };
  return { pass, gathered, files, served, view, remarks: allRemarks(files, adopted, remembered.remarks) };
}

function noKeys(zone: string, directory: string): DnssecError {
  return new DnssecError('KEY_MISSING', `${directory} holds no keys of ${zone}`, {
    hint: 'Say where they are: --from DIR, --knot DIR, --powerdns FILE. For a zone without keys there is "dnssec add".',
  });
}

function observedKeys(keys: readonly ZoneKey[]): readonly ObservedKey[] {
  return keys.map(({ algorithm, keyTag, dnskeyRdata }) => ({
    id: keyIdentity(dnskeyRdata),
    algorithm,
    keyTag,
    dnskeyRdata,
  }));
}

/** Who signs the served zone has to be among the keys: resolvers hold its signatures. */
function requireSigners(
  { told }: ServedFiles,
  keys: readonly ZoneKey[],
  { signed, output }: ServedPlaces,
  directory: string,
): void {
  const absent = told === undefined ? [] : absentSigners(signersOf(told), keys);
  if (absent.length === 0) return;
  const names = absent.map(({ algorithm, keyTag }) => `${keyTag} (algorithm ${algorithm})`).join(', ');
  const who = absent.length === 1 ? `key ${names}, which is` : `keys ${names}, which are`;
  throw new DnssecError('KEY_MISSING', `${signed ?? output} is signed by ${who} not among those of the zone`, {
    hint: `Hand all of its keys in, or put their files into ${directory}. Nothing was changed.`,
  });
}

/** A key that has to sign, and can't, would stop the first signing run: better to say so before anything is changed. */
function requirePrivateHalves(keys: readonly RollKey[], memory: ZoneMemory | undefined, directory: string): void {
  const known = new Set((memory?.keys ?? []).map(({ id }) => id));
  const idle = keys.find(
    ({ id, files, states }) => files !== 'whole' && !known.has(id) && (isIn(states.krrsig) || isIn(states.zrrsig)),
  );
  if (idle === undefined) return;
  throw new DnssecError('KEY_MISSING', `${idle.name} has to sign, but its private half is not here`, {
    hint:
      `Put ${idle.name}.private into ${directory}, or into the directory that it comes from. A key that its program ` +
      'does not give away (HSM) has to be replaced there first.',
  });
}

/** Adds to a contradiction that the parent shows other keys, which may explain it. */
function withForeignDs(adopt: () => Adoption, { foreign }: ParentView): Adoption {
  try {
    return adopt();
  } catch (error) {
    if (!(error instanceof DnssecError) || foreign.length === 0) throw error;
    const message = `the parent shows a DS that belongs to none of these keys: ${foreign.join('; ')}`;
    throw new DnssecError(error.code, error.message, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      diagnostics: [...error.diagnostics, { severity: 'warning', message }],
      cause: error,
    });
  }
}

interface RememberedKeys {
  readonly keys: readonly RollKey[];
  readonly remarks: readonly AdoptionRemark[];
}

/** The keys, with what is remembered of them and no file tells; and those whose files are gone before their time. */
function rememberedKeys(
  adopted: readonly RollKey[],
  { set }: AdoptedFiles,
  memory: ZoneMemory | undefined,
): RememberedKeys {
  const before = new Map((memory?.keys ?? []).map((key) => [key.id, key]));
  const keys = adopted.map((key): RollKey => {
    const own = before.get(key.id);
    if (own === undefined) return key;
    return { ...key, fate: own.fate, rollAt: key.goal === 'omnipresent' ? own.rollAt : undefined };
  });
  const gone = [...before.values()].filter(
    (key) => key.removed === undefined && !isWhollyHidden(key) && !adopted.some(({ id }) => id === key.id),
  );
  return {
    keys: [...keys, ...gone.map((key): RollKey => ({ ...key, files: filesState(key, undefined, set) }))],
    remarks: gone.map(({ id, name }) => ({
      id,
      name,
      kind: 'warning',
      message: 'it is remembered, and not gone from all caches, but its files are no longer here',
    })),
  };
}

function allRemarks(
  { keys, remarks }: AdoptedFiles,
  adopted: Adoption,
  more: readonly AdoptionRemark[],
): readonly AdoptionRemark[] {
  const idOf = (name: string): KeyId => keyIdentity(keys.find((key) => key.name === name)!.dnskeyRdata);
  const told = remarks.map(
    ({ name, message, isWarning }): AdoptionRemark => ({
      id: idOf(name),
      name,
      kind: isWarning ? 'warning' : 'concluded',
      message,
    }),
  );
  return [...told, ...adopted.remarks, ...more];
}
