import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditEvent, describeEvent, type LoggedKey } from '../../src/rollover/audit-event.ts';
import {
  appendEntries,
  describeEntry,
  EMPTY_LOG,
  findLogEnd,
  type LogEnd,
  parseLogLine,
  splitLog,
  verifyLog,
} from '../../src/rollover/audit-log.ts';
import type { Decision, KeyTurn } from '../../src/rollover/step-result.ts';
import { KEYS, KSK, NEW_ZSK, NOW } from './memories.ts';

const [ksk, oldZsk, newZsk] = KEYS;
const AT = Date.UTC(2026, 10, 25, 8, 10, 59) / 1000;

const turn = (kind: KeyTurn['kind']): Decision => ({ kind, key: NEW_ZSK });
const move = (record: 'dnskey' | 'krrsig' | 'zrrsig' | 'ds', from: 'hidden' | 'unretentive', to: string): Decision =>
  ({ kind: 'move', key: NEW_ZSK, record, from, to }) as Decision;
const decided = (decision: Decision, key: LoggedKey = newZsk): AuditEvent => ({ kind: 'decision', decision, key });

/** Events, and what is said of each. */
const WORDS: readonly (readonly [AuditEvent, string])[] = [
  [decided(move('dnskey', 'hidden', 'rumoured')), 'ZSK 33333 (ECDSAP256SHA256): its DNSKEY is published'],
  [decided(move('dnskey', 'unretentive', 'rumoured')), 'ZSK 33333 (ECDSAP256SHA256): its DNSKEY is published again'],
  [decided(move('dnskey', 'hidden', 'omnipresent')), 'ZSK 33333 (ECDSAP256SHA256): its DNSKEY is in every cache'],
  [decided(move('dnskey', 'hidden', 'unretentive')), 'ZSK 33333 (ECDSAP256SHA256): its DNSKEY is withdrawn'],
  [decided(move('dnskey', 'hidden', 'hidden')), 'ZSK 33333 (ECDSAP256SHA256): its DNSKEY has left every cache'],
  [
    decided(move('zrrsig', 'hidden', 'rumoured')),
    'ZSK 33333 (ECDSAP256SHA256): its signatures over the zone are published',
  ],
  [
    decided(move('zrrsig', 'hidden', 'hidden')),
    'ZSK 33333 (ECDSAP256SHA256): its signatures over the zone have left every cache',
  ],
  [
    decided(move('krrsig', 'hidden', 'omnipresent'), ksk),
    'KSK 11111 (ECDSAP256SHA256): its signature over the keys is in every cache',
  ],
  [decided(move('ds', 'hidden', 'rumoured'), ksk), 'KSK 11111 (ECDSAP256SHA256): its DS is to be at the parent'],
  [decided(move('ds', 'hidden', 'omnipresent'), ksk), 'KSK 11111 (ECDSAP256SHA256): its DS is in every cache'],
  [decided(move('ds', 'hidden', 'unretentive'), ksk), 'KSK 11111 (ECDSAP256SHA256): its DS is to go from the parent'],
  [decided(move('ds', 'hidden', 'hidden'), ksk), 'KSK 11111 (ECDSAP256SHA256): its DS has left every cache'],
  [decided(turn('introduced')), 'ZSK 33333 (ECDSAP256SHA256): is introduced'],
  [
    { kind: 'decision', decision: turn('introduced'), key: newZsk, after: oldZsk },
    'ZSK 33333 (ECDSAP256SHA256): is introduced, to follow ZSK 22222',
  ],
  [decided(turn('retired')), 'ZSK 33333 (ECDSAP256SHA256): is to go'],
  [decided(turn('revived')), 'ZSK 33333 (ECDSAP256SHA256): was to go, and is wanted again'],
  [decided(turn('removed')), 'ZSK 33333 (ECDSAP256SHA256): nothing of it is left in any cache'],
  [{ kind: 'key-made', key: ksk }, 'KSK 11111 (ECDSAP256SHA256): made'],
  [{ kind: 'key-made', key: newZsk, after: oldZsk }, 'ZSK 33333 (ECDSAP256SHA256): made, to follow ZSK 22222'],
  [{ kind: 'files-written', files: ['a.state', 'b.state'] }, 'written: a.state, b.state'],
  [
    { kind: 'signed', serial: 2_026_112_501, file: 'example.com.zone.signed' },
    'signed: example.com.zone.signed, serial 2026112501',
  ],
  [
    { kind: 'word', said: 'the DS is at the parent', key: ksk },
    'KSK 11111 (ECDSAP256SHA256): a person said: the DS is at the parent',
  ],
  [{ kind: 'word', said: 'go on' }, 'a person said: go on'],
  [
    { kind: 'adopted', keys: [ksk, oldZsk] },
    'taken over with KSK 11111 (ECDSAP256SHA256), ZSK 22222 (ECDSAP256SHA256)',
  ],
  [{ kind: 'adopted', keys: [] }, 'taken over without keys'],
  [
    { kind: 'observed', place: 'parent', record: 'ds', key: ksk, seen: 'present', dissent: [] },
    'KSK 11111 (ECDSAP256SHA256): its DS is at all servers of the parent',
  ],
  [
    {
      kind: 'observed',
      place: 'servers',
      record: 'zrrsig',
      key: newZsk,
      seen: 'mixed',
      dissent: ['a', 'b', 'c', 'd', 'e'],
    },
    'ZSK 33333 (ECDSAP256SHA256): its signatures over the zone are at some name servers and not at others (a; b; c and 2 more)',
  ],
  [
    { kind: 'observed', place: 'file', record: 'dnskey', key: newZsk, seen: 'absent', dissent: [] },
    'ZSK 33333 (ECDSAP256SHA256): its DNSKEY is not in the signed file',
  ],
  [
    { kind: 'observed', place: 'servers', record: 'zrrsig', key: newZsk, seen: 'unknown', dissent: [] },
    'ZSK 33333 (ECDSAP256SHA256): its signatures over the zone are not known of: no name server could be asked',
  ],
  [
    { kind: 'purged', key: oldZsk, files: ['x.key', 'x.private'] },
    'ZSK 22222 (ECDSAP256SHA256): long gone, its files are deleted: x.key, x.private',
  ],
  [{ kind: 'refused', what: 'a roll', why: 'one is under way' }, 'refused: a roll: one is under way'],
];
const EVENTS = WORDS.map(([event]) => event);

