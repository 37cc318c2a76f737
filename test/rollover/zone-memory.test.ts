import { describe, expect, it } from 'vitest';
import type { DnssecError } from '../../src/base/errors.ts';
import { emptyMemory, forgetKeys, MEMORY_VERSION, printZoneMemory } from '../../src/rollover/zone-memory.ts';
import { MEMORY_UPGRADES, parseZoneMemory, upgradeMemory } from '../../src/rollover/zone-memory-parse.ts';
import { FULL_MEMORY, KEYS, KSK, type LooseMemory, NEW_ZSK, NOW, OLD_ZSK } from './memories.ts';

const FILE = 'state/example.com.json';
const TEXT = printZoneMemory(FULL_MEMORY);

/** The error that a text is refused with. */
function refusal(text: string, zone?: string): DnssecError {
  try {
    parseZoneMemory(text, FILE, zone);
  } catch (error) {
    return error as DnssecError;
  }
  throw new Error('was not refused');
}

function spoilt(spoil: (memory: LooseMemory) => void): string {
  const memory = JSON.parse(TEXT) as LooseMemory;
  spoil(memory);
  return JSON.stringify(memory);
}

describe('the text of a memory', () => {
  it('is JSON for people: members in one order, a newline at its end, nothing for what is undefined', () => {
    expect(printZoneMemory(emptyMemory('example.com', NOW))).toBe(`{
  "version": 1,
  "zone": "example.com",
  "lastPass": ${NOW},
  "wakeAt": null,
  "lookAt": null,
  "algorithm": null,
  "keys": [],
  "file": {
    "dnskey": {},
    "krrsig": {},
    "zrrsig": {}
  },
  "servers": {
    "dnskey": {},
    "krrsig": {},
    "zrrsig": {}
  },
  "parent": {},
  "word": {},
  "ttls": {
    "dnskey": [],
    "zone": [],
    "ds": []
  },
  "written": {},
  "intent": [],
  "log": {
    "entries": 0,
    "hash": "${'0'.repeat(64)}"
  },
  "rest": null
}
`);
    const [key] = JSON.parse(TEXT).keys;
    expect(Object.keys(key)).toEqual([
      ...['id', 'name', 'role', 'algorithm', 'keyTag', 'bits', 'goal', 'states', 'changes'],
      ...['created', 'active', 'lifetime', 'fate'],
    ]);
  });

  it('is the same in whatever order the members came', () => {
    const turned = (value: LooseMemory): LooseMemory => {
      if (typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) return value.map(turned);
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, part]) => [name, turned(part)]),
      );
    };
    expect(Object.keys(turned(FULL_MEMORY))[0]).toBe('rest');
    expect(printZoneMemory(turned(FULL_MEMORY))).toBe(TEXT);
  });

  it('holds nothing of the state of key files, which is looked up at each pass', () => {
    const memory = { ...FULL_MEMORY, keys: KEYS.map((key) => ({ ...key, files: 'whole' as const })) };
    expect(printZoneMemory(memory)).toBe(TEXT);
  });

  it('may have null for what is undefined', () => {
    const text = spoilt((m) => {
      m.keys[0].predecessor = null;
      m.keys[0].retired = null;
      delete m.wakeAt;
    });
    expect(parseZoneMemory(text, FILE, 'example.com')).toStrictEqual({ ...FULL_MEMORY, wakeAt: null });
  });
});

