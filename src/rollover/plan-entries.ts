/** The calendar of a zone's keys: what the program does, what it expects of others, and what a person has to do. */
import type { UnixSeconds } from '../base/time.ts';
import type { KeyRole } from '../keys/key.ts';
import { phraseOf } from './key-labels.ts';
import type { Prospect } from './outlook.ts';
import { cutInstants, type Instant } from './plan-instants.ts';
import { expectParent, listOpenTasks, listTasks, type Task, type TaskKind } from './plan-tasks.ts';
import { type KeyEvent, keySentence } from './plan-words.ts';
import type { KeyId } from './roll-key.ts';

/** What an entry is about, for scripts. */
export type PlanKind = KeyEvent | TaskKind;

/** One thing that will happen. */
export interface PlanEntry {
  readonly at: UnixSeconds;
  readonly kind: PlanKind;
  /** The key that it is about. One that is not made yet has a stand-in, which is good within one plan. */
  readonly key: KeyId;
  readonly role: KeyRole;
  /** Undefined while the key is not made. */
  readonly keyTag: number | undefined;
  /** Who does it: the program, a person, or the parent. */
  readonly by: 'program' | 'you' | 'parent';
  /** What the program does to a key starts with the key's name; `predicate` is the rest. */
  readonly subject: string | undefined;
  readonly predicate: string;
}

/** The entries of a plan, the first one first. What a person owes already has the time since when it is owed. */
export function planEntries(prospect: Prospect): PlanEntry[] {
  const entries = listOpenTasks(prospect).map((task) => entry(prospect, task, task.by, undefined));
  for (const instant of cutInstants(prospect.keys, prospect.forecast.events)) {
    entries.push(...instantEntries(prospect, instant));
  }
  return entries.sort((a, b) => a.at - b.at);
}

function instantEntries(prospect: Prospect, instant: Instant): PlanEntry[] {
  const { at } = instant;
  const tasks = listTasks(prospect, instant);
  const toEntry = (task: Task) => entry(prospect, task, task.by, undefined);
  const entries = tasks.filter(({ kind }) => kind === 'approval').map(toEntry);
  for (const key of instant.facts.keys()) {
    const sentence = keySentence(key, instant, prospect);
    if (sentence !== undefined) {
      entries.push(entry(prospect, { at, key, ...sentence }, 'program', phraseOf(prospect.labels, key)));
    }
  }
  const rest = tasks.filter(({ kind }) => kind !== 'approval');
  return [...entries, ...[...rest, ...expectParent(prospect, instant)].map(toEntry)];
}

function entry(
  { labels }: Prospect,
  what: {
    readonly at: UnixSeconds;
    readonly kind: PlanKind;
    readonly key: KeyId;
    readonly predicate: string;
  },
  by: PlanEntry['by'],
  subject: string | undefined,
): PlanEntry {
  const { at, kind, key, predicate } = what;
  const label = labels.get(key);
  return { at, kind, key, role: label?.role ?? 'ksk', keyTag: label?.keyTag, by, subject, predicate };
}

/** An entry as a sentence: `ZSK 4711 leaves the zone`, `you: enter …`, `expected: the parent shows …`. */
export function entrySentence({ subject, predicate, by }: PlanEntry): string {
  if (subject !== undefined) return `${subject} ${predicate}`;
  return `${by === 'you' ? 'you' : 'expected'}: ${predicate}`;
}

/** The first letter of a sentence in upper case. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
