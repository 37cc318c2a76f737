/** Who comes before and after whom: from the tags that key files name to the keys themselves. */
import type { ZoneKey } from '../keys/key.ts';
import { keyIdentity } from '../keys/key-identity.ts';
import type { KeyId } from './roll-key.ts';

/** The neighbours of a key in its rollovers. */
export interface KeyLinks {
  readonly predecessor: KeyId | undefined;
  readonly successor: KeyId | undefined;
}

/** The links of all keys, with what is to be said of them. */
export interface LinkedKeys {
  readonly links: ReadonlyMap<KeyId, KeyLinks>;
  readonly remarks: readonly { readonly id: KeyId; readonly message: string }[];
  /** Contradictions: with the base name of the key's files. */
  readonly faults: readonly { readonly name: string; readonly message: string }[];
}

type Side = 'predecessor' | 'successor';
const OTHER: Readonly<Record<Side, Side>> = { predecessor: 'successor', successor: 'predecessor' };
const WORD: Readonly<Record<Side, string>> = { predecessor: 'Predecessor', successor: 'Successor' };

/**
 * Finds the keys that files name by tag: among the keys of the same algorithm, since tags of different algorithms may
 * be equal (BIND GL#4878). Where one of two keys names the other, and that one names nobody, both get the link.
 */
export function linkKeys(keys: readonly ZoneKey[]): LinkedKeys {
  const links = new Map<KeyId, { predecessor: KeyId | undefined; successor: KeyId | undefined }>();
  const remarks: { id: KeyId; message: string }[] = [];
  const faults: { name: string; message: string }[] = [];
  for (const key of keys) {
    const own = { predecessor: undefined as KeyId | undefined, successor: undefined as KeyId | undefined };
    links.set(keyIdentity(key.dnskeyRdata), own);
    for (const side of ['predecessor', 'successor'] as const) {
      const tag = key[side];
      if (tag === undefined) continue;
      const found = keys.filter((other) => other.algorithm === key.algorithm && other.keyTag === tag);
      const line = `"${WORD[side]}: ${tag}"`;
      if (found.length > 1) {
        faults.push({ name: key.name, message: `${line} can be ${found.map(({ name }) => name).join(' or ')}` });
      } else if (found[0] === key) {
        faults.push({ name: key.name, message: `${line} is the key itself` });
      } else if (found[0] === undefined) {
        const message = `its ${side} ${tag} is no longer there`;
        remarks.push({ id: keyIdentity(key.dnskeyRdata), message });
      } else own[side] = keyIdentity(found[0].dnskeyRdata);
    }
  }
  faults.push(...crossings(keys, links));
  completeLinks(links);
  return { links, remarks, faults };
}

function completeLinks(
  links: ReadonlyMap<KeyId, { predecessor: KeyId | undefined; successor: KeyId | undefined }>,
): void {
  for (const side of ['predecessor', 'successor'] as const) {
    const asked = [...links].flatMap(([id, own]) => (own[side] === undefined ? [] : [[id, own[side]] as const]));
    for (const [id, neighbour] of asked) {
      const other = links.get(neighbour);
      const isOnlyOne = asked.filter(([, asks]) => asks === neighbour).length === 1;
      if (other !== undefined && other[OTHER[side]] === undefined && isOnlyOne) other[OTHER[side]] = id;
    }
  }
}

/** Keys that are their own ancestors: two that name each other, or a longer circle. */
function crossings(keys: readonly ZoneKey[], links: ReadonlyMap<KeyId, KeyLinks>): { name: string; message: string }[] {
  const faults: { name: string; message: string }[] = [];
  const byId = new Map(keys.map((key) => [keyIdentity(key.dnskeyRdata), key]));
  for (const side of ['predecessor', 'successor'] as const) {
    const told = new Set<KeyId>();
    for (const start of links.keys()) {
      const trail: KeyId[] = [];
      for (let at: KeyId | undefined = start; at !== undefined && !told.has(at); at = links.get(at)?.[side]) {
        if (trail.includes(at)) {
          const circle = trail.slice(trail.indexOf(at)).map((id) => byId.get(id)!);
          const lines = circle.map((key) => `"${WORD[side]}: ${key[side]}" in ${key.name}`);
          faults.push({ name: circle[0]!.name, message: `${lines.join(', ')}: each comes ${BEFORE[side]} the other` });
          break;
        }
        trail.push(at);
      }
      for (const id of trail) told.add(id);
    }
  }
  return faults;
}

const BEFORE: Readonly<Record<Side, string>> = { predecessor: 'after', successor: 'before' };
