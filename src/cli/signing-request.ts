/** From flags, policy and place to a signing request: flags win over the policy, the policy over nothing. */

import type { SignFileRequest } from '../automation/signing-run.ts';
import { decodeBase16 } from '../base/encodings.ts';
import { DnssecError } from '../base/errors.ts';
import { asciiOctets, type Octets, OctetWriter } from '../base/octets.ts';
import { parseDuration, parseTime, type Seconds, type UnixSeconds } from '../base/time.ts';
import { nameFromText } from '../dns/name.ts';
import type { SerialPolicy } from '../dns/serial.ts';
import { defaultThreads } from '../parallel/pool.ts';
import type { DenialPolicy } from '../rollover/policy.ts';
import type { SaltWish } from '../sign/salt.ts';
import { signedPath, type ZoneChoice } from '../store/zone-lookup.ts';
import { nameOfFile } from '../store/zone-name.ts';
import type { OptionValues } from './command.ts';

/** What the request is built from. */
export interface SigningSurroundings {
  readonly cwd: string;
  readonly now: UnixSeconds;
  readonly dryRun: boolean;
  readonly keyDirectory: string;
  /** Whether the zone is one of the configuration. */
  readonly managed: boolean;
}

/** A signature begins this long before it is made: clocks differ. */
const CLOCK_SKEW: Seconds = 3600;
/** Signatures are renewed when this part of their validity is left. */
const REFRESH_PART = 4;
const MOST_THREADS = 256;
const MOST_ITERATIONS = 150;

/**
 * Builds the request for one zone.
 *
 * A zone of the configuration is signed by its policy. A zone file that the configuration does not know is signed as
 * dnssec-signzone would: without jitter, and with the TTL that its keys have.
 *
 * @throws DnssecError USAGE
 */
export function signingRequest(
  choice: ZoneChoice,
  options: OptionValues,
  around: SigningSurroundings,
): SignFileRequest {
  const { policy } = choice;
  const { managed } = around;
  const { inception, expiration } = validity(options, around.now, policy.signatures.validity);
  const lifetime = expiration - Math.max(inception, around.now);
  const refresh = duration(options.refresh, '-i') ?? defaultRefresh(options, policy.signatures.refresh, lifetime);
  const jitter = duration(options.jitter, '-j') ?? (managed ? policy.signatures.jitter : 0);
  if (refresh + jitter >= lifetime) {
    throw new DnssecError('USAGE', 'signatures would be due again as soon as they are made', {
      hint: 'Validity (-e) must be longer than refresh (-i) and jitter (-j) together.',
    });
  }
  return {
    directory: around.cwd,
    input: choice.file,
    output: text(options.output) ?? (choice.file === '-' ? '-' : signedPath(choice.file)),
    ...origins(choice, text(options.origin)),
    keyDirectory: around.keyDirectory,
    denial: denial(options, policy.denial),
    now: around.now,
    inception,
    expiration,
    jitter,
    refresh,
    serial: serial(text(options.serial)) ?? policy.serial,
    zonemd: options.zonemd === true || policy.zonemd,
    insecure: managed && policy.keys.kind === 'none',
    ...(managed ? { keyTtl: policy.timing.dnskeyTtl } : {}),
    ignoreKskFlag: options.ignoreKskFlag === true,
    full: options.full === true,
    verify: options.skipVerify !== true,
    dryRun: around.dryRun,
    threads: threadCount(options),
  };
}

/** How many threads are to be used. @throws DnssecError USAGE */
export function threadCount(options: OptionValues): number {
  return wholeNumber(options.threads, '-n', 1, MOST_THREADS) ?? defaultThreads();
}

