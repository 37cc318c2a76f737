/** A in class CH: a domain and an address of 16 bits in octal (RFC 1035 §3.3 leaves it to the class). */
import { domainName } from './domain-name.ts';
import { type Field, sequence } from './field.ts';
import { readU16 } from './number.ts';
import { badToken, expectWord } from './tokens.ts';

const octal: Field = {
  name: 'address',
  parse(tokens, at, _origin, out) {
    expectWord(tokens, at, 'address');
    let value = 0;
    for (let i = tokens.start[at]!; i < tokens.end[at]!; i++) {
      const digit = tokens.source[i]! - 0x30;
      if (digit < 0 || digit > 7 || value > 0xffff) {
        value = -1;
        break;
      }
      value = value * 8 + digit;
    }
    const isEmpty = tokens.start[at] === tokens.end[at];
    if (value < 0 || value > 0xffff || isEmpty) throw badToken(tokens, at, 'address', 'octal, from 0 to 177777');
    out.u16(value);
    return at + 1;
  },
  print(octets, at, _end, out) {
    out.ascii(readU16(octets, at).toString(8));
    return at + 2;
  },
  check: (_octets, at, end) => (at + 2 <= end ? at + 2 : -1),
};

/** A in the class CH: a domain and a 16-bit address in octal (RFC 1034 §3.6). */
export const chaosAddress = sequence([domainName('domain'), octal]);
