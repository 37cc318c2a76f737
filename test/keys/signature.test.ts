import { type createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OctetWriter, sharedOctets } from '../../src/base/octets.ts';
import { nameFromText } from '../../src/dns/name.ts';
import { ALGORITHMS, requireSigningAlgorithm } from '../../src/keys/algorithms.ts';
import { dsDigest, isDsOf } from '../../src/keys/ds.ts';
import { keyTag } from '../../src/keys/key-tag.ts';
import { parsePrivateKeyFile, privateKeyFromOctets } from '../../src/keys/private-key-file.ts';
import { decodePublicKey, dnskeyRdata, encodePublicKey } from '../../src/keys/public-key.ts';
import { createSigner, createVerifier, joinSignature, splitSignature } from '../../src/keys/signature.ts';
import { ECDSA_VECTORS, EDDSA_VECTORS, type KeyVector, RSA_VECTORS } from '../vectors/dnssec-keys.ts';

/** What an RRSIG signs: its own RDATA without the signature, then the RRset (RFC 4034 §3.1.8.1). */
function signedData(v: KeyVector): Uint8Array {
  const out = new OctetWriter();
  out.u16(v.type);
  out.u8(v.algorithm);
  out.u8(v.labels);
  out.u32(v.ttl);
  out.u32(v.expiration);
  out.u32(v.inception);
  out.u16(v.keyTag);
  out.copy(nameFromText(v.zone));
  out.copy(nameFromText(v.owner));
  out.u16(v.type);
  out.u16(1);
  out.u32(v.ttl);
  out.u16(v.rdata.length);
  out.copy(v.rdata);
  return out.take();
}

const octets = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const ALL = [...RSA_VECTORS, ...ECDSA_VECTORS, ...EDDSA_VECTORS];

describe('keys and signatures that RFCs print', () => {
  test.each(ALL)('$title: the signature verifies', (v) => {
    expect(createVerifier(v.algorithm, octets(v.publicKey))(signedData(v), octets(v.signature))).toBe(true);
  });

  test.each(ALL)('$title: any flipped octet of the data or the signature is found', (v) => {
    const verify = createVerifier(v.algorithm, octets(v.publicKey));
    const data = signedData(v);
    const signature = octets(v.signature);
    for (const buffer of [data, signature]) {
      for (let i = 0; i < buffer.length; i += 3) {
        buffer[i]! ^= 1;
        expect(verify(data, signature)).toBe(false);
        buffer[i]! ^= 1;
      }
    }
    expect(verify(data, signature)).toBe(true);
  });

  test.each(ALL)('$title: the private key has the printed public key and tag', (v) => {
    const algorithm = requireSigningAlgorithm(v.algorithm);
    const { privateKey } = parsePrivateKeyFile(v.private, 'K.private');
    const publicKey = encodePublicKey(algorithm, privateKey);
    expect(Buffer.from(publicKey).toString('base64')).toBe(v.publicKey);
    expect(keyTag(dnskeyRdata(v.flags, v.algorithm, publicKey))).toBe(v.keyTag);
  });

  test.each([...RSA_VECTORS, ...EDDSA_VECTORS])('$title: signing makes the identical signature', (v) => {
    const { privateKey } = parsePrivateKeyFile(v.private, 'K.private');
    const signature = createSigner(privateKey, v.algorithm)(signedData(v));
    expect(Buffer.from(signature).toString('base64')).toBe(v.signature);
  });

  test.each(ECDSA_VECTORS)('$title: a new signature verifies and has its fixed width', (v) => {
    const { privateKey } = parsePrivateKeyFile(v.private, 'K.private');
    const sign = createSigner(privateKey, v.algorithm);
    const verify = createVerifier(v.algorithm, octets(v.publicKey));
    for (let i = 0; i < 300; i++) {
      const data = Uint8Array.of(i >>> 8, i);
      const signature = sign(data);
      expect(signature.length).toBe(requireSigningAlgorithm(v.algorithm).signatureLength);
      expect(verify(data, signature)).toBe(true);
    }
  });

  test.each(ALL.filter((v) => v.ds !== undefined))('$title: the DS is the printed one', (v) => {
    const zone = nameFromText(v.zone.toUpperCase());
    const rdata = dnskeyRdata(v.flags, v.algorithm, octets(v.publicKey));
    const { digestType, digest } = v.ds!;
    expect(Buffer.from(dsDigest(zone, rdata, digestType)!).toString('hex')).toBe(digest);
    const ds = Uint8Array.from([
      v.keyTag >>> 8,
      v.keyTag & 255,
      v.algorithm,
      digestType,
      ...Buffer.from(digest, 'hex'),
    ]);
    expect(isDsOf(ds, zone, rdata)).toBe(true);
    for (const i of [0, 2, 3, 4, ds.length - 1]) {
      ds[i]! ^= 1;
      expect(isDsOf(ds, zone, rdata)).toBe(false);
      ds[i]! ^= 1;
    }
    expect(isDsOf(ds.subarray(0, ds.length - 1), zone, rdata)).toBe(false);
  });
});

