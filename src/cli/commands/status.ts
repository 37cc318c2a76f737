/** `dnssec status`: where the zones stand. */
import { reportZones } from '../../automation/zone-status.ts';
import { DnssecError, EXIT } from '../../base/errors.ts';
import { statusExit } from '../../rollover/zone-status.ts';
import type { Config } from '../../store/config.ts';
import { configuredZones, resolveZoneOrGone, type ZoneChoice } from '../../store/zone-lookup.ts';
import type { CommandContext, CommandDefinition } from '../command.ts';
import { KEY_DIRECTORY_OPTION, locateKeys } from '../key-arguments.ts';
import { statusDocument, statusLines, zoneLines } from '../status-text.ts';

/** `dnssec status [ZONE]`. */
export const statusCommand: CommandDefinition = {
  name: 'status',
  summary: 'show where the zones stand',
  description:
    'One line for each zone of dnssec.yaml, the worst first; one zone in full where it is named. Looks at the files ' +
    'only, and of a signed file of ours at the beginning only: "dnssec verify" checks every signature. ' +
    "Exits with 3 if a zone is invalid or expired; with 1 if signatures end soon, keys or files are missing or can't " +
    'be read, or a zone is not signed yet; else with 0, also where an edit is not signed yet.',
  arguments: [{ syntax: '[zone]', summary: 'a zone, or a zone file' }],
  options: [KEY_DIRECTORY_OPTION],
  examples: [
    ['dnssec status', 'all zones on one screen'],
    ['dnssec status example.com', 'one zone: its files, signatures, keys, and what is due next'],
    ['dnssec status --json', 'the same as data, for monitoring'],
  ],
  run: async (context, [zone], options) => {
    const { out } = context;
    const { config, directory } = await locateKeys(context, options);
    const choices = chooseZones(config, context, zone as string | undefined);
    const reports = await reportZones(config, choices, directory, context.now());
    const view = { now: context.now(), cwd: context.cwd, directory };
    out.json({ zones: reports.map((report) => statusDocument(report, view)) });
    if (zone === undefined) {
      for (const line of statusLines(reports, view)) out.line(line);
      if (reports.length === 0) out.say('no zones are configured; "dnssec add ZONEFILE" takes one under management');
      else if (statusExit(reports) !== EXIT.done) out.say('"dnssec status ZONE" says what to do');
    } else for (const report of reports) for (const line of zoneLines(report, view)) out.line(line);
    return statusExit(reports);
  },
};

function chooseZones(config: Config, { cwd }: CommandContext, zone: string | undefined): readonly ZoneChoice[] {
  if (zone === undefined) return configuredZones(config);
  if (zone === '-') throw new DnssecError('USAGE', 'standard input has no status', { hint: 'Name a zone.' });
  return [resolveZoneOrGone(config, cwd, zone)];
}
