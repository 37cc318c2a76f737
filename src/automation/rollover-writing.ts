/**
 * Writing down what a pass decided: the audit log first, then the zone's memory with what is still to be written, then
 * the key files. Whoever is killed on the way has the next pass finish it.
 */
import type { KeyTiming, ZoneKey } from '../keys/key.ts';
import { LATEST_KEY_TIME } from '../keys/key-times.ts';
import { type KeyState, printStateFile, type StatefulRecord } from '../keys/state-file.ts';
import type { AuditEvent, ObservedPlace } from '../rollover/audit-event.ts';
import { EMPTY_LOG } from '../rollover/audit-log.ts';
import type { KeyId, RollKey } from '../rollover/roll-key.ts';
import { stateOf, timingOf } from '../rollover/state-text.ts';
import type { Decision } from '../rollover/step-result.ts';
import { hasAlgorithm } from '../rollover/wishes.ts';
import type { Sightings, World } from '../rollover/world.ts';
import { printZoneMemory, type WriteIntent, type ZoneMemory } from '../rollover/zone-memory.ts';
import { appendToAuditLog } from '../store/audit-file.ts';
import { shareKeyDirectory } from '../store/key-files.ts';
import { type KeyChange, removeKeyFiles, writeKeyChanges } from '../store/key-states.ts';
import { writeZoneMemory } from '../store/zone-state.ts';
import type { GatheredKeys } from './rollover-keys.ts';
import type { RolloverPass, RolloverRequest, Situation } from './rollover-pass.ts';
import { restOf } from './rollover-rest.ts';
import { readStateText, stateDigest } from './state-texts.ts';

/**
 * Records a pass. Where nothing changed, nothing is written.
 *
 * @throws DnssecError FILE_UNWRITABLE, DISK_FULL; the next pass finishes what was begun
 */
export async function recordPass(
  request: RolloverRequest,
  pass: RolloverPass,
  gathered: GatheredKeys,
  before: ZoneMemory | undefined,
  wished: Situation,
): Promise<void> {
  const purged = new Set(purgesOf(pass.outcome));
  const keys = pass.keys.filter(({ id }) => !purged.has(id));
  const states = gathered.isStateForeign ? new Map<KeyId, string>() : stateTexts(pass, keys, gathered);
  const intent = await changedStates(request, keys, states);
  const memory = memoryOf(request, pass, keys, states, before, wished);
  const events = [...signedEvents(request), ...eventsOf(pass, before, wished, intent, purged)];
  if (events.length === 0 && intent.length === 0 && before !== undefined && isSame(memory, before)) return;
  const changes = gathered.isStateForeign ? [] : changesOf(keys, gathered.files, intent);
  const end = await appendToAuditLog(
    request.stateDirectory,
    request.zone,
    before?.log ?? EMPTY_LOG,
    events,
    request.now,
  );
  const logged: ZoneMemory = { ...memory, log: end };
  if (gathered.isStateForeign) {
    await writeZoneMemory(request.stateDirectory, logged);
    return;
  }
  if (changes.length > 0 || purged.size > 0) {
    // A key is forgotten once its files are gone: what is left of them must not pass for a new key.
    const all =
      purged.size === 0 ? logged : { ...memoryOf(request, pass, pass.keys, states, before, wished), log: end };
    await writeZoneMemory(request.stateDirectory, { ...all, intent });
    await shareKeyDirectory(request.keyDirectory, async () => {
      await writeKeyChanges(request.keyDirectory, changes);
      for (const key of pass.keys) if (purged.has(key.id)) await removeKeyFiles(request.keyDirectory, key.name);
    });
  }
  // Without a step nobody knows yet when the next one is due.
  const rest = pass.outcome === undefined || isTroubled(pass) ? null : await restOf(request);
  await writeZoneMemory(request.stateDirectory, { ...logged, rest });
}

/** A zone that must not be signed as it is, or whose key files are in the way, is looked at again by every run. */
function isTroubled({ outcome }: RolloverPass): boolean {
  return outcome?.frozen !== undefined || (outcome?.blocked ?? []).some(({ gate }) => gate === 'files');
}

/** Keys whose files are to go now. */
function purgesOf(outcome: RolloverPass['outcome']): readonly KeyId[] {
  return (outcome?.actions ?? []).flatMap((action) => (action.kind === 'purge' ? [action.key] : []));
}

/** Finishes what a pass that was killed had still to write. */
export async function finishIntent(request: RolloverRequest, memory: ZoneMemory): Promise<ZoneMemory> {
  const changes = memory.intent.map(({ file, text }) => ({ name: stem(file), state: text }));
  await shareKeyDirectory(request.keyDirectory, () => writeKeyChanges(request.keyDirectory, changes));
  const finished = { ...memory, intent: [] };
  await writeZoneMemory(request.stateDirectory, finished);
  return finished;
}

