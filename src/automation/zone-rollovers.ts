/** The rollovers of configured zones around their signing runs: a pass before, and one after that sees what was done. */
import { resolve } from 'node:path';
import { DnssecError } from '../base/errors.ts';
import type { UnixSeconds } from '../base/time.ts';
import { replaceLost, restoreFiles, tellDsGone } from '../rollover/remedies.ts';
import type { RollKey } from '../rollover/roll-key.ts';
import type { KeyWish } from '../rollover/wishes.ts';
import type { Config, ZoneConfig } from '../store/config.ts';
import { KeyDirectory } from '../store/key-listing.ts';
import { StaleFiles } from '../store/temporary-files.ts';
import { signedPath, type ZoneChoice } from '../store/zone-lookup.ts';
import { passOver, type RolloverPass, type RolloverRequest } from './rollover-pass.ts';
import type { SignFileRequest, SignFileResult, SigningEscort } from './signing-run.ts';

/** A zone of the configuration. */
export interface ManagedChoice extends ZoneChoice {
  /** Absolute path of the zone file. */
  readonly file: string;
  readonly name: string;
  readonly zone: ZoneConfig;
}

/** The choice, where it is a zone of the configuration, whose keys the program rolls. @param cwd  where its path starts */
export function managedChoice(choice: ZoneChoice, cwd: string): ManagedChoice | undefined {
  const { file, name, zone } = choice;
  return zone === undefined || name === undefined ? undefined : { ...choice, name, zone, file: resolve(cwd, file) };
}

/** What a pass needs to know of a configured zone. */
export function rolloverRequest(
  config: Config,
  { file, name, policy, zone }: ManagedChoice,
  { now, dryRun }: { readonly now: UnixSeconds; readonly dryRun: boolean },
): RolloverRequest {
  return {
    zone: name,
    policy,
    observe: zone.observe,
    output: signedPath(file),
    keyDirectory: config.directories.keys,
    stateDirectory: config.directories.state,
    now,
    dryRun,
    asks: true,
  };
}

/** Rollovers of many zones in one run. */
export class ZoneRollovers {
  readonly #config: Config;
  readonly #clock: () => UnixSeconds;
  readonly #dryRun: boolean;
  readonly #lister: KeyDirectory;
  readonly #stale = new StaleFiles();

  constructor(config: Config, clock: () => UnixSeconds, dryRun: boolean) {
    this.#config = config;
    this.#clock = clock;
    this.#dryRun = dryRun;
    this.#lister = new KeyDirectory(config.directories.keys);
  }

  /** Both passes around the signing of a zone. @param signing  how it is signed */
  escort(choice: ManagedChoice, signing: SignFileRequest): SigningEscort {
    return {
      before: async () => {
        await this.before(choice, signing);
      },
      after: (result) => this.after(choice, result),
    };
  }

  /**
   * Lets the engine decide what is to be signed. Nothing is decided for a zone that can't be signed.
   *
   * @param signing  how it is signed
   * @returns        undefined where nothing changed and nothing is due
   * @throws DnssecError as `passOver` and `requireSignable`; KEY_MISSING where the zone must stay as it is
   */
  async before(choice: ManagedChoice, signing: SignFileRequest): Promise<RolloverPass | undefined> {
    const pass = await passOver(this.#request(choice, { now: signing.now, check: checkOf(signing) }));
    const frozen = pass?.outcome?.frozen;
    if (pass !== undefined && frozen !== undefined) throw frozenZone(choice.name, frozen, pass.keys);
    if (pass !== undefined) requirePublicHalves(pass, choice, this.#config);
    return pass;
  }

  /**
   * Grants a wish, and lets the engine decide. The zone may have to stay as it is after that: see `StepResult.frozen`.
   *
   * @param signing  how it is signed
   * @throws DnssecError as `passOver`; as `requireSignable` for a wish that takes a new key
   */
  async grant(choice: ManagedChoice, signing: SignFileRequest, wish: KeyWish): Promise<RolloverPass> {
    const takesKey = wish.kind === 'roll' || wish.kind === 'algorithm';
    const check = takesKey ? checkOf(signing) : async () => {};
    return (await passOver(this.#request(choice, { now: signing.now, check, wish })))!;
  }

  /** Takes note of what a signing run has put in its place. */
  async after(choice: ManagedChoice, { status, largestTtl, serial }: SignFileResult): Promise<void> {
    if (this.#dryRun || status === 'unchanged') return;
    await passOver(this.#request(choice, { largestTtl, signed: { serial } }));
  }

  #request(choice: ManagedChoice, more: Partial<RolloverRequest>): RolloverRequest {
    const base = rolloverRequest(this.#config, choice, { now: this.#clock(), dryRun: this.#dryRun });
    return { ...base, lister: this.#lister, stale: this.#stale, ...more };
  }
}

/**
 * Every key that is to be in the zone must be there to be put in: one that only lost its files is not withdrawn, since
 * caches may hold its signatures, or its DS.
 *
 * @throws DnssecError KEY_MISSING
 */
export function requirePublicHalves({ unshown }: RolloverPass, { name }: ManagedChoice, { directories }: Config): void {
  const [first] = unshown;
  if (first === undefined) return;
  throw new DnssecError(
    'KEY_MISSING',
    `${first} is to be in zone ${name}, but its files are not in ${directories.keys}`,
    {
      hint:
        `Restore them from a backup with ${restoreFiles(name)}; if the key is lost for good, go on without it with ` +
        `${replaceLost(name)}. Nothing was changed, and no key is made in its place.`,
      diagnostics: unshown.slice(1).map((other) => ({ severity: 'error', message: `${other} as well` })),
    },
  );
}

/** Whether the zone can be signed as it is to be. */
function checkOf(signing: SignFileRequest): () => Promise<void> {
  return async () => (await import('./signing-check.ts')).requireSignable(signing);
}

function frozenZone(zone: string, why: string, keys: readonly RollKey[]): DnssecError {
  const lost = keys.find(({ fate, states }) => fate === 'lost' && states.ds !== 'hidden');
  return new DnssecError('KEY_MISSING', `zone ${zone} must stay as it is for now: ${why}`, {
    hint:
      `Remove its DS at the parent; once that was seen, or ${tellDsGone(zone, String(lost?.keyTag ?? 'KEY'))} says so, ` +
      'and its TTL has passed, new keys take over. Until then edits of the zone wait.',
  });
}
