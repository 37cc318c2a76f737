/** The real programs of the field, for tests that compare with them. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

/** Whether a missing program is a failure: CI sets REQUIRE_PEERS=1 after installing them. */
export const peersRequired = process.env.REQUIRE_PEERS === '1';

/** Where Debian puts programs; a user's PATH often lacks the sbin directories. */
const PLACES = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The path of a program. @returns undefined if it is not installed */
export function findPeer(name: string): string | undefined {
  return PLACES.filter((place) => place !== '')
    .map((place) => join(place, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Whether a program is installed. */
export function hasPeer(name: string): boolean {
  return findPeer(name) !== undefined;
}

/** The path of a program that a test inside `describePeers` asked for. @throws Error if it is not installed */
export function peer(name: string): string {
  const path = findPeer(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}

/** A suite that needs programs: skipped with a visible line where one is missing, a failure under REQUIRE_PEERS=1. */
export function describePeers(title: string, names: readonly string[], suite: () => void): void {
  describeWhere(
    title,
    names.filter((name) => !hasPeer(name)).map((name) => `${name} is not installed`),
    suite,
  );
}

/**
 * A suite that needs something of the machine.
 *
 * @param missing  what is not there, as sentences; none: the suite runs
 */
export function describeWhere(title: string, missing: readonly string[], suite: () => void): void {
  if (missing.length === 0) {
    describe(title, suite);
    return;
  }
  if (peersRequired) throw new Error(`${title}: ${missing.join(', ')}`);
  console.warn(`SKIPPED: ${title}: ${missing.join(', ')}`);
  describe.skip(title, suite);
}
