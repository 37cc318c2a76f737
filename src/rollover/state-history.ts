/** The states of every record of every key over time: as they are, then as a forecast has them. */
import type { UnixSeconds } from '../base/time.ts';
import type { RecordState, StatefulRecord } from '../keys/state-file.ts';
import type { Forecast } from './forecast.ts';
import { ALL_HIDDEN, type KeyId, OWNED_RECORDS, type RollKey } from './roll-key.ts';

/** A record in one state for a while. */
export interface Span {
  readonly state: RecordState;
  /** Undefined: since before anything is known. */
  readonly from: UnixSeconds | undefined;
  readonly until: UnixSeconds;
}

/** What becomes of one record of a key. */
export interface RecordHistory {
  readonly record: StatefulRecord;
  /** Without gaps, in order of time. */
  readonly spans: readonly Span[];
}

/** What becomes of a key. */
export interface KeyHistory {
  readonly key: RollKey;
  readonly records: readonly RecordHistory[];
}

/** What becomes of every key until `until`, by the decisions of a forecast that was made at `now`. */
export function stateHistory(
  keys: readonly RollKey[],
  forecast: Forecast,
  now: UnixSeconds,
  until: UnixSeconds,
): KeyHistory[] {
  const known = new Set(keys.map(({ id }) => id));
  const made = forecast.events.flatMap((event) => (event.kind === 'make' ? [event.key] : []));
  const later = made.flatMap((id) => forecast.keys.filter((key) => key.id === id && !known.has(id)));
  const moves = movesByRecord(forecast);
  const history = (key: RollKey, states: RollKey['states'], changes: RollKey['changes']): KeyHistory => ({
    key,
    records: OWNED_RECORDS[key.role].map((record) => {
      const since = changes[record];
      const first = { state: states[record], from: since === undefined ? undefined : Math.min(since, now) };
      return { record, spans: foldMoves(first, moves.get(`${key.id} ${record}`) ?? [], until) };
    }),
  });
  return [
    ...keys.map((key) => history(key, key.states, key.changes)),
    ...later.map((key) => history(key, ALL_HIDDEN, {})),
  ];
}

interface TimedMove {
  readonly at: UnixSeconds;
  readonly to: RecordState;
}

function movesByRecord({ events }: Forecast): Map<`${KeyId} ${StatefulRecord}`, TimedMove[]> {
  const moves = new Map<`${KeyId} ${StatefulRecord}`, TimedMove[]>();
  for (const event of events) {
    if (event.kind !== 'decision' || event.decision.kind !== 'move') continue;
    const { key, record, to } = event.decision;
    const list = moves.get(`${key} ${record}`) ?? [];
    list.push({ at: event.at, to });
    moves.set(`${key} ${record}`, list);
  }
  return moves;
}

function foldMoves(first: Omit<Span, 'until'>, moves: readonly TimedMove[], until: UnixSeconds): Span[] {
  const spans: Span[] = [];
  let current = first;
  const shown = moves.filter(({ at }) => at < until);
  for (const { at, to } of [...shown, { at: until, to: first.state }]) {
    if (current.from === undefined || at > current.from) spans.push({ ...current, until: at });
    current = { state: to, from: at };
  }
  return spans;
}
