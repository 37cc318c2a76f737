import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseKeyFile } from '../../src/keys/key-file.ts';
import { keyTag, revokedKeyTag, withFlags } from '../../src/keys/key-tag.ts';

/** The function of RFC 4034 App. B as it is printed there, octet by octet. */
function printedKeyTag(key: Uint8Array): number {
  let ac = 0;
  for (let i = 0; i < key.length; ++i) ac += (i & 1) === 1 ? key[i]! : key[i]! << 8;
  ac += (ac >> 16) & 0xffff;
  return ac & 0xffff;
}

describe('key tags', () => {
  test('the key of RFC 4034 §5.4 has tag 60485', () => {
    const { dnskeyRdata } = parseKeyFile(
      `dskey.example.com. 86400 IN DNSKEY 256 3 5 ( AQOeiiR0GOMYkDshWoSKz9Xz
        fwJr1AYtsmx3TGkJaNXVbfi/ 2pHm822aJ5iI9BMzNXxeYCmZ DRD99WYwYqUSdjMmmAphXdvx
        egXd/M5+X7OrzKBaMbCVdFLU Uh6DhweJBjEVv5f2wwjM9Xzc nOf+EPbtG9DMBmADjFDc2w/r ljwvFw== ) ; key id = 60485`,
      'K.key',
    );
    expect(keyTag(dnskeyRdata)).toBe(60_485);
  });

  test('the tag is the sum that RFC 4034 App. B prints, at any offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 600 }), fc.nat(9), (rdata, offset) => {
        if (rdata[3] === 1) rdata[3] = 8;
        const buffer = new Uint8Array(rdata.length + offset + 3).fill(0xa5);
        buffer.set(rdata, offset);
        expect(keyTag(rdata)).toBe(printedKeyTag(rdata));
        expect(keyTag(buffer, offset, rdata.length)).toBe(printedKeyTag(rdata));
      }),
    );
  });

  test('for algorithm 1 it is the last but one 16 bits of the modulus (RFC 4034 App. B.1)', () => {
    expect(keyTag(Uint8Array.of(1, 0, 3, 1, 1, 3, 0xaa, 0x12, 0x34, 0x56))).toBe(0x1234);
    expect(keyTag(Uint8Array.of(1, 0, 3, 1))).toBe(0);
  });

  test('the REVOKE bit changes the tag', () => {
    const rdata = Uint8Array.of(1, 1, 3, 13, ...new Array(64).fill(7));
    expect(revokedKeyTag(rdata)).toBe(keyTag(Uint8Array.of(1, 0x81, 3, 13, ...new Array(64).fill(7))));
    expect(revokedKeyTag(rdata)).not.toBe(keyTag(rdata));
    expect(withFlags(rdata, 256)[1]).toBe(0);
    expect(rdata[1]).toBe(1);
  });
});
