/** Many servers, a few at a time. */
import { printServerAddress, type ServerAddress } from '../dns/server-address.ts';

/** Servers that are asked at the same time. */
export const SERVERS_AT_ONCE = 8;

/**
 * Does a piece of work for each item, at most `limit` at the same time.
 *
 * @returns the results in the order of the items; rejects with the first error
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/** Each server once, at its first place. */
export function distinctServers(servers: readonly ServerAddress[]): readonly ServerAddress[] {
  return [...new Map(servers.map((server) => [printServerAddress(server), server])).values()];
}
