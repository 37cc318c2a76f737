/** A zone with all that its future depends on, and what is foreseen of it. Plain data. */
import type { UnixSeconds } from '../base/time.ts';
import { step } from './engine.ts';
import { type Forecast, forecast } from './forecast.ts';
import { type KeyLabels, labelKeys } from './key-labels.ts';
import type { Policy } from './policy.ts';
import type { RollKey } from './roll-key.ts';
import type { StepResult } from './step-result.ts';
import type { World } from './world.ts';

/** Everything that the plan of a zone is made from. */
export interface ZoneOutlook {
  /** Its name as people read it. */
  readonly zone: string;
  readonly policy: Policy;
  readonly keys: readonly RollKey[];
  readonly world: World;
  /** How DS records get to the parent: `manual` or undefined by a person, `cds` by the parent itself, else a name. */
  readonly registrar: string | undefined;
}

/** An outlook with its forecast. */
export interface Prospect extends ZoneOutlook {
  readonly now: UnixSeconds;
  readonly until: UnixSeconds;
  readonly forecast: Forecast;
  /** What the engine decides now. What is blocked, is so after it. */
  readonly present: StepResult;
  readonly labels: KeyLabels;
}

/** Foresees what happens to the keys of a zone from `now` to `until`. */
export function foresee(outlook: ZoneOutlook, now: UnixSeconds, until: UnixSeconds): Prospect {
  const { policy, keys, world } = outlook;
  const foreseen = forecast(policy, keys, world, now, until);
  const made = foreseen.events.flatMap((event) => (event.kind === 'make' ? [event.key] : []));
  const later = made.flatMap((id) => foreseen.keys.filter((key) => key.id === id));
  const present = step(policy, keys, world, now);
  return { ...outlook, now, until, forecast: foreseen, present, labels: labelKeys(keys, later) };
}

/** Whether DS records get to the parent by a person's hand. */
export function isByHand(registrar: string | undefined): boolean {
  return registrar === undefined || registrar === 'manual';
}
