import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DnssecError } from '../../src/base/errors.ts';
import { nameFromText, nameText } from '../../src/dns/name.ts';
import { ALGORITHMS, requireSigningAlgorithm } from '../../src/keys/algorithms.ts';
import type { KeyTiming } from '../../src/keys/key.ts';
import { parseKeyFile, printKeyFile } from '../../src/keys/key-file.ts';
import { keyBaseName, parseKeyFileName } from '../../src/keys/key-name.ts';
import { parsePrivateKeyFile, printPrivateKeyFile } from '../../src/keys/private-key-file.ts';
import { dnskeyRdata, encodePublicKey } from '../../src/keys/public-key.ts';
import { type KeyState, parseStateFile, printStateFile } from '../../src/keys/state-file.ts';

const label = fc.uint8Array({ minLength: 1, maxLength: 20 });
const zone = fc
  .array(label, { maxLength: 4 })
  .map((labels) => Uint8Array.from([...labels.flatMap((octets) => [octets.length, ...octets]), 0]));
const time = fc.integer({ min: 0, max: 0xffff_ffff });
const timing: fc.Arbitrary<KeyTiming> = fc.record(
  {
    created: time,
    publish: time,
    activate: time,
    revoke: time,
    inactive: time,
    delete: time,
    syncPublish: time,
    syncDelete: time,
  },
  { requiredKeys: [] },
);

