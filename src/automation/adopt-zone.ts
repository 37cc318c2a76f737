/**
 * Takes a zone over with the keys that it has: what their files, the served zone and the parent tell becomes the states
 * that the next pass goes on from. Nothing is rolled, made or signed here.
 */
import { existsSync } from 'node:fs';
import type { UnixSeconds } from '../base/time.ts';
import { nameFromText } from '../dns/name.ts';
import { isNewerSerial } from '../dns/serial.ts';
import type { AdoptionRemark } from '../rollover/key-adoption.ts';
import type { ZoneOutlook } from '../rollover/outlook.ts';
import { fitPolicy, type PolicyFit } from '../rollover/policy-fit.ts';
import { effectivePolicy } from '../rollover/wishes.ts';
import { printZoneMemory, type ZoneMemory } from '../rollover/zone-memory.ts';
import type { Config } from '../store/config.ts';
import { recordZone } from '../store/config-record.ts';
import { writeFileAtomic } from '../store/files.ts';
import { readZoneMemory, withZoneState } from '../store/zone-state.ts';
import { placeKeys } from './adopted-files.ts';
import type { ParentSource } from './adoption-parent.ts';
import { type AdoptedSituation, situateAdoption } from './adoption-situation.ts';
import type { KeySource } from './adoption-sources.ts';
import { type RolloverRequest, requireClock } from './rollover-pass.ts';
import { finishIntent, keepWord, recordPass } from './rollover-writing.ts';
import { listForeignStates } from './state-texts.ts';
import { checkZoneFile } from './zone-intake.ts';
import { registrarOf } from './zone-outlook.ts';
import { type ManagedChoice, rolloverRequest } from './zone-rollovers.ts';

/** A zone that is to be taken over, and who tells what of it. */
export interface AdoptZoneRequest {
  readonly config: Config;
  /** The zone as the configuration has it, or will have it. */
  readonly choice: ManagedChoice;
  readonly keys: KeySource;
  readonly parent: ParentSource;
  /** Absolute path of the zone as it is served now; undefined: no file tells that. */
  readonly signed: string | undefined;
  readonly now: UnixSeconds;
  readonly dryRun: boolean;
}

/** What taking a zone over comes to. */
export interface Adoption {
  readonly outlook: ZoneOutlook;
  readonly remarks: readonly AdoptionRemark[];
  /** What is to be told of the whole zone, as sentences. */
  readonly warnings: readonly string[];
  /** What the parent and the served zone were known from, in words. */
  readonly parent: string;
  readonly served: string;
  readonly fit: PolicyFit;
  /** Base names of keys of which files come into the key directory. */
  readonly coming: readonly string[];
  /** The file that the served zone becomes, which our signed file goes on from; undefined: none is written. */
  readonly signedFile: string | undefined;
  /** Whether anything is, or would be, written. */
  readonly changes: boolean;
}

/** A zone that was taken over. */
export interface AdoptedZone extends Adoption {
  /** The configuration file, and whether the zone was entered into it now. */
  readonly config: { readonly file: string; readonly changed: boolean } | undefined;
}

/**
 * Takes a zone over.
 *
 * @param announce  told what was concluded, before anything is written
 * @throws DnssecError STATE_INVALID, KEY_…, ZONE_INVALID, FILE_…, USAGE, CLOCK_WRONG, LOCKED; nothing was written then
 */
export async function adoptZone(
  request: AdoptZoneRequest,
  announce: (adoption: Adoption) => void,
): Promise<AdoptedZone> {
  const { config, choice, dryRun } = request;
  const pass = { ...rolloverRequest(config, choice, request), asks: false };
  const isManaged = config.zones.has(choice.name);
  const { largestTtl, serial } = checkZoneFile(
    { directory: config.base, input: choice.file, origin: nameFromText(choice.name) },
    choice.file,
    isManaged,
  );
  const adopt = async (): Promise<Adoption> => {
    let memory = readZoneMemory(pass.stateDirectory, choice.name);
    if (memory !== undefined && memory.intent.length > 0 && !dryRun) memory = await finishIntent(pass, memory);
    const adoption = await prepare(request, { ...pass, largestTtl }, serial, memory);
    announce(adoption.told);
    if (!dryRun && adoption.told.changes) await carryOut(request, pass, adoption.situation, memory, adoption.told);
    return adoption.told;
  };
  // The lock needs a directory: what is refused must not even leave that behind.
  if (!dryRun && !existsSync(pass.stateDirectory)) {
    await prepare(request, { ...pass, largestTtl }, serial, undefined);
  }
  const adopted = dryRun ? await adopt() : await withZoneState(pass.stateDirectory, choice.name, adopt);
  const entered = dryRun ? undefined : await recordZone(config, choice.name, { file: choice.file });
  return { ...adopted, config: entered };
}

