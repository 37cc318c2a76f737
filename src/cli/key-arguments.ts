/** Arguments that the commands about keys have in common. */
import { domainToASCII } from 'node:url';
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { parseDuration, parseTime, type UnixSeconds } from '../base/time.ts';
import { friendlyName, nameFromText } from '../dns/name.ts';
import type { KeyTiming } from '../keys/key.ts';
import { LATEST_KEY_TIME } from '../keys/key-times.ts';
import { type Config, loadConfig } from '../store/config.ts';
import { findKeyDirectory } from '../store/key-directory.ts';
import type { CommandContext, OptionDefinition, OptionValues } from './command.ts';

/** `-K DIR`, for every command that looks for keys. */
export const KEY_DIRECTORY_OPTION: OptionDefinition = {
  flags: '-K, --key-directory <DIR>',
  summary: "directory of the key files (default: the configuration's, else keys/ if there is one, else .)",
};

/** The configuration, and the key directory that holds for this call. */
export async function locateKeys(
  context: CommandContext,
  options: OptionValues,
): Promise<{ readonly config: Config; readonly directory: string }> {
  const config = await loadConfig({ cwd: context.cwd, explicit: context.global.config });
  return { config, directory: findKeyDirectory(config, context.cwd, textOption(options, 'keyDirectory')) };
}

/** The value of an option that is given once; undefined where it is not given. */
export function textOption(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * A zone's name as typed, in wire form with the case as typed.
 *
 * @throws DnssecError USAGE
 */
export function zoneArgument(text: string): Octets {
  if (/[^\x20-\x7e]/.test(text)) {
    const ascii = domainToASCII(text);
    throw new DnssecError('USAGE', `"${text}" is not a name as the DNS has it`, {
      hint: ascii === '' ? 'Write octets beyond ASCII as \\DDD.' : `Did you mean ${ascii}?`,
    });
  }
  try {
    return nameFromText(text);
  } catch (cause) {
    throw new DnssecError('USAGE', `"${text}" is not a domain name: ${(cause as RangeError).message}`);
  }
}

/** A zone's name as a map key: lower case, without the trailing dot. */
export function zoneKey(zone: Octets): string {
  return friendlyName(zone).toLowerCase();
}

/**
 * Timing options of dnssec-keygen, with its letters. `-P sync TIME` and `-D sync TIME` are for CDS and CDNSKEY:
 * `joinSyncTimes` makes one word of the two.
 */
export const TIMING_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: '-P, --publish <TIME>',
    summary: 'when the key is published (default: with -A, else now); "-P sync TIME": when its CDS is',
    repeatable: true,
  },
  { flags: '-A, --activate <TIME>', summary: 'when it begins to sign (default: now)' },
  { flags: '-R, --revoke <TIME>', summary: 'when it is revoked' },
  { flags: '-I, --inactive <TIME>', summary: 'when it ceases to sign' },
  {
    flags: '-D, --delete <TIME>',
    summary: 'when it leaves the zone; "-D sync TIME": when its CDS does',
    repeatable: true,
  },
  { flags: '-G, --generate-only', summary: 'set neither -P nor -A: the key is not used until they are set' },
];

/** Joins `-P sync TIME` into `-P sync=TIME`, so that each flag has one value. */
export function joinSyncTimes(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const isSync = /^(?:-[PD]|--publish|--delete)$/.test(argv[i]!) && argv[i + 1] === 'sync' && i + 2 < argv.length;
    joined.push(argv[i]!);
    if (!isSync) continue;
    joined.push(`sync=${argv[i + 2]}`);
    i += 2;
  }
  return joined;
}

/**
 * The timing metadata that the options ask for.
 *
 * @throws DnssecError USAGE
 */
export function timingFromOptions(options: OptionValues, now: UnixSeconds): KeyTiming {
  const [publish, syncPublish] = splitSync(options.publish, '-P', now);
  const [removed, syncDelete] = splitSync(options.delete, '-D', now);
  const given = (name: string) => {
    const text = textOption(options, name);
    return text === undefined ? undefined : parseKeyTime(text, now);
  };
  const activate = given('activate');
  if (options.generateOnly === true && (publish !== undefined || activate !== undefined)) {
    throw new DnssecError('USAGE', '-G goes with neither -P nor -A');
  }
  const usual = options.generateOnly === true ? undefined : now;
  const times: Record<keyof KeyTiming, UnixSeconds | 'unset' | undefined> = {
    created: now,
    publish: publish ?? (typeof activate === 'number' ? activate : usual),
    activate: activate ?? usual,
    revoke: given('revoke'),
    inactive: given('inactive'),
    delete: removed,
    dsPublish: undefined,
    syncPublish,
    syncDelete,
  };
  return Object.fromEntries(Object.entries(times).filter(([, time]) => typeof time === 'number'));
}

type GivenTime = UnixSeconds | 'unset' | undefined;

function splitSync(value: OptionValues[string], flag: string, now: UnixSeconds): [GivenTime, GivenTime] {
  let plain: GivenTime;
  let sync: GivenTime;
  for (const text of Array.isArray(value) ? (value as readonly string[]) : []) {
    if (text === 'sync') throw new DnssecError('USAGE', `"${flag} sync" needs a time behind it`);
    const isSync = /^sync[=\s]/.test(text);
    if ((isSync ? sync : plain) !== undefined) throw new DnssecError('USAGE', `"${flag}" is given twice`);
    if (isSync) sync = parseKeyTime(text.slice(5), now);
    else plain = parseKeyTime(text, now);
  }
  return [plain, sync];
}

/**
 * A time as dnssec-keygen takes it: all that `parseTime` reads, offsets behind an absolute time, `mi` for minutes,
 * 0 for long ago, and `none` or `never`.
 *
 * @throws DnssecError USAGE
 */
export function parseKeyTime(text: string, now: UnixSeconds): UnixSeconds | 'unset' {
  const plain = text.trim().replace(/(\d)mi$/i, '$1m');
  if (/^(?:none|never|unset)$/i.test(plain)) return 'unset';
  if (plain === '0' || plain === '-') return 0;
  const split = /^(\d{8}|\d{14})([+-].+)$/.exec(plain);
  const time = split === null ? parseTime(plain, now) : parseTime(split[2]!, now, parseTime(split[1]!, now));
  if (time < 0 || time > LATEST_KEY_TIME) {
    throw new DnssecError('USAGE', `"${text}" lies outside of what key files can hold`, {
      hint: 'Times reach from 1970 to 2106.',
    });
  }
  return time;
}

/**
 * A TTL: seconds, or with units.
 *
 * @returns undefined for `none` and 0: the file then names no TTL
 * @throws DnssecError USAGE
 */
export function ttlOption(text: string | undefined): number | undefined {
  if (text === undefined || /^(?:none|0)$/i.test(text)) return undefined;
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds > 0x7fff_ffff) {
    throw new DnssecError('USAGE', `"${text}" is not a TTL`, { hint: 'Say seconds, or 1h, 1d, 1w.' });
  }
  return seconds;
}

/**
 * A key size.
 *
 * @throws DnssecError USAGE
 */
export function bitsOption(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text)) throw new DnssecError('USAGE', `"${text}" is not a key size in bits`);
  return Number(text);
}
