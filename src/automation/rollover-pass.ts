/**
 * One pass over the rollovers of a zone: what was remembered and what is seen now go through the engine; what it decides
 * is written down, first into the audit log and the zone's memory, then into the keys' `.state` files.
 *
 * A pass changes no signed zone: the signing run that follows does what the states ask for, and the pass after it sees
 * that it was done. A crash between any two writes comes to the same states at the next pass.
 */
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { nameFromText } from '../dns/name.ts';
import type { ZoneKey } from '../keys/key.ts';
import { step } from '../rollover/engine.ts';
import type { Policy } from '../rollover/policy.ts';
import type { RollKey } from '../rollover/roll-key.ts';
import type { Decision, StepResult } from '../rollover/step-result.ts';
import { effectivePolicy, grantWish, type KeyWish, type WishedSituation } from '../rollover/wishes.ts';
import type { World } from '../rollover/world.ts';
import type { ZoneMemory } from '../rollover/zone-memory.ts';
import type { ZoneConfig } from '../store/config.ts';
import type { KeyLister } from '../store/key-listing.ts';
import type { StaleFiles } from '../store/temporary-files.ts';
import { hasZoneState, readZoneMemory, withZoneState } from '../store/zone-state.ts';
import { type GatheredKeys, gatherKeys, makeRollKeys } from './rollover-keys.ts';
import { isAtRest } from './rollover-rest.ts';
import { seeWorld } from './rollover-world.ts';
import { finishIntent, recordPass } from './rollover-writing.ts';

/** A zone whose rollovers are to be looked after. */
export interface RolloverRequest {
  /** Lower case, no trailing dot. */
  readonly zone: string;
  readonly policy: Policy;
  readonly observe: ZoneConfig['observe'];
  /** Absolute path of the signed file that name servers load. */
  readonly output: string;
  readonly keyDirectory: string;
  readonly stateDirectory: string;
  readonly now: UnixSeconds;
  readonly dryRun: boolean;
  /** Whether servers are asked that the configuration names; else what was seen last has to do. */
  readonly asks: boolean;
  /** What knows the key files, for a run over many zones. */
  readonly lister?: KeyLister | undefined;
  /** What dead processes left in the directory of states, for a run over many zones. */
  readonly stale?: StaleFiles | undefined;
  /** The largest TTL of the zone, where it was read just now. */
  readonly largestTtl?: number | undefined;
  /** What a signing run has put in its place since the pass before. */
  readonly signed?: { readonly serial: number } | undefined;
  /** What a person wants of the keys, applied before the step. */
  readonly wish?: KeyWish | undefined;
  /** Finds out whether the zone can be signed at all: asked before anything is made or noted. Throws if not. */
  readonly check?: (() => Promise<void>) | undefined;
}

/** What a pass came to. */
export interface RolloverPass {
  readonly origin: Octets;
  /** With a person's choice of algorithm in it. */
  readonly policy: Policy;
  readonly keys: readonly RollKey[];
  readonly world: World;
  readonly decisions: readonly Decision[];
  /** Base names of keys that were made, or would be on a dry run: how many. */
  readonly made: readonly string[];
  readonly wouldMake: number;
  readonly outcome: StepResult | undefined;
  /** Base names of keys that are to be in the zone, and of which not even the public half is at hand. */
  readonly unshown: readonly string[];
  /** The wish that was granted, in words. */
  readonly words: string | undefined;
  /** Words about keys that were found, for the person. */
  readonly remarks: readonly string[];
}

/** Steps of one pass: each makes keys, and a zone needs few. */
const MOST_STEPS = 16;

/** A clock that is this much behind the last pass is wrong, in seconds; less is its being set right. */
const CLOCK_SLACK = 300;

/**
 * Makes a pass over a zone.
 *
 * @returns undefined where nothing changed since the last pass and nothing is due
 * @throws DnssecError STATE_INVALID, KEY_…, FILE_…, DISK_FULL, LOCKED
 */
export async function passOver(request: RolloverRequest): Promise<RolloverPass | undefined> {
  const { stateDirectory, zone, dryRun } = request;
  if (request.wish === undefined && isAtRest(request)) return undefined;
  const pass = { ...request, check: once(request.check ?? (async () => {})) };
  if (dryRun) return passLocked(pass);
  // Of a zone that can't be signed not even a lock is left where there was nothing.
  if (!hasZoneState(stateDirectory, zone)) await pass.check();
  return withZoneState(stateDirectory, zone, () => passLocked(pass), request.stale);
}

