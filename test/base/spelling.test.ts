import { describe, expect, it } from 'vitest';
import { nearestWord } from '../../src/base/spelling.ts';

describe('the nearest word', () => {
  const known = ['sign', 'verify', 'keygen', 'ds', 'salt-length'];
  it.each([
    ['sgin', 'sign'],
    ['SIGN', 'sign'],
    ['verfy', 'verify'],
    ['keygenn', 'keygen'],
    ['dss', 'ds'],
    ['saltlength', 'salt-length'],
    ['x', undefined],
    ['publish', undefined],
    ['', undefined],
    ['s'.repeat(100_000), undefined],
  ])('of %j is %j', (word, near) => {
    expect(nearestWord(word, known)).toBe(near);
  });
});