function stem(file: string): string {
  return file.replace(/\.state$/, '');
}

/** The text of each key's `.state` file, as it is to be. */
function stateTexts(
  { origin, keys: all }: RolloverPass,
  keys: readonly RollKey[],
  { files }: GatheredKeys,
): ReadonlyMap<KeyId, string> {
  const tagOf = (id: KeyId) => all.find((key) => key.id === id)?.keyTag;
  const texts = new Map<KeyId, string>();
  for (const key of keys) {
    const own = files.get(key.id);
    if (own === undefined) continue;
    texts.set(key.id, printStateFile(stateOf(key, own.state ?? timesOnly(own), tagOf), origin, key.keyTag));
  }
  return texts;
}

/** What the other files of a key tell where its `.state` file is missing. */
function timesOnly({ timing }: ZoneKey): KeyState {
  const { created, publish, activate, inactive, delete: removed, syncPublish, syncDelete } = timing;
  const times = {
    ...{ generated: created, published: publish, active: activate, retired: inactive, removed },
    ...{ publishCds: syncPublish, deleteCds: syncDelete },
  };
  const known = Object.entries(times).filter(([, time]) => time !== undefined);
  return { times: Object.fromEntries(known), changes: {}, states: {}, unknown: [] };
}

async function changedStates(
  { keyDirectory }: RolloverRequest,
  keys: readonly RollKey[],
  states: ReadonlyMap<KeyId, string>,
): Promise<readonly WriteIntent[]> {
  const intent: WriteIntent[] = [];
  for (const { id, name } of keys) {
    const text = states.get(id);
    if (text !== undefined && (await readStateText(keyDirectory, name)) !== text) {
      intent.push({ file: `${name}.state`, text });
    }
  }
  return intent;
}

/** What is to be written of each key: all states before any times. */
function changesOf(
  keys: readonly RollKey[],
  files: ReadonlyMap<KeyId, ZoneKey>,
  intent: readonly WriteIntent[],
): readonly KeyChange[] {
  const times = keys.flatMap((key): KeyChange[] => {
    const own = files.get(key.id);
    const timing = own === undefined ? undefined : timingOf(key, own.timing);
    return timing === undefined || isSameTiming(timing, own!.timing) ? [] : [{ name: key.name, timing }];
  });
  return [...intent.map(({ file, text }) => ({ name: stem(file), state: text })), ...times];
}

function isSameTiming(a: KeyTiming, b: KeyTiming): boolean {
  const text = (timing: KeyTiming) =>
    JSON.stringify(
      Object.entries(timing)
        .filter(([, time]) => time !== undefined)
        .sort(),
    );
  return text(a) === text(b);
}

function memoryOf(
  request: RolloverRequest,
  { world, outcome, policy }: RolloverPass,
  keys: readonly RollKey[],
  states: ReadonlyMap<KeyId, string>,
  before: ZoneMemory | undefined,
  { word, algorithm }: Situation,
): ZoneMemory {
  const ids = new Set(keys.map(({ id }) => id));
  const own = (sightings: Sightings) => Object.fromEntries(Object.entries(sightings).filter(([id]) => ids.has(id)));
  const settled = algorithm === null || hasAlgorithm(request.policy, algorithm) ? null : algorithm;
  const digests = [...states].map(([id, text]) => [id, stateDigest(text)]);
  return {
    version: 1,
    zone: request.zone,
    lastPass: request.now,
    wakeAt: outcome?.wakeAt === undefined ? null : Math.min(outcome.wakeAt, LATEST_KEY_TIME),
    lookAt: asksAnybody(request) ? (outcome?.lookAt ?? null) : null,
    keys: forgetGone(keys),
    file: world.file,
    servers: world.servers === 'off' ? { dnskey: {}, krrsig: {}, zrrsig: {} } : world.servers,
    parent: world.parent === 'off' ? {} : own(world.parent),
    word: own(keepWord(word, keys)),
    ttls: world.ttls,
    algorithm: policy.keys.kind === 'none' ? null : settled,
    written: { ...(states.size === 0 ? before?.written : {}), ...Object.fromEntries(digests) },
    intent: [],
    log: before?.log ?? EMPTY_LOG,
    rest: null,
  };
}

/** Looking again is of use only where there is somebody to ask. */
function asksAnybody({ observe: { servers, parent } }: RolloverRequest): boolean {
  return Array.isArray(servers) || Array.isArray(parent);
}

