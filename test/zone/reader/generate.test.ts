// biome-ignore-all lint/suspicious/noTemplateCurlyInString: $GENERATE has them
import { describe, expect, test } from 'vitest';
import { errorPlaces, readErrors, readLines, readText, SOA } from './reading.ts';

/** The text that `$` with a modifier becomes, for number 1 (2 with `second`). */
const written = (template: string): string | undefined =>
  readLines(`$GENERATE 1-1 a TXT "x${template}x"`)[0]?.match(/"x(.*)x"$/)?.[1];

describe('$GENERATE', () => {
  test('makes one record for each number, the last one included', () => {
    expect(readLines('$GENERATE 8-10 a$ A 192.0.2.$')).toEqual([
      'a8.example. 60 IN A 192.0.2.8',
      'a9.example. 60 IN A 192.0.2.9',
      'a10.example. 60 IN A 192.0.2.10',
    ]);
    expect(readLines('$GENERATE 0-5/2 a$ A 192.0.2.$')).toHaveLength(3);
    expect(readLines('$GENERATE 0-6/2 a$ A 192.0.2.$')).toHaveLength(4);
  });

  test('takes TTL and class in either order, and data of several words in quotes', () => {
    const mail = ['example. 7 IN MX 10 mail1.example.'];
    expect(readLines('$GENERATE 1-1 @ 7 IN MX "10 mail$"')).toEqual(mail);
    expect(readLines('$GENERATE 1-1 @ IN 7 MX "10 mail$"')).toEqual(mail);
    expect(readLines('$GENERATE 1-1 a TXT "\\"foo $\\" bar ; no"')).toEqual(['a.example. 60 IN TXT "foo 1" "bar"']);
  });

  test('$TTL counts before the last TTL, and the owner before it holds on after it', () => {
    expect(readLines('$TTL 9\na 5 A 192.0.2.1\n$GENERATE 1-1 b$ A 192.0.2.2\n A 192.0.2.3')).toEqual([
      'a.example. 5 IN A 192.0.2.1',
      'b1.example. 9 IN A 192.0.2.2',
      'a.example. 9 IN A 192.0.2.3',
    ]);
  });

  test('all records come from its line', () => {
    const { records } = readText(`${SOA}\n$GENERATE 1-3 a$ A 192.0.2.$\nb A 192.0.2.1\n`);
    expect([...records.line.view()]).toEqual([1, 3, 3, 3, 4]);
  });

  // As BIND 9.18 writes them.
  test.each([
    ['$', '1'],
    ['${0}', '1'],
    ['${+1}', '2'],
    ['${-5}', '-4'],
    ['${-5,4}', '-004'],
    ['${0,3}', '001'],
    ['${9,3,d}', '010'],
    ['${0,3,X}', '001'],
    ['${170,0,x}', 'ab'],
    ['${170,3,X}', '0AB'],
    ['${7,2,o}', '10'],
    ['${-5,0,x}', 'fffffffc'],
    ['${-5,4,o}', '37777777774'],
    ['${0,5,n}', '1.0.0'],
    ['${0,6,N}', '1.0.0.'],
    ['${170,0,n}', 'b.a'],
    ['${170,0,N}', 'B.A'],
    ['${170,7,n}', 'b.a.0.0'],
    ['\\$', '$'],
    ['$$', '$'],
    ['\\032', ' '],
  ])('%s of number 1 is %s', (template, text) => {
    expect(written(template)).toBe(text);
  });

  test.each<[rule: string, text: string, place: string]>([
    ['a range that runs down', '3-1 a$ A 192.0.2.1', '2:11+3 $GENERATE: not a range'],
    ['a range without end', '3 a$ A 192.0.2.1', '2:11+1 $GENERATE: not a range'],
    ['a step of 0', '1-2/0 a$ A 192.0.2.1', '2:11+5 $GENERATE: not a range'],
    ['numbers over 2147483647', '1-2147483648 a A 192.0.2.1', '2:11+12 $GENERATE: not a range'],
    ['nothing after the type', '1-2 a$ A', '2:19+1 something is missing here'],
    ['data of two words', '1-2 a MX 10 b$', '2:23+2 $GENERATE: the right side is more than one word'],
    ['quotes around the name', '1-2 "a$" A 192.0.2.1', '2:15+4 this may not be a quoted string'],
    ['an empty modifier', '1-1 a TXT ${}', '2:15+1 $GENERATE: "{}" is not {offset,width,base}'],
    ['an unknown base', '1-1 a TXT ${1,2,z}', '2:15+1 $GENERATE: "{1,2,z}" is not'],
    ['a modifier that is not closed', '1-1 a TXT ${1', '2:15+1 $GENERATE: a brace is not closed'],
    ['a width over 127', '1-1 a TXT ${0,128}', '2:15+1 $GENERATE: a width is at most 127'],
    ['an offset that leads too far', '2147483647-2147483647 a TXT ${1}', '2:33+1 $GENERATE: number and offset'],
    ['negative nibbles', '1-9 a TXT ${-2,0,n}', '2:15+1 $GENERATE: number and offset together are negative'],
    ['an unknown type', '1-2 a$ FOO x', '2:4+3 "FOO" is not a type'],
    ['another class', '1-2 a$ CH A 192.0.2.1', '2:4+2 class CH in a zone of class IN'],
    ['data that is none', '1-300 a A 192.0.2.$', '2:5+11 A: address "192.0.2.256" is not'],
    [
      'a parenthesis inside quotes that is not closed',
      '1-1 a TXT "( $"',
      '2:1+9 $GENERATE: a parenthesis is not closed',
    ],
    ['a line end inside quotes', '1-1 a TXT "x\\\n$"', '2:21+3 $GENERATE: the right side goes over a line end'],
  ])('%s is an error', (_, text, place) => {
    const errors = errorPlaces(`$GENERATE ${text}`);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.startsWith(place), errors[0]).toBe(true);
  });

  test('what is wrong with a made record is shown in the record', () => {
    expect(readErrors(`${SOA}$GENERATE 255-257 a$ A 192.0.2.$`)[0]?.text).toBe('a256 A 192.0.2.256');
  });

  test('the records and the text that a zone may make are bounded', () => {
    expect(errorPlaces('$GENERATE 0-2147483647 a$ A 192.0.2.1')[0]).toBe(
      '2:11+12 $GENERATE: too many records are made',
    );
    const limits = { generatedRecords: 10 };
    expect(errorPlaces('$GENERATE 1-6 a$ A 192.0.2.1\n$GENERATE 1-5 b$ A 192.0.2.1', { limits })).toEqual([
      '3:11+3 $GENERATE: too many records are made',
    ]);
    const long = `$GENERATE 1-1000000 a TXT ${'${0,127}'.repeat(30)}`;
    expect(errorPlaces(long)[0]).toBe('2:11+9 $GENERATE: too many records are made');
  });
});
