/** `dnssec keys export`: hands a key out in another form. */
import { resolve } from 'node:path';
import { DnssecError, EXIT } from '../../base/errors.ts';
import type { KeyProblem, SigningKey } from '../../keys/key.ts';
import { listKeyFiles, loadKey, requireSoundKeys } from '../../store/key-store.ts';
import type { CommandDefinition } from '../command.ts';
import { KEY_DIRECTORY_OPTION, locateKeys, textOption } from '../key-arguments.ts';
import { findKey } from '../key-lookup.ts';
import { PASSPHRASE_OPTIONS, passphraseFrom } from '../passphrase-options.ts';

/** `dnssec keys export KEY`. */
export const keysExportCommand: CommandDefinition = {
  name: 'export',
  summary: 'write a key as BIND files, PEM or PKCS#12',
  description:
    'The file can be read by its owner only, and is never written over another. PEM is encrypted where there is a ' +
    'passphrase; PKCS#12 needs one. It comes from --passphrase-file, --passphrase-fd or DNSSEC_PASSPHRASE.',
  arguments: [{ syntax: '<key>', summary: 'base name of the key, or one of its files' }],
  options: [
    { flags: '--format <FORMAT>', summary: 'bind, pem or pkcs12' },
    { flags: '-f, --file <FILE>', summary: 'what to write; for bind: the directory' },
    KEY_DIRECTORY_OPTION,
    ...PASSPHRASE_OPTIONS,
  ],
  examples: [
    ['dnssec keys export Kexample.com.+013+12345 --format pem -f ksk.pem', 'the private key in PEM'],
    [
      'dnssec keys export Kexample.com.+013+12345 --format pkcs12 -f ksk.p12 --passphrase-file secret',
      'and in PKCS#12',
    ],
  ],
  run: async (context, args, options) => {
    const argument = args[0] as string;
    const format = textOption(options, 'format')?.toLowerCase();
    const file = textOption(options, 'file');
    if (format !== 'bind' && format !== 'pem' && format !== 'pkcs12') {
      throw new DnssecError('USAGE', 'say with --format how the key is to be written: bind, pem or pkcs12');
    }
    if (file === undefined) throw new DnssecError('USAGE', 'say with -f where the key is to be written');
    const { directory } = await locateKeys(context, options);
    const place = findKey(context.cwd, argument, directory);
    if (place === undefined)
      throw new DnssecError('USAGE', `"${argument}" is not the name of a key`, { hint: NAME_HINT });
    const files = (await listKeyFiles(place.directory, place.name.zone)).find((f) => f.name.base === place.name.base);
    const problems: KeyProblem[] = [];
    const key = files === undefined ? undefined : await loadKey(place.directory, files, problems);
    requireSoundKeys(problems);
    if (key?.privateKey === undefined || files === undefined) {
      throw new DnssecError('KEY_MISSING', `${place.name.base} has no private key`);
    }
    const target = resolve(context.cwd, file);
    const passphrase = format === 'bind' ? undefined : passphraseFrom(context, options);
    if (context.global.dryRun) {
      context.out.say(`would write ${key.name} to ${target}`);
      context.out.json({ name: key.name, format, files: [], dryRun: true });
      return EXIT.done;
    }
    const { exportKey } = await import('../../store/key-import.ts');
    const source = { directory: place.directory, files: files.files };
    const written = await exportKey(key as SigningKey, source, format, target, passphrase);
    context.out.json({ name: key.name, format, files: written });
    for (const path of written) context.out.line(path);
    if (format === 'pem' && passphrase === undefined) context.out.warn(`${target} holds the private key unencrypted`);
    return EXIT.done;
  },
};

const NAME_HINT = 'Keys are named as their files are: Kexample.com.+013+12345. "dnssec keys" lists them.';
