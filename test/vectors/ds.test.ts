import { describe, expect, test } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import { dsDigest, isDsOf } from '../../src/keys/ds.ts';
import { parseKeyFile } from '../../src/keys/key-file.ts';

/** The key of RFC 4034 §5.4, which RFC 4509 §2.3 uses too. */
const OWNER = nameFromText('dskey.example.com');
const { dnskeyRdata: DNSKEY } = parseKeyFile(
  `dskey.example.com. 86400 IN DNSKEY 256 3 5 (
     AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZ
     DRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9Xzc
     nOf+EPbtG9DMBmADjFDc2w/rljwvFw== )`,
  'K.key',
);

const VECTORS = [
  ['RFC 4034 §5.4, SHA-1', 1, '2bb183af5f22588179a53b0a98631fad1a292118'],
  ['RFC 4509 §2.3, SHA-256', 2, 'd4b7d520e7bb5f0f67674a0cceb1e3e0614b93c4f9e99b8383f6a1e4469da50a'],
] as const;

describe('DS digests', () => {
  test.each(VECTORS)('%s', (_, type, digest) => {
    expect(Buffer.from(dsDigest(OWNER, DNSKEY, type)!).toString('hex')).toBe(digest);
  });

  test.each(VECTORS)('the case of the owner makes no difference: %s', (_, type, digest) => {
    const upper = nameFromText('DSKEY.Example.COM');
    expect(Buffer.from(dsDigest(upper, DNSKEY, type)!).toString('hex')).toBe(digest);
  });

  test.each(VECTORS)('a DS of the key is told from one of another: %s', (_, type, digest) => {
    const ds = Uint8Array.from([60_485 >>> 8, 60_485 & 255, 5, type, ...Buffer.from(digest, 'hex')]);
    expect(isDsOf(ds, OWNER, DNSKEY)).toBe(true);
    for (let i = 0; i < ds.length; i++) {
      const other = ds.map((octet, at) => (at === i ? octet ^ 1 : octet));
      expect(isDsOf(other, OWNER, DNSKEY)).toBe(false);
    }
  });
});
