/** `dnssec keys import`: takes keys over from BIND, PEM, DER and PKCS#12 files. */
import { resolve } from 'node:path';
import { DnssecError, EXIT } from '../../base/errors.ts';
import { friendlyName } from '../../dns/name.ts';
import type { KeyRole } from '../../keys/key.ts';
import { ownRole } from '../../keys/key.ts';
import { keyDocument } from '../../keys/key-words.ts';
import { shownPath } from '../../store/key-directory.ts';
import type { CommandDefinition } from '../command.ts';
import {
  joinSyncTimes,
  KEY_DIRECTORY_OPTION,
  locateKeys,
  TIMING_OPTIONS,
  textOption,
  timingFromOptions,
  ttlOption,
  zoneArgument,
} from '../key-arguments.ts';
import { PASSPHRASE_OPTIONS, passphraseFrom } from '../passphrase-options.ts';

/** `dnssec keys import FILE…`. */
export const keysImportCommand: CommandDefinition = {
  name: 'import',
  summary: 'import keys from BIND, PEM, DER or PKCS#12 files',
  description:
    "BIND's pairs are copied after both files were checked; of a key that is there in part the missing files are " +
    'added. A private key alone (PEM, DER, PKCS#12) becomes a key that is published and active now, unless the ' +
    'timing flags of keygen say otherwise. Nothing is overwritten. A passphrase comes from --passphrase-file, ' +
    '--passphrase-fd or DNSSEC_PASSPHRASE.',
  arguments: [{ syntax: '<files...>', summary: 'key files; of a pair one is enough' }],
  options: [
    { flags: '--zone <ZONE>', summary: 'whose key it is; BIND files tell it themselves' },
    { flags: '--role <ROLE>', summary: 'ksk, zsk or csk; BIND files tell it themselves' },
    { flags: '-a, --algorithm <ALG>', summary: 'for an RSA key: RSASHA256 or RSASHA512' },
    KEY_DIRECTORY_OPTION,
    { flags: '-L, --ttl <TTL>', summary: 'TTL in the .key file (default: none)' },
    ...TIMING_OPTIONS,
    ...PASSPHRASE_OPTIONS,
  ],
  examples: [
    ['dnssec keys import /etc/bind/keys/Kexample.com.+013+12345.key', "copies BIND's pair"],
    ['dnssec keys import --zone example.com --role ksk ksk.pem', 'makes a KSK of a private key in PEM'],
  ],
  rewriteArguments: joinSyncTimes,
  run: async (context, args, options) => {
    const { directory } = await locateKeys(context, options);
    const zone = textOption(options, 'zone');
    let passphrase: { readonly value: string | undefined } | undefined;
    const wishes = {
      zone: zone === undefined ? undefined : zoneArgument(zone),
      role: roleOption(textOption(options, 'role')),
      algorithm: textOption(options, 'algorithm'),
      ttl: ttlOption(textOption(options, 'ttl')),
      timing: timingFromOptions(options, context.now()),
      passphrase: () => {
        passphrase ??= { value: passphraseFrom(context, options) };
        return passphrase.value;
      },
    };
    const { importKey } = await import('../../store/key-import.ts');
    const documents: unknown[] = [];
    for (const file of args[0] as readonly string[]) {
      const { key, written, clashes } = await importKey(
        resolve(context.cwd, file),
        directory,
        wishes,
        context.global.dryRun,
      );
      documents.push({ ...keyDocument(key, ownRole(key)), written });
      context.out.line(key.name);
      const done = context.global.dryRun ? 'would be imported' : written.length > 0 ? 'imported' : 'is there already';
      context.out.say(`${friendlyName(key.zone)}: ${key.name} ${done} (${shownPath(context.cwd, directory)})`);
      if (clashes)
        context.out.warn(`another key of the zone has the key tag ${key.keyTag}, or would have it once revoked`);
    }
    context.out.json({ directory, keys: documents });
    return EXIT.done;
  },
};

function roleOption(text: string | undefined): KeyRole | undefined {
  const role = text?.toLowerCase();
  if (role === undefined || role === 'ksk' || role === 'zsk' || role === 'csk') return role;
  throw new DnssecError('USAGE', `"${text}" is not a role: ksk, zsk or csk`);
}
