/**
 * The automation of a zone, as it is round the engine: look, note, step, make keys, save, ask the registrar, sign, note
 * again. It may be cut off between any two of these, and goes on at the next pass with what was saved.
 */
import { step } from '../../src/rollover/engine.ts';
import type { Policy } from '../../src/rollover/policy.ts';
import { ALL_HIDDEN, isIn, type KeyId, type RollKey } from '../../src/rollover/roll-key.ts';
import type { Action, Decision, StepResult } from '../../src/rollover/step-result.ts';
import type { Sighting, TtlHistory, World } from '../../src/rollover/world.ts';
import type { JudgedKey } from './judge.ts';
import type { ZoneVersion } from './name-servers.ts';
import type { Lapse } from './setting.ts';
import {
  continueSighting,
  has,
  type Look,
  lookAtFile,
  lookAtServers,
  NOTHING_NOTED,
  type Notes,
  noteTtls,
} from './sightings.ts';

/** A key file in the key directory. */
export interface KeyFile {
  readonly role: RollKey['role'];
  readonly algorithm: number;
  readonly created: number;
  readonly isMissing: boolean;
}

/** Everything that outlives a pass, beside the key directory and the signed file. */
export interface Saved {
  readonly keys: readonly RollKey[];
  readonly file: Notes;
  readonly servers: Notes;
  readonly parent: Readonly<Record<KeyId, Sighting>>;
  readonly word: Readonly<Record<KeyId, Sighting>>;
  readonly ttls: TtlHistory;
  /** TTLs that the last look found. */
  readonly given: Readonly<Record<keyof TtlHistory, readonly number[]>>;
  /** By the clock, and by the time for which the machine has been up, in which boot. */
  readonly lastPass: { readonly clock: number; readonly uptime: number; readonly boot: number };
}

/** What surrounds the automation. */
export interface Outside {
  readonly policy: Policy;
  /** The clock, right or wrong. */
  readonly clock: number;
  readonly uptime: number;
  readonly boot: number;
  /** TTL of the zone file's records. */
  readonly zoneTtl: number;
  readonly approved: boolean;
  /** A person says that the clock is right, though the last pass was later by it. */
  readonly clockIsRight: boolean;
  /** What each name server gives out; undefined where it does not answer; `off` where they are not asked. */
  readonly servers: readonly (ZoneVersion | undefined)[] | 'off';
  /** DS RRsets at the parent's servers; undefined where one does not answer or a request is under way. */
  readonly parent: readonly (readonly JudgedKey[] | undefined)[] | 'off';
  readonly dsTtl: number;
  /** Takes a request, or refuses it. */
  submit(keys: readonly JudgedKey[]): void;
  publish(version: ZoneVersion): void;
  decided(decisions: readonly Decision[], keys: readonly RollKey[]): void;
  made(key: KeyId): void;
  purged(key: KeyId): void;
  note(text: string): void;
  complain(kind: 'restless' | 'unannounced' | 'sleepless' | 'careless', text: string): void;
}

/** Where a pass is cut off. */
export const CRASH_POINTS = ['made', 'saved', 'asked', 'signed'] as const;
/** One of them. */
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** How far the clock and the time that the machine has been up may drift apart between two passes. */
const DRIFT = 60;

const NOTHING_SAVED: Saved = {
  keys: [],
  ...{ file: NOTHING_NOTED, servers: NOTHING_NOTED, parent: {}, word: {} },
  ttls: { dnskey: [], zone: [], ds: [] },
  given: { dnskey: [], zone: [], ds: [] },
  lastPass: { clock: 0, uptime: 0, boot: -1 },
};

/** The automation of one zone. */
export class Automation {
  saved: Saved = NOTHING_SAVED;
  readonly directory = new Map<KeyId, KeyFile>();
  /** The signed file. */
  file: ZoneVersion;
  /** What the last step of the last whole pass came to. */
  result: StepResult | undefined;
  steps = 0;
  /** A person changed something since the last pass. */
  isTouched = true;
  #policy: Policy | undefined;
  #made = 0;

  readonly #lapse: Lapse | undefined;

  constructor(unsigned: ZoneVersion, lapse?: Lapse) {
    this.file = unsigned;
    this.#lapse = lapse;
  }

