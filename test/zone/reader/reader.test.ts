import { describe, expect, test } from 'vitest';
import { DnssecError } from '../../../src/base/errors.ts';
import { asciiOctets } from '../../../src/base/octets.ts';
import { nameFromText, nameText } from '../../../src/dns/name.ts';
import { TYPE } from '../../../src/dns/types.ts';
import { readZone } from '../../../src/zone/reader/reader.ts';
import { errorPlaces, readErrors, readLines, readText, recordLines, SOA } from './reading.ts';

describe('entries (RFC 1035 §5.1)', () => {
  test.each<[rule: string, text: string, records: readonly string[]]>([
    ['TTL before class', 'a 5 IN A 192.0.2.1', ['a.example. 5 IN A 192.0.2.1']],
    ['class before TTL', 'a IN 5 A 192.0.2.1', ['a.example. 5 IN A 192.0.2.1']],
    ['type and class in any case', 'a in a 192.0.2.1', ['a.example. 60 IN A 192.0.2.1']],
    ['TYPEn and CLASSn', 'a CLASS1 5 type1 \\# 4 C0000201', ['a.example. 5 IN A 192.0.2.1']],
    ['an unknown type', 'a 5 TYPE65280 \\# 4 0a000001', ['a.example. 5 IN TYPE65280 \\# 4 0A000001']],
    ['an absolute owner', 'b.example. 5 A 192.0.2.1', ['b.example. 5 IN A 192.0.2.1']],
    ['@ is the origin', '@ 5 A 192.0.2.1', ['example. 5 IN A 192.0.2.1']],
    ['the case of a name is kept', 'aB 5 NS Cd', ['aB.example. 5 IN NS Cd.example.']],
    [
      'a blank owner is the last one',
      'a 5 A 192.0.2.1\n\t A 192.0.2.2',
      ['a.example. 5 IN A 192.0.2.1', 'a.example. 5 IN A 192.0.2.2'],
    ],
  ])('%s', (_, text, records) => {
    expect(readLines(text)).toEqual(records);
  });

  test('blank lines, lines of blanks and comments are nothing', () => {
    expect(readLines('\n   \n ; x\n;\na 5 A 192.0.2.1;y\n\n')).toEqual(['a.example. 5 IN A 192.0.2.1']);
  });

  test('parentheses make lines one entry, also in front of the owner and with comments inside', () => {
    const one = ['a.example. 5 IN A 192.0.2.1'];
    expect(readLines('a 5 ( A ; (\n ; )\n\n192.0.2.1\n)\n')).toEqual(one);
    expect(readLines('( a\n5 ) A (192.0.2.1)')).toEqual(one);
    expect(readLines('a((5)A)192.0.2.1')).toEqual(one);
  });

  test('a line that begins with a blank continues the owner also where a parenthesis follows', () => {
    expect(readLines('a 5 A 192.0.2.1\n (\nA 192.0.2.2 )')[1]).toBe('a.example. 5 IN A 192.0.2.2');
  });

  test('CRLF, bare CR and a last line without end end entries', () => {
    const two = ['a.example. 5 IN A 192.0.2.1', 'b.example. 5 IN A 192.0.2.2'];
    for (const end of ['\n', '\r\n', '\r']) {
      expect(readLines(`a 5 A 192.0.2.1${end}b 5 A 192.0.2.2${end}`)).toEqual(two);
      expect(readLines(`a 5 A 192.0.2.1${end}b 5 A 192.0.2.2`)).toEqual(two);
      expect(readLines(`a 5 (A${end}192.0.2.1)${end}b 5 A 192.0.2.2`)).toEqual(two);
    }
  });

  test('a byte order mark is passed over, in included files too', () => {
    const mark = '\xef\xbb\xbf';
    expect(recordLines(readText(`${mark}${SOA}`))).toHaveLength(1);
    expect(readLines('$INCLUDE x', { files: { x: `${mark}a 5 A 192.0.2.1` } })).toEqual([
      'a.example. 5 IN A 192.0.2.1',
    ]);
  });

  test('escapes: \\DDD is an octet, \\X a character that means nothing else', () => {
    expect(readLines('a\\.b\\046c\\;\\(\\"\\$ 5 A 192.0.2.1')).toEqual([
      'a\\.b\\.c\\;\\(\\"\\$.example. 5 IN A 192.0.2.1',
    ]);
    expect(readLines('\\$TTL 5 TXT a\\ b \\"c\\"')).toEqual(['\\$TTL.example. 5 IN TXT "a b" "\\"c\\""']);
  });

  test('quoted strings hold blanks, semicolons, parentheses and escaped line ends', () => {
    expect(readLines('a 5 TXT "x ;()\\"\\\ny" ""z')).toEqual(['a.example. 5 IN TXT "x ;()\\"\\010y" "" "z"']);
    expect(readLines('a 5 TXT "x\0y"')).toEqual(['a.example. 5 IN TXT "x\\000y"']);
  });

  test('the line of a record is where its entry begins', () => {
    const { records } = readText(`${SOA}\na 5 (\nA 192.0.2.1 )\nb 5 TXT "\\\n"\nc 5 A 192.0.2.1\n`);
    expect([...records.line.view()]).toEqual([1, 3, 5, 7]);
  });

  test('records of one owner in a row share its octets', () => {
    const { records } = readText(`${SOA}a 5 A 192.0.2.1\na 5 A 192.0.2.2\n A 192.0.2.3\nA 5 A 192.0.2.4\n`);
    const owner = records.owner.view();
    expect([owner[1], owner[2]]).toEqual([owner[3], owner[3]]);
    expect(owner[4]).not.toBe(owner[3]);
  });
});

