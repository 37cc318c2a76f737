/** `dnssec verify`: verifies a signed zone file completely. */
import { DnssecError, EXIT } from '../../base/errors.ts';
import type { Octets } from '../../base/octets.ts';
import { parseTime } from '../../base/time.ts';
import { equalNames, friendlyName, nameFromText } from '../../dns/name.ts';
import { TYPE } from '../../dns/types.ts';
import { defaultThreads } from '../../parallel/pool.ts';
import { zoneFileOpener, zoneFileSize } from '../../store/zone-files.ts';
import { printFinding } from '../../verify/findings.ts';
import { counted, printStatistics } from '../../verify/statistics.ts';
import { DEFAULT_LIMIT, startVerifyThreads, type VerifyReport, verifyZone } from '../../verify/verify-zone.ts';
import { buildZone } from '../../zone/build.ts';
import { checkZone } from '../../zone/checks.ts';
import { withQuotedLines } from '../../zone/reader/line-quotes.ts';
import { readZone } from '../../zone/reader/reader.ts';
import type { Zone } from '../../zone/zone.ts';
import type { CommandContext, CommandDefinition, OptionValues } from '../command.ts';

const MAX_THREADS = 256;
const MAX_LIMIT = 1_000_000;

/** The `verify` command. */
export const verifyCommand: CommandDefinition = {
  name: 'verify',
  summary: 'verify a signed zone file completely',
  description:
    'Checks every signature against the keys of the zone, that every RRset is signed with every algorithm in use, ' +
    'that nothing is signed that should not be, the NSEC or NSEC3 chain with each bit map, and ZONEMD. ' +
    'Exits with 3 if anything is wrong; warnings alone leave 0.',
  arguments: [{ syntax: '<file>', summary: 'the signed zone file; - is standard input' }],
  options: [
    { flags: '-o, --origin <ZONE>', summary: "the zone's name (default: the owner of the SOA record)" },
    {
      flags: '--at <TIME>',
      summary: 'when the signatures must hold: YYYYMMDDHHMMSS, ISO 8601 or now+30d; may be repeated (default: now)',
      repeatable: true,
    },
    { flags: '--ds <FILE>', summary: "file with the parent's DS records: one must vouch for the zone's keys" },
    { flags: '-n, --threads <COUNT>', summary: 'threads to use (default: one per core)' },
    { flags: '--limit <COUNT>', summary: `errors to print; all are counted (default: ${DEFAULT_LIMIT})` },
  ],
  examples: [
    ['dnssec verify zones/example.com.zone.signed', 'verify the zone as it is now'],
    ['dnssec verify example.com.signed --at now --at now+7d', 'and as it will be in a week'],
    ['dnssec verify example.com.signed --ds dsset-example.com.', 'and that the DS records lead to its keys'],
  ],
  run: runVerify,
};

/** Octets of a file from which on threads are started while it is read. */
const LARGE = 2 << 20;

async function runVerify(
  context: CommandContext,
  [file]: readonly (string | readonly string[] | undefined)[],
  options: OptionValues,
): Promise<(typeof EXIT)[keyof typeof EXIT]> {
  const { out } = context;
  const now = context.now();
  const at = times(options.at).map((text) => parseTime(text, now));
  const threads = wholeNumber(options.threads, '-n', 1, MAX_THREADS) ?? defaultThreads();
  const limit = wholeNumber(options.limit, '--limit', 0, MAX_LIMIT) ?? DEFAULT_LIMIT;
  const workers = zoneFileSize(context.cwd, file as string) > LARGE ? startVerifyThreads(threads) : undefined;
  let report: VerifyReport;
  try {
    const zone = readSignedZone(context, file as string, options.origin as string | undefined);
    const trusted = typeof options.ds === 'string' ? readTrusted(context, options.ds, zone) : [];
    const progress = (done: number, total: number) => out.progress('verifying', done, total);
    report = await verifyZone(zone, { at: at.length > 0 ? at : [now], trusted, threads, workers, limit, progress });
  } finally {
    await workers?.close();
  }
  printReport(context, report);
  return report.errors > 0 ? EXIT.findings : EXIT.done;
}

function times(value: OptionValues[string]): readonly string[] {
  return typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
}

function wholeNumber(value: OptionValues[string], flag: string, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,9}$/.test(String(value)) ? Number(value) : -1;
  if (number >= least && number <= most) return number;
  throw new DnssecError('USAGE', `${flag} takes a whole number from ${least} to ${most}, not "${value}"`);
}

function parseOrigin(text: string): Octets {
  try {
    return nameFromText(text);
  } catch (cause) {
    throw new DnssecError('USAGE', `"${text}" is not a zone name: ${(cause as Error).message}`, { cause });
  }
}

function readSignedZone(context: CommandContext, file: string, origin: string | undefined): Zone {
  const { out } = context;
  const opener = zoneFileOpener(context.cwd);
  const options = origin === undefined ? {} : { origin: parseOrigin(origin) };
  const read = readZone(opener, file, { ...options, onProgress: (octets) => out.progress('reading', octets, 0) });
  const built = withQuotedLines(opener, () => buildZone(read.records, read.origin, read.class));
  for (const warning of [...read.warnings, ...built.warnings]) out.remark(warning);
  withQuotedLines(opener, () => checkZone(built.zone, true));
  return built.zone;
}

/** Reads the DS records of the zone from a file: a dsset- file, or any that holds them. */
function readTrusted(context: CommandContext, file: string, zone: Zone): Octets[] {
  const { records } = readZone(zoneFileOpener(context.cwd), file, {
    origin: zone.origin,
    class: zone.class,
    defaultTtl: 3600,
    keep: (type) => type === TYPE.DS,
  });
  const trusted: Octets[] = [];
  for (let record = 0; record < records.count; record++) {
    if (!equalNames(records.octets.bytes, records.owner.values[record]!, zone.origin, 0)) continue;
    const at = records.rdata.values[record]!;
    trusted.push(records.octets.bytes.slice(at, at + records.rdataLength.values[record]!));
  }
  if (trusted.length > 0) return trusted;
  throw new DnssecError('USAGE', `${file} holds no DS record of zone ${friendlyName(zone.origin)}`, {
    hint: "A line of it looks like: example.com. IN DS 12345 13 2 49FD46E6… 'dnssec ds' prints one.",
  });
}

function printReport({ out }: CommandContext, report: VerifyReport): void {
  const { findings, errors, warnings, statistics } = report;
  out.json({
    zone: statistics.zone,
    valid: errors === 0,
    errors,
    warnings,
    findings,
    counts: report.counts,
    statistics,
  });
  for (const finding of findings) out.line(`${finding.severity}: ${printFinding(finding)}`);
  const kept = findings.filter(({ severity }) => severity === 'error').length;
  if (kept < errors) out.line(`and ${errors - kept} more`);
  const total = [counted(errors, 'error'), ...(warnings > 0 ? [counted(warnings, 'warning')] : [])].join(', ');
  out.line(printStatistics(statistics, errors === 0 ? undefined : total));
}
