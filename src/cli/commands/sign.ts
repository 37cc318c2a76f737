/** `dnssec sign`: signs zone files. */
import { resolve } from 'node:path';
import { signZoneFile } from '../../automation/sign-zone-file.ts';
import { signZoneFiles } from '../../automation/sign-zone-files.ts';
import type { SignFileResult, SigningObserver, SigningStage } from '../../automation/signing-run.ts';
import { StageTimes } from '../../automation/stage-times.ts';
import type { SignedZone, ZoneOutcome } from '../../automation/zone-outcome.ts';
import type { PlannedZone } from '../../automation/zone-queue.ts';
import { managedChoice, ZoneRollovers } from '../../automation/zone-rollovers.ts';
import { encodeBase16 } from '../../base/encodings.ts';
import { DnssecError, EXIT, type ExitCode } from '../../base/errors.ts';
import { OctetWriter, octetsText } from '../../base/octets.ts';
import { type Config, loadConfig } from '../../store/config.ts';
import { findKeyDirectory, shownPath } from '../../store/key-directory.ts';
import { configuredZones, resolveZone, type ZoneChoice } from '../../store/zone-lookup.ts';
import type { CommandContext, CommandDefinition, OptionValues } from '../command.ts';
import { asDnssecError, errorDocument } from '../error-text.ts';
import { signingRequest, threadCount } from '../signing-request.ts';
import { printStatistics } from '../signing-statistics.ts';

/** `dnssec sign [ZONE …]`. */
export const signCommand: CommandDefinition = {
  name: 'sign',
  summary: 'sign zone files',
  description:
    'An argument that is a file is a zone file; else it is a zone of dnssec.yaml, or a name for which zones/ holds a ' +
    'file. The signed zone is written beside it, as FILE.signed, once it has been verified. Keys are taken from the ' +
    'key directory by their times. Signatures of the previous signed file stay as long as they are fresh.',
  arguments: [{ syntax: '[zones...]', summary: 'zone files or zone names; - is standard input' }],
  options: [
    { flags: '--all', summary: 'sign every zone of dnssec.yaml' },
    { flags: '-o, --origin <ORIGIN>', summary: 'name of the zone' },
    { flags: '-f, --output <FILE>', summary: 'signed file (default: FILE.signed); - is standard output' },
    { flags: '-K, --key-directory <DIR>', summary: 'where the key files are' },
    { flags: '-3, --salt <SALT>', summary: 'NSEC3 salt: hexadecimal digits, "random" for a new one, "-" for none' },
    { flags: '-H, --iterations <N>', summary: 'additional NSEC3 iterations (leave it at 0, RFC 9276)' },
    { flags: '-A, --opt-out', summary: 'NSEC3 opt-out: no entries for insecure delegations' },
    { flags: '--nsec', summary: 'NSEC instead of NSEC3' },
    { flags: '-N, --serial <HOW>', summary: 'how the serial moves: increment, unixtime, date, keep' },
    { flags: '-s, --start <TIME>', summary: 'when signatures begin (default: an hour ago)' },
    { flags: '-e, --end <TIME>', summary: 'when signatures end (default: in 30 days); +N counts from the start' },
    { flags: '-i, --refresh <DURATION>', summary: 'renew signatures with less than this left (default: a quarter)' },
    { flags: '-j, --jitter <DURATION>', summary: 'spread the ends of signatures over this time' },
    { flags: '-n, --threads <N>', summary: 'threads (default: one per core)' },
    { flags: '-z, --ignore-ksk-flag', summary: 'let every active key sign everything' },
    { flags: '-P, --skip-verify', summary: 'replace the old file without verifying the new one' },
    { flags: '-t, --statistics', summary: 'print statistics' },
    { flags: '--zonemd', summary: 'add a digest of the zone (ZONEMD)' },
    { flags: '--full', summary: 'make every signature anew' },
    { flags: '-S, --smart', summary: 'choose keys by their times; always so, accepted for dnssec-signzone users' },
    { flags: '-x, --ksk-only', summary: 'sign DNSKEY with KSKs only; always so, accepted as above' },
  ],
  examples: [
    ['dnssec sign zones/example.com.zone', 'signs into zones/example.com.zone.signed'],
    ['dnssec sign --all', 'signs every zone of dnssec.yaml; nothing is written where nothing is due'],
    ['dnssec sign -A -3 random -N increment -o example.com -t db.example.com.zone', 'as with dnssec-signzone'],
    ['dnssec sign -f - example.com | kzonecheck -o example.com /dev/stdin', 'prints the signed zone'],
  ],
  run: async (context, [zones], options) => {
    const { config, choices } = await chooseZones(context, zones as readonly string[], options);
    const given = typeof options.keyDirectory === 'string' ? options.keyDirectory : undefined;
    const keys = findKeyDirectory(config, context.cwd, given);
    const results: unknown[] = [];
    let exit: ExitCode = EXIT.done;
    for await (const outcome of signAll(context, config, choices, options, keys)) {
      const choice = choices[outcome.index]!;
      if ('error' in outcome) {
        const error = asDnssecError(outcome.error);
        if (choices.length === 1) throw error;
        context.out.failure(error.within(labelOf(choice)));
        if (context.global.json) results.push({ file: choice.file, ...errorDocument(error) });
        exit = worse(exit, error.exitCode);
      } else {
        tell(context, outcome, options, choices.length > 1 ? labelOf(choice) : undefined);
        if (context.global.json) results.push(resultDocument(outcome, context.global.dryRun));
      }
    }
    context.out.json({ zones: results });
    return exit;
  },
};