describe('TTLs', () => {
  const ttlOf = (text: string) => readLines(text).map((line) => Number(line.split(' ')[1]));

  test.each([
    ['3600', 3600],
    ['1h30m', 5400],
    ['1W2D3H4M5S', 788_645],
    ['0', 0],
    ['0h30', 30],
    ['2147483647', 2_147_483_647],
    ['2147483648', 0],
  ])('%s is %i seconds', (text, seconds) => {
    expect(ttlOf(`a ${text} A 192.0.2.1`)).toEqual([seconds]);
  });

  test.each(['1h30', '4294967296', '7200w', '1x', 'h', '1hh', '5-'])('%s is none', (text) => {
    const what = text === 'h' ? 'type' : 'TTL';
    expect(errorPlaces(`a ${text} A 192.0.2.1`)).toEqual([`2:3+${text.length} "${text}" is not a ${what}`]);
  });

  test('a TTL over 2147483647 is taken as 0, with a warning (RFC 2181 §8)', () => {
    const { warnings } = readText(`${SOA}a 2147483648 A 192.0.2.1`);
    expect(warnings).toMatchObject([
      { line: 2, column: 3, width: 10, message: 'the TTL is over 2147483647: it is taken as 0' },
    ]);
  });

  test('$TTL counts before the TTL of the last record (RFC 2308 §4)', () => {
    expect(ttlOf('$TTL 7\na 5 A 192.0.2.1\nb A 192.0.2.1\n$TTL 1d\nc A 192.0.2.1')).toEqual([5, 7, 86_400]);
  });

  test('without $TTL the last TTL counts (RFC 1035 §5.1), with one warning', () => {
    const text = `${SOA}a A 192.0.2.1\nb 5 A 192.0.2.1\nc A 192.0.2.1\n`;
    expect(readText(text).warnings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '2 no TTL, and no $TTL: the TTL of the record before is taken',
    ]);
    expect(recordLines(readText(text)).map((line) => line.split(' ')[1])).toEqual(['60', '60', '5', '5']);
  });

  test('an SOA without any TTL takes its minimum, and so do all records after it, with a warning', () => {
    const file = readText('@ SOA ns h 1 2 3 4 77\na A 192.0.2.1\n');
    expect(recordLines(file).map((line) => line.split(' ')[1])).toEqual(['77', '77']);
    expect(file.warnings).toHaveLength(1);
  });

  test('a record before the SOA without any TTL is an error', () => {
    expect(readErrors(`a A 192.0.2.1\n${SOA}`)).toMatchObject([
      { line: 1, column: 3, message: 'the record has no TTL' },
    ]);
  });

  test('a default may be handed in', () => {
    expect(readLines('a A 192.0.2.1', { defaultTtl: 9 })).toEqual(['a.example. 9 IN A 192.0.2.1']);
  });
});

