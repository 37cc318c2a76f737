import net from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asciiOctets, OctetWriter, octetsText } from '../../../src/base/octets.ts';
import { printIpv4, printIpv6, readIpv4, readIpv6 } from '../../../src/dns/rdata/address.ts';

const out = new Uint8Array(16);
const isIpv4 = (text: string) => readIpv4(asciiOctets(text), 0, text.length, out, 0);
const isIpv6 = (text: string) => readIpv6(asciiOctets(text), 0, text.length, out, 0);

function text(print: (octets: Uint8Array, at: number, out: OctetWriter) => void, octets: Uint8Array): string {
  const writer = new OctetWriter();
  print(octets, 0, writer);
  return octetsText(writer.view());
}

/** Strings that are, or nearly are, addresses. */
const nearlyIpv4 = fc
  .array(fc.constantFrom('0', '1', '9', '25', '255', '256', '00', '01', '.', '.', '.', ''), { maxLength: 9 })
  .map((parts) => parts.join(''));
const nearlyIpv6 = fc
  .array(fc.constantFrom('0', 'a', 'F', '12', '1234', '12345', ':', ':', ':', '::', '1.2.3.4', 'g', '.'), {
    maxLength: 17,
  })
  .map((parts) => parts.join(''));

test('what Node calls an IPv4 address is one, and nothing else', () => {
  fc.assert(
    fc.property(fc.oneof(nearlyIpv4, fc.ipV4()), (s) => isIpv4(s) === net.isIPv4(s)),
    { numRuns: 2000 },
  );
});

test('what Node calls an IPv6 address without a zone is one, and nothing else', () => {
  fc.assert(
    fc.property(fc.oneof(nearlyIpv6, fc.ipV6()), (s) => isIpv6(s) === net.isIPv6(s)),
    {
      numRuns: 2000,
    },
  );
});

const addressOctets = (size: number) =>
  fc
    .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 })), { minLength: size, maxLength: size })
    .map((a) => Uint8Array.from(a));

test('an IPv4 address that is printed reads as itself', () => {
  fc.assert(
    fc.property(addressOctets(4), (octets) => {
      expect(text(printIpv4, octets)).toBe([...octets].join('.'));
      expect(isIpv4(text(printIpv4, octets))).toBe(true);
      expect(out.slice(0, 4)).toEqual(octets);
    }),
  );
});

test('an IPv6 address that is printed is one to Node and reads as itself', () => {
  fc.assert(
    fc.property(addressOctets(16), (octets) => {
      const printed = text(printIpv6, octets);
      expect(net.isIPv6(printed), printed).toBe(true);
      expect(isIpv6(printed), printed).toBe(true);
      expect(out.slice(0, 16), printed).toEqual(octets);
    }),
    { numRuns: 1000 },
  );
});
