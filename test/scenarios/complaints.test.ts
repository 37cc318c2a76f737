/**
 * What users of other programs complain of: a test for each that shows that we do not have it. Tests of the signer and of
 * the verifier stand here too where the complaint is about them. `docs/rollover.md` has the list.
 */
import { describe, expect, test } from 'vitest';
import { absentSigners } from '../../src/keys/absent-signers.ts';
import { isWhollyHidden } from '../../src/rollover/roll-key.ts';
import type { StepResult } from '../../src/rollover/step-result.ts';
import { chooseSalt } from '../../src/sign/salt.ts';
import { verifyZone } from '../../src/verify/verify-zone.ts';
import type { Zone } from '../../src/zone/zone.ts';
import { linesOf, makeTestKey, NOW, NSEC3, readText, signText, type TestKey, validityFrom } from '../sign/signing.ts';
import { actionsText, blockedText, decisionText, inText, keysText } from './notation.ts';
import { keyPolicy, pair, single, TIMING } from './policies.ts';
import { Scene } from './scene.ts';

const PAIR = 'ksk1 OO.O zsk1 O.O.';
const IPUB = TIMING.dnskeyTtl + TIMING.zonePropagation + TIMING.publishSafety;
const DS_OUT = TIMING.dsTtl + TIMING.parentPropagation + TIMING.retireSafety;
const SIGNED = TIMING.maxZoneTtl + TIMING.zonePropagation + TIMING.retireSafety;

/** Lets time pass, then things happen, then the engine and the signer do their work. @returns how things stand then */
function pass(scene: Scene, seconds: number, ...events: readonly string[]): StepResult {
  scene.now += seconds;
  for (const event of events) scene.happen(event);
  scene.sign(scene.act().result);
  return scene.look(scene.now);
}

/** Passes by the engine's own wake-ups, with a parent that does what it is asked, until nothing is due for a time. */
function live(scene: Scene, seconds: number, watch: (result: StepResult) => void = () => {}): void {
  const end = scene.now + seconds;
  for (let result = pass(scene, 0); ; result = pass(scene, 0)) {
    watch(result);
    for (const { id, states } of scene.keys) {
      if (states.ds === 'rumoured' && scene.world.parent !== 'off' && scene.world.parent[id]?.seen !== 'present') {
        scene.happen(`ds ${id} seen`);
      }
      if (states.ds === 'unretentive' && scene.world.parent !== 'off' && scene.world.parent[id]?.seen !== 'absent') {
        scene.happen(`ds ${id} gone`);
      }
    }
    const next = scene.look(scene.now).wakeAt;
    if (next === undefined || next > end) break;
    scene.now = next;
  }
  scene.now = end;
}

const texts = ({ blocked }: StepResult) => blocked.map(blockedText);

async function errorsOf(zone: Zone, at = NOW) {
  const { findings } = await verifyZone(zone, { at: [at], threads: 1 });
  return findings.filter(({ severity }) => severity === 'error').map(({ kind }) => kind);
}

const SIGNERS = [makeTestKey('ksk'), makeTestKey('zsk')];
const ZONE =
  '@ 3600 SOA ns1 host 10 7200 3600 604800 1800\n@ 3600 NS ns1\nns1 3600 A 192.0.2.1\nwww 3600 A 192.0.2.2\n';

describe('1 cascade#282', () => {
  test('cascade#282: a roll does not hang while the old DS is still in the parent’s RRset', () => {
    const scene = new Scene({ policy: pair() }, PAIR);
    pass(scene, 0, 'roll ksk1');
    pass(scene, IPUB);
    pass(scene, 9, 'ds ksk2 seen');
    pass(scene, DS_OUT);
    pass(scene, TIMING.dnskeyTtl + TIMING.zonePropagation);
    expect(keysText(scene.keys)).toBe('ksk1- ...U ksk2 OO.O zsk1 O.O.');
  });
});

