/** WKS: well known services of a host by protocol and port (RFC 1035 §3.4.2). */
import { type Octets, octetsText } from '../../base/octets.ts';
import { ipv4 } from './address.ts';
import type { Codec } from './field.ts';
import { readUnsigned } from './number.ts';
import { badToken, expectWord, type Tokens } from './tokens.ts';

const address = ipv4('address');

/** Protocols by name (IANA, Protocol Numbers). */
const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['igmp', 2],
  ['ggp', 3],
  ['tcp', 6],
  ['egp', 8],
  ['udp', 17],
]);

/**
 * Ports by name (IANA, Service Names), those of the record's time and after; others are written as numbers. The
 * same names hold for TCP and UDP.
 */
const SERVICES: ReadonlyMap<string, number> = new Map([
  ['tcpmux', 1],
  ['echo', 7],
  ['discard', 9],
  ['systat', 11],
  ['daytime', 13],
  ['netstat', 15],
  ['qotd', 17],
  ['chargen', 19],
  ['ftp-data', 20],
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['time', 37],
  ['whois', 43],
  ['tacacs', 49],
  ['domain', 53],
  ['bootps', 67],
  ['bootpc', 68],
  ['tftp', 69],
  ['gopher', 70],
  ['finger', 79],
  ['http', 80],
  ['kerberos', 88],
  ['pop3', 110],
  ['sunrpc', 111],
  ['auth', 113],
  ['nntp', 119],
  ['ntp', 123],
  ['imap2', 143],
  ['snmp', 161],
  ['irc', 194],
  ['imap3', 220],
  ['ldap', 389],
  ['https', 443],
  ['syslog', 514],
  ['ldaps', 636],
  ['imaps', 993],
  ['pop3s', 995],
]);

/** The highest number of ports, as octets of the bit map. */
const MAP_OCTETS = 8192;

/** The number that token `at` is or names. */
function numberOrName(
  tokens: Tokens,
  at: number,
  name: string,
  names: ReadonlyMap<string, number>,
  max: number,
): number {
  expectWord(tokens, at, name);
  const start = tokens.start[at]!;
  const end = tokens.end[at]!;
  let value = readUnsigned(tokens.source, start, end);
  if (value < 0 && end - start <= 32) value = names.get(octetsText(tokens.source, start, end).toLowerCase()) ?? -1;
  if (value < 0 || value > max) throw badToken(tokens, at, name, `a number from 0 to ${max} or a well known name`);
  return value;
}

/** WKS (RFC 1035 §3.4.2). */
export const WKS: Codec = {
  parse(tokens, first, origin, out) {
    const at = address.parse(tokens, first, origin, out);
    out.u8(numberOrName(tokens, at, 'protocol', PROTOCOLS, 0xff));
    const map = out.length;
    const b = out.reserve(MAP_OCTETS);
    let length = 0;
    for (let i = at + 1; i < tokens.count; i++) {
      const port = numberOrName(tokens, i, 'service', SERVICES, 0xffff);
      while (length <= port >>> 3) b[map + length++] = 0;
      b[map + (port >>> 3)]! |= 0x80 >>> (port & 7);
    }
    out.length = map + length;
  },
  print(octets: Octets, start, end, out) {
    address.print(octets, start, end, out);
    out.u8(0x20);
    out.decimal(octets[start + 4]!);
    for (let i = start + 5; i < end; i++) {
      for (let bit = 0; bit < 8; bit++) {
        if ((octets[i]! & (0x80 >>> bit)) === 0) continue;
        out.u8(0x20);
        out.decimal((i - start - 5) * 8 + bit);
      }
    }
  },
  check(octets, start, end) {
    if (end - start < 5) return 'address or protocol is cut short';
    if (end - start > 5 + MAP_OCTETS) return 'the bit map is longer than 8192 octets';
    return end - start > 5 && octets[end - 1] === 0 ? 'the bit map ends in a zero octet' : undefined;
  },
};
