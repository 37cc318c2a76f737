/** ZONEMD that we make, as Knot sees it: it loads a zone only if the digest is right, with opt-out too. */
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LOOPBACK, startDaemon } from './daemons.ts';
import { describePeers } from './peers.ts';
import { NSEC, NSEC3, OPT_OUT, SIGNING_PEERS, Workshop } from './signing-workshop.ts';
import { ZONES } from './signing-zones.ts';

vi.setConfig({ testTimeout: 120_000 });

let shop: Workshop;

beforeAll(() => {
  shop = new Workshop();
});
afterAll(() => shop.remove());

/** What knotd says of the ZONEMD of a zone file. */
async function loadIntoKnot(file: string, origin: string): Promise<string> {
  const directory = shop.keyDirectory();
  const verdict = async (port: number) =>
    /ZONEMD, verification (\w+)/.exec(await readFile(join(directory, `knotd.${port}.log`), 'latin1'))?.[1];
  const daemon = await startDaemon({
    program: 'knotd',
    directory,
    configure: (port) => {
      const lines = [
        'server:',
        `  listen: ${LOOPBACK}@${port}`,
        `  rundir: "${directory}"`,
        'database:',
        `  storage: "${directory}"`,
        'log:',
        '  - target: stderr',
        '    any: info',
        'zone:',
        `  - domain: "${origin}"`,
        `    file: "${file}"`,
        '    zonemd-verify: on',
      ];
      const config = join(directory, 'knot.conf');
      writeFileSync(config, `${lines.join('\n')}\n`);
      return ['-c', config];
    },
    isReady: async (port) => (await verdict(port)) !== undefined,
  });
  try {
    return (await verdict(daemon.port)) ?? '';
  } finally {
    await daemon.stop();
  }
}

describePeers('ZONEMD', [...SIGNING_PEERS, 'knotd', 'timeout'], () => {
  const sample = ZONES[0]!;

  test.each([NSEC, NSEC3, OPT_OUT])('is what knotd computes: $name', async (how) => {
    const signed = shop.signOurs(sample, shop.keys(sample.origin, ['13']), [...how.ours, '--zonemd']);
    expect(await loadIntoKnot(signed, sample.origin)).toBe('successful');
    const text = await readFile(signed, 'latin1');
    const spoilt = shop.write('spoilt', text.replace(/(?<=^www\.\S+\t)3600(?=\tIN\tCNAME)/m, '3601'));
    expect(await readFile(spoilt, 'latin1')).not.toBe(text);
    expect(await loadIntoKnot(spoilt, sample.origin)).toBe('failed');
  });
});