function text(value: OptionValues[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function validity(
  options: OptionValues,
  now: UnixSeconds,
  standard: Seconds,
): { inception: UnixSeconds; expiration: UnixSeconds } {
  const start = text(options.start);
  const end = text(options.end);
  const inception = start === undefined ? now - CLOCK_SKEW : parseTime(start, now);
  const expiration = end === undefined ? Math.max(now, inception) + standard : parseTime(end, now, inception);
  if (inception < 0 || expiration > 0xffff_ffff) {
    throw new DnssecError('USAGE', 'signatures must begin after 1970 and end before 2106', {
      hint: 'RRSIG holds times as 32 bits (RFC 4034 §3.1.5).',
    });
  }
  if (expiration <= Math.max(inception, now)) {
    const isReversed = expiration <= inception && (start !== undefined || expiration > now);
    const which = isReversed ? 'end before they begin' : 'have expired already';
    throw new DnssecError('USAGE', `the signatures would ${which}`, { hint: 'Correct -s and -e.' });
  }
  return { inception, expiration };
}

/** With `-e` the policy's own refresh may make no sense: a quarter of what was asked for then. */
function defaultRefresh(options: OptionValues, standard: Seconds, lifetime: Seconds): Seconds {
  return options.end === undefined && options.start === undefined ? standard : Math.floor(lifetime / REFRESH_PART);
}

function duration(value: OptionValues[string], flag: string): Seconds | undefined {
  const given = text(value);
  if (given === undefined) return undefined;
  const seconds = parseDuration(given);
  if (seconds !== undefined) return seconds;
  throw new DnssecError('USAGE', `"${given}" after ${flag} is not a duration`, {
    hint: 'Durations are seconds, or 30d, 12h, 1w2d.',
  });
}

function wholeNumber(value: OptionValues[string], flag: string, least: number, most: number): number | undefined {
  const given = text(value);
  if (given === undefined) return undefined;
  const number = /^\d{1,9}$/.test(given) ? Number(given) : -1;
  if (number >= least && number <= most) return number;
  throw new DnssecError('USAGE', `"${given}" after ${flag} is not a number from ${least} to ${most}`);
}

function serial(given: string | undefined): SerialPolicy | undefined {
  if (given === undefined) return undefined;
  const word = given.toLowerCase();
  if (word === 'increment' || word === 'unixtime' || word === 'date' || word === 'keep') return word;
  throw new DnssecError('USAGE', `"${given}" after -N is no way to find a serial`, {
    hint: 'Ways are increment, unixtime, date and keep.',
  });
}

function origins(choice: ZoneChoice, given: string | undefined): { origin?: Octets; assumedOrigin?: Octets } {
  if (given !== undefined) return { origin: zoneName(given) };
  if (choice.name !== undefined) return { origin: zoneName(choice.name) };
  const assumed = nameOfFile(choice.file);
  return assumed === undefined ? {} : { assumedOrigin: assumed };
}

/** A zone's name from an argument. @throws DnssecError USAGE */
export function zoneName(given: string): Octets {
  try {
    return nameFromText(given);
  } catch (cause) {
    throw new DnssecError('USAGE', `"${given}" is not a domain name: ${(cause as Error).message}`, { cause });
  }
}

function denial(options: OptionValues, policy: DenialPolicy): SignFileRequest['denial'] {
  const salt = text(options.salt);
  const iterations = wholeNumber(options.iterations, '-H', 0, MOST_ITERATIONS) ?? policy.iterations;
  const optOut = options.optOut === true || policy.optOut;
  const asksForNsec3 = salt !== undefined || options.optOut === true || options.iterations !== undefined;
  if (options.nsec === true) {
    if (!asksForNsec3) return { type: 'nsec' };
    throw new DnssecError('USAGE', '--nsec does not go with -3, -H or -A, which are about NSEC3');
  }
  if (policy.type === 'nsec' && !asksForNsec3) return { type: 'nsec' };
  const wish: SaltWish =
    salt === undefined
      ? { kind: 'keep', length: policy.saltLength, lifetime: policy.saltLifetime }
      : salt === 'random'
        ? { kind: 'random', length: policy.saltLength === 0 ? RANDOM_SALT : policy.saltLength }
        : { kind: 'given', salt: saltOctets(salt) };
  return { type: 'nsec3', salt: wish, iterations, optOut };
}

/** Octets of a salt that is asked for where the policy has none. */
const RANDOM_SALT = 8;

function saltOctets(given: string): Octets {
  if (given === '-') return new Uint8Array(0);
  const out = new OctetWriter();
  const digits = asciiOctets(given);
  if (given !== '' && digits.length <= 510 && decodeBase16(digits, 0, digits.length, out) < 0) return out.take();
  throw new DnssecError('USAGE', `"${given}" after -3 is no salt`, {
    hint: 'A salt is an even number of hexadecimal digits, 510 at most; "random" draws one, "-" is none.',
  });
}
