/** Rolling keys by a person's word: the wish, a pass with it, a signing run, and what will come of it. */
import type { UnixSeconds } from '../base/time.ts';
import type { ZoneOutlook } from '../rollover/outlook.ts';
import type { KeyWish } from '../rollover/wishes.ts';
import type { Config } from '../store/config.ts';
import { keepLostPublicHalf } from './lost-keys.ts';
import type { RolloverPass } from './rollover-pass.ts';
import { signZoneFile } from './sign-zone-file.ts';
import type { SignFileRequest, SignFileResult, SigningEscort, SigningObserver } from './signing-run.ts';
import { loadZonePlan } from './zone-outlook.ts';
import { type ManagedChoice, requirePublicHalves, ZoneRollovers } from './zone-rollovers.ts';

/** What is asked for, and of which zone. */
export interface RollRequest {
  readonly config: Config;
  readonly choice: ManagedChoice;
  readonly signing: SignFileRequest;
  readonly wish: KeyWish;
  readonly clock: () => UnixSeconds;
  readonly dryRun: boolean;
}

/** What came of it. */
export interface RolledKeys {
  readonly dryRun: boolean;
  /** The wish in words. */
  readonly words: string;
  /** What would happen without it; on a dry run only. */
  readonly before: ZoneOutlook | undefined;
  /** What will happen. */
  readonly after: ZoneOutlook;
  /** Undefined on a dry run, and where the zone has to stay as it is. */
  readonly signed: SignFileResult | undefined;
  /** Why the zone was not signed. */
  readonly frozen: string | undefined;
}

/**
 * Grants a wish and signs the zone by what the engine makes of it.
 *
 * @throws DnssecError ROLL_IMPOSSIBLE, USAGE; as `keepLostPublicHalf`, `passOver` and `signZoneFile`
 */
export async function rollKeys(request: RollRequest, observer: SigningObserver): Promise<RolledKeys> {
  const { config, choice, wish, clock, dryRun, signing } = request;
  const rollovers = new ZoneRollovers(config, clock, dryRun);
  if (dryRun) {
    const before = await loadZonePlan(config, choice, clock());
    const after = await loadZonePlan(config, choice, clock(), wish);
    return { dryRun, words: after.words ?? '', before, after, signed: undefined, frozen: undefined };
  }
  if (wish.kind === 'replace') await keepLostPublicHalf(config, choice, wish.key, clock());
  let granted: RolloverPass | undefined;
  const signed = await signUnlessFrozen(signing, observer, {
    before: async () => {
      granted = await rollovers.grant(choice, signing, wish);
      if (granted.outcome?.frozen !== undefined) throw new FrozenZone();
      requirePublicHalves(granted, choice, config);
    },
    after: (result) => rollovers.after(choice, result),
  });
  const after = await loadZonePlan(config, choice, clock());
  const frozen = granted?.outcome?.frozen;
  return { dryRun, words: granted?.words ?? '', before: undefined, after, signed, frozen };
}

/** The zone must stay as it is for now. */
class FrozenZone extends Error {}

async function signUnlessFrozen(
  signing: SignFileRequest,
  observer: SigningObserver,
  escort: SigningEscort,
): Promise<SignFileResult | undefined> {
  try {
    return await signZoneFile(signing, observer, escort);
  } catch (error) {
    if (error instanceof FrozenZone) return undefined;
    throw error;
  }
}