describe('a memory that is broken is refused with what is wrong and where:', () => {
  it.each<[string, (memory: LooseMemory) => void, string]>([
    ['no version', (m) => delete m.version, 'version is missing'],
    ['version 0', (m) => (m.version = 0), 'version must be a whole number from 1 to'],
    ['version 1.5', (m) => (m.version = 1.5), 'version must be a whole number from 1 to'],
    [
      'a newer version',
      (m) => (m.version = 7),
      'written by a newer version of this program (format 7); this one reads up to 1',
    ],
    ['a key of no meaning', (m) => (m.colour = 1), 'the document has a key that means nothing here: "colour"'],
    ['one of them below', (m) => (m.keys[1].flags = 256), 'keys[1] has a key that means nothing here: "flags"'],
    [
      'a very long one',
      (m) => (m.log['x'.repeat(99)] = 1),
      `log has a key that means nothing here: "${'x'.repeat(40)}…"`,
    ],
    ['no zone', (m) => delete m.zone, 'zone is missing'],
    ['another zone', (m) => (m.zone = 'example.net'), 'zone is "example.net": this is the memory of another zone'],
    ['a zone in upper case', (m) => (m.zone = 'Example.com'), "zone must be a zone's name, in lower case"],
    ['a dot behind the zone', (m) => (m.zone = 'example.com.'), "zone must be a zone's name, in lower case"],
    ['a zone that is no name', (m) => (m.zone = 'a..b'), "zone must be a zone's name, in lower case"],
    ['a time before 1970', (m) => (m.lastPass = -1), 'lastPass must be a whole number from 0 to 4294967295'],
    ['a time in milliseconds', (m) => (m.lastPass = NOW * 1000), 'lastPass must be a whole number from 0'],
    ['a time with a fraction', (m) => (m.wakeAt = 1.5), 'wakeAt must be a whole number from 0'],
    ['a time as text', (m) => (m.keys[0].created = '2026'), 'keys[0].created must be a whole number from 0'],
    ['an algorithm of none', (m) => (m.algorithm = 0), 'algorithm must be a whole number from 1 to 255'],
    ['keys that are no list', (m) => (m.keys = {}), 'keys must be a list'],
    ['a key that is none', (m) => (m.keys[2] = null), 'keys[2] must be a mapping'],
    ['an id in upper case', (m) => (m.keys[0].id = KSK.toUpperCase()), 'keys[0].id must be 16 hexadecimal digits'],
    ['an id that is too short', (m) => (m.keys[0].id = 'abc'), 'keys[0].id must be 16 hexadecimal digits'],
    ['an id twice', (m) => (m.keys[2].id = KSK), 'keys[2].id is that of keys[0], too'],
    ['a name of another zone', (m) => (m.keys[0].name = 'Kexample.net.+013+11111'), 'keys[0].name must be the base'],
    ['a name of another algorithm', (m) => (m.keys[0].algorithm = 8), 'keys[0].name must be the base name'],
    ['a name with a directory', (m) => (m.keys[0].name = '../Kexample.com.+013+11111'), 'keys[0].name must be the'],
    ['a role of none', (m) => (m.keys[0].role = 'KSK'), 'keys[0].role must be one of ksk, zsk, csk'],
    ['a tag of 17 bits', (m) => (m.keys[0].keyTag = 65_536), 'keys[0].keyTag must be a whole number from 0 to 65535'],
    ['a key of no size', (m) => (m.keys[0].bits = 0), 'keys[0].bits must be a whole number from 1 to 65535'],
    ['a goal that is none', (m) => (m.keys[0].goal = 'rumoured'), 'keys[0].goal must be one of omnipresent, hidden'],
    [
      'a state that is none',
      (m) => (m.keys[1].states.ds = 'rumored'),
      'keys[1].states.ds must be one of hidden, rumoured, omnipresent, unretentive',
    ],
    ['a state that is missing', (m) => delete m.keys[1].states.ds, 'keys[1].states.ds is missing'],
    [
      'the DS of a ZSK',
      (m) => (m.keys[1].states.ds = 'omnipresent'),
      'keys[1].states.ds must be hidden: a ZSK has no such record',
    ],
    [
      "a KSK's signatures over the zone",
      (m) => (m.keys[0].states.zrrsig = 'rumoured'),
      'keys[0].states.zrrsig must be hidden: a KSK has no such record',
    ],
    ['a change of no record', (m) => (m.keys[0].changes.cds = 1), 'keys[0].changes has a key that means nothing'],
    ['a change of no time', (m) => (m.keys[0].changes.ds = null), 'keys[0].changes.ds must be a whole number'],
    ['a successor of none', (m) => (m.keys[1].successor = '0'.repeat(16)), 'keys[1].successor names a key that is not'],
    ['a key before itself', (m) => (m.keys[2].predecessor = NEW_ZSK), 'keys[2].predecessor names the key itself'],
    [
      'two keys that each follow the other',
      (m) => (m.keys[1].predecessor = NEW_ZSK),
      'keys[2].predecessor leads in a circle back to it',
    ],
    [
      'a circle that does not begin with the first',
      (m) => {
        m.keys[0].successor = OLD_ZSK;
        m.keys[2].successor = OLD_ZSK;
      },
      'keys[2].successor leads in a circle back to it',
    ],
    ['a fate of none', (m) => (m.keys[0].fate = ''), 'keys[0].fate must be one of none, compromised, lost'],
    [
      'a sighting of none',
      (m) => (m.file.dnskey[KSK].seen = 'yes'),
      `file.dnskey.${KSK}.seen must be one of present, absent, mixed, unknown`,
    ],
    ['a sighting of no time', (m) => delete m.parent[KSK].since, `parent.${KSK}.since is missing`],
    ['sightings by tag', (m) => (m.word['11111'] = m.word[KSK]), 'a key of word must be 16 hexadecimal digits'],
    [
      'what a server said, and on and on',
      (m) => m.servers.dnskey[NEW_ZSK].dissent.push('x'.repeat(1001)),
      `servers.dnskey.${NEW_ZSK}.dissent[2] must be no longer than 1000 characters`,
    ],
    ['what no server said', (m) => (m.word[KSK].dissent[0] = 1), `word.${KSK}.dissent[0] must be text`],
    ['a TTL of 32 bits', (m) => (m.ttls.zone[0].ttl = 2 ** 31), 'ttls.zone[0].ttl must be a whole number'],
    ['TTLs that are missing', (m) => delete m.ttls.ds, 'ttls.ds is missing'],
    ['a digest that is none', (m) => (m.written[KSK] = 'ab'), `written.${KSK} must be 64 hexadecimal digits`],
    [
      'an intent of a private file',
      (m) => (m.intent[0].file = `${KEYS[0].name}.private`),
      'intent[0].file must be the',
    ],
    ['an intent elsewhere', (m) => (m.intent[0].file = 'Ka/Kexample.com.+013+33333.state'), 'intent[0].file must be'],
    ['an intent of another zone', (m) => (m.intent[0].file = 'Kexample.net.+013+3.state'), 'intent[0].file must be'],
    ['an intent without text', (m) => delete m.intent[0].text, 'intent[0].text is missing'],
    ['an intent that is no state', (m) => (m.intent[0].text = 'DSState: maybe\n'), 'intent[0].text must be the text'],
    [
      'an intent with a secret',
      (m) => (m.intent[0].text = 'PrivateKey: c2VjcmV0\n'),
      'intent[0].text must be the text',
    ],
    ['a log of less than nothing', (m) => (m.log.entries = -1), 'log.entries must be a whole number'],
    ['a log without its hash', (m) => (m.log.hash = '0'.repeat(64)), 'log.hash must be zeros where the log has no'],
    ['the hash of no log', (m) => (m.log.entries = 0), 'log.hash must be zeros where the log has no entries'],
  ])('%s', (_, spoil, message) => {
    const error = refusal(spoilt(spoil), 'example.com');
    expect(error).toMatchObject({ code: 'STATE_INVALID', exitCode: 3 });
    expect(error.message).toContain(`${FILE}: ${message}`);
    expect(error.message).not.toContain('c2VjcmV0');
    expect(error.hint).toMatch(/nothing was changed/i);
  });

  it('a list, a text, nothing', () => {
    for (const text of ['[]', '"x"', 'null', '7']) {
      expect(refusal(text).message).toBe(`${FILE}: the document must be a mapping`);
    }
  });

  it.each([
    ['', 'is empty'],
    [' \n', 'is empty'],
    [TEXT.slice(0, 1), 'is cut off: it ends in the middle'],
    [TEXT.slice(0, 300), 'is cut off: it ends in the middle'],
    [TEXT.slice(0, -2), 'is cut off: it ends in the middle'],
    ['{"version": "1', 'is cut off: it ends in the middle'],
  ])('a text that ends too early: %j', (text, message) => {
    expect(refusal(text)).toMatchObject({ code: 'STATE_INVALID', message: `${FILE} ${message}`, diagnostics: [] });
  });

  it('what is no JSON, with the line and the column in octets where V8 tells the place', () => {
    const error = refusal('{\n  "version": 1,\n  "zöne": 5 "x"\n}\n');
    expect(error.message).toBe(`${FILE} is not JSON`);
    expect(error.diagnostics).toEqual([
      { severity: 'error', message: 'not JSON from here on', file: FILE, line: 3, column: 14 },
    ]);
  });

  it('what is no JSON, without a word of it', () => {
    const secret = 'Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: c2VjcmV0c2VjcmV0\n';
    const error = refusal(secret);
    expect(`${error.message} ${JSON.stringify(error.diagnostics)} ${String(error.cause)}`).not.toMatch(/c2Vj|Private/);
  });
});