  /** Makes a key: by the engine's wish, or by a person's, ahead of time. */
  makeKey(role: RollKey['role'], algorithm: number, now: number): KeyId {
    const id = `${role}${++this.#made}.${algorithm}`;
    this.directory.set(id, { role, algorithm, created: now, isMissing: false });
    return id;
  }

  /** @returns false where nothing could be decided: the clock stands before the last pass */
  pass(outside: Outside, crash: CrashPoint | undefined): boolean {
    const { clock, clockIsRight } = outside;
    if (clock < this.saved.lastPass.clock && !clockIsRight && this.#lapse !== 'past') return false;
    if (clockIsRight) this.saved = forgetFuture(this.saved, clock);
    const look = this.#look(outside);
    const before = this.saved;
    let saved = this.#observe(outside, look);
    const isQuiet = !this.isTouched && !look.startsAnew && !outside.approved && isUnchanged(before, saved);
    const wakeAt = this.result?.wakeAt;
    const isPolicyOld = this.#policy === outside.policy;
    this.isTouched = false;
    this.#policy = outside.policy;
    for (let round = 0; ; round++) {
      if (round === 32) outside.complain('restless', 'the pass does not come to an end');
      const { keys, result, decisions, hasMade } = this.#decide(outside, saved);
      if (crash === 'made' && hasMade) return this.#cutOff(outside, crash);
      if (decisions.length > 0) {
        outside.decided(decisions, keys);
        if (round === 0 && isQuiet && isPolicyOld && (wakeAt === undefined || wakeAt > clock)) {
          outside.complain('unannounced', `decided at ${clock}, was to wake at ${wakeAt}: ${print(decisions)}`);
        }
      }
      this.saved = saved = { ...saved, keys };
      if (crash === 'saved') return this.#cutOff(outside, crash);
      const purged = this.#purge(outside, result.actions);
      saved = this.saved;
      this.#ask(outside, result);
      if (crash === 'asked') return this.#cutOff(outside, crash);
      const isSigned = this.#sign(outside, result, look);
      if (isSigned && crash === 'signed') return this.#cutOff(outside, crash);
      saved = { ...saved, file: lookAtFile(saved.file, saved.keys, this.file, look) };
      if (decisions.length === 0 && !isSigned && !purged) {
        this.saved = saved;
        this.#rest(outside, result);
        return true;
      }
    }
  }

  #rest(outside: Outside, result: StepResult): void {
    this.result = result;
    const { wakeAt, lookAt } = result;
    if ((wakeAt ?? Infinity) <= outside.clock || (lookAt ?? Infinity) <= outside.clock) {
      outside.complain('sleepless', `at ${outside.clock}, is to wake at ${wakeAt} and to look at ${lookAt}`);
    }
  }