describe('2 cascade#283, cascade#284', () => {
  test('cascade#283, #284: whatever a roll waits for is told, with the record, the server and the time', () => {
    const scene = new Scene({ policy: pair() }, PAIR);
    expect(texts(pass(scene, 0, 'servers silent', 'roll ksk1'))).toEqual([
      'evidence ksk2 dnskey O (192.0.2.53: no answer)',
      'evidence ksk2 krrsig O (192.0.2.53: no answer)',
      'safety ksk1 dnskey U',
      'safety ksk1 krrsig U',
      'safety ksk1 ds U',
      'order ksk2 ds R',
    ]);
    const { blocked } = pass(scene, 9, 'servers agree');
    const until = scene.now + TIMING.dnskeyTtl + TIMING.publishSafety;
    expect(blocked[0]).toMatchObject({ gate: 'time', key: 'ksk2', record: 'dnskey', until: until + 298 });
  });

  test('cascade#283, #284: no record that is not where it is to be goes unexplained, at any time of a roll', () => {
    const scene = new Scene({ policy: pair(keyPolicy(13, 9_000_011), keyPolicy(13, 3_000_017)) }, PAIR);
    live(scene, 30_000_000, ({ keys, blocked }) => {
      const told = new Set(blocked.map(({ key, record }) => `${key} ${record}`));
      for (const { id, states } of keys) {
        for (const record of ['dnskey', 'krrsig', 'zrrsig', 'ds'] as const) {
          const isMoving = states[record] === 'rumoured' || states[record] === 'unretentive';
          expect(!isMoving || told.has(`${id} ${record}`), `${id} ${record} ${states[record]}`).toBe(true);
        }
      }
    });
  });
});

describe('3 cascade#346', () => {
  test('cascade#346: from the moment a DS is to change, what is to change is named, and looked for every hour', () => {
    const scene = new Scene({ policy: pair() }, PAIR);
    pass(scene, 0, 'roll ksk1');
    const result = pass(scene, IPUB);
    expect(result.ds).toEqual({ keys: ['ksk2'], remove: false });
    expect(texts(result).slice(0, 2)).toEqual(['evidence ksk1 ds .', 'evidence ksk2 ds O']);
    expect(result.lookAt).toBe(scene.now + 3600);
    expect(pass(scene, 9_000_000).lookAt).toBe(scene.now + 3600);
  });
});

describe('4 cascade#331', () => {
  test('cascade#331: a lifetime that is changed in the policy holds for the keys that are there', () => {
    const policies = { shorter: pair(keyPolicy(13), keyPolicy(13, 1_000_003)) };
    const scene = new Scene({ policy: pair(keyPolicy(13), keyPolicy(13, 9_000_011)), policies }, PAIR);
    pass(scene, 2_000_003);
    expect(keysText(scene.keys)).toBe(PAIR);
    pass(scene, 1, 'policy shorter');
    expect(keysText(scene.keys)).toBe('ksk1 OO.O zsk1- O.O. zsk2 R...');
  });
});

describe('5 cascade#252, cascade#291, cascade#579', () => {
  test('cascade#252: a roll that is started by hand never stops signing', () => {
    const scene = new Scene({ policy: pair() }, PAIR);
    pass(scene, 0, 'roll zsk1', 'roll ksk1');
    live(scene, 1_000_000, ({ frozen, keys }) => {
      expect([frozen, inText(keys, 'krrsig') !== '-', inText(keys, 'zrrsig') !== '-']).toEqual([undefined, true, true]);
    });
    expect(keysText(scene.keys)).toBe('ksk2 OO.O zsk2 O.O.');
  });

  test('cascade#291: a KSK roll ends by time and evidence alone', () => {
    const scene = new Scene({ policy: pair() }, PAIR);
    pass(scene, 0, 'roll ksk1');
    live(scene, 1_000_000);
    expect(keysText(scene.keys)).toBe('ksk2 OO.O zsk1 O.O.');
  });

  test('cascade#579: a word that does not fit where a roll is changes nothing', () => {
    const scene = new Scene({ policy: pair(), parent: 'off' }, PAIR);
    pass(scene, 0, 'roll ksk1');
    const before = keysText(scene.keys);
    const result = pass(scene, 9, 'word ksk1 gone', 'word ksk2 seen', 'approve');
    expect([keysText(scene.keys), result.frozen]).toEqual([before, undefined]);
    pass(scene, IPUB - 9);
    expect(keysText(scene.keys)).toBe('ksk1- OO.U ksk2 OO.R zsk1 O.O.');
  });
});

