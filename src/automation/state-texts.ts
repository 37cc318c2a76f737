/** The `.state` files of keys as they lie on disk, compared with what was written into them. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DnssecError } from '../base/errors.ts';
import type { ZoneKey } from '../keys/key.ts';
import { isIn, type KeyId, OWNED_RECORDS, type RollKey } from '../rollover/roll-key.ts';
import type { ZoneMemory } from '../rollover/zone-memory.ts';
import { readKeyText } from '../store/key-store.ts';

/** SHA-256 of a `.state` file's text, as memories hold it. */
export function stateDigest(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}

/** The text of a key's `.state` file; undefined where there is none. */
export async function readStateText(directory: string, name: string): Promise<string | undefined> {
  try {
    return await readKeyText(join(directory, `${name}.state`), false);
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    if (error instanceof DnssecError && cause?.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Keys whose states are not as we wrote them: another program, or a person, has had a hand in them. */
export async function listForeignStates<Key extends Pick<RollKey, 'id' | 'name'>>(
  { keyDirectory }: { readonly keyDirectory: string },
  keys: readonly Key[],
  files: ReadonlyMap<KeyId, unknown>,
  memory: ZoneMemory | undefined,
): Promise<readonly Key[]> {
  const foreign: Key[] = [];
  for (const key of keys) {
    const written = memory?.written[key.id];
    if (written === undefined || !files.has(key.id)) continue;
    const text = await readStateText(keyDirectory, key.name);
    // One that is gone is written again: what stood in it is remembered.
    if (text !== undefined && stateDigest(text) !== written) foreign.push(key);
  }
  return foreign;
}

/** What is to be said of such a key. */
export function foreignState(name: string, zone: string): string {
  return `${name}.state was changed by another program: take it as it is now with "dnssec adopt ${zone}"`;
}

/** What would be published, signed with or asked of the parent otherwise than by our states. */
export function alterations({ name, role, states }: RollKey, { state }: ZoneKey): readonly string[] {
  return OWNED_RECORDS[role].flatMap((record) => {
    const found = state?.states[record];
    if (found !== undefined && isIn(found) === isIn(states[record])) return [];
    return [`${name}.state: ${STATE_TAGS[record]}State is ${found ?? 'gone'}, and was ${states[record]}`];
  });
}

const STATE_TAGS = { dnskey: 'DNSKEY', krrsig: 'KRRSIG', zrrsig: 'ZRRSIG', ds: 'DS' } as const;
