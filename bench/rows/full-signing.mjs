// Signing a zone that has no signatures yet.
import { againstPeers, againstReference } from '../judging.mjs';
import { formatNames } from '../report.mjs';
import { contenderOf, ourSigner, signersFor, signzone } from '../signers.mjs';

/**
 * @param {{
 *   id: string, shape: import('../types.ts').Shape, names: number, algorithm: string, bits?: number,
 *   reference: string, part?: number, wall: import('../judging.mjs').Limit, memory?: import('../judging.mjs').Limit,
 * }} work  `part`: signatures per second as a part of what OpenSSL does
 * @returns {import('../types.ts').Row}
 */
function fullSigning({ id, shape, names, algorithm, bits, reference, part, wall, memory }) {
  return {
    id,
    title: (scale) =>
      `full signing, ${shape} ${formatNames(scale.names(names))}, ${algorithm}${bits === undefined ? '' : ` ${bits}`}, ` +
      `NSEC3${shape === 'tld' ? ' opt-out' : ''}, not verified`,
    prepare: (bench) => {
      const zone = bench.zone(shape, bench.scale.names(names));
      const keys = bench.keys(algorithm, bits);
      const peers = againstPeers({ wall, ...(memory === undefined ? {} : { memory }) });
      const signers = signersFor({ bench, zone, keys });
      const openssl = part === undefined ? undefined : againstReference(part);
      return {
        contenders: signers.map((signer) => contenderOf(signer, zone)),
        reference,
        profile: signers[0]?.argv(bench.cores) ?? [],
        counted: 'signatures',
        judge: (results, references) => [...peers(results), ...(openssl?.(results, references) ?? [])],
        ...(shape === 'tld'
          ? {
              notes: [
                'ldns-signzone sets the opt-out flag, but signs an NSEC3 for each insecure delegation all the same.',
              ],
            }
          : {}),
      };
    },
  };
}

/** The targets were set in two steps; the first of them is the floor. */
const FLOOR = { wall: 0.7, memory: 2 };

/** @type {import('../types.ts').Row} */
const verified = {
  id: 'host-verified',
  title: (scale) => `signing and verifying, host ${formatNames(scale.names(100_000))}, ECDSAP256SHA256, NSEC3`,
  prepare: (bench) => {
    const zone = bench.zone('host', bench.scale.names(100_000));
    const job = { bench, zone, keys: bench.keys('ECDSAP256SHA256'), isVerified: true };
    const signers = [ourSigner(job), ...(signzone.programs.every(bench.has) ? [signzone(job)] : [])];
    return {
      contenders: signers.map((signer) => contenderOf(signer, zone)),
      profile: signers[0]?.argv(bench.cores) ?? [],
      counted: 'signatures',
      judge: againstPeers({ wall: { target: 0.5 } }),
    };
  },
};

/** @type {readonly import('../types.ts').Row[]} */
export const FULL_SIGNING = [
  fullSigning({
    id: 'host-p256',
    shape: 'host',
    names: 100_000,
    algorithm: 'ECDSAP256SHA256',
    reference: 'ecdsap256',
    part: 0.65,
    wall: { target: 0.5, floor: FLOOR.wall },
    memory: { target: 1, floor: FLOOR.memory },
  }),
  fullSigning({
    id: 'host-ed25519',
    shape: 'host',
    names: 100_000,
    algorithm: 'ED25519',
    reference: 'ed25519',
    wall: { target: 0.55 },
  }),
  fullSigning({
    id: 'host-rsa2048',
    shape: 'host',
    names: 10_000,
    algorithm: 'RSASHA256',
    bits: 2048,
    reference: 'rsa2048',
    part: 0.9,
    wall: { target: 0.75 },
  }),
  fullSigning({
    id: 'tld-p256',
    shape: 'tld',
    names: 300_000,
    algorithm: 'ECDSAP256SHA256',
    reference: 'ecdsap256',
    wall: { target: 0.6, floor: FLOOR.wall },
    memory: { target: 1, floor: FLOOR.memory },
  }),
  verified,
];