describe('6 opendnssec PR#116, OPENDNSSEC-914, OPENDNSSEC-917', () => {
  test('opendnssec PR#116: as long as a record is on its way, there is a next time at which to step or to look', () => {
    const scene = new Scene({ policy: pair() }, PAIR);
    pass(scene, 0, 'roll zsk1', 'roll ksk1', 'servers silent');
    const check = ({ keys, wakeAt, lookAt }: StepResult) => {
      const isResting =
        keysText(keys)
          .replace(/[a-z0-9- ]/g, '')
          .match(/[RU]/) === null;
      expect(isResting || wakeAt !== undefined || lookAt !== undefined).toBe(true);
    };
    for (let days = 0; days < 30; days++) check(pass(scene, 86_400));
    pass(scene, 9, 'servers agree');
    live(scene, 1_000_000, check);
    expect(keysText(scene.keys)).toBe('ksk2 OO.O zsk2 O.O.');
  });

  test.each([1009, IPUB + 1009, IPUB + SIGNED + 1009])(
    'OPENDNSSEC-914: rolling again %i seconds after the beginning of a roll ends well',
    (seconds) => {
      const scene = new Scene({ policy: pair() }, PAIR);
      pass(scene, 0, 'roll zsk1', 'roll ksk1');
      live(scene, seconds);
      pass(scene, 0, 'roll zsk2', 'roll ksk2');
      live(scene, 1_000_000);
      expect(keysText(scene.keys)).toBe('ksk3 OO.O zsk3 O.O.');
    },
  );

  test('OPENDNSSEC-917: a DS that nobody submits is never taken for submitted', () => {
    const scene = new Scene({ policy: pair() }, PAIR);
    pass(scene, 0, 'roll ksk1');
    pass(scene, IPUB);
    for (let months = 0; months < 24; months++) pass(scene, 2_500_000);
    expect(keysText(scene.keys)).toBe('ksk1- OO.U ksk2 OO.R zsk1 O.O.');
  });
});

describe('7 BIND GL#5774, BIND GL#2488', () => {
  test('BIND GL#5774: when a key retires is known from the first step on', () => {
    const scene = new Scene({ policy: pair(keyPolicy(13), keyPolicy(13, 9_000_011)) }, PAIR);
    expect(scene.look(scene.now).wakeAt).toBe(scene.now + 9_000_011 - IPUB);
  });

  test('BIND GL#2488: a roll and a sighting that a person orders count from the next step, not from the next event', () => {
    const scene = new Scene({ policy: pair(), parent: 'off' }, PAIR);
    pass(scene, 5, 'roll ksk1');
    expect(keysText(scene.keys)).toBe('ksk1- OO.O ksk2 RR.. zsk1 O.O.');
    pass(scene, IPUB);
    const result = pass(scene, 5, 'word ksk1 gone', 'word ksk2 seen');
    expect(result.wakeAt).toBe(scene.now + DS_OUT);
  });
});

describe('8 coredns#173, PowerDNS-AuthAdmin#11, PowerDNS-Admin#1155', () => {
  test('coredns#173 and the others: keys are rolled, year after year, without a person', () => {
    const scene = new Scene({ policy: pair(keyPolicy(13, 31_536_000), keyPolicy(13, 7_776_000)) }, PAIR);
    live(scene, 5 * 31_536_000 + 2_592_000);
    expect(keysText(scene.keys)).toMatch(/^ksk6 OO\.O zsk2\d O\.O\.$/);
    expect(scene.keys.filter((key) => !isWhollyHidden(key))).toHaveLength(2);
  });
});

