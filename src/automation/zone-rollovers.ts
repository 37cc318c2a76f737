/** The rollovers of configured zones around their signing runs: a pass before, and one after that sees what was done. */
import { resolve } from 'node:path';
import { DnssecError } from '../base/errors.ts';
import type { UnixSeconds } from '../base/time.ts';
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
   * @param wish     what a person asks for beside it
   * @returns        undefined where nothing changed and nothing is due
   * @throws DnssecError as `passOver` and `requireSignable`; KEY_MISSING where the zone must stay as it is
   */
  async before(choice: ManagedChoice, signing: SignFileRequest, wish?: KeyWish): Promise<RolloverPass | undefined> {
    const check = async () => (await import('./signing-check.ts')).requireSignable(signing);
    const pass = await passOver(this.#request(choice, { now: signing.now, check, wish }));
    const frozen = pass?.outcome?.frozen;
    if (frozen !== undefined) throw frozenZone(choice.name, frozen);
    return pass;
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

function frozenZone(zone: string, why: string): DnssecError {
  return new DnssecError('KEY_MISSING', `zone ${zone} must stay as it is for now: ${why}`, {
    hint:
      'Remove the DS at the parent; once that was seen, or "dnssec roll ZONE --ds-gone KEY" says so, and its TTL has ' +
      'passed, new keys take over. Until then edits of the zone wait.',
  });
}
