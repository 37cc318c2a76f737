/** `dnssec keys`: lists keys; imports, exports and repairs them. */
import { EXIT, type ExitCode } from '../../base/errors.ts';
import { friendlyName } from '../../dns/name.ts';
import type { KeyProblem } from '../../keys/key.ts';
import { selectKeys } from '../../keys/key-plan.ts';
import { shownPath } from '../../store/key-directory.ts';
import { repairKeys } from '../../store/key-files.ts';
import { listKeyFiles, loadZoneKeys } from '../../store/key-store.ts';
import type { CommandContext, CommandDefinition, OptionValues } from '../command.ts';
import { KEY_DIRECTORY_OPTION, locateKeys, zoneArgument, zoneKey } from '../key-arguments.ts';
import { keyEntries, keyLines } from '../key-table.ts';
import { keysExportCommand } from './keys-export.ts';
import { keysImportCommand } from './keys-import.ts';
import { keysRestoreCommand } from './keys-restore.ts';

const repairCommand: CommandDefinition = {
  name: 'repair',
  summary: 'write .key files that are missing beside their .private files',
  description:
    'A key creation that was interrupted, or a file that was lost, leaves a .private file alone. The .key file is ' +
    'made anew from it; only its TTL is lost.',
  arguments: [{ syntax: '[zone]', summary: 'only the keys of this zone' }],
  options: [KEY_DIRECTORY_OPTION],
  examples: [['dnssec keys repair', 'restores what is missing in the key directory']],
  run: async (context, args, options) => {
    const zone = args[0] === undefined ? undefined : zoneArgument(args[0] as string);
    const { directory } = await locateKeys(context, options);
    const { restored, problems } = await repairKeys(directory, zone, context.global.dryRun);
    context.out.json({ directory, restored, problems });
    for (const name of restored) context.out.line(name);
    reportProblems(context, problems);
    if (restored.length === 0 && problems.length === 0) context.out.say('nothing is to be repaired');
    return problems.length > 0 ? EXIT.failed : EXIT.done;
  },
};

/** `dnssec keys [ZONE]`, with `import`, `export`, `restore` and `repair`. */
export const keysCommand: CommandDefinition = {
  name: 'keys',
  summary: 'list, import and export keys',
  description: 'Lists the keys in the key directory: role, algorithm, size, key tag, and where each stands.',
  arguments: [{ syntax: '[zone]', summary: 'only the keys of this zone' }],
  options: [KEY_DIRECTORY_OPTION],
  examples: [
    ['dnssec keys', 'all keys, zone by zone'],
    ['dnssec keys --json example.com', 'the keys of one zone as data'],
  ],
  subcommands: [keysImportCommand, keysExportCommand, keysRestoreCommand, repairCommand],
  run: listKeys,
};

async function listKeys(
  context: CommandContext,
  args: readonly (string | readonly string[] | undefined)[],
  options: OptionValues,
): Promise<ExitCode> {
  const only = args[0] === undefined ? undefined : zoneArgument(args[0] as string);
  const { directory } = await locateKeys(context, options);
  const zones = new Map((await listKeyFiles(directory, only)).map(({ name }) => [zoneKey(name.zone), name.zone]));
  const now = context.now();
  const documents: unknown[] = [];
  let failed = false;
  for (const [name, zone] of [...zones].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const set = await loadZoneKeys(directory, zone);
    const plan = selectKeys(set.keys, now);
    const problems = [...set.problems, ...plan.problems];
    documents.push({ zone: name, keys: keyEntries(set.keys, plan, now), problems });
    context.out.line(name);
    for (const line of keyLines(set.keys, plan, now)) context.out.line(`  ${line}`);
    reportProblems(context, problems);
    failed ||= problems.some((problem) => problem.severity === 'error');
  }
  context.out.json({ directory, zones: documents });
  if (zones.size === 0) {
    const whose = only === undefined ? '' : ` of ${friendlyName(only)}`;
    context.out.say(`there are no keys${whose} in ${shownPath(context.cwd, directory)}`);
  }
  return failed ? EXIT.failed : EXIT.done;
}

function reportProblems(context: CommandContext, problems: readonly KeyProblem[]): void {
  const { out } = context;
  for (const { severity, message, hint } of problems) {
    out.remark({ severity, message, ...(hint === undefined ? {} : { hint }) });
  }
}
