/** `dnssec config`: whether the configuration is right, and what is in force. */
import { DnssecError, EXIT } from '../../base/errors.ts';
import { type Config, loadConfig } from '../../store/config.ts';
import { type Origin, type SettingInForce, settingsInForce } from '../../store/config-origins.ts';
import { type PolicyUse, reviewConfig } from '../../store/config-review.ts';
import type { SettingValue } from '../../store/config-settings.ts';
import { shownPath } from '../../store/key-directory.ts';
import { resolveZoneOrGone, type ZoneChoice } from '../../store/zone-lookup.ts';
import { columns } from '../columns.ts';
import type { CommandContext, CommandDefinition } from '../command.ts';

const checkCommand: CommandDefinition = {
  name: 'check',
  summary: 'check the configuration',
  description:
    'Reads the whole configuration and tells every mistake with its line and column; exits with 2 if there is any. ' +
    'Warns of policies that no zone has and of zones whose file is not there; these change no exit code.',
  examples: [
    ['dnssec config check', 'the configuration that every command here would use'],
    ['dnssec config check --config new.yaml', 'another one, before it is put in place'],
  ],
  run: async (context) => {
    const { out } = context;
    const { config, shown } = await locateConfig(context);
    const review = await reviewConfig(config, shown ?? '');
    out.json({ file: config.file ?? null, ...review });
    for (const warning of review.warnings) out.remark(warning);
    out.line(shown === undefined ? 'file: none, what is built in holds' : `file: ${shown}, without mistakes`);
    out.line(`zones: ${review.zones}`);
    out.line(`policies: ${review.policies.map(policyText).join(', ')}`);
    return EXIT.done;
  },
};

const showCommand: CommandDefinition = {
  name: 'show',
  summary: 'show what is in force, and where it is said',
  description:
    'Prints every setting that is in force for a zone, and behind it where it comes from: the zone, its policy, the ' +
    'policy "default", each with file and line, or "built in". Without a zone: what holds for zones that say ' +
    'nothing. Paths are absolute. Secrets are not shown.',
  arguments: [{ syntax: '[zone]', summary: 'a zone, or a zone file' }],
  examples: [
    ['dnssec config show example.com', 'everything that holds for this zone'],
    ['dnssec config show', 'the policy "default" and the directories'],
    ['dnssec config show --json example.com', 'the same as data'],
  ],
  run: async (context, [zone]) => {
    const { out } = context;
    const { config, shown } = await locateConfig(context);
    const choice = zone === undefined ? undefined : chooseZone(config, context, zone as string);
    const settings = await settingsInForce(config, choice);
    out.json({
      zone: choice?.name ?? null,
      file: config.file ?? null,
      settings: settings.map(({ key, value, origin }) => ({ key, value, origin: originDocument(origin) })),
    });
    for (const line of settingLines(settings, shown ?? '')) out.line(line);
    return EXIT.done;
  },
};

/** `dnssec config check` and `dnssec config show [ZONE]`. */
export const configCommand: CommandDefinition = {
  name: 'config',
  summary: 'check the configuration, and show what is in force',
  examples: [
    ['dnssec config check', 'whether dnssec.yaml is right'],
    ['dnssec config show example.com', 'what holds for a zone, and where it is said'],
  ],
  subcommands: [checkCommand, showCommand],
};

/** The configuration, and the path of its file as people are told it. */
async function locateConfig({ cwd, global }: CommandContext): Promise<{
  readonly config: Config;
  readonly shown: string | undefined;
}> {
  const config = await loadConfig({ cwd, explicit: global.config });
  return { config, shown: config.file === undefined ? undefined : shownPath(cwd, config.file) };
}

function chooseZone(config: Config, { cwd }: CommandContext, zone: string): ZoneChoice {
  if (zone === '-') throw new DnssecError('USAGE', 'standard input has no configuration', { hint: 'Name a zone.' });
  return resolveZoneOrGone(config, cwd, zone);
}

function policyText({ name, zones, defined }: PolicyUse): string {
  return `${plain(name)} (${defined ? '' : 'built in, '}${zones} ${zones === 1 ? 'zone' : 'zones'})`;
}

function settingLines(settings: readonly SettingInForce[], file: string): string[] {
  return columns(
    settings.map(({ key, value, origin }) => [`${plain(key)}: ${valueText(value)}`, originText(origin, file)]),
  );
}

/** As YAML has it: lists in brackets, words and paths plain. */
function valueText(value: SettingValue): string {
  if (typeof value === 'object') return `[${value.map(quoted).join(', ')}]`;
  return typeof value === 'string' ? plain(value) : String(value);
}

/** Text that is not plain, or would be read as something else, in quotes. */
function plain(text: string): string {
  return /^[\w/][\w/.@+-]*$/.test(text) && !/^(?:true|false|null|[\d.]+)$/.test(text) ? text : quoted(text);
}

/** In quotes, without characters that a terminal would obey. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\x7f-\x9f]/g, (character) => `\\x${character.charCodeAt(0).toString(16)}`);
}

/** `policy classic (dnssec.yaml:30)`. */
function originText({ from, name, line }: Origin, file: string): string {
  const place = line === undefined ? '' : ` (${file}:${line})`;
  return `# ${from}${name === undefined ? '' : ` ${plain(name)}`}${place}`;
}

function originDocument({ from, name, line }: Origin): Readonly<Record<string, unknown>> {
  return { from, name: name ?? null, line: line ?? null };
}
