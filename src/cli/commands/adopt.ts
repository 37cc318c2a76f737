/** `dnssec adopt`: takes a zone over with the keys that it has, from BIND, Knot, PowerDNS, or as they lie here. */
import { resolve } from 'node:path';
import { type AdoptZoneRequest, adoptZone } from '../../automation/adopt-zone.ts';
import type { ParentSource } from '../../automation/adoption-parent.ts';
import type { KeySource } from '../../automation/adoption-sources.ts';
import { addresses } from '../../automation/rollover-world.ts';
import { managedAs } from '../../automation/zone-intake.ts';
import type { ManagedChoice } from '../../automation/zone-rollovers.ts';
import { DnssecError, EXIT } from '../../base/errors.ts';
import { foresee } from '../../rollover/outlook.ts';
import { type Config, loadConfig, policyFor } from '../../store/config.ts';
import { shownPath } from '../../store/key-directory.ts';
import { readTextInput } from '../../store/text-input.ts';
import { canonicalZoneName } from '../../store/zone-name.ts';
import { adoptedLines, adoptionDocument, adoptionLines } from '../adoption-text.ts';
import type { CommandContext, CommandDefinition, OptionValues } from '../command.ts';
import { textOption, zoneArgument } from '../key-arguments.ts';
import { requireManaged } from '../managed-zones.ts';
import { planLines } from '../plan-text.ts';

/** How far ahead is told what will happen: the longest roll is over by then. */
const AHEAD = 60 * 86_400;

/** `dnssec adopt ZONE`. */
export const adoptCommand: CommandDefinition = {
  name: 'adopt',
  summary: 'take a zone over with the keys that it has',
  description:
    'Concludes from the files of the keys, from the served zone and from what the parent shows where each record ' +
    'stands, also in the middle of a roll, and says why. States that .state files have are kept. Nothing is rolled or ' +
    'signed: that is left to the next "dnssec sign". Nothing is overwritten; what contradicts itself is refused. Try it ' +
    'with --dry-run first: it shows all that was concluded and the plan, and writes nothing. For a zone that is managed ' +
    'already it takes the keys as they are now, after another program changed them.',
  arguments: [{ syntax: '<zone>', summary: 'a zone of dnssec.yaml; with --file, one that is entered there' }],
  options: [
    { flags: '--file <ZONEFILE>', summary: 'the unsigned zone file: takes the zone into dnssec.yaml' },
    { flags: '--from <DIR>', summary: "keys of BIND's form (dnssec-keygen, ldns-keygen), with .state or without" },
    { flags: '--knot <DIR>', summary: "Knot's key store; needs --list" },
    { flags: '--list <FILE>', summary: 'what "keymgr ZONE list" prints; - is standard input' },
    { flags: '--powerdns <FILE>', summary: 'a key from "pdnsutil export-zone-key"; needs --show', repeatable: true },
    { flags: '--show <FILE>', summary: 'what "pdnsutil show-zone" prints; - is standard input' },
    {
      flags: '--ds <FILE>',
      summary: 'what "dig @PARENT-SERVER ZONE DS" prints; an empty file: no DS; - is standard input',
    },
    { flags: '--no-ds', summary: 'the parent has no DS of this zone, by your word' },
    {
      flags: '--signed <FILE>',
      summary: 'the zone as it is served now; it becomes our signed file, if there is none yet',
    },
  ],
  examples: [
    [
      'dnssec adopt example.com --file zones/example.com.zone --from /var/cache/bind/keys --ds ds.txt --signed served.txt --dry-run',
      'from BIND; shows what would come of it, and writes nothing',
    ],
    ['keymgr example.com list | dnssec adopt example.com --knot /var/lib/knot/keys --list - --ds ds.txt', 'from Knot'],
    ['dnssec adopt example.com --powerdns ksk.txt --powerdns zsk.txt --show show.txt --ds ds.txt', 'from PowerDNS'],
    ['dnssec adopt example.com', 'takes the keys as they are now, after BIND changed their states'],
  ],
  run: async (context, [argument], options) => {
    const { cwd, global, out } = context;
    const now = context.now();
    requireOneStdin(options);
    const config = await loadConfig({ cwd, explicit: global.config });
    const choice = chooseZone(config, cwd, argument as string, textOption(options, 'file'));
    const signed = textOption(options, 'signed');
    const request: AdoptZoneRequest = {
      config,
      choice,
      keys: keySource(context, options),
      parent: parentSource(context, choice, options),
      signed: signed === undefined ? undefined : resolve(cwd, signed),
      now,
      dryRun: global.dryRun,
    };
    const shown = (path: string) => shownPath(cwd, path);
    const adopted = await adoptZone(request, (adoption) => {
      for (const line of adoptionLines(adoption, global.dryRun, shown)) out.line(line);
    });
    const prospect = foresee(adopted.outlook, now, now + AHEAD);
    out.json(adoptionDocument(adopted, prospect, global.dryRun));
    const isTold = global.dryRun || adopted.fit.reasons.length > 0;
    for (const line of isTold ? ['', ...planLines([prospect])] : []) out.line(line);
    for (const line of global.dryRun ? [] : ['', ...adoptedLines(adopted, shown)]) out.line(line);
    return EXIT.done;
  },
};

