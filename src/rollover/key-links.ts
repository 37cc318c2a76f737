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
  completeLinks(links);
  faults.push(...circles(keys, links));
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

/** Keys that come before themselves: two that name each other, or a longer circle. */
function circles(keys: readonly ZoneKey[], links: ReadonlyMap<KeyId, KeyLinks>): { name: string; message: string }[] {
  const names = new Map(keys.map((key) => [keyIdentity(key.dnskeyRdata), key.name]));
  const found = new Map<string, { name: string; message: string }>();
  for (const side of ['successor', 'predecessor'] as const) {
    const walked = new Set<KeyId>();
    for (const start of links.keys()) {
      const trail: KeyId[] = [];
      let at: KeyId | undefined = start;
      for (; at !== undefined && !walked.has(at) && !trail.includes(at); at = links.get(at)?.[side]) trail.push(at);
      if (at !== undefined && trail.includes(at)) {
        const circle = trail.slice(trail.indexOf(at));
        const order = [...circle, at].map((id) => names.get(id)!);
        if (side === 'predecessor') order.reverse();
        const message = `its "Predecessor" and "Successor" lines, with those of others, go in a circle: ${order.join(', then ')}`;
        const key = circle.toSorted().join();
        if (!found.has(key)) found.set(key, { name: order[0]!, message });
      }
      for (const id of trail) walked.add(id);
    }
  }
  return [...found.values()];
}
