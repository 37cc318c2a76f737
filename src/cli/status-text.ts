/** What `dnssec status` prints: zones in a table, one zone in full, and both as data. */
import type { ZoneReport } from '../automation/zone-status.ts';
import { EXIT } from '../base/errors.ts';
import { printDuration, roundDuration, type UnixSeconds } from '../base/time.ts';
import { dateText } from '../keys/key-words.ts';
import { rollText } from '../rollover/rolls.ts';
import { CONDITIONS, type DueChange, type SignedOnDisk } from '../rollover/zone-status.ts';
import { shownPath } from '../store/key-directory.ts';
import { columns } from './columns.ts';
import { keyEntries, keyLines } from './key-table.ts';

/** When and from where it is looked. */
export interface StatusView {
  readonly now: UnixSeconds;
  readonly cwd: string;
  /** Of the keys. */
  readonly directory: string;
}

const HEADINGS = ['zone', 'state', 'serial', 'signatures end', 'renewal', 'keys', 'key rolls'];
const NOTHING = '-';

/** All zones: a table, and what is wrong below it. */
export function statusLines(reports: readonly ZoneReport[], { now }: StatusView): string[] {
  if (reports.length === 0) return [];
  const rows = reports.map((report) => {
    const { name, condition, signedFile } = report;
    const signed = signedFile === undefined || signedFile instanceof Error ? undefined : signedFile;
    return [
      name,
      CONDITIONS[condition].words,
      signed === undefined ? NOTHING : String(signed.serial),
      signed?.firstEnd === undefined ? NOTHING : relative(signed.firstEnd, now),
      renewal(report, now),
      keyCount(report),
      rollCount(report),
    ];
  });
  const wrong = reports.flatMap(({ name, remarks }) =>
    remarks
      .filter(({ condition }) => CONDITIONS[condition].exit !== EXIT.done)
      .map(({ message }) => `${name}: ${message}`),
  );
  return [...columns([HEADINGS, ...rows], new Set([2])), ...(wrong.length > 0 ? ['', ...wrong] : [])];
}

/** One zone in full. */
export function zoneLines(report: ZoneReport, view: StatusView): string[] {
  const { name, condition, remarks, keys, choice } = report;
  const { now, cwd, directory } = view;
  const fact = (label: string, value: string) => `  ${label.padEnd(12)}  ${value}`;
  return [
    `${name}: ${CONDITIONS[condition].words}`,
    ...remarks.flatMap(({ message, hint }) => [`  ${message}`, ...(hint === undefined ? [] : [`    ${hint}`])]),
    '',
    fact('policy', choice.policy.name),
    fact('zone file', zoneFileText(report, view)),
    fact('signed file', signedFileText(report, view)),
    ...signatureFacts(report, now).map(([label, value]) => fact(label, value)),
    fact('keys', shownPath(cwd, directory)),
    ...(keys.plan === undefined ? [] : keyLines(keys.keys, keys.plan, now).map((line) => `    ${line}`)),
    ...rollLines(report),
    ...(report.due.length === 0 ? [] : ['  next']),
    ...columns(report.due.map(({ at, what }) => [`    ${dateText(at)}`, relative(at, now), DUE_WORDS[what]])),
  ];
}

const DUE_WORDS: Readonly<Record<DueChange['what'], string>> = {
  signatures: 'the first signatures are renewed',
  salt: 'a new salt is drawn, and the chain made anew',
  keys: 'the keys change: what is published or signed with',
};

function zoneFileText({ zoneFile, choice }: ZoneReport, { cwd }: StatusView): string {
  const path = shownPath(cwd, choice.file);
  return zoneFile instanceof Error ? path : `${path}, written ${dateText(zoneFile)}`;
}

function signedFileText({ signedFile, output }: ZoneReport, { cwd }: StatusView): string {
  const path = shownPath(cwd, output);
  if (signedFile === undefined || signedFile instanceof Error) return path;
  return `${path}, signed ${dateText(signedFile.signed)}, serial ${signedFile.serial}`;
}