interface PreparedAdoption {
  readonly told: Adoption;
  readonly situation: AdoptedSituation;
}

async function prepare(
  { config, choice, keys, parent, signed, now }: AdoptZoneRequest,
  request: RolloverRequest,
  unsignedSerial: number,
  memory: ZoneMemory | undefined,
): Promise<PreparedAdoption> {
  requireClock(choice.name, memory, now);
  const policy = effectivePolicy(choice.policy, memory?.algorithm ?? null);
  const situation = await situateAdoption(request, policy, { keys, parent, signed }, memory);
  const { pass, files, served, view, remarks } = situation;
  const outlook = {
    zone: choice.name,
    policy,
    keys: pass.keys,
    world: pass.world,
    registrar: registrarOf(config, choice),
  };
  const told: Adoption = {
    outlook,
    remarks,
    warnings: [
      ...view.parent.warnings,
      ...foreignDs(view.parent.foreign),
      ...view.served.warnings,
      ...serialGap(situation, unsignedSerial),
    ],
    parent: view.parent.words,
    served: view.served.words,
    fit: fitPolicy(choice.name, policy, pass.keys, now),
    coming: files.coming.map(({ key }) => key.name).sort(),
    signedFile: served.coming === undefined ? undefined : request.output,
    changes: await hasChanges(request, situation, memory),
  };
  return { told, situation };
}

function foreignDs(foreign: readonly string[]): readonly string[] {
  return foreign.map((ds) => `the parent shows a DS that belongs to none of these keys: ${ds}`);
}

/** Without the served zone as our signed file, the serial would go on from that of the zone file. */
function serialGap({ view, served }: AdoptedSituation, unsignedSerial: number): readonly string[] {
  const { serial } = view.served;
  if (serial === undefined || served.own !== undefined || !isNewerSerial(serial, unsignedSerial)) return [];
  return [
    `the name servers have serial ${serial}, the zone file ${unsignedSerial}: secondaries would not take the zone that is ` +
      'signed here. Name the served zone with --signed FILE, or set the serial in the zone file',
  ];
}

/** Whether the keys, as they are taken over, are other than they are remembered. */
async function hasChanges(
  request: RolloverRequest,
  { pass, files, served, gathered }: AdoptedSituation,
  memory: ZoneMemory | undefined,
): Promise<boolean> {
  if (memory === undefined || files.coming.length > 0 || served.coming !== undefined) return true;
  const foreign = await listForeignStates(request, memory.keys, gathered.files, memory);
  if (foreign.length > 0) return true;
  const { word, parent, servers } = pass.world;
  const text = (one: Partial<ZoneMemory>) => printZoneMemory({ ...memory, ...one });
  const now = {
    keys: pass.keys,
    word: keepWord(word, pass.keys),
    ...(parent === 'off' ? {} : { parent }),
    ...(servers === 'off' ? {} : { servers }),
  };
  return text(now) !== text({});
}

/** Keys first, so that what is remembered always has its files; the configuration comes last. */
async function carryOut(
  { keys, dryRun }: AdoptZoneRequest,
  request: RolloverRequest,
  { pass, files, served, gathered }: AdoptedSituation,
  memory: ZoneMemory | undefined,
  { parent, served: servedWords }: Adoption,
): Promise<void> {
  if (dryRun) throw new TypeError('a dry run writes nothing');
  await placeKeys(request.keyDirectory, files);
  if (served.coming !== undefined) await writeFileAtomic(request.output, served.coming);
  const words = `the zone is to be taken over with its keys as they are (${SOURCES[keys.kind]}; ${parent}; ${servedWords})`;
  const wished = {
    keys: pass.keys,
    word: pass.world.word,
    algorithm: memory?.algorithm ?? null,
    approved: false,
    words,
  };
  // All keys are told of in the log, also those that were remembered otherwise.
  const before = memory === undefined ? undefined : { ...memory, keys: [] };
  await recordPass(request, pass, gathered, before, wished);
}

const SOURCES: Readonly<Record<KeySource['kind'], string>> = {
  own: 'from the key directory',
  bind: "from BIND's key files",
  knot: "from Knot's key store",
  powerdns: 'from PowerDNS',
};
