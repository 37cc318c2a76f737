/** Numbers of fixed size as groups of hexadecimal digits: EUI-48, EUI-64, and the 64-bit values of ILNP. */
import { hexDigit } from '../../base/encodings.ts';
import type { Field } from './field.ts';
import { badToken, expectWord } from './tokens.ts';

/**
 * A number in groups of one or two octets. Leading zeros of a group may be left out; they are always printed, since
 * Knot wants them.
 *
 * @param size       octets in all
 * @param groupSize  octets to a group; up to twice as many digits are read
 * @param separator  between groups
 */
function hexGroups(name: string, size: number, groupSize: 1 | 2, separator: '-' | ':', example: string): Field {
  const part = separator.charCodeAt(0);
  return {
    name,
    parse(tokens, at, _origin, out) {
      expectWord(tokens, at, name);
      const { source } = tokens;
      const end = tokens.end[at]!;
      let i = tokens.start[at]!;
      let isGood = true;
      for (let group = 0; group < size && isGood; group += groupSize) {
        const first = i;
        let value = 0;
        for (let digit = 0; i < end && digit >= 0 && i - first <= groupSize * 2; ) {
          digit = hexDigit(source[i]!);
          if (digit >= 0) {
            value = value * 16 + digit;
            i++;
          }
        }
        isGood = i > first && i - first <= groupSize * 2;
        if (groupSize === 2) out.u16(value);
        else out.u8(value);
        if (group + groupSize < size) isGood = isGood && source[i++] === part && i <= end;
      }
      if (!isGood || i !== end) throw badToken(tokens, at, name, 'well formed', `Write it as ${example}.`);
      return at + 1;
    },
    print(octets, at, _end, out) {
      for (let i = 0; i < size; i += groupSize) {
        if (i > 0) out.u8(part);
        const value = groupSize === 2 ? (octets[at + i]! << 8) | octets[at + i + 1]! : octets[at + i]!;
        out.ascii(value.toString(16).padStart(groupSize * 2, '0'));
      }
      return at + size;
    },
    check: (_octets, at, end) => (at + size <= end ? at + size : -1),
  };
}

/** A MAC address of 48 bits (RFC 7043 §3.2). */
export const eui48 = hexGroups('address', 6, 1, '-', '00-00-5e-00-53-2a');

/** A MAC address of 64 bits (RFC 7043 §4.2). */
export const eui64 = hexGroups('address', 8, 1, '-', '00-00-5e-ef-10-00-00-2a');

/** A node identifier or locator of 64 bits (RFC 6742 §2.1, §2.3). */
export function value64(name: string): Field {
  return hexGroups(name, 8, 2, ':', '2001:db8:1140:1000');
}
