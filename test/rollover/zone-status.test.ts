import { describe, expect, test } from 'vitest';
import { DnssecError, EXIT } from '../../src/base/errors.ts';
import { nameFromText } from '../../src/dns/name.ts';
import { requireSigningAlgorithm } from '../../src/keys/algorithms.ts';
import type { KeyTiming, SigningKey, ZoneKey } from '../../src/keys/key.ts';
import { selectKeys } from '../../src/keys/key-plan.ts';
import { makeKey } from '../../src/keys/making.ts';
import type { KeysOnDisk } from '../../src/rollover/key-status.ts';
import { DEFAULT_POLICY } from '../../src/rollover/policy.ts';
import {
  CONDITIONS,
  compareStatus,
  judgeZone,
  type SignedOnDisk,
  statusExit,
  type ZoneCondition,
  type ZoneOnDisk,
  type ZoneStatus,
} from '../../src/rollover/zone-status.ts';
import { projectFile } from '../architecture/sources.ts';

const NOW = 1_800_000_000;
const DAY = 86_400;
const ALWAYS: KeyTiming = { publish: NOW - DAY, activate: NOW - DAY };
const zone = nameFromText('example.com');
const algorithm = requireSigningAlgorithm(13);
const KSK = await makeKey({ zone, algorithm, role: 'ksk', timing: ALWAYS }, new Set());
const ZSK = await makeKey({ zone, algorithm, role: 'zsk', timing: ALWAYS }, new Set([KSK.keyTag]));

function keysOnDisk(keys: readonly ZoneKey[], problems: KeysOnDisk['problems'] = []): KeysOnDisk {
  return { keys, problems, plan: selectKeys(keys, NOW) };
}

const signer = ({ algorithm: number, keyTag }: SigningKey) => ({ algorithm: number, keyTag });

const SIGNED: SignedOnDisk = {
  serial: 7,
  firstEnd: NOW + 20 * DAY,
  begin: NOW - DAY,
  signed: NOW - DAY,
  saltDrawn: NOW - DAY,
  denial: { type: 'nsec3', iterations: 0, salt: 'AABB', optOut: false },
  dnskeys: [KSK.dnskeyRdata, ZSK.dnskeyRdata],
  dnskeyTtl: 3600,
  keySigners: [signer(KSK)],
  zoneSigners: [signer(ZSK)],
};

const SOUND: ZoneOnDisk = {
  name: 'example.com',
  argument: 'example.com',
  zoneFile: NOW - 2 * DAY,
  isEdited: undefined,
  signedFile: SIGNED,
  keys: keysOnDisk([KSK, ZSK]),
  rollover: undefined,
};

const judge = (parts: Partial<ZoneOnDisk>, policy = DEFAULT_POLICY) => judgeZone({ ...SOUND, ...parts }, policy, NOW);
const judgeSigned = (parts: Partial<SignedOnDisk>) => judge({ signedFile: { ...SIGNED, ...parts } });
const unreadable = (code: 'FILE_UNREADABLE' | 'ZONE_INVALID') => new DnssecError(code, 'no good', { hint: 'Mend it.' });