/** The more urgent of two exit codes: a failure hides a lock, nothing hides an invalid zone. */
function worse(a: ExitCode, b: ExitCode): ExitCode {
  const rank: readonly ExitCode[] = [EXIT.done, EXIT.waiting, EXIT.locked, EXIT.usage, EXIT.failed, EXIT.findings];
  return rank.indexOf(a) >= rank.indexOf(b) ? a : b;
}

async function chooseZones(context: CommandContext, zones: readonly string[], options: OptionValues) {
  const config = await loadConfig({ cwd: context.cwd, explicit: context.global.config });
  const isAll = options.all === true;
  if (isAll !== (zones.length === 0)) {
    throw new DnssecError('USAGE', isAll ? '--all does not go with zone names' : 'no zone is named', {
      hint: 'Name zone files or zones, or use --all for every zone of dnssec.yaml.',
    });
  }
  if ((isAll || zones.length > 1) && (options.output !== undefined || options.origin !== undefined)) {
    throw new DnssecError('USAGE', '-f and -o go with one zone only', { hint: 'Sign the zones one by one.' });
  }
  if (isAll) return { config, choices: requireZones(config) };
  return { config, choices: zones.map((zone) => resolveZone(config, context.cwd, zone)) };
}

/** All zones of the configuration. That there are none is an error: a timer that signs nothing would go unnoticed. */
function requireZones(config: Config): readonly ZoneChoice[] {
  const choices = configuredZones(config);
  if (choices.length > 0) return choices;
  const { file, base } = config;
  const message = file === undefined ? `there is no dnssec.yaml in ${base}` : `${file} names no zones`;
  throw new DnssecError('ZONE_NOT_FOUND', message, {
    hint: 'Run where dnssec.yaml is or name it with --config; "dnssec add ZONEFILE" enters a zone.',
  });
}

/** Flags by which a zone is signed otherwise than its name servers and its keys expect: rollovers keep out of that. */
const NOT_AS_CONFIGURED = ['output', 'origin', 'keyDirectory', 'ignoreKskFlag'];

/**
 * Signs the zones: many together, but those one by one that are read from a stream or written to one. The keys of those
 * that are signed as the configuration says are rolled on the way.
 */
