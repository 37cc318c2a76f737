import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Judge, type JudgedKey, type Temper } from './judge.ts';

const key = (name: string, algorithm = 13): JudgedKey => ({ name, algorithm });
const [K1, K2, Z1, Z2] = [key('ksk1'), key('ksk2'), key('zsk1'), key('zsk2')];
const [K8, Z8] = [key('ksk8', 8), key('zsk8', 8)];
const TTL = 3600;
const ALL: readonly Temper[] = ['any', 'ds', 'dnskey'];

/** A zone that has been secure for long, with one server and one of the parent. */
function secureZone(tempers = ALL): Judge {
  const judge = new Judge(tempers);
  judge.serveDs(0, 0, [K1], TTL);
  judge.serveDnskey(0, 0, [K1, Z1], [K1], TTL);
  judge.serveData(0, 0, [Z1], TTL);
  return judge;
}

const kindsOf = ({ faults }: Judge) => faults.map(({ at, kind }) => `${at} ${kind}`);

describe('the judge', () => {
  it('imports nothing at all: what it says of the engine is not what the engine says of itself', () => {
    const text = readFileSync(new URL('./judge.ts', import.meta.url), 'utf8');
    expect(text).not.toMatch(/^\s*import\b|\bimport\s*\(|\bfrom\s*'|\brequire\s*\(/m);
    expect(readdirSync(new URL('.', import.meta.url))).toContain('judge.ts');
  });

  it('finds nothing wrong with a zone that stays as it is', () => {
    const judge = secureZone();
    judge.expire(1_000_000);
    expect(kindsOf(judge)).toEqual([]);
  });

  it('finds nothing wrong with an unsigned zone whose parent says nothing', () => {
    const judge = new Judge(ALL);
    judge.serveDs(0, 0, [], TTL);
    judge.serveDnskey(0, 0, [], [], TTL);
    judge.serveData(0, 0, [], TTL);
    expect(kindsOf(judge)).toEqual([]);
  });
});

describe('any chain suffices', () => {
  const judged = (act: (judge: Judge) => void) => {
    const judge = secureZone(['any']);
    act(judge);
    return kindsOf(judge);
  };

  it('a ZSK that signs before caches have its DNSKEY is bogus', () => {
    const rolled = (at: number) =>
      judged((judge) => {
        judge.serveDnskey(100, 0, [K1, Z1, Z2], [K1], TTL);
        judge.serveData(at, 0, [Z2], TTL);
      });
    expect(rolled(100 + TTL - 1)).toEqual([`${100 + TTL - 1} bogus-any`]);
    expect(rolled(100 + TTL)).toEqual([]);
  });

  it('a DNSKEY that goes while caches have its signatures is bogus', () => {
    const rolled = (at: number) =>
      judged((judge) => {
        judge.serveDnskey(1, 0, [K1, Z1, Z2], [K1], TTL);
        judge.serveData(10_000, 0, [Z2], 2 * TTL);
        judge.serveDnskey(at, 0, [K1, Z2], [K1], TTL);
      });
    expect(rolled(10_000 + TTL - 1)).toEqual([`${10_000 + TTL - 1} bogus-any`]);
    expect(rolled(10_000 + TTL)).toEqual([]);
  });

  it('a DS that comes before caches have its DNSKEY is bogus', () => {
    const added = (at: number) =>
      judged((judge) => {
        judge.serveDnskey(1, 0, [K1, K2, Z1], [K1, K2], TTL);
        judge.serveDs(at, 0, [K2], TTL);
      });
    expect(added(TTL)).toEqual([`${TTL} bogus-any`]);
    expect(added(TTL + 1)).toEqual([]);
  });

  it('a DNSKEY that goes while caches have its DS is bogus, and so is one that stops to sign', () => {
    const left = (at: number, signers: readonly JudgedKey[], keys: readonly JudgedKey[]) =>
      judged((judge) => {
        judge.serveDnskey(1, 0, [K1, K2, Z1], [K1, K2], TTL);
        judge.serveDs(10_000, 0, [K2], TTL);
        judge.serveDnskey(at, 0, keys, signers, TTL);
      });
    expect(left(10_000 + TTL - 1, [K2], [K2, Z1])).toEqual([`${10_000 + TTL - 1} bogus-any`]);
    expect(left(10_000 + TTL - 1, [K2], [K1, K2, Z1])).toEqual([`${10_000 + TTL - 1} bogus-any`]);
    expect(left(10_000 + TTL, [K2], [K2, Z1])).toEqual([]);
  });

  it('one server that lags behind keeps its version alive until a TTL after it stopped', () => {
    const rolled = (at: number) =>
      judged((judge) => {
        judge.serveDnskey(0, 1, [K1, Z1], [K1], TTL);
        judge.serveDnskey(1, 0, [K1, Z1, Z2], [K1], TTL);
        judge.serveDnskey(50_000, 1, [K1, Z1, Z2], [K1], TTL);
        judge.serveData(at, 0, [Z2], TTL);
      });
    expect(rolled(50_000 + TTL - 1)).toEqual([`${50_000 + TTL - 1} bogus-any`]);
    expect(rolled(50_000 + TTL)).toEqual([]);
  });

  it('the TTL that counts is the one that the version was given out with', () => {
    const rolled = (at: number) =>
      judged((judge) => {
        judge.serveDnskey(1, 0, [K1, Z1], [K1], 10);
        judge.serveDnskey(2, 0, [K1, Z1, Z2], [K1], 10);
        judge.serveData(at, 0, [Z2], TTL);
      });
    expect(rolled(100)).toEqual(['100 bogus-any']);
    expect(rolled(TTL + 1)).toEqual([]);
  });

  it('an unsigned version beside a DS is bogus, also the answer that there is no DNSKEY', () => {
    expect(judged((judge) => judge.serveData(9, 0, [], TTL))).toEqual(['9 bogus-any']);
    expect(judged((judge) => judge.serveDnskey(9, 0, [], [], TTL))).toEqual(['9 bogus-any']);
  });

  it('signatures of a second algorithm alone do no harm', () => {
    expect(judged((judge) => judge.serveData(9, 0, [Z1, Z8], TTL))).toEqual([]);
  });
});

describe('each algorithm of the cached DS RRset must validate', () => {
  /** A second algorithm is in the zone, as far as `signers` and `keySigners` say; then its DS comes beside the old one. */
  const added = (signers: readonly JudgedKey[], keySigners: readonly JudgedKey[], at: number) => {
    const judge = secureZone(['any', 'ds']);
    judge.serveData(10, 0, signers, TTL);
    judge.serveDnskey(10, 0, [K1, Z1, K8, Z8], keySigners, TTL);
    judge.serveDs(at, 0, [K1, K8], TTL);
    return kindsOf(judge);
  };

  it('is bogus where the data lacks its signatures', () => {
    expect(added([Z1], [K1, K8], 20_000)).toEqual(['20000 bogus-ds']);
  });

  it('is bogus where the DNSKEY RRset lacks its signature', () => {
    expect(added([Z1, Z8], [K1], 20_000)).toEqual(['20000 bogus-ds']);
  });

  it('is bogus while some cache has older versions', () => {
    expect(added([Z1, Z8], [K1, K8], 10 + TTL - 1)).toEqual([`${10 + TTL - 1} bogus-ds`]);
    expect(added([Z1, Z8], [K1, K8], 10 + TTL)).toEqual([]);
  });
});

describe('each algorithm of the cached DNSKEY RRset must have signed', () => {
  const added = (act: (judge: Judge) => void, tempers = ALL) => {
    const judge = secureZone(tempers);
    act(judge);
    return kindsOf(judge);
  };
  const together = (judge: Judge) => {
    judge.serveData(10, 0, [Z1, Z8], TTL);
    judge.serveDnskey(10, 0, [K1, Z1, K8, Z8], [K1, K8], TTL);
  };
  const signaturesFirst = (at: number) => (judge: Judge) => {
    judge.serveData(10, 0, [Z1, Z8], TTL);
    judge.serveDnskey(at, 0, [K1, Z1, K8, Z8], [K1, K8], TTL);
  };

  it('DNSKEYs that come with their signatures are bogus for who has older data', () => {
    expect(added(together)).toEqual(['10 bogus-dnskey']);
    expect(added(together, ['any', 'ds'])).toEqual([]);
  });

  it('DNSKEYs that come a TTL after their signatures are not', () => {
    expect(added(signaturesFirst(10 + TTL - 1))).toEqual([`${10 + TTL - 1} bogus-dnskey`]);
    expect(added(signaturesFirst(10 + TTL))).toEqual([]);
  });

  it('a DNSKEY RRset that its own algorithm has not signed is bogus', () => {
    const unsigned = (judge: Judge) => {
      judge.serveData(10, 0, [Z1, Z8], TTL);
      judge.serveDnskey(20_000, 0, [K1, Z1, K8, Z8], [K1], TTL);
    };
    expect(added(unsigned)).toEqual(['20000 bogus-dnskey']);
  });

  it('signatures that go with their DNSKEYs are bogus for who has an older DNSKEY RRset', () => {
    const left = (at: number) => (judge: Judge) => {
      signaturesFirst(20_000)(judge);
      judge.serveDnskey(50_000, 0, [K1, Z1], [K1], TTL);
      judge.serveData(at, 0, [Z1], TTL);
    };
    expect(added(left(50_000))).toEqual(['50000 bogus-dnskey']);
    expect(added(left(50_000 + TTL))).toEqual([]);
  });
});

describe('an insecure zone', () => {
  it('is counted once it was secured, and not before', () => {
    const judge = new Judge(['any']);
    judge.serveDnskey(0, 0, [K1, Z1], [K1], TTL);
    judge.serveData(0, 0, [Z1], TTL);
    judge.serveDs(0, 0, [], TTL);
    judge.serveDs(10, 0, [K1], TTL);
    // A cache still holds that there is none.
    judge.serveDs(20, 0, [], TTL);
    judge.serveDs(30, 0, [K1], TTL);
    expect(kindsOf(judge)).toEqual([]);
    judge.serveDs(30 + TTL, 0, [], TTL);
    expect(kindsOf(judge)).toEqual([`${30 + TTL} insecure`]);
  });

  it('is not counted where somebody wants it, until it is to be secure again', () => {
    const judge = secureZone();
    judge.expire(1);
    judge.forgiveInsecurity();
    judge.serveDs(10, 0, [], TTL);
    judge.serveDs(10_000, 0, [K1], TTL);
    judge.serveDs(20_000, 0, [], TTL);
    expect(kindsOf(judge)).toEqual([]);
    judge.serveDs(30_000, 0, [K1], TTL);
    judge.expectSecurity();
    judge.expire(40_000);
    judge.serveDs(40_000, 0, [], TTL);
    expect(kindsOf(judge)).toEqual(['40000 insecure']);
  });
});

describe('what the judge keeps', () => {
  it('does not grow with the number of keys that there ever were', () => {
    const judge = new Judge(ALL);
    judge.serveDs(0, 0, [K1], TTL);
    for (let i = 0; i < 500; i++) {
      const keys = [i, i + 1, i + 2].map((number) => key(`z${number}`));
      judge.serveDnskey(10 * TTL * i, 0, [K1, ...keys], [K1], TTL);
      judge.serveData(10 * TTL * i, 0, [keys[1]!], TTL);
    }
    expect(kindsOf(judge)).toEqual([]);
    judge.serveData(10 * TTL * 500, 0, [key('z1')], TTL);
    expect(kindsOf(judge)).toEqual(ALL.map((temper) => `${10 * TTL * 500} bogus-${temper}`));
  });

  it('is settled when each cache holds the same', () => {
    const judge = secureZone();
    judge.serveData(100, 0, [Z1, Z2], TTL);
    expect(judge.isSettled(100 + TTL - 1)).toBe(false);
    expect(judge.isSettled(100 + TTL)).toBe(true);
  });
});
