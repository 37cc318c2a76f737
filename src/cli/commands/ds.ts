/** `dnssec ds`: what the parent needs to know of a zone's keys. */
import { basename, join, resolve } from 'node:path';
import { DnssecError, EXIT } from '../../base/errors.ts';
import type { Octets } from '../../base/octets.ts';
import { friendlyName } from '../../dns/name.ts';
import { algorithmText } from '../../keys/algorithms.ts';
import { dnskeyText, dsDigest, dsText, parseDigestTypes } from '../../keys/ds.ts';
import { parseKeyFile } from '../../keys/key-file.ts';
import { selectKeys } from '../../keys/key-plan.ts';
import { FLAG, keyTag } from '../../keys/key-tag.ts';
import { shownPath } from '../../store/key-directory.ts';
import { loadZoneKeys, readKeyText } from '../../store/key-store.ts';
import type { CommandContext, CommandDefinition, OptionValues } from '../command.ts';
import { KEY_DIRECTORY_OPTION, locateKeys, textOption, zoneArgument } from '../key-arguments.ts';
import { findKey, isFile } from '../key-lookup.ts';

const FORMATS = ['ds', 'dnskey', 'cds', 'ovh', 'json'] as const;
type Format = (typeof FORMATS)[number];

/** What is printed of a key. */
interface PublicKey {
  readonly zone: Octets;
  readonly dnskeyRdata: Octets;
}

/** `dnssec ds ZONE|KEYFILE`. */
export const dsCommand: CommandDefinition = {
  name: 'ds',
  summary: 'print what the parent zone needs',
  description:
    'Prints the DS records that the parent is to hold: where the keys are rolled, those whose turn it is; else one for ' +
    'each published key that signs the DNSKEY RRset; or that of one key, where a key file is named. ' +
    'With --format ovh: the four values of the form at OVH.',
  arguments: [{ syntax: '<zone-or-key>', summary: 'a zone, or a key file' }],
  options: [
    { flags: '--format <FORMAT>', summary: `${FORMATS.join(', ')} (default: ds)` },
    { flags: '--digest <TYPES>', summary: 'digest types: 2 (SHA-256), 4 (SHA-384), or 2,4 (default: 2)' },
    KEY_DIRECTORY_OPTION,
  ],
  examples: [
    ['dnssec ds example.com', 'DS records, as dnssec-dsfromkey prints them'],
    ['dnssec ds --format ovh example.com', 'key tag, flags, algorithm and public key, to be copied into a form'],
    ['dnssec ds Kexample.com.+013+12345.key', 'the DS record of this key'],
  ],
  run: async (context, args, options) => {
    const format = formatOption(textOption(options, 'format'));
    const digests = parseDigestTypes(textOption(options, 'digest') ?? '2');
    const keys = await findPublicKeys(context, args[0] as string, options);
    const documents = keys.map((key) => dsDocument(key, digests));
    context.out.json(documents);
    for (const line of formatKeys(keys, format, digests, documents)) context.out.line(line);
    return EXIT.done;
  },
};

function formatOption(text: string | undefined): Format {
  const format = FORMATS.find((f) => f === (text ?? 'ds').toLowerCase());
  if (format === undefined) throw new DnssecError('USAGE', `"${text}" is not a format: ${FORMATS.join(', ')}`);
  return format;
}

async function findPublicKeys(
  context: CommandContext,
  argument: string,
  options: OptionValues,
): Promise<readonly PublicKey[]> {
  const { directory } = await locateKeys(context, options);
  const place = findKey(context.cwd, argument, directory);
  const named = place === undefined ? resolve(context.cwd, argument) : join(place.directory, `${place.name.base}.key`);
  if (place === undefined && !isFile(named)) return keysOfZone(context, argument, directory);
  const key = parseKeyFile(await readKeyText(named, false), basename(named));
  if (place !== undefined && keyTag(key.dnskeyRdata) !== place.name.keyTag) {
    throw new DnssecError('KEY_INVALID', `${named}: the key in it has tag ${keyTag(key.dnskeyRdata)}`);
  }
  return [key];
}

