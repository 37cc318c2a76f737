/** `dnssec add`: the first contact. Keys, a signed zone, an entry in dnssec.yaml, and what to do next. */
import { resolve } from 'node:path';
import { type AddedZone, addZone } from '../../automation/add-zone.ts';
import { DnssecError, EXIT } from '../../base/errors.ts';
import { canonicalName, friendlyName } from '../../dns/name.ts';
import { selectKeys } from '../../keys/key-plan.ts';
import { type Config, loadConfig } from '../../store/config.ts';
import { loadZoneKeys } from '../../store/key-store.ts';
import { resolveZone, type ZoneChoice } from '../../store/zone-lookup.ts';
import { nameOfFile } from '../../store/zone-name.ts';
import type { CommandContext, CommandDefinition } from '../command.ts';
import { dsLines, type FirstContact, firstContactLines } from '../first-contact.ts';
import { signingRequest } from '../signing-request.ts';

/** `dnssec add ZONEFILE`. */
export const addCommand: CommandDefinition = {
  name: 'add',
  summary: 'take a zone under management',
  description:
    'Makes the first keys, or adopts those that lie in the key directory; signs the zone; enters it into dnssec.yaml; ' +
    'says what to do next. Adding a zone again changes nothing that is there.',
  arguments: [{ syntax: '<zonefile>', summary: 'the unsigned zone file' }],
  options: [
    { flags: '-o, --origin <ORIGIN>', summary: 'name of the zone, where neither the file nor its name says it' },
    { flags: '-n, --threads <N>', summary: 'threads (default: one per core)' },
  ],
  examples: [['dnssec add zones/example.com.zone', 'signs into zones/example.com.zone.signed']],
  run: async (context, [argument], options) => {
    const { cwd, global, out } = context;
    const config = await loadConfig({ cwd, explicit: global.config });
    const choice = asConfigured(config, resolveZone(config, cwd, argument as string));
    if (choice.file === '-') throw new DnssecError('USAGE', 'a zone on standard input has no file to be managed');
    const file = resolve(cwd, choice.file);
    const keyDirectory = config.directories.keys;
    const around = { cwd, now: context.now(), dryRun: global.dryRun, keyDirectory, managed: true };
    const signing = signingRequest(choice, options, around);
    const added = await addZone(
      { config, policy: choice.policy, file, signing, dryRun: global.dryRun },
      { stage: () => {}, progress: (done, total) => out.progress('signing', done, total), emit: () => {} },
    );
    const paths = { cwd, zoneFile: file, signedFile: resolve(cwd, signing.output), keyDirectory };
    await report(context, added, { ...paths, dsFrom: added.dsFrom });
    return EXIT.done;
  },
};

/** A zone that the configuration names without its file is found by what the file is called. */
function asConfigured(config: Config, choice: ZoneChoice): ZoneChoice {
  const called = choice.zone === undefined ? nameOfFile(choice.file) : undefined;
  const zone = called === undefined ? undefined : config.zones.get(friendlyName(canonicalName(called)));
  return zone === undefined || zone.file !== undefined
    ? choice
    : { ...choice, name: zone.name, zone, policy: zone.policy };
}

type Paths = Pick<FirstContact, 'cwd' | 'zoneFile' | 'signedFile' | 'keyDirectory' | 'dsFrom'>;

async function report({ out, now, global }: CommandContext, added: AddedZone, paths: Paths): Promise<void> {
  for (const warning of added.signed?.warnings ?? []) out.remark(warning);
  if (added.signed === undefined) {
    out.line(`${added.name} would get its first keys in ${paths.keyDirectory} and be signed into ${paths.signedFile}.`);
    out.json({ zone: added.name, dryRun: true, signedFile: paths.signedFile });
    return;
  }
  const { keys } = await loadZoneKeys(paths.keyDirectory, added.origin);
  const plan = selectKeys(keys, now());
  const contact: FirstContact = {
    added,
    ...paths,
    keys: plan.publish.map((key) => ({ key, role: plan.roles.get(key.name) ?? 'zsk' })),
  };
  if (global.dryRun) out.line(`${added.name} could be added; nothing was changed.`);
  else for (const line of firstContactLines(contact)) out.line(line);
  out.json({
    zone: added.name,
    zoneFile: paths.zoneFile,
    signedFile: paths.signedFile,
    keyDirectory: paths.keyDirectory,
    keys: { made: added.made, adopted: added.adopted },
    config: added.config?.file ?? null,
    serial: added.signed.serial,
    status: added.signed.status,
    ds: dsLines(contact),
    dsFrom: paths.dsFrom === undefined ? null : new Date(paths.dsFrom * 1000).toISOString(),
  });
}
