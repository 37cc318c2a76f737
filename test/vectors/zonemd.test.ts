/** The digests that RFC 8976 prints, as our signer computes them. What the verifier makes of them: signed-zones.test.ts. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TYPE } from '../../src/dns/types.ts';
import { ZONEMD_DIGEST } from '../../src/sign/apex.ts';
import { layOut } from '../../src/sign/layout.ts';
import { signZone } from '../../src/sign/sign-zone.ts';
import { classifyNames } from '../../src/zone/cuts.ts';
import { findRrset } from '../../src/zone/zone.ts';
import { MemorySink, NOW, readText, validityFrom } from '../sign/signing.ts';

function readFixture(name: string): string {
  return readFileSync(new URL(`../fixtures/rfc/${name}.zone`, import.meta.url), 'latin1');
}

/** The digest of a zone that holds one ZONEMD, as it stands: signed with no keys, and with no chain. */
async function computeDigest(text: string): Promise<string> {
  const zone = readText(text);
  const record = zone.rrsetFirst[findRrset(zone, 0, TYPE.ZONEMD)]!;
  const digest = zone.rdata[record]! + ZONEMD_DIGEST.offset;
  zone.octets.fill(0, digest, zone.rdata[record]! + zone.rdataLength[record]!);
  const plan = {
    zone,
    kinds: classifyNames(zone),
    order: layOut(zone, undefined),
    denial: { type: 'nsec3', salt: new Uint8Array(0), iterations: 0, optOut: false },
    chain: undefined,
    denialTtl: 0,
    previous: undefined,
    keys: [],
    validity: validityFrom(NOW),
    seed: 0,
    zonemd: true,
  } as const;
  await signZone(plan, 1, new MemorySink());
  return Buffer.from(zone.octets.subarray(digest, zone.rdata[record]! + zone.rdataLength[record]!)).toString('hex');
}

test.each([
  [
    'App. A.1',
    '8976-app-a1',
    'c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c',
  ],
  [
    'App. A.2, with occluded data, doubled and mixed records and a ZONEMD below the apex',
    '8976-app-a2',
    'a3b69bad980a3504e1cffcb0fd6397f93848071c93151f552ae2f6b1711d4bd2d8b39808226d7b9db71e34b72077f8fe',
  ],
  [
    'App. A.3, with its first digest alone',
    '8976-app-a3',
    '62e6cf51b02e54b9b5f967d547ce43136792901f9f88e637493daaf401c92c279dd10f0edb1c56f8080211f8480ee306',
  ],
])('RFC 8976 %s has the digest that is printed there', async (_, fixture, digest) => {
  const oneDigest = readFixture(fixture).replace(/^@ .* ZONEMD \d+ 1 (?:2|240) .*\n/gm, '');
  expect(await computeDigest(oneDigest)).toBe(digest);
});
