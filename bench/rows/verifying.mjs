// Verifying a signed zone that somebody else has signed.
import { againstPeers } from '../judging.mjs';
import { formatNames } from '../report.mjs';
import { checkSignatures, signzone } from '../signers.mjs';

/** @type {import('../types.ts').Row} */
export const VERIFYING = {
  id: 'verify',
  title: (scale) => `verifying, host ${formatNames(scale.names(100_000))}, ECDSAP256SHA256, NSEC3`,
  prepare: (bench) => {
    const zone = bench.zone('host', bench.scale.names(100_000));
    const signer = signzone({ bench, zone, keys: bench.keys('ECDSAP256SHA256') });
    bench.run(signer.argv(bench.cores));
    const { problem } = checkSignatures(signer.output, zone);
    if (problem !== undefined) throw new Error(`${signer.name}: ${problem}`);
    const after = () => ({ count: zone.signatures });
    const contenders = [
      {
        name: 'dnssec verify',
        ours: true,
        command: () => ({ argv: [...bench.program, 'verify', '--quiet', '-o', zone.origin, signer.output], after }),
      },
      {
        name: 'dnssec-verify',
        ours: false,
        command: () => ({ argv: ['dnssec-verify', '-q', '-o', zone.origin, signer.output], after }),
      },
      {
        name: 'ldns-verify-zone',
        ours: false,
        command: () => ({ argv: ['ldns-verify-zone', '-V', '0', signer.output], after }),
      },
    ];
    return {
      contenders: contenders.filter(({ name, ours }) => ours || bench.has(name)),
      counted: 'signatures',
      judge: againstPeers({ wall: { target: 0.55 } }),
    };
  },
};