/** A pass whose zone is checked once at most. */
interface CheckedRequest extends RolloverRequest {
  readonly check: () => Promise<void>;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

/** Where a zone's keys stand before a step. */
export interface ZoneSituation {
  readonly origin: Octets;
  readonly memory: ZoneMemory | undefined;
  readonly gathered: GatheredKeys;
  readonly policy: Policy;
  readonly world: World;
  readonly situation: Situation;
}

/**
 * Finds out where a zone's keys stand, a person's wish granted. Writes nothing.
 *
 * @throws DnssecError as `passOver`; ROLL_IMPOSSIBLE, USAGE for a wish that can't be granted
 */
export async function situate(request: RolloverRequest, memory: ZoneMemory | undefined): Promise<ZoneSituation> {
  const { zone, now } = request;
  const origin = nameFromText(zone);
  requireClock(zone, memory, now);
  const policy = effectivePolicy(request.policy, memory?.algorithm ?? null);
  const gathered = await gatherKeys(request, origin, policy, memory);
  const seen = await seeWorld(request, origin, gathered, memory);
  const situation = grant(request, gathered, seen.word, memory, policy);
  return {
    origin,
    memory,
    gathered,
    policy: effectivePolicy(request.policy, situation.algorithm),
    world: { ...seen, word: situation.word, approved: situation.approved },
    situation,
  };
}

async function passLocked(request: CheckedRequest): Promise<RolloverPass> {
  const { stateDirectory, zone, dryRun, wish } = request;
  let memory = readZoneMemory(stateDirectory, zone);
  requireClock(zone, memory, request.now);
  if (memory !== undefined && memory.intent.length > 0 && !dryRun) memory = await finishIntent(request, memory);
  const { origin, gathered, policy, world, situation } = await situate(request, memory);
  const isWritten = (memory?.intent ?? []).length === 0;
  if (isWritten && gathered.altered.length > 0) throw alteredStates(zone, gathered.altered);
  if (memory === undefined || wish !== undefined) await request.check();
  const run = await stepToRest(request, origin, policy, situation.keys, world, gathered);
  const { remarks, unshown } = gathered;
  const pass: RolloverPass = { origin, policy, world, words: situation.words, remarks, unshown, ...run };
  if (!dryRun) await recordPass(request, pass, gathered, memory, situation);
  return pass;
}

/** What the pass goes by: a person's wish in it, if there is one. */
export type Situation = WishedSituation & { readonly words: string | undefined };

function grant(
  { wish, now }: RolloverRequest,
  { keys }: GatheredKeys,
  word: World['word'],
  memory: ZoneMemory | undefined,
  policy: Policy,
): Situation {
  const situation: WishedSituation = { keys, word, algorithm: memory?.algorithm ?? null, approved: false };
  return wish === undefined ? { ...situation, words: undefined } : grantWish(wish, situation, policy, now);
}

type Run = Pick<RolloverPass, 'keys' | 'decisions' | 'made' | 'wouldMake' | 'outcome'>;

/** Steps until no key is missing. On a dry run stops where a key would have to be made. */
async function stepToRest(
  request: CheckedRequest,
  origin: Octets,
  policy: Policy,
  from: readonly RollKey[],
  world: World,
  gathered: GatheredKeys,
): Promise<Run> {
  const decisions: Decision[] = [];
  const made: ZoneKey[] = [];
  let keys = from;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const outcome = step(policy, keys, world, request.now);
    keys = outcome.keys;
    decisions.push(...outcome.decisions);
    const wanted = outcome.actions.filter((action) => action.kind === 'make');
    if (outcome.decisions.length + outcome.actions.length > 0) await request.check();
    if (wanted.length === 0 || request.dryRun) {
      return { keys, decisions, made: made.map(({ name }) => name), wouldMake: wanted.length, outcome };
    }
    for (const key of await makeRollKeys(request, origin, policy, wanted)) {
      made.push(key.files);
      gathered.files.set(key.key.id, key.files);
      keys = [...keys, key.key];
    }
  }
  throw new TypeError('the engine asks for key after key');
}

/**
 * Refuses to go on with a clock that is behind the last pass.
 *
 * @throws DnssecError CLOCK_WRONG
 */
export function requireClock(zone: string, memory: ZoneMemory | undefined, now: UnixSeconds): void {
  if (memory !== undefined && now < memory.lastPass - CLOCK_SLACK) throw clockWentBack(zone, memory.lastPass, now);
}

/** Signing goes by the `.state` files: what they would withdraw must not be withdrawn unseen. */
function alteredStates(zone: string, altered: readonly string[]): DnssecError {
  const message = `zone ${zone}: the states of its keys were changed, so that other keys would be published or sign`;
  return new DnssecError('STATE_INVALID', message, {
    hint: `Put the files back from a backup, or take the zone over as it is now with "dnssec adopt ${zone}".`,
    diagnostics: altered.map((words) => ({ severity: 'error', message: words })),
  });
}

function clockWentBack(zone: string, last: UnixSeconds, now: UnixSeconds): DnssecError {
  const text = (time: UnixSeconds) => new Date(time * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return new DnssecError(
    'CLOCK_WRONG',
    `zone ${zone}: the clock says ${text(now)} UTC, but the last pass was at ${text(last)} UTC`,
    { hint: 'Set the clock right. Nothing was changed; with a wrong clock no key is rolled and nothing is signed.' },
  );
}
