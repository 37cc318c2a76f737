/** `dnssec log`: what was decided and done for a zone, and whether the log of it is whole. */
import { DnssecError, EXIT, type ExitCode } from '../../base/errors.ts';
import { canonicalName, friendlyName } from '../../dns/name.ts';
import {
  describeEntry,
  type LogEnd,
  type LogFinding,
  parseLogLine,
  splitLog,
  verifyLog,
} from '../../rollover/audit-log.ts';
import { readAuditLog } from '../../store/audit-file.ts';
import { type Config, loadConfig } from '../../store/config.ts';
import { shownPath } from '../../store/key-directory.ts';
import { statePlace } from '../../store/state-place.ts';
import { resolveZone } from '../../store/zone-lookup.ts';
import { canonicalZoneName, nameOfFile } from '../../store/zone-name.ts';
import { hasZoneState, readZoneMemory } from '../../store/zone-state.ts';
import type { CommandContext, CommandDefinition, OptionValues, Output } from '../command.ts';
import { visibleText } from '../error-text.ts';

/** Findings that are printed: after so many nobody reads on. */
const MAX_FINDINGS = 50;
const MAX_COUNT = 999_999_999;

/** `dnssec log ZONE`. */
export const logCommand: CommandDefinition = {
  name: 'log',
  summary: "show a zone's audit log, or check it",
  description:
    'What was decided and done for the zone, what was seen of it and what a person said, the newest last. Each entry ' +
    'holds the hash of the one before it: --verify checks all of them, and that the log ends where the program left it; ' +
    'it exits with 3 if entries were changed, taken out or put in.',
  arguments: [{ syntax: '<zone>', summary: 'a zone, or a zone file' }],
  options: [
    { flags: '-n, --count <COUNT>', summary: 'only so many entries, the newest' },
    { flags: '--verify', summary: 'print no entries, and check that none was changed' },
  ],
  examples: [
    ['dnssec log example.com', 'everything that happened'],
    ['dnssec log example.com -n 20', 'the last 20 entries'],
    ['dnssec log example.com --verify', 'check the chain of hashes'],
  ],
  run: async (context, [zone], options) => {
    const config = await loadConfig({ cwd: context.cwd, explicit: context.global.config });
    const count = countOption(options);
    const name = zoneOf(config, context.cwd, zone as string);
    const check = options.verify === true;
    const log = readLog(context, config.directories.state, name, check);
    return check ? checkLog(context, log) : printLog(context, log, count);
  },
};

/** The log of a zone, and where it lies. */
interface ZoneLog {
  readonly zone: string;
  readonly file: string;
  /** '' if there is none. */
  readonly text: string;
  /** Where the memory says that the log ends; undefined: there is no memory, or it was not asked. */
  readonly known: LogEnd | undefined;
}

function readLog({ cwd }: CommandContext, directory: string, zone: string, withMemory: boolean): ZoneLog {
  // First the memory: a pass that ends between the two then looks like one that is not over, not like a loss.
  const known = withMemory ? readZoneMemory(directory, zone)?.log : undefined;
  const text = readAuditLog(directory, zone) ?? '';
  return { zone, file: shownPath(cwd, statePlace(directory, zone).log), text, known };
}

/** The zone's name. One that is not configured any more still has its log. @throws DnssecError ZONE_NOT_FOUND, USAGE */
function zoneOf(config: Config, cwd: string, argument: string): string {
  if (argument === '-') throw new DnssecError('USAGE', 'standard input has no log', { hint: 'Name a zone.' });
  const named = nameIn(argument);
  if (named !== undefined && (config.zones.has(named) || hasZoneState(config.directories.state, named))) return named;
  const { file, name } = resolveZone(config, cwd, argument);
  const suggested = nameOfFile(file);
  const found = name ?? (suggested === undefined ? undefined : friendlyName(canonicalName(suggested)));
  if (found !== undefined) return found;
  throw new DnssecError('ZONE_NOT_FOUND', `the name of ${file} tells no zone`, { hint: 'Name the zone.' });
}

function nameIn(argument: string): string | undefined {
  try {
    return canonicalZoneName(argument);
  } catch {
    return undefined;
  }
}

function countOption({ count }: OptionValues): number | undefined {
  if (count === undefined) return undefined;
  const number = /^\d{1,9}$/.test(String(count)) ? Number(count) : 0;
  if (number > 0) return number;
  throw new DnssecError('USAGE', `-n takes a whole number from 1 to ${MAX_COUNT}, not "${count}"`);
}

function printLog({ out }: CommandContext, { zone, file, text }: ZoneLog, count: number | undefined): ExitCode {
  const { lines, rest } = splitLog(text);
  const read = (rest === '' ? lines : [...lines, rest]).map((line) => parseLogLine(line)?.entry);
  const entries = read.filter((entry) => entry !== undefined);
  const shown = count === undefined ? entries : entries.slice(-count);
  out.json({ zone, file, entries: shown });
  for (const entry of shown) out.line(visibleText(describeEntry(entry)));
  const unreadable = read.length - entries.length;
  if (unreadable > 0) {
    out.warn(`lines of ${file} that are no entries: ${unreadable}; "dnssec log ${zone} --verify" says which`);
  } else if (entries.length === 0) sayEmpty(out, zone, file);
  return EXIT.done;
}

function checkLog({ out }: CommandContext, { zone, file, text, known }: ZoneLog): ExitCode {
  const findings = verifyLog(text, known);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const entries = splitLog(text).lines.length;
  out.json({ zone, file, entries, valid: errors === 0, findings });
  for (const finding of findings.slice(0, MAX_FINDINGS)) out.line(findingText(file, finding));
  if (findings.length > MAX_FINDINGS) out.line(`and ${findings.length - MAX_FINDINGS} more`);
  if (errors > 0) out.line(`${zone}: the log is not as it was written`);
  else if (text === '') sayEmpty(out, zone, file);
  else out.line(`${zone}: entries: ${entries}, none was changed${known === undefined ? END_UNKNOWN : ''}`);
  return errors > 0 ? EXIT.findings : EXIT.done;
}

const END_UNKNOWN = '; without a memory of the zone nobody knows whether the last ones are there';

function sayEmpty(out: Output, zone: string, file: string): void {
  out.say(`nothing has been logged of ${zone} (${file})`);
}

function findingText(file: string, { severity, line, message }: LogFinding): string {
  return `${file}:${line}: ${severity}: ${message}`;
}