function signatureFacts({ signedFile }: ZoneReport, now: UnixSeconds): (readonly [label: string, value: string])[] {
  if (signedFile === undefined || signedFile instanceof Error) return [];
  const { firstEnd, denial } = signedFile;
  const facts: (readonly [string, string])[] = [];
  if (firstEnd !== undefined) {
    facts.push(['signatures', `the first ends ${dateText(firstEnd)}, ${relative(firstEnd, now)}`]);
  }
  if (denial !== undefined) facts.push(['denial', denialText(signedFile, denial)]);
  return facts;
}

function denialText({ saltDrawn }: SignedOnDisk, denial: NonNullable<SignedOnDisk['denial']>): string {
  if (denial.type === 'nsec') return 'NSEC';
  const { salt, iterations, optOut } = denial;
  const drawn = saltDrawn === undefined ? '' : ` of ${dateText(saltDrawn)}`;
  return [
    'NSEC3',
    salt === '' ? 'no salt' : `salt ${salt}${drawn}`,
    `additional iterations: ${iterations}`,
    ...(optOut === true ? ['opt-out'] : []),
  ].join(', ');
}

/** `in 29d22h`, `2d3h ago`. */
function relative(time: UnixSeconds, now: UnixSeconds): string {
  const words = printDuration(roundDuration(Math.abs(time - now)));
  return time < now ? `${words} ago` : `in ${words}`;
}

function renewal({ due }: ZoneReport, now: UnixSeconds): string {
  const next = due.find(({ what }) => what !== 'keys');
  if (next === undefined) return NOTHING;
  return next.at <= now ? 'due' : relative(next.at, now);
}

/** The rolls under way; the table has room for how many. */
function rollCount({ rollover }: ZoneReport): string {
  const rolls = rollover === undefined || rollover instanceof Error ? [] : rollover.rolls;
  const [first] = rolls;
  if (first === undefined) return NOTHING;
  return rolls.length > 1 ? `${rolls.length} under way` : `${first.name}, ${first.done}/${first.steps}`;
}

function rollLines({ rollover }: ZoneReport): string[] {
  if (rollover === undefined || rollover instanceof Error) return [];
  const { rolls, summary } = rollover;
  return ['  key rolls', ...rolls.map((roll) => `    ${rollText(roll)}`), `    ${summary.text}`];
}

function keyCount({ keys, remarks }: ZoneReport): string {
  const wrong = remarks.filter(({ condition }) => condition === 'keys').length;
  const problems = wrong === 0 ? '' : `, ${wrong} ${wrong === 1 ? 'problem' : 'problems'}`;
  return `${keys.keys.length}${problems}`;
}

/** A zone as data. Times are ISO 8601. */
export function statusDocument(report: ZoneReport, { now, directory }: StatusView): Readonly<Record<string, unknown>> {
  const { name, condition, remarks, due, choice, zoneFile, signedFile, output, keys } = report;
  const iso = (time: UnixSeconds | undefined) => (time === undefined ? null : new Date(time * 1000).toISOString());
  const signed = signedFile === undefined || signedFile instanceof Error ? undefined : signedFile;
  return {
    zone: name,
    state: condition,
    remarks: remarks.map(({ condition: state, message, hint }) => ({ state, message, hint: hint ?? null })),
    policy: choice.policy.name,
    zoneFile: { path: choice.file, written: zoneFile instanceof Error ? null : iso(zoneFile) },
    signedFile: { path: output, signed: iso(signed?.signed) },
    serial: signed?.serial ?? null,
    signaturesBegin: iso(signed?.begin),
    firstSignatureEnds: iso(signed?.firstEnd),
    denial: signed?.denial ?? null,
    saltDrawn: iso(signed?.saltDrawn),
    rollover: rolloverDocument(report),
    due: due.map(({ what, at }) => ({ what, at: iso(at) })),
    keys: {
      directory,
      keys: keys.plan === undefined ? [] : keyEntries(keys.keys, keys.plan, now),
      problems: [...keys.problems, ...(keys.plan?.problems ?? [])],
    },
  };
}

function rolloverDocument({ rollover }: ZoneReport): Readonly<Record<string, unknown>> | null {
  if (rollover === undefined || rollover instanceof Error) return null;
  const { summary, rolls } = rollover;
  return {
    concern: summary.concern,
    text: summary.text,
    hint: summary.hint ?? null,
    next: summary.next === undefined ? null : new Date(summary.next * 1000).toISOString(),
    rolls: rolls.map(({ name, done, steps, waiting }) => ({ name, done, steps, waiting })),
  };
}