function signAll(
  context: CommandContext,
  config: Config,
  choices: readonly ZoneChoice[],
  options: OptionValues,
  keyDirectory: string,
): AsyncIterable<ZoneOutcome> {
  const { out, cwd, global } = context;
  const rollovers = new ZoneRollovers(config, context.now, global.dryRun);
  const isPlain = NOT_AS_CONFIGURED.every((name) => options[name] === undefined || options[name] === false);
  const requestFor = (choice: ZoneChoice) =>
    signingRequest(choice, options, {
      cwd,
      now: context.now(),
      dryRun: global.dryRun,
      keyDirectory,
      managed: choice.zone !== undefined,
    });
  const zones = choices.map((choice): PlannedChoice => {
    const managed = isPlain ? managedChoice(choice, cwd) : undefined;
    return {
      choice,
      path: resolve(cwd, choice.file),
      request: () => requestFor(choice),
      ...(managed === undefined ? {} : { escort: (request) => rollovers.escort(managed, request) }),
    };
  });
  if (choices.length === 1 || choices.some(({ file }) => file === '-')) return signOneByOne(context, zones);
  return signZoneFiles(zones, threadCount(options), (done, total) => out.progress('zones', done, total));
}

/** A zone of the run, and what was chosen for it. */
interface PlannedChoice extends PlannedZone {
  readonly choice: ZoneChoice;
}

async function* signOneByOne(
  { out }: CommandContext,
  zones: readonly PlannedChoice[],
): AsyncGenerator<ZoneOutcome, void, undefined> {
  for (const [index, { choice, request: plan, escort }] of zones.entries()) {
    const times = new StageTimes();
    let stage: SigningStage = 'read';
    try {
      const observer: SigningObserver = {
        stage: (next) => {
          stage = next;
          times.enter(next);
        },
        progress: (done, total) => out.progress(`${labelOf(choice)}: ${stage}`, done, total),
        emit: (octets) => out.octets(octets),
      };
      const request = plan();
      const result = await signZoneFile(request, observer, escort?.(request));
      times.end();
      yield { index, seconds: times.seconds(), result };
    } catch (error) {
      yield { index, seconds: times.seconds(), error };
    }
  }
}

function labelOf(choice: ZoneChoice): string {
  return choice.name ?? choice.file;
}

/** @param label  the zone, where there are several: for warnings that do not say which it is */
function tell(
  { out, cwd, global }: CommandContext,
  { result, seconds }: SignedZone,
  options: OptionValues,
  label: string | undefined,
): void {
  const { warnings, output } = result;
  for (const warning of warnings) {
    out.remark(label === undefined || warning.file !== undefined ? warning : { ...warning, file: label });
  }
  const verified = options.skipVerify !== true;
  out.say(describe({ ...result, output: shownPath(cwd, output) }, global.dryRun, verified));
  const statistics = options.statistics === true ? printStatistics(result, seconds) : [];
  if (output === '-') for (const line of statistics) out.say(line);
  else for (const line of [shownPath(cwd, output), ...statistics]) out.line(line);
}

function describe(result: SignFileResult, dryRun: boolean, verified: boolean): string {
  const { zone, serial, previousSerial, statistics } = result;
  if (statistics === undefined) return `${zone}: nothing is due; ${result.output} stays as it is (serial ${serial})`;
  const moved = previousSerial === undefined ? `serial ${serial}` : `serial ${previousSerial} → ${serial}`;
  if (statistics.soonest === 0) return `${zone}: ${dryRun ? 'would be written' : 'written'} unsigned, ${moved}`;
  const until = new Date(statistics.soonest * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const kept = statistics.kept > 0 ? `, ${statistics.kept} kept` : '';
  const how = verified ? ', verified' : ', not verified';
  return `${zone}: ${dryRun ? 'would be signed' : 'signed'}, ${moved}, ${statistics.made} signatures made${kept}, valid until ${until} UTC${how}`;
}

function resultDocument({ result, seconds }: SignedZone, dryRun: boolean) {
  const { zone, output, status, serial, previousSerial, statistics, dropped, keys, warnings } = result;
  const salt = new OctetWriter();
  if (result.salt !== undefined) encodeBase16(result.salt, 0, result.salt.length, salt);
  return {
    zone,
    output,
    status: dryRun && status === 'signed' ? 'would sign' : status,
    serial,
    previousSerial: previousSerial ?? null,
    salt: result.salt === undefined ? null : octetsText(salt.view()),
    keys,
    warnings: warnings.map(({ message }) => message),
    statistics: statistics === undefined ? null : { ...statistics, dropped, size: result.size, seconds },
  };
}