const KEYS: ReadonlyMap<number, KeyObject> = new Map([
  [8, generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
  [10, generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
  [13, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
  [14, generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
  [15, generateKeyPairSync('ed25519').privateKey],
  [16, generateKeyPairSync('ed448').privateKey],
]);

const PUBLIC = 'GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==';
const SECRET = 'GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=';

describe('.key files', () => {
  test('a file that was printed reads back as it was, for any name, TTL, flags and times', () => {
    fc.assert(
      fc.property(
        zone,
        fc.option(fc.integer({ min: 1, max: 0x7fff_ffff }), { nil: undefined }),
        fc.constantFrom(256, 257, 384, 385),
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        timing,
        (name, ttl, flags, key, times) => {
          const file = { zone: name, ttl, dnskeyRdata: dnskeyRdata(flags, 13, key), timing: times };
          expect(parseKeyFile(printKeyFile(file), 'K.key')).toEqual(file);
        },
      ),
    );
  });

  test.each([
    ['class before TTL', `example.net. IN 3600 DNSKEY 257 3 13 ${PUBLIC}`],
    ['no class', `example.net. 3600 DNSKEY 257 3 13 ${PUBLIC}`],
    ['lower case and tabs', `example.net.\t3600\tin\tdnskey\t257 3 13\t${PUBLIC}`],
    [
      'parentheses over lines',
      `example.net. 3600 IN DNSKEY (257 3 13\n ${PUBLIC.slice(0, 40)}\n ${PUBLIC.slice(40)} )`,
    ],
    ['a comment behind it', `example.net. 3600 IN DNSKEY 257 3 13 ${PUBLIC} ;{id = 55648 (ksk), size = 256b}`],
    ['CRLF and empty lines', `\r\n; a comment\r\nexample.net. 3600 IN DNSKEY 257 3 13 ${PUBLIC}\r\n\r\n`],
    ['a base64 split anywhere', `example.net. 3600 IN DNSKEY 257 3 13 ${PUBLIC.replace(/(.{7})/g, '$1 ')}`],
    ['no newline at the end and a relative name', `example.net 3600 IN DNSKEY 257 3 13 ${PUBLIC}`],
  ])('%s: the record is read', (_, text) => {
    const { zone: owner, ttl, dnskeyRdata: rdata } = parseKeyFile(text, 'K.key');
    expect(nameText(owner)).toBe('example.net.');
    expect(ttl).toBe(3600);
    expect(Buffer.from(rdata.subarray(4)).toString('base64')).toBe(PUBLIC);
  });

  test.each([
    ['nothing', ''],
    ['comments alone', '; This is a key-signing key\n'],
    ['another type', 'example.net. IN A 192.0.2.1'],
    ['a KEY record', `example.net. IN KEY 257 3 13 ${PUBLIC}`],
    ['another class', `example.net. CH DNSKEY 257 3 13 ${PUBLIC}`],
    ['two records', `a. IN DNSKEY 257 3 13 ${PUBLIC}\nb. IN DNSKEY 257 3 13 ${PUBLIC}`],
    ['protocol 2', `example.net. IN DNSKEY 257 2 13 ${PUBLIC}`],
    ['flags that are no zone key', `example.net. IN DNSKEY 1 3 13 ${PUBLIC}`],
    ['flags too large', `example.net. IN DNSKEY 65537 3 13 ${PUBLIC}`],
    ['algorithm too large', `example.net. IN DNSKEY 257 3 256 ${PUBLIC}`],
    ['a mnemonic', `example.net. IN DNSKEY 257 3 ECDSAP256SHA256 ${PUBLIC}`],
    ['no key', 'example.net. IN DNSKEY 257 3 13'],
    ['a broken base64', `example.net. IN DNSKEY 257 3 13 ${PUBLIC}A`],
    ['a TTL too large', `example.net. 2147483648 IN DNSKEY 257 3 13 ${PUBLIC}`],
    ['an open parenthesis', `example.net. IN DNSKEY ( 257 3 13 ${PUBLIC}`],
    ['a stray parenthesis', `example.net. IN DNSKEY 257 3 13 ${PUBLIC} )`],
    ['a name with a label too long', `${'a'.repeat(64)}. IN DNSKEY 257 3 13 ${PUBLIC}`],
    ['binary', 'example.net. IN DNSKEY \0'],
    ['far too much', `;${' '.repeat(70_000)}`],
  ])('%s: refused, with the file named', (_, text) => {
    expect(() => parseKeyFile(text, 'Kexample.key')).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID', message: expect.stringContaining('Kexample.key') }),
    );
  });

  test('any text at all is read or refused', () => {
    const word = fc.constantFrom(
      'IN',
      'DNSKEY',
      '257',
      '3',
      '13',
      '(',
      ')',
      ';',
      '\\',
      '\n',
      PUBLIC,
      '.',
      'a.',
      '"',
      '\\065',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 6 }))), (words) => {
        try {
          parseKeyFile(words.join(' '), 'K.key');
        } catch (error) {
          expect(error).toBeInstanceOf(DnssecError);
        }
      }),
    );
  });
});

