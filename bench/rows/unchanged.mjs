// Signing again when there is nothing to do: what a nightly run costs on most nights.
import { statSync } from 'node:fs';
import { againstPeers } from '../judging.mjs';
import { formatNames } from '../report.mjs';
import { ourSigner } from '../signers.mjs';

/** @type {import('../types.ts').Row} */
export const UNCHANGED = {
  id: 'unchanged',
  title: (scale) => `nothing due and the zone file untouched, tld ${formatNames(scale.names(300_000))}`,
  prepare: (bench) => {
    const zone = bench.zone('tld', bench.scale.names(300_000));
    const signer = ourSigner({ bench, zone, keys: bench.keys('ECDSAP256SHA256') });
    bench.run(signer.argv(bench.cores));
    const written = statSync(signer.output).mtimeMs;
    return {
      contenders: [
        {
          name: 'dnssec sign',
          ours: true,
          command: () => ({
            argv: signer.argv(bench.cores),
            after: () => (statSync(signer.output).mtimeMs === written ? {} : { problem: 'wrote the zone anew' }),
          }),
        },
        ...(bench.has('named-checkzone')
          ? [
              {
                name: 'named-checkzone',
                ours: false,
                command: () => ({ argv: ['named-checkzone', '-q', '-i', 'local', zone.origin, zone.path] }),
              },
            ]
          : []),
      ],
      judge: againstPeers({ wall: { target: 0.1 } }),
      notes: ['named-checkzone reads the zone file alone; with `-i local` it asks no resolver.'],
    };
  },
};
