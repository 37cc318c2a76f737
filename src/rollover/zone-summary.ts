/** Where the keys of a zone stand, in one sentence. */
import type { UnixSeconds } from '../base/time.ts';
import { publicationInterval } from './intervals.ts';
import { phraseOf } from './key-labels.ts';
import { retirementOf } from './lifecycle.ts';
import type { Prospect } from './outlook.ts';
import { entrySentence, planEntries } from './plan-entries.ts';
import { dayText, distanceText } from './plan-words.ts';
import type { Policy } from './policy.ts';
import type { RollKey } from './roll-key.ts';
import { type Roll, rollsUnderWay } from './rolls.ts';
import type { Concern } from './wait-words.ts';
import { explainBlocks } from './why.ts';

/** The one sentence on a zone. */
export interface ZoneSummary {
  /** `none`: nothing is waited for. */
  readonly concern: Concern | 'none';
  /** Full sentences. */
  readonly text: string;
  readonly hint: string | undefined;
  readonly next: UnixSeconds | undefined;
}

/** Blockers that are no fault of anybody: they pass by themselves. */
const HARMLESS: ReadonlySet<Concern> = new Set(['course', 'signing', 'time']);

/** Says what a zone waits for: the worst blocker, or that nothing is wrong, and what comes next. */
export function summarizeZone(prospect: Prospect): ZoneSummary {
  const [worst] = explainBlocks(prospect);
  if (worst === undefined) return { concern: 'none', hint: undefined, ...idle(prospect) };
  const { concern, text, hint, next } = worst;
  return { concern, text: fullSentence(HARMLESS.has(concern) ? `nothing is wrong: ${text}` : text), hint, next };
}

/** A sentence with its capital and its full stop. */
export function fullSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function idle(prospect: Prospect): Pick<ZoneSummary, 'text' | 'next'> {
  const { keys, world, now, until } = prospect;
  const rolls = rollsUnderWay(keys, world);
  if (rolls.length > 0) {
    const names = rolls.map(({ name }) => name).join(', ');
    return { text: `Nothing is waited for: the ${names} goes on with the next run.`, next: now };
  }
  const replacement = nextReplacement(prospect);
  const first = planEntries(prospect).find(({ kind }) => kind !== 'files-deleted');
  if (first !== undefined && (replacement === undefined || first.at < replacement.at)) {
    const when = first.at <= now ? 'with the next run' : `${dayText(first.at)} (${distanceText(first.at, now)})`;
    return { text: `No roll is under way. Next, ${when}: ${entrySentence(first)}.`, next: first.at };
  }
  if (replacement === undefined) {
    return { text: `No roll is under way, and none is planned until ${dayText(until)}.`, next: undefined };
  }
  const { at, words } = replacement;
  if (at <= now) return { text: `No roll is under way. Next, with the next run: ${words}.`, next: at };
  return { text: `No roll is under way. Next: ${words} from ${dayText(at)} on (${distanceText(at, now)}).`, next: at };
}

function nextReplacement({ forecast, labels }: Prospect): { at: UnixSeconds; words: string } | undefined {
  for (const event of forecast.events) {
    if (event.kind !== 'decision' || event.decision.kind !== 'introduced') continue;
    const { after } = event.decision;
    if (after !== undefined) return { at: event.at, words: `${phraseOf(labels, after)} is replaced` };
  }
  return undefined;
}

/** How far to look ahead at least, in seconds: a roll is over by then. */
const LEAST_AHEAD = 366 * 86_400;

/** How far one has to look ahead to see the next roll begin and end. */
export function horizonOf(keys: readonly RollKey[], { timing }: Policy, now: UnixSeconds): UnixSeconds {
  const retirements = keys.filter(({ goal }) => goal === 'omnipresent').flatMap((key) => retirementOf(key) ?? []);
  const first = retirements.length === 0 ? now : Math.min(...retirements);
  return Math.max(now + LEAST_AHEAD, first + publicationInterval(timing));
}

/** The rolls of a zone that are under way: with those that begin now, where something blocks them. */
export function currentRolls({ keys, world, present, forecast }: Prospect): Roll[] {
  return rollsUnderWay(forecast.blocked.length > 0 ? present.keys : keys, world);
}
