/** Options of the commands that may need a passphrase. */
import { readPassphrase } from '../store/passphrase.ts';
import type { CommandContext, OptionDefinition, OptionValues } from './command.ts';
import { textOption } from './key-arguments.ts';

/** Where a passphrase comes from, for the commands that need one. */
export const PASSPHRASE_OPTIONS: readonly OptionDefinition[] = [
  { flags: '--passphrase-file <FILE>', summary: 'the passphrase is the first line of FILE' },
  { flags: '--passphrase-fd <N>', summary: 'the passphrase is the first line read from descriptor N' },
];

/** The passphrase that the options, or DNSSEC_PASSPHRASE, give. @throws DnssecError FILE_UNREADABLE, USAGE */
export function passphraseFrom(context: CommandContext, options: OptionValues): string | undefined {
  const { env, cwd, out } = context;
  const file = textOption(options, 'passphraseFile');
  return readPassphrase({ file, descriptor: textOption(options, 'passphraseFd'), env, cwd }, (text) => out.warn(text));
}