describe('9 BIND GL#2596', () => {
  test('BIND GL#2596: key files that are missing for a while lead to no new keys, and nothing is withdrawn', () => {
    const scene = new Scene({ policy: pair(keyPolicy(13), keyPolicy(13, 1_000_003)) }, PAIR);
    for (const event of ['missing zsk1', 'missing ksk1', 'broken zsk1', 'look']) {
      const { actions, ds } = pass(scene, 2_000_003, event);
      expect([actionsText(actions), keysText(scene.keys), ds.keys]).toEqual(['-', PAIR, ['ksk1']]);
    }
  });
});

describe('10 BIND GL#2498', () => {
  test('BIND GL#2498: a zone with NSEC3 whose names change from run to run stays valid', async () => {
    let zone: Zone | undefined;
    for (const names of [['a'], ['a.b.c', 'a'], ['c'], ['b.c', 'z', 'a.z'], []]) {
      const text = `${ZONE}${names.map((name) => `${name} 3600 TXT "x"\n`).join('')}`;
      const signed = await signText(text, {
        ...{ keys: SIGNERS, denial: NSEC3 },
        ...(zone === undefined ? {} : { previous: zone }),
      });
      zone = signed.zone;
      expect(await errorsOf(zone)).toEqual([]);
    }
  });
});

describe('11 BIND GL#5458', () => {
  test('BIND GL#5458: a roll by hand while the states are not valid takes nothing away before they are', () => {
    const scene = new Scene({ policy: pair() }, 'ksk1 OO.O zsk1 O.R. zsk2- O...');
    scene.happen('servers silent');
    pass(scene, 0, 'roll zsk1');
    const first = pass(scene, IPUB);
    expect(inText(first.keys, 'dnskey')).toBe('ksk1 zsk1 zsk2 zsk3');
    expect(inText(first.keys, 'zrrsig')).toContain('zsk1');
    expect(texts(first)).toContain('safety zsk1 zrrsig U');
  });
});

describe('12 BIND GL#4878', () => {
  test('BIND GL#4878: keys of two algorithms with one tag are never taken for each other', () => {
    const policies = { ecdsa: pair() };
    const algorithms = { ksk1: 8, zsk1: 8 };
    const scene = new Scene({ policy: pair(keyPolicy(8), keyPolicy(8)), policies, algorithms }, PAIR);
    pass(scene, 0, 'policy ecdsa');
    for (const { id } of scene.keys) scene.change(id, { keyTag: 7 });
    live(scene, TIMING.maxZoneTtl + TIMING.zonePropagation);
    pass(scene, IPUB);
    expect(keysText(scene.keys)).toBe('ksk1- OO.U ksk2 OO.R zsk1- O.O. zsk2 O.O.');
    pass(scene, 9, 'ds ksk1 gone');
    pass(scene, DS_OUT);
    expect(scene.keys.find(({ id }) => id === 'ksk2')?.states.ds).toBe('rumoured');
    live(scene, 1_000_000);
    expect(keysText(scene.keys)).toBe('ksk2 OO.O zsk2 O.O.');
  });
});