  #cutOff({ note }: Outside, crash: CrashPoint): true {
    note(`crash: ${crash}, and nothing more`);
    this.isTouched = true;
    return true;
  }

  /** Whether the clock ran as the machine did since the last pass; else each wait begins anew. */
  #look({ clock, uptime, boot, clockIsRight, note }: Outside): Look {
    const { lastPass } = this.saved;
    const drift = Math.abs(clock - lastPass.clock - (uptime - lastPass.uptime));
    const isSet = (boot !== lastPass.boot || drift > DRIFT) && this.#lapse !== 'clock' && this.#lapse !== 'past';
    const startsAnew = clockIsRight || lastPass.boot === -1 || isSet;
    if (startsAnew && lastPass.boot !== -1) note('the clock can not be trusted: each wait begins anew');
    const mistakes = { forgivesBreaks: this.#lapse === 'breaks', ignoresSerials: this.#lapse === 'serials' };
    return { now: clock, startsAnew, ...mistakes };
  }

  #observe(outside: Outside, look: Look): Saved {
    const { saved } = this;
    const keys = this.#listKeys(saved.keys);
    const file = lookAtFile(saved.file, keys, this.file, look);
    const servers =
      outside.servers === 'off' ? NOTHING_NOTED : lookAtServers(saved.servers, file, keys, outside.servers, look);
    const { parent } = outside;
    const dated = look.startsAnew ? redate(saved.word, saved.keys, look, this.#lapse === 'word') : saved.word;
    const given = { ...this.#givenTtls(outside), ds: parent === 'off' ? [] : [outside.dsTtl] };
    return {
      ...{ keys, file, servers, word: dated, given },
      parent: parent === 'off' ? {} : lookAtParent(saved.parent, keys, parent, look),
      ttls: this.#noteTtls(outside, given, look),
      lastPass: { clock: look.now, uptime: outside.uptime, boot: outside.boot },
    };
  }

  #givenTtls({ servers }: Outside): { dnskey: readonly number[]; zone: readonly number[] } {
    const files = [this.file, ...(servers === 'off' ? [] : servers.filter((file) => file !== undefined))];
    return { dnskey: files.map(({ dnskeyTtl }) => dnskeyTtl), zone: files.map(({ zoneTtl }) => zoneTtl) };
  }

  /** A TTL counts until the first look that does not find it; while a server lags, any earlier one may still be there. */
  #noteTtls({ servers, policy }: Outside, given: Saved['given'], { now, startsAnew }: Look): TtlHistory {
    const { ttls, given: last } = this.saved;
    if (this.#lapse === 'ttls') return NOTHING_SAVED.ttls;
    const lags = servers !== 'off' && servers.some((file) => file === undefined || file.serial < this.file.serial);
    const note = (kind: keyof TtlHistory, reach: number) => {
      const known = startsAnew || (lags && kind !== 'ds') ? ttls[kind].map(({ ttl }) => ttl) : [];
      return noteTtls(ttls[kind], [...known, ...last[kind], ...given[kind]], now + reach);
    };
    const { zonePropagation, parentPropagation } = policy.timing;
    return {
      dnskey: note('dnskey', zonePropagation),
      zone: note('zone', zonePropagation),
      ds: note('ds', parentPropagation),
    };
  }

  /** The saved keys, with what lies in the directory: a key that nobody knows was made, and never used. */
  #listKeys(saved: readonly RollKey[]): readonly RollKey[] {
    const known = saved.map((key) => {
      const file = this.directory.get(key.id);
      const files = file === undefined || file.isMissing ? 'missing' : 'whole';
      return key.files === files ? key : ({ ...key, files } as const);
    });
    if (known.length === this.directory.size) return known;
    const ids = new Set(known.map(({ id }) => id));
    const found = [...this.directory].filter(([id, { isMissing }]) => !ids.has(id) && !isMissing);
    return [...known, ...found.map(([id, file]) => unusedKey(id, file))];
  }

  /** What the engine is told of the world. */
  worldView(
    { servers, parent, approved }: Pick<Outside, 'servers' | 'parent' | 'approved'>,
    saved = this.saved,
  ): World {
    return {
      file: saved.file,
      servers: servers === 'off' ? 'off' : saved.servers,
      parent: parent === 'off' ? 'off' : saved.parent,
      ...{ word: saved.word, ttls: saved.ttls, approved, trouble: [] },
    };
  }

  #decide(outside: Outside, saved: Saved) {
    const { policy, clock } = outside;
    const world = this.worldView(outside, saved);
    const decisions: Decision[] = [];
    let keys = this.#listKeys(saved.keys);
    let hasMade = false;
    for (let round = 0; ; round++) {
      this.steps++;
      const result = step(policy, keys, world, clock);
      this.#checkCare(outside, keys, result);
      keys = result.keys;
      decisions.push(...result.decisions);
      const makes = result.actions.filter((action) => action.kind === 'make');
      if (makes.length === 0 || round === 8) {
        if (round === 8) outside.complain('restless', 'asks for keys again and again');
        if (decisions.length > 0) this.#checkRest(outside, world, result);
        return { keys, result, decisions, hasMade };
      }
      for (const { role, algorithm } of makes) {
        const id = this.makeKey(role, algorithm, clock);
        outside.made(id);
      }
      keys = this.#listKeys(keys);
      hasMade = true;
    }
  }

  /**
   * What nobody may see in a cache, and must not be all the same: moving on without a person's word, taking away or
   * making keys while key files are missing, bringing back what is known to others.
   */
  #checkCare({ policy, approved, complain }: Outside, keys: readonly RollKey[], result: StepResult): void {
    const { decisions, actions } = result;
    const moves = decisions.filter((decision) => decision.kind === 'move').map(({ to }) => to);
    const waits = policy.rollover.mode === 'manual' && !approved;
    if (waits && moves.some((to) => to === 'rumoured' || to === 'unretentive')) {
      complain('careless', `nobody said yes to ${print(decisions)}`);
    }
    // A key that is removed in this step is missed no more.
    const isBroken = result.keys.some(({ files, removed }) => files !== 'whole' && removed === undefined);
    const makes = actions.some(({ kind }) => kind === 'make');
    if (isBroken && (makes || moves.includes('unretentive'))) {
      complain('careless', `a key file is missing, and it makes or takes away: ${print(decisions)}`);
    }
    const known = keys.filter(({ fate }) => fate !== 'none').map(({ id }) => id);
    if (decisions.some(({ kind, key }) => kind === 'revived' && known.includes(key))) {
      complain('careless', `a compromised key comes back: ${print(decisions)}`);
    }
  }

  /** A second step at the same instant decides nothing. */
  #checkRest({ policy, clock, complain }: Outside, world: World, { keys, wakeAt }: StepResult): void {
    const again = step(policy, keys, world, clock);
    if (again.decisions.length > 0) complain('restless', `a second step decides ${print(again.decisions)}`);
    if (again.wakeAt !== wakeAt) complain('restless', `a second step is to wake at ${again.wakeAt}, not at ${wakeAt}`);
  }

  #purge({ purged }: Outside, actions: readonly Action[]): boolean {
    const gone = actions.filter((action) => action.kind === 'purge').map(({ key }) => key);
    for (const id of gone) {
      this.directory.delete(id);
      purged(id);
    }
    if (gone.length > 0) this.saved = { ...this.saved, keys: this.saved.keys.filter(({ id }) => !gone.includes(id)) };
    return gone.length > 0;
  }

  /** Asks the registrar for what is wanted, where the parent is not seen to have it. */
  #ask({ parent, submit }: Outside, { ds }: StepResult): void {
    if (parent === 'off' || (ds.keys.length === 0 && !ds.remove)) return;
    const isThere = parent.every(
      (set) => set !== undefined && set.length === ds.keys.length && ds.keys.every((id) => has(set, id)),
    );
    if (!isThere) submit(ds.keys.map((id) => this.#judged(id)));
  }

  /** @returns whether the file was written anew */
  #sign({ policy, zoneTtl, publish, note }: Outside, { keys, frozen }: StepResult, { now }: Look): boolean {
    if (frozen !== undefined) return false;
    const set = (record: 'dnskey' | 'krrsig' | 'zrrsig') => keys.filter(({ states }) => isIn(states[record]));
    const wanted = { dnskey: set('dnskey'), krrsig: set('krrsig'), zrrsig: set('zrrsig') };
    const { file } = this;
    const isSame =
      (['dnskey', 'krrsig', 'zrrsig'] as const).every(
        (record) =>
          wanted[record].length === file[record].length && wanted[record].every(({ id }) => has(file[record], id)),
      ) &&
      file.zoneTtl === zoneTtl &&
      (file.dnskeyTtl === policy.timing.dnskeyTtl || file.dnskey.length === 0);
    if (isSame) return false;
    const lacks = [...wanted.krrsig, ...wanted.zrrsig].find(({ files }) => files !== 'whole');
    if (lacks !== undefined) {
      note(`${lacks.id} is missing: the zone is not signed`);
      return false;
    }
    const { dnskeyTtl } = policy.timing;
    const named = (list: readonly RollKey[]) => list.map(({ id }) => this.#judged(id));
    this.file = {
      ...{ serial: file.serial + 1, dnskeyTtl, zoneTtl },
      ...{ dnskey: named(wanted.dnskey), krrsig: named(wanted.krrsig), zrrsig: named(wanted.zrrsig) },
    };
    note(`at ${now} signs ${printFile(this.file)}`);
    publish(this.file);
    return true;
  }

  #judged(id: KeyId): JudgedKey {
    const key = this.saved.keys.find((other) => other.id === id)!;
    return { name: id, algorithm: key.algorithm };
  }
}