describe('.private files', () => {
  test.each([...KEYS])('algorithm %d: a file that was printed reads back as it was', (algorithm, privateKey) => {
    fc.assert(
      fc.property(timing, fc.option(fc.nat(0xffff), { nil: undefined }), (times, predecessor) => {
        const parts = predecessor === undefined ? {} : { predecessor };
        const file = { minor: 3, algorithm, privateKey, timing: times, unknown: [], ...parts };
        const text = printPrivateKeyFile(file);
        const back = parsePrivateKeyFile(text, 'K.private');
        expect(back.privateKey.equals(privateKey)).toBe(true);
        expect({ ...back, privateKey }).toEqual(file);
        expect(printPrivateKeyFile(back) === text).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('the public half that comes of it is the one of the key pair', () => {
    for (const [number, privateKey] of KEYS) {
      const algorithm = requireSigningAlgorithm(number);
      const text = printPrivateKeyFile({ minor: 2, algorithm: number, privateKey, timing: {}, unknown: [] });
      const back = parsePrivateKeyFile(text, 'K.private').privateKey;
      expect(encodePublicKey(algorithm, back)).toEqual(encodePublicKey(algorithm, privateKey));
    }
  });

  test('tags that are not known stay as they are', () => {
    const text = `Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: ${SECRET}\nCreated: 20260101000000\nFuture: thing\n`;
    expect(printPrivateKeyFile(parsePrivateKeyFile(text, 'K')) === text).toBe(true);
  });

  const head = 'Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\n';
  test.each([
    ['nothing', ''],
    ['another format', 'Private-key-format: v2.0\nAlgorithm: 13\n'],
    ['a PEM file', `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----\n`],
    ['no algorithm', 'Private-key-format: v1.3\n'],
    ['no key', head],
    ['a key that is no base64', `${head}PrivateKey: ${SECRET.slice(1)}\n`],
    ['a key that is too long', `${head}PrivateKey: ${Buffer.alloc(33, 1).toString('base64')}\n`],
    ['a key of zero', `${head}PrivateKey: ${Buffer.alloc(32).toString('base64')}\n`],
    ['a key beyond the order of the curve', `${head}PrivateKey: ${Buffer.alloc(32, 255).toString('base64')}\n`],
    ['a key given twice', `${head}PrivateKey: ${SECRET}\nPrivateKey: ${SECRET}\n`],
    ['a time that is none', `${head}PrivateKey: ${SECRET}\nCreated: yesterday\n`],
    ['a line that is no line', `${head}PrivateKey: ${SECRET}\n${SECRET}\n`],
    [
      'half of an RSA key',
      `Private-key-format: v1.3\nAlgorithm: 8 (RSASHA256)\nModulus: ${SECRET}\nPublicExponent: AQAB\n`,
    ],
    [
      'RSA numbers that are none',
      `Private-key-format: v1.3\nAlgorithm: 8\n${['Modulus', 'PublicExponent', 'PrivateExponent', 'Prime1', 'Prime2', 'Exponent1', 'Exponent2', 'Coefficient'].map((t) => `${t}: AA==`).join('\n')}\n`,
    ],
    [
      'a short Ed25519 key',
      `Private-key-format: v1.3\nAlgorithm: 15 (ED25519)\nPrivateKey: ${Buffer.alloc(31, 1).toString('base64')}\n`,
    ],
  ])('%s: refused, and no octet of the secret is shown', (_, text) => {
    let thrown: unknown;
    try {
      const file = parsePrivateKeyFile(text, 'Kexample.private');
      // RSA numbers are not tested for sense here, but by a signature when the pair is put together.
      expect(file.algorithm).toBe(8);
      return;
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'KEY_INVALID', message: expect.stringContaining('Kexample.private') });
    const told = JSON.stringify([
      thrown,
      (thrown as Error).message,
      (thrown as Error).stack,
      String((thrown as Error).cause),
    ]);
    for (let i = 0; i + 8 <= SECRET.length; i++) expect(told).not.toContain(SECRET.slice(i, i + 8));
  });

  test.each([
    ['5 (RSASHA1)', 'RSASHA1'],
    ['12 (ECCGOST)', 'ECCGOST'],
    ['157 (HMAC_MD5)', '157'],
  ])('algorithm %s is refused by name', (algorithm, name) => {
    expect(() => parsePrivateKeyFile(`Private-key-format: v1.3\nAlgorithm: ${algorithm}\n`, 'K')).toThrow(
      expect.objectContaining({ code: 'KEY_UNSUPPORTED', message: expect.stringContaining(name) }),
    );
  });

  test('a key in a hardware token is told as such', () => {
    const text = `${head}Engine: cGtjczExAA==\nLabel: a2V5AA==\n`;
    expect(() => parsePrivateKeyFile(text, 'K')).toThrow(expect.objectContaining({ code: 'KEY_UNSUPPORTED' }));
  });
});

describe('.state files', () => {
  const word = fc.constantFrom('hidden', 'rumoured', 'omnipresent', 'unretentive');
  const state: fc.Arbitrary<KeyState> = fc.record(
    {
      algorithm: fc.nat(255),
      length: fc.nat(4096),
      lifetime: fc.nat(),
      predecessor: fc.nat(0xffff),
      successor: fc.nat(0xffff),
      isKsk: fc.boolean(),
      isZsk: fc.boolean(),
      dsPublishCount: fc.nat(9),
      dsRemoveCount: fc.nat(9),
      times: fc.record({ generated: time, published: time, sigRemoved: time, deleteCds: time }, { requiredKeys: [] }),
      changes: fc.record({ dnskey: time, zrrsig: time, krrsig: time, ds: time }, { requiredKeys: [] }),
      states: fc.record({ dnskey: word, zrrsig: word, krrsig: word, ds: word, goal: word }, { requiredKeys: [] }),
      unknown: fc.constantFrom([], ['Future: thing', 'Other: 1']),
    },
    { requiredKeys: ['times', 'changes', 'states', 'unknown'] },
  );

  test('a file that was printed reads back as it was', () => {
    fc.assert(
      fc.property(state, zone, fc.nat(0xffff), (value, name, tag) => {
        expect(parseStateFile(printStateFile(value, name, tag), 'K.state')).toEqual(value);
      }),
    );
  });

  test("what BIND's reader looks for and what its writer writes are both read, and its writer's are written", () => {
    const text = [
      'SyncPublish: 20260101000000',
      'SyncDelete: 20260102000000',
      'ZRRSIGPublish: 20260103000000',
      'ZZRRSIGDelete: 20260104000000',
      'DSRemCount: 3',
      'DNSKEYState: OMNIPRESENT',
    ].join('\n');
    const printed = printStateFile(parseStateFile(text, 'K.state'), nameFromText('a'), 1).split('\n');
    expect(printed.map((line) => line.split(':')[0])).toEqual([
      '; This is the state of key 1, for a.',
      'SigPublish',
      'SigRemoved',
      'PublishCDS',
      'DeleteCDS',
      'DSDelCount',
      'DNSKEYState',
      '',
    ]);
  });

  test.each([
    ['KSK: maybe', 'KSK'],
    ['DNSKEYState: visible', 'DNSKEYState'],
    ['Published: soon', 'Published'],
    ['Predecessor: 65536', 'Predecessor'],
    ['Length: -1', 'Length'],
  ])('"%s" is refused with its line', (line, tag) => {
    expect(() => parseStateFile(`Algorithm: 13\n${line}\n`, 'K.state')).toThrow(
      expect.objectContaining({
        code: 'KEY_INVALID',
        message: expect.stringMatching(new RegExp(`K.state: line 2: ${tag}`)),
      }),
    );
  });
});

describe('names of key files', () => {
  test('any zone name comes back from its file name, in lower case', () => {
    fc.assert(
      fc.property(zone, fc.constantFrom(...ALGORITHMS.map((a) => a.number)), fc.nat(0xffff), (name, algorithm, tag) => {
        const base = keyBaseName(name, algorithm, tag);
        expect(base).toMatch(/^K[a-z0-9_%A-F.-]+\+\d{3}\+\d{5}$/);
        const lower = name.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet));
        expect(parseKeyFileName(`${base}.key`)).toEqual({ base, zone: lower, algorithm, keyTag: tag, suffix: 'key' });
      }),
    );
  });

  test.each([
    'Kexample.com.+013+12345',
    'Kexample.com.+013+1234.key',
    'Kexample.com.+13+12345.key',
    'Kexample.com.+013+65536.key',
    'Kexample.com.+256+12345.key',
    'example.com.+013+12345.key',
    'Kexample..com.+013+12345.key',
    'Kexample.com.+013+12345.key~',
    '.Kexample.com.+013+12345.key.tmp-1-abcdefabcdef',
    'K+013+12345.key',
  ])('"%s" is no key file', (name) => {
    expect(parseKeyFileName(name)).toBeUndefined();
  });
});