describe('a zone is', () => {
  test('signed, where nothing is wrong', () => {
    expect(judge({})).toMatchObject({ condition: 'signed', remarks: [] });
  });

  const { refresh } = DEFAULT_POLICY.signatures;
  test.each<[ZoneCondition, string, Partial<SignedOnDisk>]>([
    ['signed', 'until the last second but one of what makes it end soon', { firstEnd: NOW + refresh / 2 }],
    ['ending', 'with less than half of the refresh time left', { firstEnd: NOW + refresh / 2 - 1 }],
    ['ending', 'in the second in which the first signature ends: it is included', { firstEnd: NOW }],
    ['expired', 'a second later', { firstEnd: NOW - 1 }],
    ['early', 'where its signatures begin in the future', { begin: NOW + 1 }],
    ['signed', 'in the second in which they begin', { begin: NOW }],
    [
      'damaged',
      'where the signed file holds no signatures',
      { firstEnd: undefined, begin: undefined, keySigners: [], zoneSigners: [] },
    ],
  ])('%s %s', (condition, _, parts) => {
    expect(judgeSigned(parts).condition).toBe(condition);
  });

  test('still signed when its renewal is due: the next daily run does it', () => {
    const status = judgeSigned({ firstEnd: NOW + refresh - 1 });
    expect([status.condition, status.due[0]]).toEqual(['signed', { what: 'signatures', at: NOW - 1 }]);
  });

  test.each<[ZoneCondition, string, Partial<ZoneOnDisk>]>([
    ['unsigned', 'without a signed file', { signedFile: undefined }],
    ['unreadable', 'with a signed file that cannot be read', { signedFile: unreadable('FILE_UNREADABLE') }],
    ['damaged', 'with a signed file that is no zone', { signedFile: unreadable('ZONE_INVALID') }],
    ['sourceless', 'with a zone file that cannot be read', { zoneFile: unreadable('FILE_UNREADABLE') }],
    ['changed', 'where the zone file was written later', { zoneFile: NOW }],
    ['signed', 'where it was written in the same second', { zoneFile: NOW - DAY }],
    ['signed', 'where it was written later, but is known to be the same', { zoneFile: NOW, isEdited: false }],
    ['changed', 'where it was written before, but is known to be another', { isEdited: true }],
  ])('%s %s', (condition, _, parts) => {
    expect(judge(parts).condition).toBe(condition);
  });

  test('as bad as the worst that is to be said of it, and all is said', () => {
    const status = judge({ zoneFile: NOW, keys: keysOnDisk([]), signedFile: { ...SIGNED, firstEnd: NOW - 5 } });
    expect(status.condition).toBe('expired');
    expect(status.remarks.map(({ condition }) => condition)).toEqual(['expired', 'keys', 'keys', 'changed']);
  });

  test('called by what commands take, which may be a file', () => {
    const { remarks } = judge({ argument: 'zones/x', signedFile: undefined });
    expect(remarks[0]?.hint).toBe('Sign it with "dnssec sign zones/x".');
  });
});

describe('a key problem is', () => {
  const offline: ZoneKey = { ...ZSK, privateKey: undefined };
  const missing = { severity: 'error', code: 'KEY_MISSING', subject: ZSK.name, message: 'private is missing' } as const;
  const conditions = (keys: KeysOnDisk, signed: Partial<SignedOnDisk> = {}) =>
    judge({ keys, signedFile: { ...SIGNED, ...signed } }).remarks.map(({ condition, message }) => [condition, message]);

  test('a private half that is missing, of a key that is to sign', () => {
    expect(conditions(keysOnDisk([KSK, offline], [missing]))).toEqual([['keys', 'private is missing']]);
  });

  test('not a private half that is missing, of a key whose time is over', async () => {
    const retired = { ...offline, timing: { ...ALWAYS, inactive: NOW - 5 } };
    const next = await makeKey({ zone, algorithm, role: 'zsk', timing: ALWAYS }, new Set());
    expect(conditions(keysOnDisk([KSK, retired, next], [missing]))).toEqual([]);
  });

  test('a key that signs the present file and is gone', () => {
    expect(conditions(keysOnDisk([KSK, ZSK]), { zoneSigners: [{ algorithm: 13, keyTag: 1 }] })).toEqual([
      ['keys', 'key 1 (algorithm 13) signs the present signed file, but its files are gone'],
    ]);
  });

  test('said once of a key whose files are there and broken', () => {
    const broken = {
      severity: 'error',
      code: 'KEY_EXPOSED',
      subject: ZSK.name,
      message: 'others can read it',
    } as const;
    expect(conditions(keysOnDisk([KSK], [broken]))).toEqual([['keys', 'others can read it']]);
  });

  test('not a warning', () => {
    const open = { severity: 'warning', code: 'KEY_EXPOSED', subject: 'keys', message: 'it is open' } as const;
    expect(conditions(keysOnDisk([KSK, ZSK], [open]))).toEqual([]);
  });

  test('a key directory that cannot be read', () => {
    const keys = { keys: [], problems: [], plan: undefined, fault: unreadable('FILE_UNREADABLE') };
    expect(judge({ keys }).remarks).toEqual([{ condition: 'keys', message: 'no good', hint: 'Mend it.' }]);
  });

  test('no key, or none that is active', () => {
    const future = { publish: NOW + 5, activate: NOW + 5 };
    const alone = { signedFile: undefined };
    const messages = (keys: KeysOnDisk) => judge({ ...alone, keys }).remarks.map(({ message }) => message);
    expect(messages(keysOnDisk([]))).toEqual(['there are no keys', 'there is no signed file']);
    expect(messages(keysOnDisk([{ ...KSK, timing: future }]))).toEqual(['no key is active', 'there is no signed file']);
  });
});