async function keysOfZone(context: CommandContext, argument: string, directory: string): Promise<readonly PublicKey[]> {
  const zone = zoneArgument(argument);
  const { keys, problems } = await loadZoneKeys(directory, zone, 'public');
  for (const { message } of problems) context.out.warn(message);
  const { publish, roles, sync, removesDs } = selectKeys(keys, context.now());
  if (removesDs) {
    context.out.say(`${friendlyName(zone)} becomes insecure: the parent is to hold no DS any more`);
    return [];
  }
  // In a roll two keys sign the DNSKEY RRset, and only one of them has its turn at the parent.
  const due = sync.filter(({ state }) => state?.states.ds !== undefined);
  if (due.length > 0) return due;
  const found = publish.filter((key) => roles.get(key.name) !== 'zsk' && (key.flags & FLAG.revoke) === 0);
  if (found.length > 0) return found;
  const where = shownPath(context.cwd, directory);
  const name = friendlyName(zone);
  if (keys.length === 0) {
    throw new DnssecError('KEY_MISSING', `there are no keys of ${name} in ${where}`, {
      hint: `Create them with "dnssec keygen ${name}", or name another key directory with -K.`,
    });
  }
  throw new DnssecError('KEY_MISSING', `no key of ${name} in ${where} is published that a DS could stand for`, {
    hint: `"dnssec keys ${name}" shows the keys and their times; a key file can be named instead of the zone.`,
  });
}

function dsDocument({ zone, dnskeyRdata: rdata }: PublicKey, digests: readonly number[]) {
  return {
    zone: friendlyName(zone),
    keyTag: keyTag(rdata),
    flags: (rdata[0]! << 8) | rdata[1]!,
    algorithm: rdata[3]!,
    mnemonic: algorithmText(rdata[3]!),
    publicKey: Buffer.from(rdata.subarray(4)).toString('base64'),
    ds: digests.map((type) => ({
      digestType: type,
      digest: Buffer.from(dsDigest(zone, rdata, type)!)
        .toString('hex')
        .toUpperCase(),
    })),
  };
}

function formatKeys(
  keys: readonly PublicKey[],
  format: Format,
  digests: readonly number[],
  documents: readonly ReturnType<typeof dsDocument>[],
): string[] {
  switch (format) {
    case 'ds':
      return keys.flatMap((key) => digests.map((type) => dsText(key.zone, key.dnskeyRdata, type)));
    case 'cds':
      return keys.flatMap((key) => [
        ...digests.map((type) => dsText(key.zone, key.dnskeyRdata, type, 'CDS')),
        dnskeyText(key.zone, key.dnskeyRdata, 'CDNSKEY'),
      ]);
    case 'dnskey':
      return keys.map((key) => dnskeyText(key.zone, key.dnskeyRdata));
    case 'json':
      return [JSON.stringify(documents, null, 2)];
    case 'ovh':
      return documents.flatMap((document, i) => [...(i === 0 ? [] : ['']), ...ovhForm(document)]);
  }
}

/** What each flags value is called where one has to be chosen from a list. */
const FLAG_WORDS: ReadonlyMap<number, string> = new Map([
  [FLAG.zone, 'ZSK'],
  [FLAG.zone | FLAG.sep, 'KSK'],
]);

/** The four values that OVH's form asks for, under their names there. */
function ovhForm({ keyTag: tag, flags, algorithm, mnemonic, publicKey }: ReturnType<typeof dsDocument>): string[] {
  const word = FLAG_WORDS.get(flags);
  return [
    `Key tag:    ${tag}`,
    `Flags:      ${flags}${word === undefined ? '' : ` (${word})`}`,
    `Algorithm:  ${algorithm} (${mnemonic})`,
    `Public key: ${publicKey}`,
  ];
}
