import { describe, expect, test } from 'vitest';
import { isDirectSuccessor, succeeds, takesPlace } from '../../src/rollover/succession.ts';
import { keyOf, keysOf } from './sample-keys.ts';

describe('a key follows another directly', () => {
  const [before, after] = keysOf('zsk1 O.U. zsk2 O.R. zsk1>zsk2') as [never, never];
  const change = (key: object, parts: object) => ({ ...key, ...parts }) as never;

  test('when each names the other', () => {
    expect(isDirectSuccessor(after, before)).toBe(true);
  });

  test('not the other way round', () => {
    expect(isDirectSuccessor(before, after)).toBe(false);
  });

  test('not when only one of them names the other', () => {
    expect(isDirectSuccessor(change(after, { predecessor: undefined }), before)).toBe(false);
    expect(isDirectSuccessor(after, change(before, { successor: 'zsk3' }))).toBe(false);
  });
});

describe('a key stands in for another', () => {
  test.each<readonly [standsIn: boolean, why: string, keys: string, key: string, before: string]>([
    [true, 'it follows directly', 'zsk1 O.U. zsk2 O.R. zsk1>zsk2', 'zsk2', 'zsk1'],
    [false, 'it does not follow', 'zsk1 O.U. zsk2 O.R.', 'zsk2', 'zsk1'],
    [false, 'it is the same', 'zsk1 O.U. zsk2 O.R. zsk1>zsk2', 'zsk2', 'zsk2'],
    [false, 'it is the predecessor', 'zsk1 O.U. zsk2 O.R. zsk1>zsk2', 'zsk1', 'zsk2'],
    [false, 'nothing of its predecessor is left', 'zsk1 .... zsk2 O.R. zsk1>zsk2', 'zsk2', 'zsk1'],
    [false, 'something still relies on the other', 'zsk1 O.U. zsk2 O.U. zsk3 O.R. zsk1>zsk2 zsk2>zsk3', 'zsk3', 'zsk2'],
    [true, 'x, y, z: y is where x is', 'zsk1 O.U. zsk2 O.U. zsk3 O.R. zsk1>zsk2 zsk2>zsk3', 'zsk3', 'zsk1'],
    [false, 'x, y, z: DNSKEY of y is elsewhere', 'zsk1 O.U. zsk2 R.U. zsk3 O.R. zsk1>zsk2 zsk2>zsk3', 'zsk3', 'zsk1'],
    [false, 'x, y, z: ZRRSIG of y is elsewhere', 'zsk1 O.U. zsk2 O.R. zsk3 O.R. zsk1>zsk2 zsk2>zsk3', 'zsk3', 'zsk1'],
    [false, 'x, y, z: KRRSIG of y is elsewhere', 'ksk1 OO.U ksk2 OR.U ksk3 OO.R ksk1>ksk2 ksk2>ksk3', 'ksk3', 'ksk1'],
    [false, 'x, y, z: DS of y is elsewhere', 'ksk1 OO.U ksk2 OO.R ksk3 OO.R ksk1>ksk2 ksk2>ksk3', 'ksk3', 'ksk1'],
    [false, 'x, y, z: y does not follow x', 'zsk1 O.U. zsk2 O.U. zsk3 O.R. zsk2>zsk3', 'zsk3', 'zsk1'],
    [false, 'x, y, z: z does not follow y', 'zsk1 O.U. zsk2 O.U. zsk3 O.R. zsk1>zsk2', 'zsk3', 'zsk1'],
    [true, 'w, x, y, z', 'zsk1 O.U. zsk2 O.U. zsk3 O.U. zsk4 O.R. zsk1>zsk2 zsk2>zsk3 zsk3>zsk4', 'zsk4', 'zsk1'],
  ])('%s: %s', (standsIn, _, text, key, before) => {
    const keys = keysOf(text);
    expect(succeeds(keyOf(keys, key), keyOf(keys, before), keys)).toBe(standsIn);
  });

  test('only where all records of the key between are where those of the first are', () => {
    const replaces = (middle: string) => {
      const keys = keysOf(`csk1 OOUU csk2 ${middle} csk3 OORR csk1>csk2 csk2>csk3`);
      return succeeds(keyOf(keys, 'csk3'), keyOf(keys, 'csk1'), keys);
    };
    expect(['OOUU', 'OOU.', 'OO.U', 'O.UU', '.OUU'].map(replaces)).toEqual([true, false, false, false, false]);
  });

  test('and files that name each other in a circle do not hang it', () => {
    const keys = keysOf('zsk1 O.U. zsk2 O.U. zsk3 O.U. zsk4 O.R. zsk2>zsk3 zsk3>zsk2');
    expect(succeeds(keyOf(keys, 'zsk3'), keyOf(keys, 'zsk1'), keys)).toBe(false);
  });
});

describe('a record of a key takes the place of that of another', () => {
  const places = (text: string, came: number, went: number, before = 'zsk1') => {
    const parts = {
      zsk1: { changes: { zrrsig: 5 } },
      zsk2: { changes: { zrrsig: went } },
      zsk3: { changes: { zrrsig: came } },
    };
    const keys = keysOf(text, parts);
    return takesPlace(keyOf(keys, 'zsk3'), keyOf(keys, before), 'zrrsig', keys);
  };

  test('when it came no later than that of its direct predecessor went', () => {
    const text = 'zsk1 O.U. zsk2 O.U. zsk3 O.R. zsk1>zsk2 zsk2>zsk3';
    expect([places(text, 7, 8), places(text, 8, 8), places(text, 9, 8)]).toEqual([true, true, false]);
  });

  test('not when it follows no key, or another one', () => {
    expect(places('zsk1 O.U. zsk2 O.U. zsk3 O.R. zsk1>zsk2', 7, 8)).toBe(false);
    expect(places('zsk1 O.U. zsk2 O.U. zsk3 O.R. zsk2>zsk3', 7, 8)).toBe(false);
    expect(places('zsk1 O.U. zsk2 O.U. zsk3 O.R. zsk2>zsk3', 7, 8, 'zsk2')).toBe(true);
  });
});