function requireOneStdin(options: OptionValues): void {
  const asked = ['list', 'show', 'ds'].filter((name) => options[name] === '-').map((name) => `--${name}`);
  if (asked.length > 1) throw new DnssecError('USAGE', `${asked.join(' and ')} can't all read standard input`);
}

function chooseZone(config: Config, cwd: string, argument: string, file: string | undefined): ManagedChoice {
  if (file === undefined) return requireManaged(config, cwd, argument);
  zoneArgument(argument);
  const name = canonicalZoneName(argument);
  const path = resolve(cwd, file);
  const known = config.zones.get(name)?.file;
  if (known !== undefined && known !== path) {
    throw new DnssecError('USAGE', `${name} is a zone of dnssec.yaml already, with the file ${known}`, {
      hint: 'Leave --file out, or change the file in dnssec.yaml.',
    });
  }
  return managedAs(config, name, path, policyFor(config, name));
}

function keySource({ cwd }: CommandContext, options: OptionValues): KeySource {
  const from = textOption(options, 'from');
  const knot = textOption(options, 'knot');
  const powerdns = Array.isArray(options.powerdns) ? (options.powerdns as readonly string[]) : [];
  if ([from !== undefined, knot !== undefined, powerdns.length > 0].filter(Boolean).length > 1) {
    throw new DnssecError('USAGE', '--from, --knot and --powerdns exclude each other', {
      hint: 'Take the keys of one after the other.',
    });
  }
  const listing = (flag: 'list' | 'show', of: 'knot' | 'powerdns', isAsked: boolean) => {
    const path = textOption(options, flag);
    if (isAsked === (path !== undefined)) return path === undefined ? undefined : readTextInput(cwd, path);
    throw new DnssecError('USAGE', isAsked ? `--${of} needs --${flag}` : `--${flag} goes with --${of} only`, {
      hint: HINTS[flag],
    });
  };
  const list = listing('list', 'knot', knot !== undefined);
  const show = listing('show', 'powerdns', powerdns.length > 0);
  if (list !== undefined) return { kind: 'knot', directory: resolve(cwd, knot!), listing: list };
  if (show !== undefined) {
    return { kind: 'powerdns', files: powerdns.map((file) => resolve(cwd, file)), listing: show };
  }
  return from === undefined ? { kind: 'own' } : { kind: 'bind', directory: resolve(cwd, from) };
}

const HINTS = {
  list: 'Give what "keymgr ZONE list" prints, in a file or on standard input: --list -.',
  show: 'Give what "pdnsutil show-zone ZONE" prints, in a file or on standard input: --show -.',
} as const;

function parentSource({ cwd }: CommandContext, { zone }: ManagedChoice, options: OptionValues): ParentSource {
  if (options.ds === false) return { kind: 'none' };
  const file = textOption(options, 'ds');
  if (file !== undefined) return { kind: 'records', input: readTextInput(cwd, file) };
  const servers = addresses(zone.observe.parent);
  return servers === undefined ? { kind: 'unknown' } : { kind: 'servers', servers };
}