describe('what is due next', () => {
  test('are the signatures, the salt and the keys, each at its time', () => {
    const inactive = NOW + 3 * DAY;
    const keys = keysOnDisk([KSK, { ...ZSK, timing: { ...ALWAYS, inactive } }]);
    const { refresh } = DEFAULT_POLICY.signatures;
    const { saltLifetime } = DEFAULT_POLICY.denial;
    expect(judge({ keys }).due).toEqual([
      { what: 'keys', at: inactive },
      { what: 'signatures', at: NOW + 20 * DAY - refresh },
      { what: 'salt', at: NOW - DAY + saltLifetime },
    ]);
  });

  test('is no salt where there is none, or is to be none', () => {
    const due = (status: ZoneStatus) => status.due.map(({ what }) => what);
    expect(due(judgeSigned({ denial: { type: 'nsec' } }))).toEqual(['signatures']);
    expect(due(judgeSigned({ saltDrawn: undefined }))).toEqual(['signatures']);
    const unsalted = { ...DEFAULT_POLICY, denial: { ...DEFAULT_POLICY.denial, saltLength: 0 } };
    expect(due(judge({}, unsalted))).toEqual(['signatures']);
  });
});

describe('several zones', () => {
  const status = (name: string, condition: ZoneCondition) => ({ name, condition, remarks: [], due: [] });

  test('stand in the order of how bad they are, then by name', () => {
    const zones = [status('b', 'signed'), status('c', 'expired'), status('a', 'signed'), status('d', 'keys')];
    expect(zones.sort(compareStatus).map(({ name }) => name)).toEqual(['c', 'd', 'a', 'b']);
  });

  test('end with the exit code of the worst: 3 for invalid zones, 1 for what needs care, else 0', () => {
    const exit = (...conditions: ZoneCondition[]) => statusExit(conditions.map((condition) => status('x', condition)));
    expect([exit(), exit('signed'), exit('signed', 'changed')]).toEqual([0, 0, 0]);
    expect([exit('signed', 'ending'), exit('keys'), exit('unsigned'), exit('sourceless'), exit('unreadable')]).toEqual([
      1, 1, 1, 1, 1,
    ]);
    expect([exit('expired', 'unsigned'), exit('damaged'), exit('signed', 'early')]).toEqual([3, 3, 3]);
  });

  test('have exit codes that get better with the conditions: invalid, failed, waiting, done', () => {
    const codes = Object.values(CONDITIONS).map(({ exit }) => exit);
    const rank = [EXIT.findings, EXIT.failed, EXIT.waiting, EXIT.done] as const;
    expect(codes).toEqual(rank.flatMap((code) => codes.filter((other) => other === code)));
  });
});

describe('docs/status.md', () => {
  test('explains every condition, in this order, with its words and its exit code', () => {
    const rows = [...projectFile('docs/status.md').matchAll(/^\| `(\w+)` \| (.+?) \| (\d) \| .+ \|$/gm)];
    expect(rows.map(([, name, words, exit]) => [name, words, Number(exit)])).toEqual(
      Object.entries(CONDITIONS).map(([name, { words, exit }]) => [name, words, exit]),
    );
  });
});
