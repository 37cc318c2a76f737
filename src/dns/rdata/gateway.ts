/** IPSECKEY and AMTRELAY: a gateway of a stated kind (RFC 4025 §2, RFC 8777 §4). */
import type { Octets, OctetWriter } from '../../base/octets.ts';
import { ipv4, ipv6 } from './address.ts';
import { domainName } from './domain-name.ts';
import { base64Rest } from './encoded.ts';
import { type Codec, expectEnd, type Field } from './field.ts';
import { numberAt, u8 } from './number.ts';
import { badToken, expectWord, RdataSyntaxError, type Tokens } from './tokens.ts';
import { printUnknown } from './unknown.ts';

/** No gateway: nothing on the wire, a dot in text. */
function nothing(name: string): Field {
  return {
    name,
    parse(tokens: Tokens, at: number) {
      expectWord(tokens, at, name);
      const start = tokens.start[at]!;
      if (tokens.end[at]! - start !== 1 || tokens.source[start] !== 0x2e) {
        throw badToken(tokens, at, name, 'a dot', `A ${name} of type 0 is none.`);
      }
      return at + 1;
    },
    print(_octets: Octets, at: number, _end: number, out: OctetWriter) {
      out.u8(0x2e);
      return at;
    },
    check: (_octets, at) => at,
  };
}

/** The fields that a gateway type, 0..3, calls for. */
function gatewayFields(name: string): readonly Field[] {
  return [nothing(name), ipv4(name), ipv6(name), domainName(name)];
}

const GATEWAYS = gatewayFields('gateway');
const RELAYS = gatewayFields('relay');
const precedence = u8('precedence');
const algorithm = u8('algorithm');
const publicKey = base64Rest('public key');

/** IPSECKEY (RFC 4025 §2). */
export const IPSECKEY: Codec = {
  parse(tokens, first, origin, out) {
    let at = precedence.parse(tokens, first, origin, out);
    const type = numberAt(tokens, at, 'gateway type', 3);
    out.u8(type);
    at = algorithm.parse(tokens, at + 1, origin, out);
    at = GATEWAYS[type]!.parse(tokens, at, origin, out);
    expectEnd(tokens, publicKey.parse(tokens, at, origin, out));
  },
  print(octets, start, end, out) {
    const type = octets[start + 1]!;
    for (let i = 0; i < 3; i++) {
      out.decimal(octets[start + i]!);
      out.u8(0x20);
    }
    const at = GATEWAYS[type]!.print(octets, start + 3, end, out);
    out.u8(0x20);
    publicKey.print(octets, at, end, out);
  },
  check(octets, start, end) {
    if (end - start < 3) return 'precedence, gateway type or algorithm is cut short';
    const field = GATEWAYS[octets[start + 1]!];
    if (field === undefined) return `gateway type ${octets[start + 1]} is not known`;
    const at = field.check(octets, start + 3, end);
    if (at < 0) return 'gateway is malformed or cut short';
    return at < end ? undefined : 'public key is missing';
  },
};

const DISCOVERY_OPTIONAL = 0x80;

/** AMTRELAY (RFC 8777 §4). */
export const AMTRELAY: Codec = {
  parse(tokens, first, origin, out) {
    let at = precedence.parse(tokens, first, origin, out);
    const discovery = numberAt(tokens, at++, 'discovery optional', 1);
    const type = numberAt(tokens, at, 'relay type', 0x7f);
    const field = RELAYS[type];
    if (field === undefined) {
      const hint = 'Write the record as \\# followed by its length in octets and the octets in hexadecimal.';
      throw new RdataSyntaxError(at, `relays of type ${type} have no spelling`, hint);
    }
    out.u8((discovery * DISCOVERY_OPTIONAL) | type);
    at = field.parse(tokens, at + 1, origin, out);
    expectEnd(tokens, at);
  },
  print(octets, start, end, out) {
    const type = octets[start + 1]! & 0x7f;
    const field = RELAYS[type];
    if (field === undefined) {
      printUnknown(octets, start, end, out);
      return;
    }
    out.decimal(octets[start]!);
    out.u8(0x20);
    out.decimal(octets[start + 1]! >>> 7);
    out.u8(0x20);
    out.decimal(type);
    out.u8(0x20);
    field.print(octets, start + 2, end, out);
  },
  check(octets, start, end) {
    if (end - start < 2) return 'precedence or relay type is cut short';
    const field = RELAYS[octets[start + 1]! & 0x7f];
    if (field === undefined) return undefined;
    const at = field.check(octets, start + 2, end);
    if (at < 0) return 'relay is malformed or cut short';
    return at < end ? `${end - at} octets too many` : undefined;
  },
};
