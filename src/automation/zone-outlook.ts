/** What the plan of a zone is made from, read from its files. */
import { DnssecError } from '../base/errors.ts';
import type { UnixSeconds } from '../base/time.ts';
import { friendlyName, nameFromText } from '../dns/name.ts';
import { ownRole, type ZoneKey } from '../keys/key.ts';
import { keyIdentity } from '../keys/key-identity.ts';
import { selectKeys } from '../keys/key-plan.ts';
import type { ZoneOutlook } from '../rollover/outlook.ts';
import type { Policy } from '../rollover/policy.ts';
import { ALL_HIDDEN, isUnused, OWNED_RECORDS, type RecordStates, type RollKey } from '../rollover/roll-key.ts';
import type { Sighting, Sightings, World } from '../rollover/world.ts';
import type { Config } from '../store/config.ts';
import { findKeyDirectory } from '../store/key-directory.ts';
import { loadZoneKeys } from '../store/key-store.ts';
import type { ZoneChoice } from '../store/zone-lookup.ts';
import { nameOfFile } from '../store/zone-name.ts';

/**
 * Loads what the plan of a zone is made from.
 *
 * States are those of BIND's `.state` files; a key without one counts as settled, as its times tell. Nothing is known
 * of the world but what the states say.
 *
 * @param directory  of the keys, as given; undefined: the configuration's
 * @throws DnssecError ZONE_NOT_FOUND, FILE_UNREADABLE
 */
export async function loadZonePlan(
  config: Config,
  choice: ZoneChoice,
  now: UnixSeconds,
  directory: string = findKeyDirectory(config, config.base, undefined),
): Promise<ZoneOutlook> {
  const origin = choice.name === undefined ? nameOfFile(choice.file) : nameFromText(choice.name);
  if (origin === undefined) {
    throw new DnssecError('ZONE_NOT_FOUND', `the zone of ${choice.file} is not known`, {
      hint: 'Name the zone, or enter it into dnssec.yaml with "dnssec add".',
    });
  }
  const { keys: files, problems } = await loadZoneKeys(directory, origin);
  const { roles, publish, keySigners, zoneSigners } = selectKeys(files, now);
  const isSigner = (key: ZoneKey) => [...keySigners, ...zoneSigners].some(({ name }) => name === key.name);
  const broken = new Set(
    problems
      .filter(({ severity, code }) => severity === 'error' && code !== 'KEY_MISSING')
      .map(({ subject }) => subject),
  );
  const keys = files.map((key) => {
    const isActive = isSigner(key) && publish.some(({ name }) => name === key.name);
    return rollKey(key, roles.get(key.name) ?? ownRole(key), isActive, choice.policy, broken.has(key.name));
  });
  const named = new Set(files.map(({ name }) => name));
  const trouble = problems.filter(({ severity, subject }) => severity === 'error' && !named.has(subject));
  return {
    zone: friendlyName(origin),
    policy: choice.policy,
    keys,
    world: worldOf(
      keys,
      choice,
      now,
      trouble.map(({ message }) => message),
    ),
    registrar: registrarOf(config, choice),
  };
}

function registrarOf(config: Config, { zone }: ZoneChoice): string | undefined {
  const name = zone?.registrar;
  const type = name === undefined ? undefined : config.registrars.get(name)?.type;
  return type === 'cds' || type === 'manual' ? type : name;
}

function rollKey(
  key: ZoneKey,
  role: RollKey['role'],
  isActive: boolean,
  { keys: wanted }: Policy,
  isBroken: boolean,
): RollKey {
  const { timing, state, name, algorithm, keyTag, bits } = key;
  const settled = Object.fromEntries(
    OWNED_RECORDS[role].map((record) => [record, 'omnipresent']),
  ) as Partial<RecordStates>;
  const states: RecordStates = { ...ALL_HIDDEN, ...(state?.states ?? (isActive ? settled : {})) };
  const lifetime = wanted.kind === 'pair' ? (role === 'zsk' ? wanted.zsk : wanted.ksk).lifetime : undefined;
  return {
    ...{ id: keyIdentity(key.dnskeyRdata), name, role, algorithm, keyTag, bits },
    goal: state?.states.goal === undefined ? (isActive ? 'omnipresent' : 'hidden') : goalOf(state.states.goal),
    states,
    changes: state?.changes ?? {},
    predecessor: undefined,
    successor: undefined,
    created: timing.created,
    active: state?.times.active ?? (isActive ? timing.activate : undefined),
    lifetime: wanted.kind === 'csk' ? wanted.csk.lifetime : lifetime,
    rollAt: undefined,
    retired: state?.times.retired ?? timing.inactive,
    removed: state?.times.removed ?? timing.delete,
    files: key.privateKey !== undefined ? 'whole' : isBroken ? 'broken' : 'missing',
    fate: 'none',
  };
}

function goalOf(state: string): RollKey['goal'] {
  return state === 'omnipresent' || state === 'rumoured' ? 'omnipresent' : 'hidden';
}

function worldOf(keys: readonly RollKey[], { zone }: ZoneChoice, now: UnixSeconds, trouble: readonly string[]): World {
  const used = keys.filter((key) => !isUnused(key));
  const sightings = (record: keyof RecordStates): Sightings => {
    const seen = used
      .filter(({ role }) => OWNED_RECORDS[role].includes(record))
      .map(({ id, states, changes }): [string, Sighting] => {
        const isSettled = states[record] === 'omnipresent' || (record !== 'ds' && states[record] === 'rumoured');
        return [
          id,
          { seen: isSettled ? 'present' : 'absent', since: Math.min(now, changes[record] ?? 0), dissent: [] },
        ];
      });
    return Object.fromEntries(seen);
  };
  const file = { dnskey: sightings('dnskey'), krrsig: sightings('krrsig'), zrrsig: sightings('zrrsig') };
  const { servers, parent } = zone?.observe ?? { servers: 'auto', parent: 'auto' };
  return {
    file,
    servers: servers === 'off' ? 'off' : file,
    parent: parent === 'off' ? 'off' : sightings('ds'),
    word: {},
    ttls: { dnskey: [], zone: [], ds: [] },
    approved: false,
    trouble,
  };
}
