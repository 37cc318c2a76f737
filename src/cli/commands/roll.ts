/** `dnssec roll`: what a person asks of the keys of a zone. */
import { type RolledKeys, rollKeys } from '../../automation/roll-keys.ts';
import { DnssecError, EXIT, type ExitCode } from '../../base/errors.ts';
import { parseTime } from '../../base/time.ts';
import { signingAlgorithm } from '../../keys/algorithms.ts';
import type { KeyRole } from '../../keys/key.ts';
import { foresee, type Prospect, type ZoneOutlook } from '../../rollover/outlook.ts';
import { planDocument } from '../../rollover/plan-document.ts';
import type { KeyWish } from '../../rollover/wishes.ts';
import { loadConfig } from '../../store/config.ts';
import type { CommandContext, CommandDefinition, OptionValues } from '../command.ts';
import { textOption } from '../key-arguments.ts';
import { requireManaged } from '../managed-zones.ts';
import { planLines } from '../plan-text.ts';
import { signingRequest } from '../signing-request.ts';

/** `dnssec roll ZONE`. */
export const rollCommand: CommandDefinition = {
  name: 'roll',
  summary: 'roll keys by hand, or say what the parent shows',
  description:
    'Starts a rollover now (or at --at), for a role or to another algorithm; turns one round; tells the program what ' +
    'the parent shows where it is not asked itself; gives a lost key up. The zone is signed right away, and the gates ' +
    'of every rollover hold: what is not safe yet waits. With --dry-run: the plan without it and with it. ' +
    'Exits with 4 where the zone must stay as it is until the DS of a lost key has gone.',
  arguments: [{ syntax: '<zone>', summary: 'a zone of dnssec.yaml' }],
  options: [
    { flags: '--role <ROLE>', summary: 'replace the key of this role: ksk, zsk or csk' },
    { flags: '--algorithm <ALG>', summary: 'move all keys to this algorithm; enter it into the policy too' },
    { flags: '--at <TIME>', summary: 'with --role: when the new key takes over, at the earliest (default: at once)' },
    { flags: '--emergency', summary: 'with --role: the key is known to others; it never comes back' },
    { flags: '--back', summary: 'with --role: turn the present roll round; the old key stays' },
    { flags: '--ds-seen <KEY>', summary: 'the parent shows the DS of this key (tag or name of its files)' },
    { flags: '--ds-gone <KEY>', summary: 'the parent shows the DS of this key no more' },
    { flags: '--replace <KEY>', summary: 'the private half of this key is lost: go on without it' },
    { flags: '--approve', summary: 'under a manual policy: make the moves that are due' },
  ],
  examples: [
    ['dnssec roll example.com --role zsk', 'replaces the ZSK now'],
    ['dnssec roll example.com --role ksk --dry-run', 'shows the plan without and with a roll of the KSK'],
    ['dnssec roll example.com --algorithm ED25519', 'moves the zone to another algorithm'],
    ['dnssec roll example.com --ds-seen 12345', 'says that the parent has the DS of key 12345'],
  ],
  run: async (context, [argument], options) => {
    const { cwd, global, now } = context;
    const config = await loadConfig({ cwd, explicit: global.config });
    const choice = requireManaged(config, cwd, argument as string);
    const wish = wishFrom(options, now());
    const around = { cwd, now: now(), dryRun: global.dryRun, keyDirectory: config.directories.keys, managed: true };
    const rolled = await rollKeys(
      { config, choice, signing: signingRequest(choice, {}, around), wish, clock: now, dryRun: global.dryRun },
      { stage: () => {}, progress: (done, total) => context.out.progress('signing', done, total), emit: () => {} },
    );
    return report(context, rolled, choice.name);
  },
};

const WISHES = ['role', 'algorithm', 'dsSeen', 'dsGone', 'replace', 'approve'] as const;

/** @throws DnssecError USAGE */
function wishFrom(options: OptionValues, now: number): KeyWish {
  const asked = WISHES.filter((name) => options[name] !== undefined && options[name] !== false);
  if (asked.length !== 1) {
    throw new DnssecError('USAGE', asked.length === 0 ? 'nothing is asked for' : 'one thing at a time, please', {
      hint: 'Say one of --role, --algorithm, --ds-seen, --ds-gone, --replace and --approve.',
    });
  }
  for (const name of ['at', 'emergency', 'back'] as const) {
    if (options[name] !== undefined && options[name] !== false && asked[0] !== 'role') {
      throw new DnssecError('USAGE', `--${name} goes with --role only`);
    }
  }
  switch (asked[0]!) {
    case 'role':
      return roleWish(options, now);
    case 'algorithm':
      return { kind: 'algorithm', algorithm: signingAlgorithm(textOption(options, 'algorithm')!).number };
    case 'dsSeen':
      return { kind: 'word', key: textOption(options, 'dsSeen')!, seen: 'present' };
    case 'dsGone':
      return { kind: 'word', key: textOption(options, 'dsGone')!, seen: 'absent' };
    case 'replace':
      return { kind: 'replace', key: textOption(options, 'replace')! };
    case 'approve':
      return { kind: 'go' };
  }
}

function roleWish(options: OptionValues, now: number): KeyWish {
  const given = textOption(options, 'role')!;
  const role = (['ksk', 'zsk', 'csk'] as const).find((word) => word === given.toLowerCase()) as KeyRole | undefined;
  if (role === undefined) throw new DnssecError('USAGE', `"${given}" is not a role: ksk, zsk or csk`);
  const at = textOption(options, 'at');
  const isBack = options.back === true;
  if (isBack && (at !== undefined || options.emergency === true)) {
    throw new DnssecError('USAGE', '--back goes with neither --at nor --emergency');
  }
  if (isBack) return { kind: 'back', role };
  return {
    kind: 'roll',
    role,
    at: at === undefined ? now : parseTime(at, now),
    compromised: options.emergency === true,
  };
}

/** How far ahead a roll is told of: the longest roll is over by then. */
const AHEAD = 60 * 86_400;

function report({ out, now }: CommandContext, rolled: RolledKeys, zone: string): ExitCode {
  const { words, signed, dryRun, frozen } = rolled;
  const look = (outlook: ZoneOutlook): Prospect => foresee(outlook, now(), now() + AHEAD);
  const before = rolled.before === undefined ? undefined : look(rolled.before);
  const after = look(rolled.after);
  out.json({
    zone,
    dryRun,
    wish: words,
    serial: signed?.serial ?? null,
    frozen: frozen ?? null,
    ...(before === undefined ? {} : { before: planDocument(before) }),
    plan: planDocument(after),
  });
  for (const warning of signed?.warnings ?? []) out.remark(warning);
  out.say(`${zone}: ${dryRun ? 'would be noted' : 'noted'}: ${words}`);
  if (signed !== undefined) out.say(`${zone}: ${signed.status}, serial ${signed.serial}`);
  if (frozen !== undefined) out.say(`${zone}: not signed, it must stay as it is for now: ${frozen}`);
  if (before !== undefined) {
    for (const line of ['Without it:', '', ...planLines([before]), '', 'With it:', '']) out.line(line);
  }
  for (const line of planLines([after])) out.line(line);
  return frozen === undefined ? EXIT.done : EXIT.waiting;
}