describe('13 BIND GL#2375, GL#3937, GL#4494, GL#2725', () => {
  test('BIND GL#2375: a third key in the middle of a roll is no crowd', () => {
    const scene = new Scene({ policy: single() }, 'csk1 OOOO');
    pass(scene, 0, 'roll csk1');
    pass(scene, IPUB, 'premade csk3');
    pass(scene, 9, 'roll csk2');
    expect(keysText(scene.keys)).toBe('csk1- OOUU csk2- OORR csk3 RR..');
    live(scene, 1_000_000);
    expect(keysText(scene.keys)).toBe('csk3 OOOO');
  });

  test('BIND GL#3937: a new algorithm has signed everything before its DNSKEY appears', () => {
    const policies = { ecdsa: pair() };
    const algorithms = { ksk1: 8, zsk1: 8 };
    const scene = new Scene({ policy: pair(keyPolicy(8), keyPolicy(8)), policies, algorithms }, PAIR);
    pass(scene, 0, 'servers silent', 'policy ecdsa');
    pass(scene, 9_000_000);
    expect([inText(scene.keys, 'dnskey'), inText(scene.keys, 'zrrsig')]).toEqual(['ksk1 zsk1', 'zsk1 zsk2']);
    pass(scene, 9, 'servers agree');
    pass(scene, TIMING.maxZoneTtl);
    expect(inText(scene.keys, 'dnskey')).toBe('ksk1 ksk2 zsk1 zsk2');
  });

  test('BIND GL#4494: signatures are renewed by the time that is left of them now', async () => {
    const first = await signText(ZONE, { keys: SIGNERS });
    const { refresh, expiration } = validityFrom(NOW);
    const kept = async (now: number) => {
      const validity = validityFrom(now);
      const request = { previous: first.zone, keys: SIGNERS, validity };
      return (await signText(`${ZONE}new 3600 TXT "x"\n`, request)).statistics.kept > 0;
    };
    expect([await kept(expiration - refresh - 1), await kept(expiration - refresh)]).toEqual([true, false]);
  });

  test('BIND GL#2725: a restart draws no new salt', () => {
    const salt = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const draw = () => {
      throw new Error('drawn');
    };
    const wish = { kind: 'keep', length: 8, lifetime: 2_592_000 } as const;
    expect(chooseSalt(wish, salt, NOW, NOW + 2_591_999, draw).salt).toEqual(salt);
  });
});

