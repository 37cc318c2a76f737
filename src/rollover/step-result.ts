/** What a step of the rollover engine comes to. Plain data. */
import type { UnixSeconds } from '../base/time.ts';
import type { KeyRole } from '../keys/key.ts';
import type { RecordState, StatefulRecord } from '../keys/state-file.ts';
import type { KeyId, RollKey } from './roll-key.ts';

/** One record of one key went from one state to the next. */
export interface Move {
  readonly kind: 'move';
  readonly key: KeyId;
  readonly record: StatefulRecord;
  readonly from: RecordState;
  readonly to: RecordState;
}

/**
 * A key came, or was told to go: `introduced` its goal became omnipresent, `retired` its goal became hidden, `revived`
 * it was to go and is wanted again, `removed` nothing of it is left in any cache.
 */
export interface KeyTurn {
  readonly kind: 'introduced' | 'retired' | 'revived' | 'removed';
  readonly key: KeyId;
  /** The key that it follows, where it is introduced as a successor. */
  readonly after?: KeyId;
}

/** Everything that a step decided, in order. */
export type Decision = Move | KeyTurn;

/** The gates that each move passes, in this order; `files` and `manual` stand before them. */
export type Gate = 'files' | 'manual' | 'order' | 'safety' | 'time' | 'evidence';

/** Why something that is wanted does not happen now. */
export interface Blocked {
  readonly gate: Gate;
  /** Undefined where it is all keys of the zone. */
  readonly key: KeyId | undefined;
  /** Undefined where it is the coming of a successor to `key`, not a record's move. */
  readonly record: StatefulRecord | undefined;
  readonly to: RecordState | undefined;
  /** The time gate: when it opens. */
  readonly until: UnixSeconds | undefined;
  /** The evidence gate: who does not show what is needed; the files gate: what is wrong with them. */
  readonly who: readonly string[];
}

/** Something to be done outside. Each names what is wanted in the end, so doing it twice is harmless. */
export type Action =
  | {
      /** An unused key of this kind is to be there; the step is repeated with it. */
      readonly kind: 'make';
      readonly role: KeyRole;
      readonly algorithm: number;
      readonly bits: number | undefined;
      /** The key that it will follow. */
      readonly after: KeyId | undefined;
    }
  | {
      /** The files of a key that has long gone are to go. */
      readonly kind: 'purge';
      readonly key: KeyId;
    };

/** What the parent is to hold. */
export interface WantedDs {
  readonly keys: readonly KeyId[];
  /** The zone goes insecure: no DS at all is what is wanted. Without it an empty set asks for nothing. */
  readonly remove: boolean;
}

/** What a step comes to. */
export interface StepResult {
  readonly keys: readonly RollKey[];
  readonly decisions: readonly Decision[];
  readonly actions: readonly Action[];
  readonly ds: WantedDs;
  /** Why the zone must not be signed now, though it has keys: a lost key still vouches for it. */
  readonly frozen: string | undefined;
  /** When the next step has something to decide by itself; undefined: only when the world or the policy changes. */
  readonly wakeAt: UnixSeconds | undefined;
  /** When the world is to be looked at for evidence that is missing; undefined: none is. */
  readonly lookAt: UnixSeconds | undefined;
  /** The worst blocker first. */
  readonly blocked: readonly Blocked[];
}