describe('the origin and the class', () => {
  const parse = (text: string, options = {}) => readZone({ open: () => chunks(text, 7) }, 'zone', options);

  test('$ORIGIN completes relative names, and is relative itself', () => {
    expect(readLines('$ORIGIN a\nb 5 A 192.0.2.1\n$origin b.\nc 5 NS d')).toEqual([
      'b.a.example. 5 IN A 192.0.2.1',
      'c.b. 5 IN NS d.b.',
    ]);
  });

  test('the apex is the owner of the first SOA where no origin is given', () => {
    expect(nameText(parse('a.test. 5 SOA b. c. 1 2 3 4 5').origin)).toBe('a.test.');
    expect(nameText(parse('$ORIGIN a.test.\n@ 5 SOA b c 1 2 3 4 5').origin)).toBe('a.test.');
  });

  test('a relative name without an origin is an error that says what to do, once', () => {
    const error = expectError(() => parse('a 5 SOA b c 1 2 3 4 5\nb 5 A 192.0.2.1'));
    expect(error.diagnostics).toMatchObject([{ line: 1, column: 1, message: 'owner name: no origin' }]);
    expect(error.diagnostics[0]?.hint).toContain('-o');
    const inData = expectError(() => parse('a.test. 5 SOA b. c 1 2 3 4 5'));
    expect(inData.diagnostics[0]).toMatchObject({ line: 1, column: 18 });
    expect(inData.diagnostics[0]?.hint).toContain('-o');
  });

  test('an assumed origin completes names, but the SOA names the apex', () => {
    const file = parse('$ORIGIN a.test.\n@ 5 SOA b c 1 2 3 4 5', { assumedOrigin: nameFromText('other') });
    expect(nameText(file.origin)).toBe('a.test.');
    expect(nameText(parse('@ 5 SOA b c 1 2 3 4 5', { assumedOrigin: nameFromText('other') }).origin)).toBe('other.');
  });

  test('no SOA and no origin is an error', () => {
    expect(expectError(() => parse('a.test. 5 A 192.0.2.1')).message).toBe('zone file zone has no SOA record');
  });

  test('the class of the first record that says one is the zone’s; another one is an error', () => {
    expect(parse('a. 5 CH TXT x\nb. 5 TXT y\na. 5 SOA b. c. 1 2 3 4 5').class).toBe(3);
    expect(parse('a. 5 SOA b. c. 1 2 3 4 5').class).toBe(1);
    expect(errorPlaces('a 5 CH A 192.0.2.1')).toEqual(['2:5+2 class CH in a zone of class IN']);
    expect(errorPlaces('a IN 5 CH A 192.0.2.1')).toEqual(['2:8+2 "CH" is a second class']);
  });

  test('the first SOA is told, wherever it stands', () => {
    expect(readText(`a 5 A 192.0.2.1\n${SOA}`).soa).toBe(1);
    expect(readText('a 5 A 192.0.2.1').soa).toBe(-1);
  });
});

describe('what is kept', () => {
  test('records of types that are not kept are passed over unread, and count for TTLs and owners', () => {
    const keep = (type: number) => type === TYPE.A;
    const file = readText(`${SOA}a 7 MX nonsense\n A 192.0.2.1\n`, { keep });
    expect(recordLines(file)).toEqual(['a.example. 7 IN A 192.0.2.1']);
    expect([file.soa, nameText(file.origin)]).toEqual([-1, 'example.']);
  });
});

