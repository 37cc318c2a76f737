/** From what each server shows of one record to what all of them together show. */
import type { Look } from '../rollover/sighting-merge.ts';

/** What one server shows of one record; `unknown`: its answer does not tell, and why. */
export type View =
  | { readonly seen: 'present' }
  | { readonly seen: 'absent' }
  | { readonly seen: 'unknown'; readonly why: string };

/** The record is there. */
export const PRESENT: View = { seen: 'present' };
/** The record is not there. */
export const ABSENT: View = { seen: 'absent' };

/** Makes a view of which nothing can be told. */
export function unknown(why: string): View {
  return { seen: 'unknown', why };
}

/** A server's view. */
export interface ServerView {
  /** As messages name it. */
  readonly server: string;
  readonly view: View;
  /** What else sets the server apart: `serial 12, others 13`. */
  readonly remark?: string | undefined;
}

/**
 * What all servers together show: `present` and `absent` only where each of them says so; `mixed` where they disagree,
 * whoever else is silent; else `unknown`. No servers show nothing: they are not all of one mind.
 *
 * Dissent names, in the servers' order, those that tell nothing, the fewer of those that disagree (of as many, those
 * that do not show the record), and those with a remark.
 */
export function agree(views: readonly ServerView[]): Look {
  if (views.length === 0) return { seen: 'unknown', dissent: ['no server to ask'] };
  const count = (seen: View['seen']) => views.filter(({ view }) => view.seen === seen).length;
  const [present, absent] = [count('present'), count('absent')];
  const isMixed = present > 0 && absent > 0;
  const odd = !isMixed ? undefined : present < absent ? 'present' : 'absent';
  const dissent = views.flatMap(({ server, view, remark }) => {
    if (view.seen === 'unknown') return [`${server}: ${view.why}`];
    const tail = remark === undefined ? '' : ` (${remark})`;
    if (view.seen === odd) return [`${server}: ${odd === 'present' ? 'shows it' : 'does not show it'}${tail}`];
    return remark === undefined ? [] : [`${server}: ${remark}`];
  });
  const all = present === views.length ? 'present' : absent === views.length ? 'absent' : 'unknown';
  return { seen: isMixed ? 'mixed' : all, dissent };
}