function lookAtParent(
  last: Saved['parent'],
  keys: readonly RollKey[],
  sets: readonly (readonly JudgedKey[] | undefined)[],
  look: Look,
): Saved['parent'] {
  const isKnown = sets.every((set) => set !== undefined);
  const all: Record<KeyId, Sighting> = {};
  for (const { id, role } of keys) {
    if (role === 'zsk') continue;
    const present = sets.filter((set) => set !== undefined && has(set, id)).length;
    const seen = !isKnown ? 'unknown' : present === sets.length ? 'present' : present === 0 ? 'absent' : 'mixed';
    all[id] = continueSighting(last[id], seen, look);
  }
  return all;
}

/**
 * Where times tell nothing, what was said of the parent is taken to have been said now; but not what was said before the
 * DS was last told to come or to go, which speaks of something else.
 */
function redate(word: Saved['word'], keys: readonly RollKey[], { now }: Look, keepsAll: boolean): Saved['word'] {
  const isOfNow = (id: KeyId, since: number) =>
    keepsAll || keys.some((key) => key.id === id && since > (key.changes.ds ?? 0));
  const kept = Object.entries(word).filter(([id, { since }]) => isOfNow(id, since));
  return Object.fromEntries(kept.map(([id, said]) => [id, { ...said, since: now }]));
}

