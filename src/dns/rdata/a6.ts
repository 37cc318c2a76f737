/** A6: the tail of an IPv6 address, and the name of its head (RFC 2874 §3.1; historic). */
import { printIpv6, readIpv6 } from './address.ts';
import { domainName } from './domain-name.ts';
import { type Codec, expectEnd } from './field.ts';
import { numberAt } from './number.ts';
import { badToken, expectWord } from './tokens.ts';

const ADDRESS_BITS = 128;
const prefixName = domainName('prefix name');
const address = new Uint8Array(16);

/** A6 (RFC 2874 §3.1). */
export const A6: Codec = {
  parse(tokens, first, origin, out) {
    const bits = numberAt(tokens, first, 'prefix length', ADDRESS_BITS);
    let at = first + 1;
    out.u8(bits);
    if (bits < ADDRESS_BITS) {
      expectWord(tokens, at, 'address suffix');
      if (!readIpv6(tokens.source, tokens.start[at]!, tokens.end[at]!, address, 0)) {
        throw badToken(tokens, at, 'address suffix', 'an IPv6 address');
      }
      address[bits >>> 3]! &= 0xff >>> (bits & 7);
      out.copy(address, bits >>> 3, 16);
      at++;
    }
    if (bits > 0) at = prefixName.parse(tokens, at, origin, out);
    expectEnd(tokens, at);
  },
  print(octets, start, end, out) {
    const bits = octets[start]!;
    const suffix = 16 - (bits >>> 3);
    out.decimal(bits);
    if (bits < ADDRESS_BITS) {
      address.fill(0);
      for (let i = 0; i < suffix; i++) address[16 - suffix + i] = octets[start + 1 + i]!;
      out.u8(0x20);
      printIpv6(address, 0, out);
    }
    if (bits > 0) {
      out.u8(0x20);
      prefixName.print(octets, start + 1 + suffix, end, out);
    }
  },
  check(octets, start, end) {
    if (start === end) return 'prefix length is missing';
    const bits = octets[start]!;
    if (bits > ADDRESS_BITS) return 'prefix length is more than 128';
    let at = start + 1 + 16 - (bits >>> 3);
    if (at > end) return 'address suffix is cut short';
    if ((bits & 7) !== 0 && octets[start + 1]! >>> (8 - (bits & 7)) !== 0)
      return 'address suffix has bits of the prefix';
    if (bits > 0) at = prefixName.check(octets, at, end);
    if (at < 0) return 'prefix name is malformed or cut short';
    return at < end ? `${end - at} octets too many` : undefined;
  },
};
