import { describe, expect, it } from 'vitest';
import { octetsText } from '../../src/base/octets.ts';
import { parseNote, printNote, type SignedFileNote } from '../../src/store/signed-note.ts';

const text = (note: SignedFileNote) => octetsText(printNote(note));

describe('the first line of a signed file', () => {
  const note: SignedFileNote = { signed: 1_790_000_000, firstEnd: 1_792_548_800, saltDrawn: 1_789_000_000 };

  it('says when the file was signed, when its first signature ends, and when the salt was drawn', () => {
    expect(text(note)).toBe(
      '; Signed by dnssec 20260921141320; first signature ends 20261021021320; NSEC3 salt drawn 20260910002640. ' +
        'Edit the unsigned zone file, not this one.\n',
    );
  });

  it.each([
    note,
    {},
    { signed: 1_790_000_000 },
    { firstEnd: 1_790_000_000 },
    { signed: 1_790_000_000, saltDrawn: 1_789_000_000 },
    { signed: 1_790_000_000, firstEnd: 1_792_548_800 },
  ])('is read back as it was written: %o', (facts) => {
    expect(parseNote(text(facts))).toEqual(facts);
  });

  it('is as long for one end as for another, so that it can be written before the end is known', () => {
    expect(text({ ...note, firstEnd: 0xffff_ffff })).toHaveLength(text(note).length);
  });

  it.each([
    '; File written on Mon Sep 21 14:13:20 2026\n',
    'example. 3600 IN SOA a. b. 1 2 3 4 5\n',
    ' ; Signed by dnssec 20260921141320\n',
    '; Signed by dnssec 20269921141320. Edit\n',
    '',
  ])('of another program, or damaged, notes nothing: %o', (line) => {
    expect(parseNote(line)).toEqual({});
  });
});
