/** What `dnssec plan` foretells, held against what the log says afterwards. */
import { expect } from 'vitest';
import { type Lapse, ZONE_NAME } from './lapse-scene.ts';

interface PlanDocument {
  readonly zones: readonly [{ readonly entries: readonly PlanEntry[] }];
}

interface PlanEntry {
  readonly at: string;
  readonly kind: string;
  readonly role: string;
  readonly by: 'program' | 'you' | 'parent';
}

interface LogDocument {
  readonly entries: readonly LogEntry[];
}

interface LogEntry {
  readonly at: string;
  readonly kind: string;
  readonly key?: { readonly role: string };
  readonly decision?: { readonly kind: string; readonly record?: string; readonly to?: string };
}

/** What the log says where the plan says this. */
const DONE: Readonly<Record<string, RegExp>> = {
  published: /^(?:dnskey|krrsig)>rumoured$/,
  signing: /^zrrsig>rumoured$/,
  'ds-asked': /^ds>rumoured$/,
  'ds-removal-asked': /^ds>unretentive$/,
  leaving: /^dnskey>unretentive$/,
  'signing-ended': /^[kz]rrsig>unretentive$/,
  gone: /^removed$/,
  'ds-known': /^ds>omnipresent$/,
  'signatures-known': /^zrrsig>omnipresent$/,
  'dnskey-known': /^(?:dnskey|krrsig)>omnipresent$/,
  'ds-forgotten': /^ds>hidden$/,
  'signatures-forgotten': /^zrrsig>hidden$/,
  'dnskey-forgotten': /^(?:dnskey|krrsig)>hidden$/,
  'files-deleted': /^purged$/,
};

/** What the program is going to do, and when. */
export type Foretold = readonly PlanEntry[];

/** Asks for the plan, as far as a time. */
export async function foretell(lapse: Lapse, until: number): Promise<Foretold> {
  const end = iso(until).slice(0, 19);
  const { zones } = await lapse.json<PlanDocument>('plan', ZONE_NAME, '--until', `${end}Z`);
  return zones[0].entries.filter(({ at, by }) => by === 'program' && at > iso(lapse.now));
}

/** Fails unless everything came at its time, and nothing else came. */
export async function expectForetold(lapse: Lapse, foretold: Foretold): Promise<void> {
  const { entries } = await lapse.json<LogDocument>('log', ZONE_NAME);
  const from = foretold[0]!.at.slice(0, 19);
  const until = foretold.at(-1)!.at.slice(0, 19);
  const done = entries
    .filter(({ kind, at }) => ['decision', 'purged'].includes(kind) && from <= at && at.slice(0, 19) <= until)
    .map((entry) => ({ at: entry.at.slice(0, 19), role: entry.key!.role, what: nameOf(entry) }));
  const missing = foretold.filter(({ at, kind, role }) => {
    const says = DONE[kind];
    if (says === undefined) throw new Error(`a plan that says ${kind}`);
    return !done.some((one) => one.at === at.slice(0, 19) && one.role === role && says.test(one.what));
  });
  expect(missing, 'foretold, and not done').toEqual([]);
  const times = new Set(foretold.map(({ at }) => at.slice(0, 19)));
  expect(
    done.filter(({ at }) => !times.has(at)),
    'done at another time than foretold',
  ).toEqual([]);
}

function nameOf({ kind, decision }: LogEntry): string {
  if (decision === undefined) return kind;
  return decision.record === undefined ? decision.kind : `${decision.record}>${decision.to}`;
}

function iso(time: number): string {
  return new Date(time * 1000).toISOString();
}