/** A log of so many entries, and its end. */
function logOf(count: number): { readonly text: string; readonly end: LogEnd } {
  return appendEntries(EMPTY_LOG, EVENTS.slice(0, count), AT);
}

const summary = (text: string, known?: LogEnd) =>
  verifyLog(text, known).map(({ severity, kind, line }) => `${severity} ${kind} ${line}`);

/** The log with its lines put together anew. */
function rearranged(text: string, arrange: (lines: readonly string[]) => readonly string[]): string {
  return arrange(text.split('\n').slice(0, -1))
    .map((line) => `${line}\n`)
    .join('');
}

describe('an entry', () => {
  it('is one line of JSON whose hash is that of the line without it', () => {
    const { text, end } = logOf(2);
    const [first, second] = text.split('\n').map((line) => (line === '' ? undefined : JSON.parse(line)));
    const { hash, ...content } = first;
    expect(hash).toBe(createHash('sha256').update(JSON.stringify(content)).digest('hex'));
    expect(first).toMatchObject({ seq: 1, at: '2026-11-25T08:10:59Z', kind: 'decision', prev: '0'.repeat(64) });
    expect(second).toMatchObject({ seq: 2, prev: hash, hash: end.hash });
    expect(end.entries).toBe(2);
    expect(Object.keys(first)).toEqual(['seq', 'at', 'kind', 'words', 'decision', 'key', 'prev', 'hash']);
    expect(first.decision).toEqual(move('dnskey', 'hidden', 'rumoured'));
  });

  it('has the name of its key, and of the key nothing that changes', () => {
    const { text } = appendEntries(EMPTY_LOG, [{ kind: 'adopted', keys: [ksk] }, decided(turn('retired'), ksk)], AT);
    const logged = { id: KSK, name: 'Kexample.com.+013+11111', role: 'ksk', algorithm: 13, keyTag: 11_111 };
    const [first, second] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first.keys).toEqual([logged]);
    expect(second.key).toEqual(logged);
  });

  it.each(WORDS)('says in words what its data say: %o', (event, words) => {
    expect(describeEvent(event)).toBe(words);
    const { text } = appendEntries(EMPTY_LOG, [event], AT);
    expect(describeEntry(parseLogLine(text.slice(0, -1))!.entry)).toBe(`2026-11-25 08:10 UTC  ${words}`);
  });

  it('of a kind that a newer version has is read, and told in that version’s words', () => {
    const content = `{"seq":1,"at":"2026-11-25T08:10:00Z","kind":"moon","words":"it is full","prev":"${'0'.repeat(64)}"}`;
    const hash = createHash('sha256').update(content).digest('hex');
    const line = `${content.slice(0, -1)},"hash":"${hash}"}`;
    expect(describeEntry(parseLogLine(line)!.entry)).toBe('2026-11-25 08:10 UTC  it is full');
    expect(verifyLog(`${line}\n`, { entries: 1, hash })).toEqual([]);
  });

  it('stays on its line whatever it says', () => {
    const said = 'a\nb\u2028c\r\0\ud800"\\';
    const { text, end } = appendEntries(EMPTY_LOG, [{ kind: 'word', said }], AT);
    expect(text.split('\n')).toHaveLength(2);
    expect(parseLogLine(text.slice(0, -1))!.entry.said).toBe(said);
    expect(verifyLog(Buffer.from(text).toString('utf8'), end)).toEqual([]);
  });
});