/** Where the clock was ahead, what happened then is taken to have happened now, and in the same order. */
function forgetFuture(saved: Saved, now: number): Saved {
  const times = [
    ...saved.keys.flatMap(({ changes, created, active, retired, removed }) => [
      ...[...Object.values(changes), created, active, retired, removed],
    ]),
    ...Object.values(saved.word).map(({ since }) => since),
  ];
  const future = [...new Set(times.filter((time) => time !== undefined && time > now))].sort((a, b) => a! - b!);
  const past = <T extends number | undefined>(time: T) =>
    (time === undefined || time <= now ? time : now + 1 + future.indexOf(time)) as T;
  const keys = saved.keys.map((key) => ({
    ...key,
    changes: Object.fromEntries(Object.entries(key.changes).map(([record, at]) => [record, past(at)])),
    ...{ created: past(key.created), active: past(key.active), retired: past(key.retired), removed: past(key.removed) },
  }));
  const word = Object.entries(saved.word).map(([id, said]) => [id, { ...said, since: past(said.since) }]);
  return { ...saved, keys, word: Object.fromEntries(word) };
}

function isUnchanged(before: Saved, after: Saved): boolean {
  return (
    before.file === after.file &&
    before.servers === after.servers &&
    before.word === after.word &&
    Object.keys(after.parent).every((id) => before.parent[id] === after.parent[id]) &&
    before.keys.length === after.keys.length &&
    before.keys.every((key, index) => key === after.keys[index])
  );
}

function unusedKey(id: KeyId, { role, algorithm, created }: KeyFile): RollKey {
  return {
    ...{ id, name: id, role, algorithm, keyTag: 0, bits: 256, goal: 'hidden', states: ALL_HIDDEN, changes: {} },
    ...{ predecessor: undefined, successor: undefined, created, active: undefined, lifetime: undefined },
    ...{ rollAt: undefined, retired: undefined, removed: undefined, files: 'whole', fate: 'none' },
  };
}

/** Decisions as text. */
export function print(decisions: readonly Decision[]): string {
  return decisions
    .map((decision) => {
      if (decision.kind !== 'move') return `${decision.key} ${decision.kind}`;
      const { key, record, from, to } = decision;
      return `${key} ${record} ${from}>${to}`;
    })
    .join(', ');
}

function printFile({ serial, dnskey, krrsig, zrrsig, dnskeyTtl, zoneTtl }: ZoneVersion): string {
  const names = (keys: readonly JudgedKey[]) => keys.map(({ name }) => name).join('+') || 'none';
  return `serial ${serial}: DNSKEY ${names(dnskey)} by ${names(krrsig)} TTL ${dnskeyTtl}, data by ${names(zrrsig)} TTL ${zoneTtl}`;
}
