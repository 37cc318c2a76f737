/** Rolling keys by a person's word: the wish, a pass with it, a signing run, and what will come of it. */
import type { UnixSeconds } from '../base/time.ts';
import type { ZoneOutlook } from '../rollover/outlook.ts';
import type { KeyWish } from '../rollover/wishes.ts';
import type { Config } from '../store/config.ts';
import { signZoneFile } from './sign-zone-file.ts';
import type { SignFileRequest, SignFileResult, SigningObserver } from './signing-run.ts';
import { loadZonePlan } from './zone-outlook.ts';
import { type ManagedChoice, ZoneRollovers } from './zone-rollovers.ts';

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
  readonly signed: SignFileResult | undefined;
}

/**
 * Grants a wish and signs the zone by what the engine makes of it.
 *
 * @throws DnssecError ROLL_IMPOSSIBLE, USAGE; as `passOver` and `signZoneFile`
 */
export async function rollKeys(request: RollRequest, observer: SigningObserver): Promise<RolledKeys> {
  const { config, choice, wish, clock, dryRun, signing } = request;
  const rollovers = new ZoneRollovers(config, clock, dryRun);
  if (dryRun) {
    const before = await loadZonePlan(config, choice, clock());
    const after = await loadZonePlan(config, choice, clock(), wish);
    return { dryRun, words: after.words ?? '', before, after, signed: undefined };
  }
  let words: string | undefined;
  const signed = await signZoneFile(signing, observer, {
    before: async () => {
      words = (await rollovers.before(choice, signing, wish))?.words;
    },
    after: (result) => rollovers.after(choice, result),
  });
  return {
    dryRun,
    words: words ?? '',
    before: undefined,
    after: await loadZonePlan(config, choice, clock()),
    signed,
  };
}