describe('14 Knot', () => {
  test('Knot 3.0.8: a KSK is not removed early where the TTL of DNSKEY is smaller than that of DS', () => {
    const policy = { ...pair(), timing: { ...TIMING, dnskeyTtl: 61 } };
    const scene = new Scene({ policy }, PAIR);
    pass(scene, 0, 'roll ksk1');
    live(scene, 61 + TIMING.zonePropagation + TIMING.publishSafety);
    pass(scene, 0, 'ds ksk1 gone', 'ds ksk2 seen');
    pass(scene, DS_OUT - 1);
    expect(inText(scene.keys, 'dnskey')).toBe('ksk1 ksk2 zsk1');
    pass(scene, 1);
    expect(inText(scene.keys, 'dnskey')).toBe('ksk2 zsk1');
  });

  test('Knot: an old ZSK is not withdrawn early where the largest TTL of the zone turns out larger', () => {
    const scene = new Scene({ policy: pair() }, PAIR);
    pass(scene, 0, 'roll zsk1');
    pass(scene, IPUB, 'ttl zone 604801');
    pass(scene, 604_801 + TIMING.zonePropagation + TIMING.retireSafety - 1);
    expect(inText(scene.keys, 'dnskey')).toBe('ksk1 zsk1 zsk2');
    pass(scene, 1);
    expect(inText(scene.keys, 'dnskey')).toBe('ksk1 zsk2');
  });

  test('Knot 3.0.11, 3.1.6: the propagation delay passes before a DS is asked for', () => {
    const policy = { ...pair(), timing: { ...TIMING, zonePropagation: 50_021 } };
    const scene = new Scene({ policy }, PAIR);
    pass(scene, 0, 'roll ksk1');
    const { ds } = pass(scene, TIMING.dnskeyTtl + 50_021 + TIMING.publishSafety - 1);
    expect(ds.keys).toEqual(['ksk1']);
    expect(pass(scene, 1).ds.keys).toEqual(['ksk2']);
  });

  test('Knot: the old DS is not given up before caches have the new KSK’s signature', () => {
    const scene = new Scene({ policy: pair() }, 'ksk1 OO.O ksk2 O... zsk1 O.O.');
    scene.change('ksk1', { successor: 'ksk2' });
    scene.change('ksk2', { predecessor: 'ksk1' });
    expect(pass(scene, 0).ds.keys).toContain('ksk1');
    expect(pass(scene, IPUB - 1).ds.keys).toContain('ksk1');
    expect(pass(scene, 1).ds.keys).toEqual(['ksk2']);
  });

  test('Knot: the roll from a CSK to KSK and ZSK ends when both are everywhere, not sooner', () => {
    const scene = new Scene({ policy: single(), policies: { pair: pair() } }, 'csk1 OOOO');
    pass(scene, 0, 'policy pair');
    pass(scene, IPUB);
    pass(scene, 9, 'ds ksk1 seen', 'ds csk1 gone');
    pass(scene, TIMING.maxZoneTtl + TIMING.zonePropagation - 10);
    expect(inText(scene.keys, 'zrrsig')).toBe('csk1 zsk1');
    pass(scene, 1);
    expect([inText(scene.keys, 'zrrsig'), inText(scene.keys, 'dnskey')]).toEqual(['zsk1', 'csk1 ksk1 zsk1']);
  });

  test('Knot 3.3.10, 3.4.3: several active ZSKs become one, and roll once', () => {
    const scene = new Scene({ policy: pair(keyPolicy(13), keyPolicy(13, 9_000_011)) }, `${PAIR} zsk2 O.O. zsk3 O.O.`);
    scene.change('zsk3', { active: scene.now + 1 });
    pass(scene, 9);
    expect(keysText(scene.keys)).toBe('ksk1 OO.O zsk1- U.U. zsk2- U.U. zsk3 O.O.');
    live(scene, 9_000_011 + 500_000);
    expect(keysText(scene.keys)).toBe('ksk1 OO.O zsk4 O.O.');
  });

  test('Knot: what the parent is to hold does not change with the zone', () => {
    const scene = new Scene({ policy: pair(keyPolicy(13), keyPolicy(13, 1_000_003)) }, PAIR);
    const asked = new Set<string>();
    live(scene, 5_000_000, ({ ds }) => asked.add(JSON.stringify(ds)));
    expect([...asked]).toEqual(['{"keys":["ksk1"],"remove":false}']);
  });
});

describe('15 OpenDNSSEC SUPPORT-229, OPENDNSSEC-890', () => {
  test('SUPPORT-229: an old key goes only when the new key’s signatures were seen in the file and at every server', () => {
    const scene = new Scene({ policy: pair() }, PAIR);
    pass(scene, 0, 'roll zsk1');
    pass(scene, IPUB - 1, 'signing fails');
    pass(scene, 1);
    pass(scene, 9_000_000);
    expect(inText(scene.keys, 'dnskey')).toBe('ksk1 zsk1 zsk2');
    pass(scene, 9, 'servers silent', 'signing works');
    pass(scene, 9_000_000);
    expect(inText(scene.keys, 'dnskey')).toBe('ksk1 zsk1 zsk2');
    pass(scene, 9, 'servers agree');
    pass(scene, TIMING.maxZoneTtl + TIMING.retireSafety);
    expect(inText(scene.keys, 'dnskey')).toBe('ksk1 zsk2');
  });

  test('OPENDNSSEC-890: TTLs that differ within an RRset make no wrong signatures', async () => {
    const signed = await signText(`${ZONE}www 60 A 192.0.2.3\nwww 7200 A 192.0.2.4\n`, { keys: SIGNERS });
    expect(await errorsOf(signed.zone)).toEqual([]);
    const ttls = linesOf(signed, 'A').flatMap(([owner, ttl]) => (owner === 'www.example.' ? [ttl] : []));
    expect([ttls.length, new Set(ttls).size]).toEqual([3, 1]);
  });
});

