/** What the plan asks of a person, and what it expects of the parent. */
import type { UnixSeconds } from '../base/time.ts';
import { parentSighting } from './evidence-gate.ts';
import { argumentOf, phrasesOf } from './key-labels.ts';
import { isByHand, type Prospect } from './outlook.ts';
import type { Instant } from './plan-instants.ts';
import { letPass, showDs, tellDsGone, tellDsSeen } from './remedies.ts';
import type { KeyId } from './roll-key.ts';

/** What is asked or expected, for scripts. */
export type TaskKind =
  | 'ds-to-enter'
  | 'ds-to-remove'
  | 'ds-to-report'
  | 'approval'
  | 'cds-taken'
  | 'ds-seen'
  | 'ds-gone';

/** Something that a person has to do, or that the parent is expected to. */
export interface Task {
  readonly at: UnixSeconds;
  readonly kind: TaskKind;
  readonly key: KeyId;
  readonly by: 'you' | 'parent';
  readonly predicate: string;
}

/** What a person should have done by now: DS that were to be entered or removed, and are not seen so. */
export function listOpenTasks({ keys, world, registrar, labels, zone, now }: Prospect): Task[] {
  if (!isByHand(registrar)) return [];
  const seen = (key: (typeof keys)[number]) => parentSighting(key, world)?.seen;
  const enter = keys.filter((key) => key.states.ds === 'rumoured' && seen(key) !== 'present');
  const remove = keys.filter((key) => key.states.ds === 'unretentive' && seen(key) !== 'absent');
  const first = enter[0] ?? remove[0];
  if (first === undefined) return [];
  const ids = [enter, remove].map((some) => some.map(({ id }) => id)) as [KeyId[], KeyId[]];
  return [dsTask(Math.min(first.changes.ds ?? now, now), ids[0], ids[1], labels, zone)!];
}

/** What a person has to do at an instant. */
export function listTasks({ registrar, labels, zone, policy, world }: Prospect, instant: Instant): Task[] {
  const { at, facts, dsSeen, dsGone } = instant;
  const tasks: (Task | undefined)[] = [];
  if (policy.rollover.mode === 'manual') {
    const moved = [...facts].find(([, some]) => [...some].some((fact) => /(?:rumoured|unretentive)$/.test(fact)));
    const predicate = `let this pass: ${letPass(zone)}`;
    if (moved !== undefined) tasks.push({ at, kind: 'approval', key: moved[0], by: 'you', predicate });
  }
  if (isByHand(registrar)) {
    const moving = (fact: 'ds>rumoured' | 'ds>unretentive') =>
      [...facts].filter(([, some]) => some.has(fact)).map(([id]) => id);
    tasks.push(dsTask(at, moving('ds>rumoured'), moving('ds>unretentive'), labels, zone));
  }
  if (world.parent === 'off') {
    for (const key of dsSeen) {
      const predicate = `when all servers of the parent show the DS of ${phrasesOf(labels, [key])}, say so: ${tellDsSeen(zone, argumentOf(labels, key))}`;
      tasks.push({ at, kind: 'ds-to-report', key, by: 'you', predicate });
    }
    for (const key of dsGone) {
      const predicate = `when no server of the parent shows the DS of ${phrasesOf(labels, [key])} any more, say so: ${tellDsGone(zone, argumentOf(labels, key))}`;
      tasks.push({ at, kind: 'ds-to-report', key, by: 'you', predicate });
    }
  }
  return tasks.filter((task) => task !== undefined);
}

function dsTask(
  at: UnixSeconds,
  enter: readonly KeyId[],
  remove: readonly KeyId[],
  labels: Prospect['labels'],
  zone: string,
): Task | undefined {
  const [entered] = enter;
  if (entered !== undefined) {
    const removed = remove.length === 0 ? '' : `, and remove that of ${phrasesOf(labels, remove)}`;
    const predicate = `enter the DS of ${phrasesOf(labels, enter)} at the registrar${removed}; ${showDs(zone)} prints it`;
    return { at, kind: 'ds-to-enter', key: entered, by: 'you', predicate };
  }
  const [removed] = remove;
  if (removed === undefined) return undefined;
  const predicate = `remove the DS of ${phrasesOf(labels, remove)} at the registrar`;
  return { at, kind: 'ds-to-remove', key: removed, by: 'you', predicate };
}

/** What the parent is expected to do or to show at an instant. */
export function expectParent({ registrar, labels, world }: Prospect, instant: Instant): Task[] {
  const { at, facts, dsSeen, dsGone } = instant;
  const tasks: Task[] = [];
  const moved = [...facts].find(([, some]) => some.has('ds>rumoured') || some.has('ds>unretentive'));
  if (registrar === 'cds' && moved !== undefined) {
    const predicate = 'the parent takes this over from the CDS records by itself, if it is one that does so';
    tasks.push({ at, kind: 'cds-taken', key: moved[0], by: 'parent', predicate });
  }
  if (world.parent === 'off') return tasks;
  const seen = phrasesOf(labels, dsSeen);
  const gone = phrasesOf(labels, dsGone);
  const expect = (kind: TaskKind, key: KeyId, predicate: string) =>
    tasks.push({ at, kind, key, by: 'parent', predicate });
  if (dsSeen[0] !== undefined) {
    const rest = gone === '' ? '' : `, and that of ${gone} no longer`;
    expect('ds-seen', dsSeen[0], `the parent shows the DS of ${seen}${rest}`);
  } else if (dsGone[0] !== undefined) {
    expect('ds-gone', dsGone[0], `the parent no longer shows the DS of ${gone}`);
  }
  return tasks;
}
