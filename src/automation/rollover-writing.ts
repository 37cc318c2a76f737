/**
 * Writing down what a pass decided: the audit log first, then the zone's memory with what is still to be written, then
 * the key files. Whoever is killed on the way has the next pass finish it.
 */
import type { KeyTiming, ZoneKey } from '../keys/key.ts';
import { printStateFile } from '../keys/state-file.ts';
import type { AuditEvent } from '../rollover/audit-log.ts';
import type { KeyId, RollKey } from '../rollover/roll-key.ts';
import { stateOf, timingOf } from '../rollover/state-text.ts';
import { hasAlgorithm } from '../rollover/wishes.ts';
import type { Sightings, World } from '../rollover/world.ts';
import { printZoneMemory, type WriteIntent, type ZoneMemory } from '../rollover/zone-memory.ts';
import { appendAudit } from '../store/audit-file.ts';
import { withKeyDirectory } from '../store/key-files.ts';
import { removeKeyFiles, writeKeyTiming, writeStateFile } from '../store/key-states.ts';
import { writeZoneMemory } from '../store/zone-state.ts';
import { type GatheredKeys, readStateText, stateDigest } from './rollover-keys.ts';
import { purgesOf, type RolloverPass, type RolloverRequest, type Situation } from './rollover-pass.ts';
import { restOf } from './rollover-rest.ts';

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
  const purged = new Set(purgesOf(pass.outcome).map(({ key }) => key));
  const keys = pass.keys.filter(({ id }) => !purged.has(id));
  const states = gathered.isStateForeign ? new Map<KeyId, string>() : stateTexts(pass, keys, gathered);
  const intent = await changedStates(request, keys, states);
  const memory = memoryOf(request, pass, keys, states, before, wished);
  const events = eventsOf(pass, before, wished, purged);
  if (events.length === 0 && intent.length === 0 && before !== undefined && isSame(memory, before)) return;
  const end = await appendAudit(request.stateDirectory, request.zone, before?.log, events, request.now);
  const logged: ZoneMemory = { ...memory, log: end, intent };
  await writeZoneMemory(request.stateDirectory, logged);
  if (gathered.isStateForeign) return;
  await withKeyDirectory(request.keyDirectory, async () => {
    for (const { file, text } of intent) await writeStateFile(request.keyDirectory, stem(file), text);
    await writeTimings(request, keys, gathered.files);
    for (const key of pass.keys) if (purged.has(key.id)) await removeKeyFiles(request.keyDirectory, key.name);
  });
  const rest = restOf(request);
  await writeZoneMemory(request.stateDirectory, { ...logged, intent: [], rest });
}

/** Finishes what a pass that was killed had still to write. */
export async function finishIntent(request: RolloverRequest, memory: ZoneMemory): Promise<ZoneMemory> {
  await withKeyDirectory(request.keyDirectory, async () => {
    for (const { file, text } of memory.intent) await writeStateFile(request.keyDirectory, stem(file), text);
  });
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
    if (own !== undefined) texts.set(key.id, printStateFile(stateOf(key, own.state, tagOf), origin, key.keyTag));
  }
  return texts;
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

async function writeTimings(
  { keyDirectory }: RolloverRequest,
  keys: readonly RollKey[],
  files: ReadonlyMap<KeyId, ZoneKey>,
): Promise<void> {
  for (const key of keys) {
    const own = files.get(key.id);
    if (own === undefined) continue;
    const timing = timingOf(key, own.timing);
    if (!isSameTiming(timing, own.timing)) await writeKeyTiming(keyDirectory, key.name, timing);
  }
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
    wakeAt: outcome?.wakeAt ?? null,
    lookAt: outcome?.lookAt ?? null,
    keys: keys.map(({ files: _, ...key }) => key),
    file: world.file,
    servers: world.servers === 'off' ? { dnskey: {}, krrsig: {}, zrrsig: {} } : world.servers,
    parent: world.parent === 'off' ? {} : own(world.parent),
    word: own(keepWord(word, keys)),
    ttls: world.ttls,
    algorithm: policy.keys.kind === 'none' ? null : settled,
    written: { ...(states.size === 0 ? before?.written : {}), ...Object.fromEntries(digests) },
    intent: [],
    log: before?.log ?? { entries: 0, hash: '' },
    rest: null,
  };
}

/** A word is for one move: once the DS has come, or gone, the next one is a question of its own. */
function keepWord(word: Sightings, keys: readonly RollKey[]): Sightings {
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

function eventsOf(
  { keys, decisions, made, remarks, world }: RolloverPass,
  before: ZoneMemory | undefined,
  { words }: Situation,
  purged: ReadonlySet<KeyId>,
): readonly AuditEvent[] {
  const nameOf = (id: KeyId) => keys.find((key) => key.id === id)?.name ?? id;
  const known = new Set((before?.keys ?? []).map(({ id }) => id));
  return [
    ...(words === undefined ? [] : [{ kind: 'word', words } as const]),
    ...keys
      .filter(({ id, name }) => !known.has(id) && !made.includes(name))
      .map((key) => ({ kind: 'adopted', key: key.name, states: key.states }) as const),
    ...remarks.map((remark) => ({ kind: 'adopted', words: remark }) as const),
    ...made.map((key) => ({ kind: 'key-made', key }) as const),
    ...observedEvents(world, before, nameOf),
    ...decisions.map((decision) => ({ kind: 'decision', key: nameOf(decision.key), decision }) as const),
    ...[...purged].map((id) => ({ kind: 'purged', key: nameOf(id) }) as const),
  ];
}

/** Sightings of servers and parent that are not what they were. */
function observedEvents(
  { parent, servers }: World,
  before: ZoneMemory | undefined,
  nameOf: (id: KeyId) => string,
): readonly AuditEvent[] {
  const compare = (record: string, now: Sightings, then: Sightings | undefined): readonly AuditEvent[] =>
    Object.entries(now)
      .filter(([id, { seen }]) => then?.[id]?.seen !== seen)
      .map(([id, { seen, dissent }]) => ({ kind: 'observed', key: nameOf(id), record, seen, dissent }) as const);
  return [
    ...(parent === 'off' ? [] : compare('ds', parent, before?.parent)),
    ...(servers === 'off'
      ? []
      : (['dnskey', 'krrsig', 'zrrsig'] as const).flatMap((record) =>
          compare(record, servers[record], before?.servers[record]),
        )),
  ];
}