describe('16 Sigillum RM51X-001, RM51X-003', () => {
  test('RM51X-001: no DS changes before the new DNSKEY has reached every cache', () => {
    const scene = new Scene({ policy: pair() }, PAIR);
    pass(scene, 0, 'roll ksk1');
    expect(pass(scene, IPUB - 1).ds.keys).toEqual(['ksk1']);
    expect(pass(scene, 1).ds.keys).toEqual(['ksk2']);
  });

  test('RM51X-003: a name that begins with an asterisk and is no wildcard has all its labels counted', async () => {
    const signed = await signText(`${ZONE}*foo 3600 TXT "x"\n*.bar 3600 TXT "x"\n`, { keys: SIGNERS });
    const labels = (name: string) =>
      linesOf(signed, 'RRSIG').flatMap(([owner, , , , rdata]) => {
        const [type, , count] = rdata!.split(' ');
        return owner === name && type === 'TXT' ? [count] : [];
      });
    expect([labels('*foo.example.'), labels('*.bar.example.')]).toEqual([['2'], ['2']]);
    expect(await errorsOf(signed.zone)).toEqual([]);
  });
});

describe('17 jdnssec-tools#14', () => {
  test('jdnssec-tools#14: a zone that is signed by two ZSKs with one key tag verifies', async () => {
    const byTag = new Map<number, TestKey>();
    let twins: readonly [TestKey, TestKey] | undefined;
    while (twins === undefined) {
      const key = makeTestKey('zsk');
      const other = byTag.get(key.keyTag);
      if (other === undefined) byTag.set(key.keyTag, key);
      else twins = [other, key];
    }
    const signed = await signText(ZONE, { keys: [SIGNERS[0]!, ...twins] });
    expect(await errorsOf(signed.zone)).toEqual([]);
    const next = await signText(`${ZONE}new 3600 TXT "x"\n`, { keys: [SIGNERS[0]!, ...twins], previous: signed.zone });
    expect(await errorsOf(next.zone)).toEqual([]);
  });
});

describe('18 DENIC 2026, ISC DLV 2009', () => {
  test('DENIC: a zone with signatures that do not match is found out by the verification that every file passes', async () => {
    const [ksk, zsk] = SIGNERS as [TestKey, TestKey];
    const wrong: TestKey = { ...zsk, privateKey: makeTestKey('zsk').privateKey };
    const signed = await signText(ZONE, { keys: [ksk, wrong] });
    expect(await errorsOf(signed.zone)).toContain('signature-wrong');
  });

  test('ISC DLV: a KSK that can’t be read leaves nothing unsigned that is there, and is told', () => {
    const scene = new Scene({ policy: pair() }, PAIR);
    const result = pass(scene, 0, 'broken ksk1', 'roll ksk1');
    expect([keysText(scene.keys), texts(result)]).toEqual([PAIR, ['files (Kexample.+013+ksk1.private is broken)']]);
  });

  test('ISC DLV: an unsigned zone is no valid zone', async () => {
    const signed = await signText(ZONE, { keys: SIGNERS });
    const bare = signed.lines.filter((line) => !/\tRRSIG\tDNSKEY /.test(line)).join('\n');
    expect(await errorsOf(readText(`${bare}\n`))).not.toEqual([]);
  });
});

describe('19 ldns PR#318', () => {
  test('ldns PR#318: a signer whose key files are gone is noticed', () => {
    expect(absentSigners([{ algorithm: 13, keyTag: 7 }], [])).toEqual([{ algorithm: 13, keyTag: 7 }]);
  });

  test('ldns PR#318: the engine asks for nothing that a broken key file would hide', () => {
    const scene = new Scene({ policy: pair() }, PAIR);
    scene.happen('trouble Kexample.+013+00007.key can’t be read');
    const { decisions, actions } = pass(scene, 0, 'roll zsk1');
    expect([decisions.map(decisionText), actionsText(actions)]).toEqual([[], '-']);
  });
});
