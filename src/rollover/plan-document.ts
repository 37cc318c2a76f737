/** Plans and blockers as data, for scripts. Times are ISO 8601. */
import type { UnixSeconds } from '../base/time.ts';
import type { Prospect } from './outlook.ts';
import { entrySentence, type PlanEntry, planEntries } from './plan-entries.ts';
import type { Roll } from './rolls.ts';
import { explainBlocks, type Sentence } from './why.ts';
import { currentRolls, summarizeZone } from './zone-summary.ts';

/** What `dnssec plan --json` prints of a zone. */
export function planDocument(prospect: Prospect): Readonly<Record<string, unknown>> {
  const { zone, now, until } = prospect;
  return {
    zone,
    from: iso(now),
    until: iso(until),
    summary: summarizeZone(prospect).text,
    blocked: explainBlocks(prospect).map(sentenceDocument),
    entries: planEntries(prospect).map(entryDocument),
  };
}

/** What `dnssec why --json` prints. */
export function whyDocument(prospect: Prospect): Readonly<Record<string, unknown>> {
  const { zone } = prospect;
  const { concern, text, hint, next } = summarizeZone(prospect);
  return {
    zone,
    concern,
    text,
    hint: hint ?? null,
    next: iso(next),
    blocked: explainBlocks(prospect).map(sentenceDocument),
    rolls: currentRolls(prospect).map(rollDocument),
  };
}

function iso(time: UnixSeconds | undefined): string | null {
  return time === undefined ? null : new Date(time * 1000).toISOString();
}

function entryDocument(entry: PlanEntry): Readonly<Record<string, unknown>> {
  const { at, kind, key, role, keyTag, by } = entry;
  return { at: iso(at), kind, key, role, keyTag: keyTag ?? null, by, you: by === 'you', words: entrySentence(entry) };
}

function sentenceDocument({
  gate,
  key,
  record,
  concern,
  text,
  hint,
  next,
}: Sentence): Readonly<Record<string, unknown>> {
  return { gate, key: key ?? null, record: record ?? null, concern, words: text, hint: hint ?? null, next: iso(next) };
}

function rollDocument({ name, comes, goes, done, steps, waiting }: Roll): Readonly<Record<string, unknown>> {
  return { name, comes: comes ?? null, goes: goes ?? null, done, steps, waiting };
}