describe('signers and verifiers', () => {
  test('a signer can be made from a key that was posted to another thread', async () => {
    const v = EDDSA_VECTORS[0]!;
    const { port1, port2 } = new MessageChannel();
    const arrived = new Promise<KeyVectorMessage>((resolve) => port2.once('message', resolve));
    port1.postMessage({ privateKey: parsePrivateKeyFile(v.private, 'K.private').privateKey, algorithm: v.algorithm });
    const { privateKey, algorithm } = await arrived;
    expect(Buffer.from(createSigner(privateKey, algorithm)(signedData(v))).toString('base64')).toBe(v.signature);
    port1.close();
  });
  type KeyVectorMessage = { privateKey: ReturnType<typeof createPrivateKey>; algorithm: number };

  test('data and signatures may lie in shared memory, at any offset', () => {
    for (const v of ALL) {
      const data = signedData(v);
      const signature = octets(v.signature);
      const shared = sharedOctets(data.length + signature.length + 7);
      shared.set(data, 3);
      shared.set(signature, 3 + data.length);
      const verify = createVerifier(v.algorithm, octets(v.publicKey));
      const from = shared.subarray(3, 3 + data.length);
      expect(verify(from, shared.subarray(3 + data.length, 3 + data.length + signature.length))).toBe(true);
      const { privateKey } = parsePrivateKeyFile(v.private, 'K.private');
      expect(verify(from, createSigner(privateKey, v.algorithm)(from))).toBe(true);
    }
  });

  test('a signature of another length is not good, and nothing throws', () => {
    for (const v of ALL) {
      const verify = createVerifier(v.algorithm, octets(v.publicKey));
      const data = signedData(v);
      for (const length of [0, 1, 63, 64, 65, 95, 96, 97, 114, 115, 1000]) {
        expect(verify(data, new Uint8Array(length))).toBe(false);
        expect(verify(data, new Uint8Array(length).fill(255))).toBe(false);
      }
    }
  });

  test('algorithms 5 and 7 are verified and never signed with', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    for (const number of [5, 7]) {
      const publicKey = encodePublicKey(ALGORITHMS.find((a) => a.number === number)!, privateKey);
      expect(createVerifier(number, publicKey)(new Uint8Array(3), new Uint8Array(128))).toBe(false);
      expect(() => createSigner(privateKey, number)).toThrow(/SHA-1/);
    }
  });
});

