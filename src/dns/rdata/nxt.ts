/** The bit map of NXT: one bit for each type from 0 to 127, as many octets as needed (RFC 2535 §5.2; obsolete). */
import { printType } from '../types.ts';
import type { Field } from './field.ts';
import { badToken } from './tokens.ts';
import { typeAt } from './type-fields.ts';

/** Types above this one have no bit. */
const LAST_TYPE = 127;

/** The type bit map of NXT: one bit for each type below 128 (RFC 2535 §5.2). */
export const nxtBitmap: Field = {
  name: 'type',
  parse(tokens, at, _origin, out) {
    const start = out.length;
    const b = out.reserve(16);
    let length = 0;
    for (let i = at; i < tokens.count; i++) {
      const type = typeAt(tokens, i, 'type', true);
      if (type < 1 || type > LAST_TYPE) throw badToken(tokens, i, 'type', 'a type from 1 to 127');
      while (length <= type >>> 3) b[start + length++] = 0;
      b[start + (type >>> 3)]! |= 0x80 >>> (type & 7);
    }
    out.length = start + length;
    return tokens.count;
  },
  print(octets, at, end, out) {
    let isFirst = true;
    for (let type = 0; type < (end - at) * 8; type++) {
      if ((octets[at + (type >>> 3)]! & (0x80 >>> (type & 7))) === 0) continue;
      if (!isFirst) out.u8(0x20);
      isFirst = false;
      printType(type, out, true);
    }
    return end;
  },
  check(octets, at, end) {
    if (at === end) return end;
    return (octets[at]! & 0x80) === 0 && end - at <= 16 && octets[end - 1] !== 0 ? end : -1;
  },
};