/** The keys without what is looked up anew, and without links to keys that are gone. */
function forgetGone(keys: readonly RollKey[]): ZoneMemory['keys'] {
  const known = (id: KeyId | undefined) => (keys.some((key) => key.id === id) ? id : undefined);
  return keys.map(({ files: _, ...key }) => ({
    ...key,
    predecessor: known(key.predecessor),
    successor: known(key.successor),
  }));
}

/** A word is for one move: once the DS has come, or gone, the next one is a question of its own. */
export function keepWord(word: Sightings, keys: readonly RollKey[]): Sightings {
  const isOpen = ({ states }: RollKey) => states.ds === 'rumoured' || states.ds === 'unretentive';
  return Object.fromEntries(Object.entries(word).filter(([id]) => keys.some((key) => key.id === id && isOpen(key))));
}

/** Whether nothing but the time of the pass differs. */
function isSame(memory: ZoneMemory, before: ZoneMemory): boolean {
  const fixed = { lastPass: 0, intent: [], rest: null, log: before.log };
  const text = (one: ZoneMemory) => printZoneMemory({ ...one, ...fixed, ttls: still(one.ttls) });
  return text(memory) === text(before) && before.rest !== null;
}

/** TTLs without the time of the last look. */
function still(ttls: World['ttls']): World['ttls'] {
  const first = (history: World['ttls']['zone']) =>
    history.map((entry, i) => (i === 0 ? { ...entry, until: 0 } : entry));
  return { dnskey: first(ttls.dnskey), zone: first(ttls.zone), ds: first(ttls.ds) };
}

function signedEvents({ signed, output: file }: RolloverRequest): readonly AuditEvent[] {
  return signed === undefined ? [] : [{ kind: 'signed', serial: signed.serial, file }];
}

function eventsOf(
  { keys, decisions, made, world }: RolloverPass,
  before: ZoneMemory | undefined,
  { words }: Situation,
  intent: readonly WriteIntent[],
  purged: ReadonlySet<KeyId>,
): readonly AuditEvent[] {
  const known = new Set((before?.keys ?? []).map(({ id }) => id));
  const byId = new Map(keys.map((key) => [key.id, key]));
  const adopted = keys.filter(({ id, name }) => !known.has(id) && !made.includes(name));
  return [
    ...(words === undefined ? [] : [{ kind: 'word', said: words } as const]),
    ...(adopted.length === 0 ? [] : [{ kind: 'adopted', keys: adopted } as const]),
    ...observedEvents(world, before, byId),
    ...keys.filter(({ name }) => made.includes(name)).map((key) => keyMade(key, byId)),
    ...decisions.map((decision) => decisionEvent(decision, byId)),
    ...(intent.length === 0 ? [] : [{ kind: 'files-written', files: intent.map(({ file }) => file) } as const]),
    ...[...purged].map((id) => purgedEvent(byId.get(id)!)),
  ];
}

type KeysById = ReadonlyMap<KeyId, RollKey>;

function keyMade(key: RollKey, byId: KeysById): AuditEvent {
  const after = key.predecessor === undefined ? undefined : byId.get(key.predecessor);
  return { kind: 'key-made', key, ...(after === undefined ? {} : { after }) };
}

function decisionEvent(decision: Decision, byId: KeysById): AuditEvent {
  const follows = decision.kind === 'introduced' ? decision.after : undefined;
  const after = follows === undefined ? undefined : byId.get(follows);
  return { kind: 'decision', decision, key: byId.get(decision.key)!, ...(after === undefined ? {} : { after }) };
}

function purgedEvent(key: RollKey): AuditEvent {
  return { kind: 'purged', key, files: ['key', 'private', 'state'].map((suffix) => `${key.name}.${suffix}`) };
}

/** Sightings of servers and parent that are not what they were. */
function observedEvents(
  { parent, servers }: World,
  before: ZoneMemory | undefined,
  byId: KeysById,
): readonly AuditEvent[] {
  const compare = (place: ObservedPlace, record: StatefulRecord, now: Sightings, then: Sightings | undefined) =>
    Object.entries(now).flatMap(([id, { seen, dissent }]): AuditEvent[] => {
      const key = byId.get(id);
      const isNew = key !== undefined && then?.[id]?.seen !== seen;
      return isNew ? [{ kind: 'observed', place, record, key, seen, dissent }] : [];
    });
  return [
    ...(parent === 'off' ? [] : compare('parent', 'ds', parent, before?.parent)),
    ...(servers === 'off' ? [] : ZONE_RECORDS.flatMap((r) => compare('servers', r, servers[r], before?.servers[r]))),
  ];
}

const ZONE_RECORDS = ['dnskey', 'krrsig', 'zrrsig'] as const;
