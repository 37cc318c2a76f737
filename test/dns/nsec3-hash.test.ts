import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase16, encodeBase32Hex } from '../../src/base/encodings.ts';
import { asciiOctets, OctetWriter, octetsText } from '../../src/base/octets.ts';
import { nameFromText } from '../../src/dns/name.ts';
import { hashNsec3Name } from '../../src/dns/nsec3-hash.ts';
import { SHA1_BLOCK, sha1Block } from '../../src/dns/sha1.ts';

/** RFC 5155 App. A: salt AABBCCDD, 12 additional iterations. */
const APPENDIX_A = {
  example: '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom',
  'a.example': '35mthgpgcu1qg68fab165klnsnk3dpvl',
  'ai.example': 'gjeqe526plbf1g8mklp59enfd789njgi',
  'ns1.example': '2t7b4g4vsa5smi47k61mv5bv1a22bojr',
  'ns2.example': 'q04jkcevqvmu85r014c7dkba38o0ji5r',
  'w.example': 'k8udemvp1j2f7eg6jebps17vp3n8i58h',
  '*.w.example': 'r53bq7cc2uvmubfu5ocmm6pers9tk9en',
  'x.w.example': 'b4um86eghhds6nea196smvmlo4ors995',
  'y.w.example': 'ji6neoaepv8b5o6k4ev33abha8ht9fgc',
  'x.y.w.example': '2vptu5timamqttgl4luu9kg21e0aor3s',
  'xx.example': 't644ebqk9bibcna874givr6joj62mlhv',
} as const;

function hashText(name: string, saltHex: string, iterations: number): string {
  const salt = new OctetWriter();
  decodeBase16(asciiOctets(saltHex), 0, saltHex.length, salt);
  const wire = nameFromText(name);
  const hash = new Uint8Array(20);
  hashNsec3Name(wire, 0, wire.length, salt.take(), iterations, hash, 0);
  const text = new OctetWriter();
  encodeBase32Hex(hash, 0, 20, text);
  return octetsText(text.take()).toLowerCase();
}

describe('NSEC3 hashes', () => {
  test.each(Object.entries(APPENDIX_A))('RFC 5155 App. A: %s', (name, hash) => {
    expect(hashText(name, 'AABBCCDD', 12)).toBe(hash);
  });

  test('the case of the name makes no difference', () => {
    expect(hashText('X.Y.W.EXAMPLE', 'aabbccdd', 12)).toBe(APPENDIX_A['x.y.w.example']);
  });

  test('our SHA-1 is SHA-1 at every length that a name and a salt can have', () => {
    const out = new Uint8Array(24);
    for (let length = 0; length <= 510; length++) {
      const input = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
      SHA1_BLOCK.set(input);
      sha1Block(length, out, 4);
      expect(Buffer.from(out.subarray(4)).toString('hex')).toBe(createHash('sha1').update(input).digest('hex'));
    }
  });

  test('our SHA-1 is SHA-1 for any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 510 }), (input) => {
        const out = new Uint8Array(20);
        SHA1_BLOCK.set(input);
        sha1Block(input.length, out, 0);
        expect(Buffer.from(out).toString('hex')).toBe(createHash('sha1').update(input).digest('hex'));
      }),
    );
  });
});
