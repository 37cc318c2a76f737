/** `dnssec plan`: what will happen to the keys, and when. */
import { loadZonePlan } from '../../automation/zone-outlook.ts';
import { DnssecError, EXIT, type ExitCode } from '../../base/errors.ts';
import { parseDuration, parseTime, type UnixSeconds } from '../../base/time.ts';
import { foresee, type Prospect } from '../../rollover/outlook.ts';
import { printCalendar } from '../../rollover/plan-calendar.ts';
import { planDocument } from '../../rollover/plan-document.ts';
import { drawPlan } from '../../rollover/plan-svg.ts';
import { loadConfig } from '../../store/config.ts';
import type { CommandContext, CommandDefinition, OptionValues } from '../command.ts';
import { textOption } from '../key-arguments.ts';
import { managedZones, requireManaged } from '../managed-zones.ts';
import { planLines } from '../plan-text.ts';

/** How far a plan reaches where nothing is said, and at most: in seconds. */
const USUAL = 365 * 86_400;
const LONGEST = 20 * 365 * 86_400;

/** `dnssec plan [ZONE]`. */
export const planCommand: CommandDefinition = {
  name: 'plan',
  summary: 'show what will happen to the keys, and when',
  description:
    'The calendar that the rollover engine makes when it is run ahead of time, in a world where all goes well: what ' +
    'the program does, what the parent is expected to show, and, marked "you:", what a person has to do. ' +
    'Changes nothing. Times are UTC.',
  arguments: [{ syntax: '[zone]', summary: 'a zone of dnssec.yaml (default: all of them)' }],
  options: [
    { flags: '--until <TIME>', summary: 'how far to look ahead: a duration (2y, 90d) or a time (default: 1y)' },
    { flags: '--ics', summary: 'as a calendar to subscribe to (iCalendar), with an alarm a day before each "you:"' },
    { flags: '--svg', summary: 'as a picture of one zone on an A4 page, one bar for each key and record' },
  ],
  examples: [
    ['dnssec plan', 'all zones, for a year'],
    ['dnssec plan example.com --until 2y', 'one zone, for two years'],
    ['dnssec plan --ics > /var/www/dnssec.ics', 'the calendar of all zones'],
    ['dnssec plan example.com --until 14d --svg > example.com.svg', 'a roll in its details, to print'],
    ['dnssec plan --json', 'the same as data'],
  ],
  run: runPlan,
};

async function runPlan(
  context: CommandContext,
  [zone]: readonly (string | readonly string[] | undefined)[],
  options: OptionValues,
): Promise<ExitCode> {
  const { out } = context;
  const form = formOf(context, options);
  if (form === 'svg' && zone === undefined) {
    throw new DnssecError('USAGE', '--svg draws one zone', { hint: 'Name it: dnssec plan ZONE --svg' });
  }
  const now = context.now();
  const until = untilOption(textOption(options, 'until'), now);
  const config = await loadConfig({ cwd: context.cwd, explicit: context.global.config });
  const choices = zone === undefined ? managedZones(config) : [requireManaged(config, context.cwd, zone as string)];
  const prospects: Prospect[] = [];
  let hasFailed = false;
  for (const choice of choices) {
    try {
      prospects.push(foresee(await loadZonePlan(config, choice, now), now, until));
    } catch (error) {
      if (!(error instanceof DnssecError) || zone !== undefined) throw error;
      hasFailed = true;
      out.failure(error.within(choice.name));
    }
  }
  print(context, form, prospects, now);
  if (choices.length === 0) out.say('no zones are configured; "dnssec add ZONEFILE" takes one under management');
  return hasFailed ? EXIT.failed : EXIT.done;
}

type Form = 'text' | 'json' | 'ics' | 'svg';

function formOf({ global }: CommandContext, { ics, svg }: OptionValues): Form {
  const forms: Form[] = [
    ...(global.json ? (['json'] as const) : []),
    ...(ics === true ? (['ics'] as const) : []),
    ...(svg === true ? (['svg'] as const) : []),
  ];
  if (forms.length > 1) {
    const named = forms.map((form) => `--${form}`).join(' and ');
    throw new DnssecError('USAGE', `${named} exclude each other`, { hint: 'Choose one.' });
  }
  return forms[0] ?? 'text';
}

function untilOption(text: string | undefined, now: UnixSeconds): UnixSeconds {
  if (text === undefined) return now + USUAL;
  const duration = parseDuration(text);
  // A bare number of many digits is a date.
  const until = duration === undefined || /^\d{8,}$/.test(text) ? parseTime(text, now) : now + duration;
  if (until <= now) throw new DnssecError('USAGE', `--until ${text} is not in the future`);
  if (until > now + LONGEST) {
    throw new DnssecError('USAGE', `--until ${text} is too far ahead`, { hint: 'A plan reaches 20 years at most.' });
  }
  return until;
}

function print({ out }: CommandContext, form: Form, prospects: readonly Prospect[], now: UnixSeconds): void {
  switch (form) {
    case 'json':
      out.json({ zones: prospects.map(planDocument) });
      return;
    case 'ics':
      out.octets(new TextEncoder().encode(printCalendar(prospects, now)));
      return;
    case 'svg':
      for (const prospect of prospects) out.octets(new TextEncoder().encode(drawPlan(prospect)));
      return;
    case 'text':
      for (const line of planLines(prospects)) out.line(line);
  }
}
