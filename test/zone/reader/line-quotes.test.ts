import { expect, test } from 'vitest';
import { DnssecError } from '../../../src/base/errors.ts';
import { asciiOctets } from '../../../src/base/octets.ts';
import { quoteLines, withQuotedLines } from '../../../src/zone/reader/line-quotes.ts';
import { memoryOpener } from '../../../src/zone/reader/source.ts';

const opener = memoryOpener({
  z: asciiOctets('first\r\n\t a 5 TXT "x ; \\" y"  ; comment\n\n; only a comment\nlast "\\'),
});
const at = (line: number) => ({ severity: 'error', message: 'm', file: 'z', line }) as const;

test('what stands on the line is marked, without blanks and comments', () => {
  expect(quoteLines(opener, [at(2), at(1), at(5)])).toEqual([
    { ...at(2), column: 3, width: 18, text: '\t a 5 TXT "x ; \\" y"  ; comment' },
    { ...at(1), column: 1, width: 5, text: 'first' },
    { ...at(5), column: 1, width: 4, text: 'last "\\' },
  ]);
});

test('remarks stay as they are where there is nothing to quote', () => {
  const others = [at(3), at(4), at(99), { ...at(1), file: 'gone' }, { ...at(1), column: 7 }];
  expect(quoteLines(opener, others)).toEqual(others);
  expect(quoteLines(opener, [{ severity: 'warning', message: 'm' }])).toEqual([{ severity: 'warning', message: 'm' }]);
});

test('an error about records is thrown with their lines', () => {
  const work = () => {
    throw new DnssecError('ZONE_INVALID', 'bad', { diagnostics: [at(1)], hint: 'h' });
  };
  let thrown: unknown;
  try {
    withQuotedLines(opener, work);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'ZONE_INVALID', message: 'bad', hint: 'h', diagnostics: [{ text: 'first' }] });
  expect(withQuotedLines(opener, () => 5)).toBe(5);
});
