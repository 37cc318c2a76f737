/** `dnssec why`: the one thing that a zone waits for. */
import { loadZonePlan } from '../../automation/zone-outlook.ts';
import { EXIT, type ExitCode } from '../../base/errors.ts';
import { foresee } from '../../rollover/outlook.ts';
import { whyDocument } from '../../rollover/plan-document.ts';
import { horizonOf, summarizeZone, type ZoneSummary } from '../../rollover/zone-summary.ts';
import { loadConfig } from '../../store/config.ts';
import type { CommandDefinition } from '../command.ts';
import { requireManaged } from '../managed-zones.ts';
import { whyLines } from '../plan-text.ts';

/** Exit codes: what stops everything is a failure; the world and people are waited for. */
const EXITS: Readonly<Record<ZoneSummary['concern'], ExitCode>> = {
  files: EXIT.failed,
  stuck: EXIT.failed,
  person: EXIT.waiting,
  late: EXIT.waiting,
  course: EXIT.waiting,
  signing: EXIT.done,
  time: EXIT.done,
  none: EXIT.done,
};

/** `dnssec why ZONE`. */
export const whyCommand: CommandDefinition = {
  name: 'why',
  summary: 'say what a zone waits for',
  description:
    'One sentence: what is waited for, who disagrees, and the earliest next move; below it, what can be done, and the ' +
    'rolls that are under way. Where only time has to pass, it says that nothing is wrong. ' +
    'Exits with 4 while servers, the parent or a person are waited for; with 1 if key files stop the rollovers, or ' +
    'nothing moves by itself any more; else with 0.',
  arguments: [{ syntax: '<zone>', summary: 'a zone of dnssec.yaml' }],
  examples: [
    ['dnssec why example.com', 'is it done, and if not, why not?'],
    ['dnssec why example.com --json', 'every blocker as data'],
  ],
  run: async (context, [zone]) => {
    const { out } = context;
    const now = context.now();
    const config = await loadConfig({ cwd: context.cwd, explicit: context.global.config });
    const outlook = await loadZonePlan(config, requireManaged(config, context.cwd, zone as string), now);
    const prospect = foresee(outlook, now, horizonOf(outlook.keys, outlook.policy, now));
    const summary = summarizeZone(prospect);
    out.json(whyDocument(prospect));
    for (const line of whyLines(prospect, summary)) out.line(line);
    return EXITS[summary.concern];
  },
};
