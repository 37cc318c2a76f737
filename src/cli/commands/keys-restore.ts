/** `dnssec keys restore`: puts back the files of keys that are missing or damaged. */
import { resolve } from 'node:path';
import { listLostKeys } from '../../automation/lost-keys.ts';
import type { ManagedChoice } from '../../automation/zone-rollovers.ts';
import { DnssecError, EXIT } from '../../base/errors.ts';
import { nameFromText } from '../../dns/name.ts';
import { keyIdentity } from '../../keys/key-identity.ts';
import type { RollKey } from '../../rollover/roll-key.ts';
import { loadConfig } from '../../store/config.ts';
import { readKeyToImport } from '../../store/key-import.ts';
import { restoreKeyFiles } from '../../store/key-restore.ts';
import type { CommandContext, CommandDefinition, OptionValues } from '../command.ts';
import { requireManaged } from '../managed-zones.ts';
import { PASSPHRASE_OPTIONS, passphraseFrom } from '../passphrase-options.ts';

/** `dnssec keys restore ZONE FILE…`. */
export const keysRestoreCommand: CommandDefinition = {
  name: 'restore',
  summary: 'put back files of keys that are missing or damaged',
  description:
    'Takes the keys from a backup: BIND pairs, PEM, DER or PKCS#12. Only a key that the zone misses is put back, and ' +
    'only where it is that very key; a damaged file is moved aside, not overwritten. Its states are not touched: what ' +
    'the program remembers of the roll goes on.',
  arguments: [
    { syntax: '<zone>', summary: 'a zone of dnssec.yaml' },
    { syntax: '<files...>', summary: 'key files; of a pair one is enough' },
  ],
  options: PASSPHRASE_OPTIONS,
  examples: [['dnssec keys restore example.com backup/Kexample.com.+013+12345.private', 'puts the pair back']],
  run: async (context, args, options) => {
    const { cwd, global, out, now } = context;
    const config = await loadConfig({ cwd, explicit: global.config });
    const choice = requireManaged(config, cwd, args[0] as string);
    const lost = await listLostKeys(config, choice, now());
    const documents: unknown[] = [];
    for (const file of args[1] as readonly string[]) {
      const { key, texts } = await readLostKey(context, options, resolve(cwd, file), choice, lost);
      const done = await restoreKeyFiles(config.directories.keys, key, texts, now(), global.dryRun);
      documents.push({ name: key.name, ...done });
      out.line(key.name);
      const did = global.dryRun ? 'would be put back' : 'put back';
      out.say(`${choice.name}: ${key.name}: ${done.written.map((suffix) => `.${suffix}`).join(', ')} ${did}`);
      for (const name of done.aside) out.say(`${choice.name}: the damaged file is kept as ${name}`);
    }
    out.json({ zone: choice.name, dryRun: global.dryRun, keys: documents });
    return EXIT.done;
  },
};

/** Reads a key and finds the one that it is. @throws DnssecError KEY_INVALID where the zone does not miss it */
async function readLostKey(
  context: CommandContext,
  options: OptionValues,
  path: string,
  { name: zone, policy }: ManagedChoice,
  lost: readonly RollKey[],
) {
  let passphrase: { readonly value: string | undefined } | undefined;
  for (const role of ['ksk', 'zsk'] as const) {
    const read = await readKeyToImport(path, {
      zone: nameFromText(zone),
      role,
      algorithm: undefined,
      ttl: policy.timing.dnskeyTtl,
      timing: {},
      passphrase: () => {
        passphrase ??= { value: passphraseFrom(context, options) };
        return passphrase.value;
      },
    });
    const id = keyIdentity(read.key.dnskeyRdata);
    if (lost.some((key) => key.id === id && key.name === read.key.name)) return read;
  }
  const missed = lost.map(({ name }) => name);
  throw new DnssecError('KEY_INVALID', `${path} is none of the keys that ${zone} misses`, {
    hint: missed.length === 0 ? 'All its keys are there and sound.' : `It misses ${missed.join(', ')}.`,
  });
}
