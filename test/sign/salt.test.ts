import { describe, expect, test } from 'vitest';
import { chooseSalt } from '../../src/sign/salt.ts';

const OLD = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const NEW = Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9);
const draw = (length: number) => NEW.slice(0, length);
const keep = { kind: 'keep', length: 8, lifetime: 100 } as const;

describe('the NSEC3 salt', () => {
  test('stays until its lifetime is over, and not a second longer', () => {
    expect(chooseSalt(keep, OLD, 1000, 1099, draw)).toEqual({ salt: OLD, drawn: 1000, random: true });
    expect(chooseSalt(keep, OLD, 1000, 1100, draw)).toEqual({ salt: NEW, drawn: 1100, random: true });
  });

  test('of another signer counts from the first run on', () => {
    expect(chooseSalt(keep, OLD, undefined, 5000, draw)).toEqual({ salt: OLD, drawn: 5000, random: true });
  });

  test('is drawn anew when its length is not what is wanted, or its time lies in the future', () => {
    expect(chooseSalt(keep, OLD.slice(0, 4), 1000, 1001, draw).salt).toEqual(NEW);
    expect(chooseSalt(keep, OLD, 2000, 1001, draw).salt).toEqual(NEW);
  });

  test('that is asked for is taken, and never drawn anew', () => {
    expect(chooseSalt({ kind: 'given', salt: OLD }, NEW, 1000, 1001, draw)).toMatchObject({ salt: OLD, random: false });
    expect(chooseSalt({ kind: 'random', length: 4 }, OLD, 1000, 1001, draw).salt).toEqual(NEW.slice(0, 4));
  });

  test('of no octets never ages', () => {
    const none = new Uint8Array(0);
    expect(chooseSalt({ ...keep, length: 0 }, none, 1, 1_000_000, draw)).toEqual({
      salt: none,
      drawn: 1,
      random: true,
    });
  });
});
