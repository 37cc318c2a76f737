import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../src/base/octets.ts';
import { decodeHead, decodeMessage, encodeQuery, type Message, rcodeText } from '../../src/dns/message.ts';
import { checkName, nameFromText } from '../../src/dns/name.ts';
import { TYPE } from '../../src/dns/types.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const name = nameFromText;

/**
 * RFC 1035 §4.1.4's own example, its names as owners of records without RDATA: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40,
 * ARPA at 64, the root at 92. The record before the first one takes up the octets in between.
 */
const COMPRESSED = hex(`
  1234 8400 0000 0004 0000 0000
  01 46 03 495349 04 41525041 00                  000a 0001 00000e10 0000
  03 464f4f c00c                                  000a 0001 80000000 0002 c00c
  c012                                            000a 0001 7fffffff 0000
  00                                              000a 0001 00000000 0000`);

describe('a query', () => {
  test('has the wire form of RFC 1035 and RFC 6891', () => {
    expect(encodeQuery(0xbeef, name('a.B'), TYPE.DNSKEY, undefined)).toEqual(
      hex('beef 0000 0001 0000 0000 0000 01 61 01 42 00 0030 0001'),
    );
    expect(encodeQuery(1, name('.'), TYPE.SOA, 1232)).toEqual(
      hex('0001 0000 0001 0000 0000 0001 00 0006 0001  00 0029 04d0 00 00 8000 0000'),
    );
  });

  test('is read back as it was', () => {
    const labels = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 });
    fc.assert(
      fc.property(labels, fc.nat({ max: 65_535 }), fc.nat({ max: 65_535 }), fc.boolean(), (parts, id, type, edns) => {
        const owner = Uint8Array.from([...parts.flatMap((label) => [label.length, ...label]), 0]);
        const message = decodeMessage(encodeQuery(id, owner, type, edns ? 1232 : undefined)) as Message;
        expect(message).toMatchObject({ id, isResponse: false, rcode: 0, question: { name: owner, type, class: 1 } });
        expect(message.edns).toEqual(edns ? { dnssecOk: true } : undefined);
      }),
    );
  });
});

