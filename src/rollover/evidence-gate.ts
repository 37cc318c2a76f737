/** The evidence gate: a record is where we say it is only when it was seen there, and gone only when it was seen gone. */
import type { UnixSeconds } from '../base/time.ts';
import type { StatefulRecord } from '../keys/state-file.ts';
import type { RollKey } from './roll-key.ts';
import type { Transition } from './safety-gate.ts';
import type { Sighting, World } from './world.ts';

/** What was seen, as far as a move needs it. */
export type Evidence =
  | {
      readonly isGiven: true;
      /** Since when our own signed zone file shows it; for a DS, since when the parent does. */
      readonly source: UnixSeconds;
      /** Since when all name servers were seen to show it; undefined: they are not asked. */
      readonly servers: UnixSeconds | undefined;
    }
  | {
      readonly isGiven: false;
      /** Who has to show it. */
      readonly place: 'file' | 'servers' | 'parent';
      readonly who: readonly string[];
    };

/** Looks for the evidence that a record is in (for a move to omnipresent), or out (for a move to hidden). */
export function findEvidence({ key, record, to }: Transition, world: World): Evidence {
  const wanted = to === 'omnipresent' ? 'present' : 'absent';
  if (record === 'ds') {
    const sighting = parentSighting(key, world);
    if (sighting?.seen === wanted) return { isGiven: true, source: sighting.since, servers: undefined };
    return { isGiven: false, place: 'parent', who: sighting?.dissent ?? [] };
  }
  const file = world.file[record][key.id];
  if (file?.seen !== wanted) return { isGiven: false, place: 'file', who: file?.dissent ?? [] };
  if (world.servers === 'off') return { isGiven: true, source: file.since, servers: undefined };
  const servers = world.servers[record][key.id];
  if (servers?.seen !== wanted) return { isGiven: false, place: 'servers', who: servers?.dissent ?? [] };
  return { isGiven: true, source: file.since, servers: servers.since };
}

/**
 * What the parent shows of a key's DS; where it can't be asked or says nothing, what a person said, since the DS was last
 * told to come or to go: what was said before speaks of what was before.
 */
export function parentSighting({ id, changes }: RollKey, { parent, word }: World): Sighting | undefined {
  const seen = parent === 'off' ? undefined : parent[id];
  if (seen !== undefined && seen.seen !== 'unknown') return seen;
  const said = word[id];
  return said !== undefined && said.since > (changes.ds ?? 0) ? said : seen;
}

/** Where the evidence of a record is looked for. */
export function placeOf(record: StatefulRecord): 'zone' | 'parent' {
  return record === 'ds' ? 'parent' : 'zone';
}
