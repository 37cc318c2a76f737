/** Random zones, signed by us and by dnssec-signzone. A zone that differs is printed, with the seed that makes it. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describePeers } from './peers.ts';
import { NSEC, NSEC3, OPT_OUT, SIGNING_PEERS, Workshop } from './signing-workshop.ts';
import { anyZone } from './signing-zones.ts';

const RUNS = { seed: 20_260_101, numRuns: 12 };

// Hundreds of processes, on a machine that may have other work to do.
vi.setConfig({ testTimeout: 300_000 });

let shop: Workshop;

beforeAll(() => {
  shop = new Workshop();
});
afterAll(() => shop.remove());

describePeers('a random zone', SIGNING_PEERS, () => {
  test.each([NSEC, NSEC3, OPT_OUT])('has the records of dnssec-signzone, and is accepted: $name', (how) => {
    const keys = shop.keys('example.', ['15']);
    fc.assert(
      fc.property(anyZone, (zone) => {
        const theirs = shop.signTheirs(zone, keys, ['-x', ...how.theirs]);
        const ours = shop.signOurs(zone, keys, how.ours);
        expect(shop.records(ours, zone.origin)).toEqual(shop.records(theirs, zone.origin));
        const refused = shop.refusals(ours, zone.origin);
        if (refused.size === 0) return;
        // Knot wants glue and no names below a DNAME; then it refuses their file just as well.
        expect([...refused.keys()]).toEqual(['kzonecheck']);
        expect([...shop.refusals(theirs, zone.origin).keys()]).toEqual(['kzonecheck']);
      }),
      RUNS,
    );
  });
});