describe('a memory of an older version', () => {
  it('is brought to the present one step by step', () => {
    const steps = [
      (m: object) => ({ ...m, trace: '1' }),
      (m: LooseMemory) => ({ ...m, trace: `${m.trace}2` }),
      (m: LooseMemory) => ({ ...m, trace: `${m.trace}3` }),
    ];
    expect(upgradeMemory({ version: 1, a: 5 }, steps)).toEqual({ version: 4, a: 5, trace: '123' });
    expect(upgradeMemory({ version: 3, trace: '' }, steps)).toEqual({ version: 4, trace: '3' });
    expect(upgradeMemory({ version: 4 }, steps)).toEqual({ version: 4 });
    expect(() => upgradeMemory({ version: 5 }, steps)).toThrow('(format 5); this one reads up to 4');
  });

  it('has a step for each version but the present one', () => {
    expect(MEMORY_UPGRADES).toHaveLength(MEMORY_VERSION - 1);
  });
});

describe('forgetting keys', () => {
  it('leaves nothing that names them', () => {
    const memory = forgetKeys(FULL_MEMORY, new Set([OLD_ZSK, KSK]));
    expect(memory.keys).toEqual([{ ...KEYS[2], predecessor: undefined }]);
    expect(JSON.stringify(memory)).not.toMatch(new RegExp(`${OLD_ZSK}|${KSK}`));
    expect(memory.servers.dnskey).toEqual(FULL_MEMORY.servers.dnskey);
    expect(memory.log).toEqual(FULL_MEMORY.log);
    expect(parseZoneMemory(printZoneMemory(memory), FILE)).toStrictEqual(memory);
  });

  it('that there are none of changes nothing', () => {
    expect(forgetKeys(FULL_MEMORY, new Set(['0'.repeat(16)]))).toStrictEqual(FULL_MEMORY);
  });
});