describe('DER of ECDSA signatures', () => {
  test.each([32, 48])('r‖s of width %d becomes the DER that OpenSSL accepts, and comes back', (width) => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 2 * width, maxLength: 2 * width }),
        fc.nat(width),
        fc.nat(width),
        (signature, zerosOfR, zerosOfS) => {
          signature.fill(0, 0, zerosOfR);
          signature.fill(0, width, width + zerosOfS);
          const der = new Uint8Array(2 * width + 8);
          const length = splitSignature(signature, width, der);
          const total = der.subarray(0, length);
          expect(total[1]).toBe(length - 2);
          for (let at = 2, part = 0; part < 2; part++, at += 2 + total[at + 1]!) {
            expect(total[at]).toBe(2);
            const integer = total.subarray(at + 2, at + 2 + total[at + 1]!);
            expect(integer[0]! & 0x80).toBe(0);
            if (integer.length > 1 && integer[0] === 0) expect(integer[1]! & 0x80).toBe(0x80);
          }
          expect(joinSignature(total, width)).toEqual(signature);
        },
      ),
    );
  });
});

describe('public keys', () => {
  test('octets → KeyObject → octets is the identity for every algorithm', () => {
    for (const v of ALL) {
      const key = decodePublicKey(v.algorithm, octets(v.publicKey));
      expect(encodePublicKey(requireSigningAlgorithm(v.algorithm), key)).toEqual(octets(v.publicKey));
    }
  });

  test('an RSA exponent of any length up to the limit is read, in both forms of RFC 3110 §2', () => {
    const modulus = octets(RSA_VECTORS[1]!.publicKey).subarray(4);
    for (const [head, exponent] of [
      [[1], [3]],
      [[5], [1, 0, 0, 0, 1]],
      [
        [0, 0, 3],
        [1, 0, 1],
      ],
      [[4], [0, 1, 0, 1]],
    ] as const) {
      expect(decodePublicKey(8, Uint8Array.from([...head, ...exponent, ...modulus])).type).toBe('public');
    }
  });

  test.each([
    ['no octets', 8, []],
    ['an exponent of no length', 8, [0, 0, 0, 1, 2, 3]],
    ['an exponent longer than the key', 8, [9, 1, 0, 1]],
    ['no modulus', 8, [3, 1, 0, 1]],
    ['a modulus of 504 bits', 8, [1, 3, ...new Array(63).fill(255)]],
    ['a modulus of 4104 bits', 8, [1, 3, ...new Array(513).fill(255)]],
    ['a modulus of 1016 bits for RSASHA512', 10, [1, 3, ...new Array(127).fill(255)]],
    ['an even modulus', 8, [1, 3, ...new Array(127).fill(255), 254]],
    ['exponent 1', 8, [1, 1, ...new Array(128).fill(255)]],
    ['an even exponent', 8, [1, 4, ...new Array(128).fill(255)]],
    ['an exponent of 36 bits', 8, [5, 8, 0, 0, 0, 1, ...new Array(128).fill(255)]],
    ['a point that is not on the curve', 13, new Array(64).fill(1)],
    ['a point that is too short', 13, new Array(63).fill(1)],
    ['an Ed25519 key that is too long', 15, new Array(33).fill(1)],
  ])('%s is no key', (_, algorithm, key) => {
    expect(() => decodePublicKey(algorithm, Uint8Array.from(key))).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID' }),
    );
  });

  test.each([1, 3, 6, 12, 0, 255])('algorithm %d is not supported', (algorithm) => {
    expect(() => decodePublicKey(algorithm, new Uint8Array(64))).toThrow(
      expect.objectContaining({ code: 'KEY_UNSUPPORTED' }),
    );
  });

  test('an ECDSA private key without its leading zeros is the same key', () => {
    const secret = new Uint8Array(32);
    secret[31] = 7;
    const algorithm = requireSigningAlgorithm(13);
    const short = parsePrivateKeyFile(
      'Private-key-format: v1.2\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: Bw==\n',
      'K',
    );
    expect(encodePublicKey(algorithm, short.privateKey)).toEqual(
      encodePublicKey(algorithm, privateKeyFromOctets(algorithm, secret)),
    );
  });
});
