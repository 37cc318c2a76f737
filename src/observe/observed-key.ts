/** A key as it is looked for in the world. */
import type { Octets } from '../base/octets.ts';
import type { KeyId } from '../rollover/roll-key.ts';
import type { Looks } from '../rollover/sighting-merge.ts';
import { agree, type View } from './agreement.ts';

/** What of a key is looked for. */
export interface ObservedKey {
  readonly id: KeyId;
  readonly algorithm: number;
  readonly keyTag: number;
  /** Exactly as it stands in the zone: a key with its REVOKE bit set is another record. */
  readonly dnskeyRdata: Octets;
}

/** What one server shows of each key, or why it shows nothing, with what sets it apart. */
export interface ServerKeys {
  /** As messages name it. */
  readonly server: string;
  readonly viewOf: (key: ObservedKey) => View;
  readonly remark?: string | undefined;
}

/** What all servers together show of each key. */
export function lookFor(keys: readonly ObservedKey[], servers: readonly ServerKeys[]): Looks {
  const look = (key: ObservedKey) =>
    agree(servers.map(({ server, viewOf, remark }) => ({ server, view: viewOf(key), remark })));
  return Object.fromEntries(keys.map((key) => [key.id, look(key)]));
}