describe('chunks', () => {
  const text = `${SOA}a 5 ( TXT "x y" ; comment\n "z\\"" )\r\n\tA 192.0.2.1\nb\\.c 5 A 192.0.2.2 ; end`;

  test.each([1, 2, 3, 5, 8, 13, 64])('entries that cross the ends of chunks of %i octets are whole', (size) => {
    const read = (chunk: number) =>
      recordLines(readZone({ open: () => chunks(text, chunk) }, 'zone', { origin: nameFromText('example') }));
    expect(read(size)).toEqual(read(text.length));
    expect(read(size)).toHaveLength(4);
  });

  test('an entry as long as the limit is read, a longer one is an error at its parenthesis', () => {
    const hex = '00'.repeat(60_000);
    const entry = `a 5 TYPE65280 \\# 60000 (${hex})`;
    expect(readLines(entry, { limits: { entry: 400_000 } })).toHaveLength(1);
    expect(errorPlaces(entry, { limits: { entry: 100_000 } })).toEqual([
      '2:24+1 an entry is longer than 100000 octets',
    ]);
  });

  test('progress is told in octets of all files', () => {
    const seen: number[] = [];
    const file = readText(`${SOA}$INCLUDE x\n`, { files: { x: 'a 5 A 192.0.2.1\n' }, onProgress: (n) => seen.push(n) });
    expect(seen).toEqual([SOA.length + 11, SOA.length + 11 + 16]);
    expect(file.size).toBe(SOA.length + 11 + 16);
  });
});

describe('mistakes', () => {
  test.each<[rule: string, text: string, place: string]>([
    ['an unknown type', 'a 5 FOO x', '2:5+3 "FOO" is not a type'],
    ['a quoted type', 'a 5 "A" 192.0.2.1', '2:5+3 "A" is not a type'],
    ['no type', 'a 5 IN ', '2:7+1 the record ends before its type'],
    ['a type of messages only', 'a 5 ANY \\# 0', "2:5+3 ANY can't be in a zone"],
    ['an owner that is no name', 'a..b 5 A 192.0.2.1', '2:1+4 owner name: empty label'],
    ['a bad escape in an owner', 'a\\256 5 A 192.0.2.1', '2:1+5 owner name: bad escape'],
    ['bad RDATA', 'a 5 A 192.0.2.256 x', '2:7+11 A: address "192.0.2.256" is not an IPv4 address'],
    ['a parenthesis that is not closed', 'a 5 ( A\n192.0.2.1\n', '2:5+1 a parenthesis is not closed'],
    ['a parenthesis that is not opened', 'a 5 A 192.0.2.1 )', '2:17+1 a parenthesis is closed that was not opened'],
    ['a string that is not closed', 'a 5 TXT "x\ny"', '2:9+1 a quoted string is not closed on its line'],
    ['a NUL', 'a 5 TXT x\0', '2:10+1 a NUL octet outside of quotes'],
    ['an unknown control entry', '$FOO x', '2:1+4 $FOO is not known'],
    ['$TTL without a time', '$TTL', '2:5+1 something is missing here'],
    ['$TTL that is none', '$TTL 5x', '2:6+2 $TTL: not a time'],
    ['$ORIGIN with too much', '$ORIGIN a b', '2:11+1 this is more than belongs here'],
    ['a token on a later line', 'a 5 SOA ( ns\n  h 1 2 x 4 5 )', '3:9+1 SOA: retry "x" is not'],
  ])('%s is told with its place', (_, text, place) => {
    const errors = errorPlaces(text);
    expect(errors[0]?.startsWith(place), errors[0]).toBe(true);
  });

  test('the line is quoted, whole and as it is', () => {
    expect(readErrors(`${SOA}\ta\x07 5\tFOO ; y\r\n`)[0]).toMatchObject({ text: '\ta\x07 5\tFOO ; y', file: 'zone' });
  });

  test('all are told, up to 20, with what may still be read after them', () => {
    expect(readErrors(`${SOA}a 5 FOO\nb 5 A 192.0.2.1\nc 5 "\nd 5 BAR\n`).map(({ line }) => line)).toEqual([2, 4, 5]);
    expect(readErrors(`${SOA}${'a FOO\n'.repeat(50)}`)).toHaveLength(20);
  });

  test('a first record with a blank owner is an error', () => {
    expect(readErrors(' 5 A 192.0.2.1')).toMatchObject([
      { line: 1, column: 2, message: 'the record has no owner name' },
    ]);
  });

  test('more warnings than a hundred are counted', () => {
    const { warnings } = readText(SOA + 'a 3000000000 A 192.0.2.1\n'.repeat(150));
    expect(warnings).toHaveLength(101);
    expect(warnings.at(-1)?.message).toBe('and 50 warnings more of these kinds');
  });

  test('more octets than the limit are refused', () => {
    expect(expectError(() => readText(SOA + 'a 5 TXT x\n'.repeat(20), { limits: { octets: 100 } })).message).toBe(
      'zone file zone is too large to be held in memory',
    );
  });
});

