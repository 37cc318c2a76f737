/** `dnssec keygen`: creates keys. */
import { join } from 'node:path';
import { DnssecError, EXIT } from '../../base/errors.ts';
import { friendlyName } from '../../dns/name.ts';
import { algorithmText, signingAlgorithm } from '../../keys/algorithms.ts';
import type { KeyRole, KeyTiming, SigningKey } from '../../keys/key.ts';
import { keyDocument } from '../../keys/key-words.ts';
import { type KeyRequest, requestedBits } from '../../keys/making.ts';
import { requestKeys } from '../../rollover/key-requests.ts';
import { policyFor } from '../../store/config.ts';
import { shownPath } from '../../store/key-directory.ts';
import { createKeys } from '../../store/key-files.ts';
import type { CommandContext, CommandDefinition, OptionValues } from '../command.ts';
import {
  bitsOption,
  joinSyncTimes,
  KEY_DIRECTORY_OPTION,
  locateKeys,
  TIMING_OPTIONS,
  textOption,
  timingFromOptions,
  ttlOption,
  zoneArgument,
  zoneKey,
} from '../key-arguments.ts';

/** `dnssec keygen ZONE`. Flags of dnssec-keygen keep their letters and their meaning. */
export const keygenCommand: CommandDefinition = {
  name: 'keygen',
  summary: 'create keys for a zone',
  description:
    'Creates a key signing key and a zone signing key, in the files that BIND uses, and prints the base name of each ' +
    'on a line of its own. Nothing is overwritten. Flags that dnssec-keygen has mean here what they mean there; ' +
    'without -f or --role, though, a pair is made.',
  arguments: [{ syntax: '<zone>', summary: 'the zone, as example.com' }],
  options: [
    { flags: '-a, --algorithm <ALG>', summary: 'mnemonic or number (default: the policy, else ECDSAP256SHA256)' },
    { flags: '-b, --bits <BITS>', summary: 'size of RSA keys, 2048 to 4096 (default: 2048)' },
    { flags: '-f, --flag <FLAG>', summary: 'KSK: make a key signing key only' },
    { flags: '--role <ROLE>', summary: 'pair, ksk, zsk, or csk: one key for both (default: pair)' },
    KEY_DIRECTORY_OPTION,
    { flags: '-L, --ttl <TTL>', summary: 'TTL in the .key file (default: none)' },
    ...TIMING_OPTIONS,
    { flags: '-n, --name-type <TYPE>', summary: 'ZONE; there is no other, the flag is for old habits' },
  ],
  examples: [
    ['dnssec keygen example.com', 'a KSK and a ZSK, ECDSAP256SHA256'],
    ['dnssec keygen -a RSASHA512 -b 4096 example.com', 'the same with large RSA keys'],
    ['dnssec keygen -f KSK -K keys -P now -A +30d example.com', 'a KSK that is published now and signs in 30 days'],
  ],
  rewriteArguments: joinSyncTimes,
  run: async (context, args, options) => {
    const zone = zoneArgument(args[0] as string);
    const { config, directory } = await locateKeys(context, options);
    const algorithm = textOption(options, 'algorithm');
    const timing = timingFromOptions(options, context.now());
    checkNameType(textOption(options, 'nameType'));
    warnOfTiming(context, timing);
    const requests = requestKeys(zone, policyFor(config, zoneKey(zone)).keys, {
      roles: rolesFromOptions(options),
      algorithm: algorithm === undefined ? undefined : signingAlgorithm(algorithm),
      bits: bitsOption(textOption(options, 'bits')),
      ttl: ttlOption(textOption(options, 'ttl')),
      timing,
    });
    const sizes = requests.map((request) => requestedBits(request.algorithm, request.bits));
    if (context.global.dryRun) {
      reportPlan(context, directory, requests, sizes);
      return EXIT.done;
    }
    const keys = await createKeys(directory, requests);
    reportKeys(context, directory, keys, requests);
    return EXIT.done;
  },
};

const ROLES: Readonly<Record<string, readonly KeyRole[]>> = {
  pair: ['ksk', 'zsk'],
  ksk: ['ksk'],
  zsk: ['zsk'],
  csk: ['csk'],
};

function rolesFromOptions(options: OptionValues): readonly KeyRole[] | undefined {
  const flag = textOption(options, 'flag')?.toLowerCase();
  const role = textOption(options, 'role')?.toLowerCase();
  if (flag !== undefined && flag !== 'ksk' && flag !== 'zsk') {
    throw new DnssecError('USAGE', `-f takes KSK, not "${textOption(options, 'flag')}"`);
  }
  if (flag !== undefined && role !== undefined && flag !== role) {
    throw new DnssecError('USAGE', `-f ${flag.toUpperCase()} and --role ${role} contradict each other`);
  }
  const word = role ?? flag;
  if (word === undefined) return undefined;
  const roles = Object.hasOwn(ROLES, word) ? ROLES[word] : undefined;
  if (roles === undefined) throw new DnssecError('USAGE', `"${word}" is not a role: pair, ksk, zsk or csk`);
  return roles;
}

function checkNameType(type: string | undefined): void {
  if (type !== undefined && type.toUpperCase() !== 'ZONE') {
    throw new DnssecError('USAGE', `-n ${type}: keys are made for zones only`);
  }
}

/** Times that contradict each other are the user's to choose; they are told. */
function warnOfTiming(context: CommandContext, { publish, activate, inactive, delete: removed }: KeyTiming): void {
  const isBefore = (a: number | undefined, b: number | undefined) => a !== undefined && b !== undefined && a < b;
  if (isBefore(activate, publish)) context.out.warn('the key is to sign (-A) before it is published (-P)');
  if (isBefore(inactive, activate)) context.out.warn('the key is to cease signing (-I) before it begins (-A)');
  if (isBefore(removed, inactive)) context.out.warn('the key is to be deleted (-D) before it ceases to sign (-I)');
  if (isBefore(removed, publish)) context.out.warn('the key is to be deleted (-D) before it is published (-P)');
}

function reportPlan(
  context: CommandContext,
  directory: string,
  requests: readonly KeyRequest[],
  sizes: readonly number[],
): void {
  const { out } = context;
  const keys = requests.map(({ algorithm, role }, i) => ({
    role,
    algorithm: algorithm.number,
    mnemonic: algorithm.mnemonic,
    bits: sizes[i],
  }));
  out.json({ directory, dryRun: true, keys });
  const where = shownPath(context.cwd, directory);
  for (const { role, mnemonic, bits } of keys) {
    out.say(`would create a ${role.toUpperCase()} with ${mnemonic}, ${bits} bits, in ${where}`);
  }
}

function filesOf({ name, state }: SigningKey): string[] {
  return [`${name}.key`, `${name}.private`, ...(state === undefined ? [] : [`${name}.state`])];
}

function reportKeys(
  context: CommandContext,
  directory: string,
  keys: readonly SigningKey[],
  requests: readonly KeyRequest[],
): void {
  const { out } = context;
  const roles = requests.map((request) => request.role);
  out.json({
    directory,
    keys: keys.map((key, i) => ({
      ...keyDocument(key, roles[i]!),
      files: filesOf(key).map((file) => join(directory, file)),
    })),
  });
  for (const key of keys) out.line(key.name);
  const [first] = keys;
  const words = keys.map((key, i) => `${roles[i]!.toUpperCase()} ${key.keyTag}`).join(' and ');
  const where = shownPath(context.cwd, directory);
  out.say(`${friendlyName(first!.zone)}: ${words} (${algorithmText(first!.algorithm)}) in ${where}`);
}