describe('a log that is as it was written', () => {
  it('has no findings, however it was appended to', () => {
    fc.assert(
      fc.property(fc.array(fc.subarray(EVENTS), { maxLength: 6 }), (passes) => {
        let log = { text: '', end: EMPTY_LOG };
        for (const [pass, events] of passes.entries()) {
          const { text, end } = appendEntries(log.end, events, NOW + pass);
          log = { text: log.text + text, end };
        }
        expect(verifyLog(log.text, log.end)).toEqual([]);
        expect(verifyLog(log.text)).toEqual([]);
        expect(log.end.entries).toBe(passes.flat().length);
      }),
    );
  });

  it('is one whose last newline was lost', () => {
    const { text, end } = logOf(3);
    expect(verifyLog(text.slice(0, -1), end)).toEqual([]);
  });

  it('and holds more than the memory knows is a pass that did not come to its end: a warning', () => {
    const { text, end } = logOf(5);
    const more = appendEntries(end, EVENTS.slice(0, 2), AT);
    expect(summary(text + more.text, end)).toEqual(['warning ahead 7']);
    expect(summary(text + more.text.slice(0, -20), end)).toEqual(['warning torn 7', 'warning ahead 6']);
    expect(summary(text + more.text.slice(0, 20), end)).toEqual(['warning torn 6']);
    expect(summary(logOf(1).text, EMPTY_LOG)).toEqual(['warning ahead 1']);
  });
});