describe('$INCLUDE', () => {
  test('reads the file with its own origin, owner and class, and takes its own back after it', () => {
    const files = { x: ' A 192.0.2.9\nb 5 A 192.0.2.2\n$ORIGIN z.\n', 'd/y': 'c 5 A 192.0.2.3\n' };
    const text = 'a 5 A 192.0.2.1\n$INCLUDE x sub\n A 192.0.2.4\n$INCLUDE "d/y" y.\ne A 192.0.2.5\n';
    expect(readLines(text, { files })).toEqual([
      'a.example. 5 IN A 192.0.2.1',
      'a.example. 5 IN A 192.0.2.9',
      'b.sub.example. 5 IN A 192.0.2.2',
      'a.example. 5 IN A 192.0.2.4',
      'c.y. 5 IN A 192.0.2.3',
      'e.example. 5 IN A 192.0.2.5',
    ]);
  });

  test('$TTL of the included file holds on after it, as in BIND', () => {
    expect(readLines('$TTL 7\n$INCLUDE x\na A 192.0.2.1', { files: { x: '$TTL 8\n' } })).toEqual([
      'a.example. 8 IN A 192.0.2.1',
    ]);
  });

  test('a path is relative to the including file', () => {
    const files = { 'd/x': '$INCLUDE y\n', 'd/y': 'a 5 A 192.0.2.1\n', y: 'wrong' };
    const file = readText(`${SOA}$INCLUDE d/x\nb 5 A 192.0.2.2\n`, { files });
    expect([0, 1, 2].map((record) => file.records.sourceOf(record))).toEqual(['zone', 'd/y', 'zone']);
  });

  test('a circle, too much depth, too many files and a missing file are errors where they stand', () => {
    expect(errorPlaces('$INCLUDE zone')).toEqual(['2:10+4 $INCLUDE: zone includes itself']);
    expect(readErrors(`${SOA}$INCLUDE x`, { files: { x: '\n$INCLUDE zone' } })).toMatchObject([
      { file: 'x', line: 2, message: '$INCLUDE: zone includes itself' },
    ]);
    const deep = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x${i}`, `$INCLUDE x${i + 1}\n`]));
    expect(readErrors(`${SOA}$INCLUDE x0`, { files: deep })).toMatchObject([
      { file: 'x14', line: 1, message: '$INCLUDE: files include each other 16 deep' },
    ]);
    const many = { limits: { includes: 3 }, files: { x: '' } };
    expect(errorPlaces('$INCLUDE x\n'.repeat(5), many)).toEqual(['5:10+1 $INCLUDE: more than 3 files']);
    expect(errorPlaces('$INCLUDE nowhere')).toEqual(['2:10+7 $INCLUDE: there is no file nowhere in memory']);
  });

  test('every file that was opened is closed, also when reading fails', () => {
    const open = new Set<string>();
    const opener = {
      open(path: string) {
        open.add(path);
        return {
          ...chunks(path === 'zone' ? `${SOA}$INCLUDE x` : 'a FOO\n'.repeat(30), 10),
          identity: path,
          close: () => open.delete(path),
        };
      },
    };
    expectError(() => readZone(opener, 'zone', { origin: nameFromText('example') }));
    expect([...open]).toEqual([]);
  });
});

/** A source that hands out a few octets at a time, and seems to have but one: its window grows with the entries. */
function chunks(text: string, size: number) {
  const octets = asciiOctets(text);
  let position = 0;
  return {
    name: 'zone',
    identity: 'zone',
    size: 1,
    read(into: Uint8Array, at: number) {
      const count = Math.min(size, octets.length - position, into.length - at);
      into.set(octets.subarray(position, position + count), at);
      position += count;
      return count;
    },
    close() {},
  };
}

function expectError(work: () => unknown): DnssecError {
  try {
    work();
  } catch (error) {
    if (error instanceof DnssecError && error.code === 'ZONE_INVALID') return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