describe('a message', () => {
  test('has its names written out', () => {
    const { answers, authoritative, isResponse, question } = decodeMessage(COMPRESSED) as Message;
    expect([authoritative, isResponse, question]).toEqual([true, true, undefined]);
    expect(answers.map(({ owner }) => owner)).toEqual(['F.ISI.ARPA', 'FOO.F.ISI.ARPA', 'ARPA', '.'].map(name));
  });

  test('has TTLs of 31 bits, those with the top bit as 0', () => {
    expect((decodeMessage(COMPRESSED) as Message).answers.map(({ ttl }) => ttl)).toEqual([3600, 0, 0x7fffffff, 0]);
  });

  test('keeps the RDATA of types that it does not know, octet by octet', () => {
    expect((decodeMessage(COMPRESSED) as Message).answers[1]!.rdata).toEqual(hex('c00c'));
  });

  test('has the names inside of the RDATA of SOA, NS and RRSIG written out, and what is around them as it is', () => {
    const soa = '026e73016200 0161016200 00000001000000020000000300000004'.replaceAll(' ', '');
    const message = hex(`
      0000 8400 0000 0001 0002 0000
      01 61 01 62 00   0006 0001 00000001 001b  026e73 c00e c00c 00000001 00000002 00000003 00000004 00000005
      c00c             0002 0001 00000001 0002  c00e
      c00c             002e 0001 00000001 0016  0006 0d 02 00000e10 00000002 00000001 3039 c00c ffee`);
    const { answers, authority } = decodeMessage(message) as Message;
    expect(answers[0]!.rdata).toEqual(hex(`${soa}00000005`));
    expect(authority.map(({ rdata }) => rdata)).toEqual([
      hex('016200'),
      hex('0006 0d 02 00000e10 00000002 00000001 3039 0161016200 ffee'),
    ]);
  });

  test('has a response code of twelve bits where there is an OPT record', () => {
    const edns = (ttl: string) => hex(`0000 8403 0000 0000 0000 0001 00 0029 04d0 ${ttl} 0000`);
    expect(decodeMessage(edns('01000000'))).toMatchObject({ rcode: 19, edns: { dnssecOk: false } });
    expect(decodeMessage(edns('ff008000'))).toMatchObject({ rcode: 0xff3, edns: { dnssecOk: true } });
    expect([0, 2, 5, 16, 19].map(rcodeText)).toEqual(['NOERROR', 'SERVFAIL', 'REFUSED', 'BADVERS', 'RCODE19']);
  });

  const OPT = '00 0029 04d0 00000000 0000';
  test.each([
    ['nothing', '', 'it is shorter than a header'],
    ['half a header', '0000 8400 0000 0000 0000', 'it is shorter than a header'],
    ['two questions', '0000 8400 0002 0000 0000 0000 00 0001 0001 00 0001 0001', 'it has more than one question'],
    ['no class', '0000 8400 0001 0000 0000 0000 00 0001', 'it ends within a question'],
    ['a record that is not there', '0000 8400 0000 0001 0000 0000', 'it ends within a record'],
    ['a record without RDATA', '0000 8400 0000 0001 0000 0000 00 0001 0001 00000000 0004 c000', 'it ends within a record'],
    ['a record without a length', '0000 8400 0000 0001 0000 0000 00 0001 0001 00000000', 'it ends within a record'],
    ['a pointer to itself', '0000 8400 0001 0000 0000 0000 c00c 0001 0001', 'a name in it is broken'],
    ['a pointer forwards', '0000 8400 0001 0000 0000 0000 c00e 00 0001 0001', 'a name in it is broken'],
    ['a pointer into the header', '0000 8400 0001 0000 0000 0000 c000 0001 0001', 'a name in it is broken'],
    ['a pointer back into its own labels', '0000 8400 0001 0000 0000 0000 0161 c00c 0001 0001', 'a name in it is broken'],
    ['half a pointer', '0000 8400 0001 0000 0000 0000 c0', 'a name in it is broken'],
    ['a label of another type', '0000 8400 0001 0000 0000 0000 4161 00 0001 0001', 'a name in it is broken'],
    ['half a label', '0000 8400 0001 0000 0000 0000 0561', 'a name in it is broken'],
    ['NS RDATA that ends late', '0000 8400 0000 0001 0000 0000 00 0002 0001 00000000 0001 0161 00', 'the RDATA of a record is broken'],
    ['short RRSIG RDATA', '0000 8400 0000 0001 0000 0000 00 002e 0001 00000000 0004 00000000', 'the RDATA of a record is broken'],
    ['two OPT records', `0000 8400 0000 0000 0000 0002 ${OPT} ${OPT}`, 'it has more than one OPT record'],
  ])('is refused with %s', (_, text, fault) => {
    expect(decodeMessage(hex(text))).toBe(fault);
  }); // biome-ignore format: a table

  test('is refused with a name over 255 octets, however it is made up', () => {
    const label = `3f${'61'.repeat(63)}`;
    const whole = (labels: string) => hex(`0000 8400 0001 0000 0000 0000 ${labels} 0001 0001`);
    expect(decodeHead(whole(`${label.repeat(3)} 3d${'61'.repeat(61)} 00`))).toMatchObject({ isResponse: true });
    expect(decodeHead(whole(`${label.repeat(3)} 3e${'61'.repeat(62)} 00`))).toBe('a name in it is broken');
    const back = hex(`0000 8400 0000 0002 0000 0000 ${label.repeat(3)} 00 0001 0001 00000000 0000 ${label} c00c
      0001 0001 00000000 0000`);
    expect(decodeMessage(back)).toBe('a name in it is broken');
  });

  test('is read in a moment, also where its names are long ways of pointers', () => {
    // 8000 pointers, each to the one before, then records whose owner is the last of them.
    const chain = Array.from({ length: 8000 }, (_, i) => 0xc000 | (i === 0 ? 12 : 23 + 2 * (i - 1)));
    const records = 3900;
    const out = new Uint8Array(23 + 2 * chain.length + 12 * records);
    const view = new DataView(out.buffer);
    out.set(hex('0000 8400 0000 ffff 0000 0000 00 ff00 0001 00000000'), 0);
    view.setUint16(21, 2 * chain.length);
    chain.forEach((pointer, i) => {
      view.setUint16(23 + 2 * i, pointer);
    });
    for (let i = 0; i < records; i++) view.setUint16(23 + 2 * chain.length + 12 * i, chain.at(-1)! + 2);
    const start = performance.now();
    expect(decodeMessage(out)).toBe('a name in it is broken');
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe('of any octets', () => {
  /** Whatever comes out: names are names, and nothing is longer than it can be. */
  function check(octets: Octets): void {
    const message = decodeMessage(octets);
    const head = decodeHead(octets);
    if (typeof message === 'string') return;
    expect(head).toMatchObject({ id: message.id, question: message.question });
    const names = [...message.answers, ...message.authority].map(({ owner }) => owner);
    if (message.question !== undefined) names.push(message.question.name);
    for (const one of names) expect(checkName(one, 0, one.length)).toBe(one.length);
    for (const { type, rdata } of [...message.answers, ...message.authority]) {
      if (type === TYPE.NS && rdata.length > 0) expect(checkName(rdata, 0, rdata.length)).toBeGreaterThan(0);
      if (type === TYPE.RRSIG && rdata.length > 0) expect(checkName(rdata, 18, rdata.length)).toBeGreaterThan(0);
      expect(rdata.length).toBeLessThanOrEqual(octets.length + 2 * 255);
    }
  }

  test('a message or a fault is made', () => {
    const counts = fc.array(fc.nat({ max: 4 }), { minLength: 4, maxLength: 4 });
    const tail = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(counts, tail, ([questions, ...others], octets) => {
        check(octets);
        check(Uint8Array.from([0, 0, 0x84, 0, 0, questions! & 1, ...others.flatMap((count) => [0, count]), ...octets]));
      }),
      { numRuns: 3000 },
    );
  });

  test('also where they are nearly a message', () => {
    const change = fc.tuple(fc.nat({ max: COMPRESSED.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), fc.nat({ max: COMPRESSED.length }), (changes, end) => {
        const octets = COMPRESSED.slice();
        for (const [at, octet] of changes) octets[at] = octet;
        // The types whose RDATA holds names come up often enough.
        if (end % 3 === 0) octets[24] = [2, 6, 46, 41][end % 4]!;
        check(octets);
        check(octets.subarray(0, end));
      }),
      { numRuns: 5000 },
    );
  });
});
