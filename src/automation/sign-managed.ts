/** Signing zones of which some are configured: their rollovers go before, and see afterwards what was done. */

import type { ZoneOutcome } from './zone-outcome.ts';
import type { ManagedChoice, ZoneRollovers } from './zone-rollovers.ts';

/** A zone of a run, and its rollovers where the program looks after them. */
export interface RolledZone<Zone> {
  readonly zone: Zone;
  readonly managed: ManagedChoice | undefined;
}

/**
 * Signs zones. A zone whose pass fails is not signed, and no other's trouble.
 *
 * @param sign  signs those that are left; the outcomes are counted among these
 * @returns     what became of each zone, by its place among all
 */
export async function* signWithRollovers<Zone>(
  zones: readonly RolledZone<Zone>[],
  rollovers: ZoneRollovers,
  sign: (zones: readonly Zone[]) => AsyncIterable<ZoneOutcome>,
): AsyncGenerator<ZoneOutcome, void, undefined> {
  const places: number[] = [];
  for (const [index, { managed }] of zones.entries()) {
    try {
      if (managed !== undefined) await rollovers.before(managed);
      places.push(index);
    } catch (error) {
      yield { index, seconds: {}, error };
    }
  }
  for await (const outcome of sign(places.map((index) => zones[index]!.zone))) {
    const index = places[outcome.index]!;
    const { managed } = zones[index]!;
    if (managed === undefined || 'error' in outcome) yield { ...outcome, index };
    else {
      try {
        await rollovers.after(managed, outcome.result);
        yield { ...outcome, index };
      } catch (error) {
        yield { index, seconds: outcome.seconds, error };
      }
    }
  }
}
