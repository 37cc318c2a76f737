/** HIP: a host identity tag, a public key, and rendezvous servers (RFC 8005 §5, §6). */
import { decodeBase16, encodeBase16 } from '../../base/encodings.ts';
import { domainName } from './domain-name.ts';
import { appendBase64Words, printBase64 } from './encoded.ts';
import type { Codec } from './field.ts';
import { numberAt, readU16 } from './number.ts';
import { badToken, expectWord, RdataSyntaxError } from './tokens.ts';

const server = domainName('rendezvous server');

/** HIP (RFC 8005 §5). */
export const HIP: Codec = {
  parse(tokens, first, origin, out) {
    const start = out.length;
    out.u8(0);
    out.u8(numberAt(tokens, first, 'public key algorithm', 0xff));
    out.u16(0);
    const atTag = first + 1;
    expectWord(tokens, atTag, 'host identity tag');
    if (decodeBase16(tokens.source, tokens.start[atTag]!, tokens.end[atTag]!, out) >= 0) {
      throw badToken(tokens, atTag, 'host identity tag', 'hexadecimal, in one word');
    }
    const tagLength = out.length - start - 4;
    if (tagLength === 0 || tagLength > 255)
      throw new RdataSyntaxError(atTag, 'host identity tag takes 1 to 255 octets');
    const atKey = atTag + 1;
    expectWord(tokens, atKey, 'public key');
    appendBase64Words(tokens, atKey, atKey + 1, 'public key', out);
    const keyLength = out.length - start - 4 - tagLength;
    if (keyLength === 0 || keyLength > 0xffff) throw new RdataSyntaxError(atKey, 'public key takes 1 to 65535 octets');
    out.bytes[start] = tagLength;
    out.bytes[start + 2] = keyLength >>> 8;
    out.bytes[start + 3] = keyLength;
    for (let at = atKey + 1; at < tokens.count; ) at = server.parse(tokens, at, origin, out);
  },
  print(octets, start, end, out) {
    const key = start + 4 + octets[start]!;
    const servers = key + readU16(octets, start + 2);
    out.decimal(octets[start + 1]!);
    out.u8(0x20);
    encodeBase16(octets, start + 4, key, out);
    out.u8(0x20);
    printBase64(octets, key, servers, out);
    for (let at = servers; at < end; ) {
      out.u8(0x20);
      at = server.print(octets, at, end, out);
    }
  },
  check(octets, start, end) {
    if (end - start < 4) return 'lengths are cut short';
    const tagLength = octets[start]!;
    const keyLength = readU16(octets, start + 2);
    if (tagLength === 0 || keyLength === 0) return 'host identity tag or public key is empty';
    let at = start + 4 + tagLength + keyLength;
    if (at > end) return 'host identity tag or public key is cut short';
    while (at < end) {
      at = server.check(octets, at, end);
      if (at < 0) return 'rendezvous server is malformed or cut short';
    }
    return undefined;
  },
};