describe('a log that was changed', () => {
  const { text, end } = logOf(8);

  it.each<[string, (lines: readonly string[]) => readonly string[], readonly string[]]>([
    ['a line taken out', (l) => l.toSpliced(3, 1), ['error order 4']],
    ['the first line taken out', (l) => l.slice(1), ['error order 1']],
    ['two lines taken out', (l) => l.toSpliced(3, 2), ['error order 4']],
    ['the last line taken out', (l) => l.slice(0, -1), ['error shortened 7']],
    ['all lines taken out', () => [], ['error shortened 1']],
    ['two lines swapped', (l) => l.toSpliced(2, 2, l[3]!, l[2]!), ['error order 3', 'error order 4', 'error order 5']],
    ['a line twice', (l) => l.toSpliced(3, 0, l[2]!), ['error order 4']],
    ['a line that is none', (l) => l.with(3, 'hello'), ['error unreadable 4']],
    ['an empty line', (l) => l.toSpliced(3, 0, ''), ['error unreadable 4', 'error order 5']],
    ['a word of a line', (l) => l.with(3, l[3]!.replace('withdrawn', 'published')), ['error changed 4']],
    ['the time of a line', (l) => l.with(3, l[3]!.replace('08:10', '08:11')), ['error changed 4']],
    ['a blank in a line', (l) => l.with(3, l[3]!.replace('{', '{ ')), ['error changed 4']],
    [
      'the hash of a line',
      (l) => l.with(3, l[3]!.replace(/[0-9a-f]{64}"\}$/, `${'a'.repeat(64)}"}`)),
      ['error changed 4'],
    ],
    [
      'the hash of the last line',
      (l) => l.with(7, l[7]!.replace(/[0-9a-f]{64}"\}$/, `${'a'.repeat(64)}"}`)),
      ['error changed 8'],
    ],
    [
      'a hash in upper case',
      (l) =>
        l.with(
          3,
          l[3]!.replace(/([0-9a-f]{64})"\}$/, (_, h) => `${h.toUpperCase()}"}`),
        ),
      ['error unreadable 4'],
    ],
    ['a carriage return', (l) => l.with(3, `${l[3]}\r`), ['error unreadable 4']],
  ])('by %s is found', (_, arrange, findings) => {
    expect(summary(rearranged(text, arrange), end)).toEqual(findings);
  });

  it('in any octet is found', () => {
    const octets = Buffer.from(text);
    fc.assert(
      fc.property(fc.nat(octets.length - 2), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(octets);
        damaged[at] = damaged[at]! ^ change;
        expect(verifyLog(damaged.toString('utf8'), end).filter(({ severity }) => severity === 'error')).not.toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('by cutting it off anywhere is found', () => {
    for (let length = 0; length < text.length - 1; length += 7) {
      const errors = verifyLog(text.slice(0, length), end).filter(({ severity }) => severity === 'error');
      expect(
        errors.map(({ kind }) => kind),
        String(length),
      ).toContain('shortened');
    }
  });

  it('by a line with hashes of its own is found at the line behind it', () => {
    const before = logOf(3);
    const forged = appendEntries(before.end, [{ kind: 'word', said: 'all is well' }], AT);
    const lines = text.split('\n').slice(4).join('\n');
    expect(summary(before.text + forged.text + lines, end)).toEqual(['error chain 5']);
  });

  it('by writing its end anew is found by the memory', () => {
    const before = logOf(7);
    const forged = appendEntries(before.end, [{ kind: 'word', said: 'all is well' }], AT);
    expect(summary(before.text + forged.text)).toEqual([]);
    expect(summary(before.text + forged.text, end)).toEqual(['error replaced 8']);
    const longer = appendEntries(forged.end, EVENTS.slice(0, 1), AT);
    expect(summary(before.text + forged.text + longer.text, end)).toEqual(['error replaced 9']);
  });

  it('without a memory is found where a line is cut off', () => {
    expect(summary(text.slice(0, -9))).toEqual(['error torn 8']);
  });

  it('is described with the numbers of the entries', () => {
    const of = (arrange: (lines: readonly string[]) => readonly string[]) =>
      verifyLog(rearranged(text, arrange), end).map(({ message }) => message);
    expect(of((l) => l.toSpliced(3, 1))).toEqual(['entry 5 stands where entry 4 belongs']);
    expect(of((l) => l.toSpliced(3, 2))).toEqual(['entry 6 stands where entries 4 to 5 belong']);
    expect(of((l) => l.slice(2))).toEqual(['the log begins with entry 3: what stood before it is missing']);
    expect(of((l) => l.slice(0, -2))).toEqual(['the log ends with entry 6, and there were 8']);
  });
});

describe('a log goes on', () => {
  const { text, end } = logOf(8);
  const { lines } = splitLog(text);

  it('at its end, where it holds what the memory knows', () => {
    expect(findLogEnd(lines, end)).toEqual(end);
    for (const known of [0, 1, 5, 8].map((count) => logOf(count).end)) expect(findLogEnd(lines, known)).toEqual(end);
  });

  it('at its last sound entry, where what stands behind it is none', () => {
    const damaged = lines.with(7, lines[7]!.replace('08:10', '08:11'));
    expect(findLogEnd([...damaged, 'x'], logOf(5).end)).toEqual(logOf(7).end);
  });

  it('where the memory says, if the log does not hold that: what is missing stays missed', () => {
    expect(findLogEnd(lines.slice(0, 5), end)).toEqual(end);
    expect(findLogEnd(lines, { entries: 8, hash: 'a'.repeat(64) })).toEqual({ entries: 8, hash: 'a'.repeat(64) });
    const more = appendEntries(end, EVENTS.slice(0, 1), AT);
    const gap = rearranged(text, (l) => l.slice(0, 5)) + more.text;
    expect(summary(gap, more.end)).toEqual(['error order 6']);
    // And a pass that died there is gone on from.
    expect(findLogEnd(splitLog(gap).lines, end)).toEqual(more.end);
  });

  it('is not known where the lines do not reach back far enough', () => {
    expect(findLogEnd(lines.slice(6), logOf(3).end)).toBeUndefined();
    expect(findLogEnd([], end)).toBeUndefined();
    expect(findLogEnd(['x'], EMPTY_LOG)).toBeUndefined();
  });
});
