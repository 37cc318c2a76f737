import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DnssecError } from '../../src/base/errors.ts';
import { asDnssecError, diagnosticText, errorText, quoteLine } from '../../src/cli/error-text.ts';
import { PLAIN } from '../../src/cli/output.ts';

/** A diagnostic as text: the quoted line and its mark. */
function quoted(text: string, column: number, width: number, columns = 80): readonly string[] {
  const [, ...rest] = diagnosticText(
    { severity: 'error', message: 'm', file: 'f', line: 1, column, width, text },
    PLAIN,
    columns + 4,
  ).split('\n');
  return rest;
}

describe('a diagnostic', () => {
  it('has its place in front, as compilers print it', () => {
    const parts = { severity: 'warning', message: 'odd' } as const;
    expect(diagnosticText({ ...parts, file: 'a.zone', line: 3, column: 7 }, PLAIN, 80)).toBe(
      'a.zone:3:7: warning: odd',
    );
    expect(diagnosticText({ ...parts, file: 'a.zone' }, PLAIN, 80)).toBe('a.zone: warning: odd');
    expect(diagnosticText({ ...parts, hint: 'Do this.' }, PLAIN, 80)).toBe('warning: odd\n    Do this.');
  });

  it('marks the token under its line', () => {
    expect(quoted('www A 1.2.3.256', 7, 9)).toEqual(['    www A 1.2.3.256', '          ^~~~~~~~~']);
  });

  it('keeps the mark under the token behind tabs', () => {
    expect(quoted('www\tA\tx', 7, 1)).toEqual(['    www     A       x', '                    ^']);
  });

  it('shows octets that are not printable ASCII as \\DDD, and marks all of them', () => {
    expect(quoted('\xc3\xa9 \x1b[31m \0', 1, 2)).toEqual(['    \\195\\169 \\027[31m \\000', '    ^~~~~~~~']);
  });

  it('marks the place behind the line', () => {
    expect(quoted('www A', 6, 1)).toEqual(['    www A', '         ^']);
  });

  it('cuts a long line around the token', () => {
    const line = `${'a'.repeat(1000)} TOKEN ${'b'.repeat(1000)}`;
    const [text = '', mark = ''] = quoted(line, 1002, 5, 40);
    expect(text).toMatch(/^ {4}\.\.\.a+ TOKEN b+\.\.\.$/);
    expect(text).toHaveLength(44);
    expect(text.slice(mark.indexOf('^'), mark.lastIndexOf('~') + 1)).toBe('TOKEN');
  });

  it('cuts a token that is longer than the line may be', () => {
    const [text = '', mark = ''] = quoted(`x ${'T'.repeat(5000)} y`, 3, 5000, 40);
    expect(text).toHaveLength(44);
    expect(mark.length).toBeLessThanOrEqual(44);
    expect(text[mark.indexOf('^')]).toBe('T');
  });

  it('is as fast for a line of megabytes', () => {
    const start = performance.now();
    quoted('\t'.repeat(5_000_000), 4_000_000, 100_000);
    expect(performance.now() - start).toBeLessThan(200);
  });

  it('never prints a control character, never a line too long, and always marks something on it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 300 }),
        fc.nat(320),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 20, max: 100 }),
        (octets, start, width, columns) => {
          const line = String.fromCharCode(...octets);
          const { text, ...mark } = quoteLine(line, Math.min(start, line.length), width, columns);
          expect(text).toMatch(/^[\x20-\x7e]*$/);
          expect(text.length).toBeLessThanOrEqual(columns);
          expect(mark.width).toBeGreaterThan(0);
          expect(mark.start + mark.width).toBeLessThanOrEqual(columns + 1);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('an error', () => {
  it('shows no control character of what it quotes', () => {
    expect(errorText(new DnssecError('USAGE', 'bad \x1b]0;x\x07 file'), PLAIN, 80, false)).toBe(
      'error: bad \\027]0;x\\007 file',
    );
  });

  it('shows its causes under --verbose only', () => {
    const error = new DnssecError('INTERNAL', 'outer', { cause: new Error('inner') });
    expect(errorText(error, PLAIN, 80, false)).toBe('error: outer');
    expect(errorText(error, PLAIN, 80, true)).toMatch(/error-text\.test\.ts[\s\S]*caused by: Error: inner/);
  });

  it('that is none of ours is a defect', () => {
    for (const thrown of [new TypeError('x is not a function'), 'text', undefined, null, 42]) {
      expect(asDnssecError(thrown)).toMatchObject({ code: 'INTERNAL', exitCode: 1 });
    }
    const ours = new DnssecError('LOCKED', 'held');
    expect(asDnssecError(ours)).toBe(ours);
  });
});
