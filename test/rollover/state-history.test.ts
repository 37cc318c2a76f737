import { describe, expect, test } from 'vitest';
import { stateHistory } from '../../src/rollover/state-history.ts';
import { DAY, NOW, prospectOf, settledKey } from './outlook-scene.ts';

describe('the states over time', () => {
  const keys = [
    settledKey('k1', 'ksk', 111),
    settledKey('z1', 'zsk', 4711, { rollAt: NOW, changes: { dnskey: NOW - 9 * DAY } }),
  ];
  const { forecast, until } = prospectOf({ keys });
  const MINUTE = 60;

  test('fold the decisions over what the keys are in now', () => {
    const old = stateHistory(keys, forecast, NOW, until).find(({ key }) => key.id === 'z1')!;
    expect(old.records).toEqual([
      {
        record: 'dnskey',
        spans: [
          { state: 'omnipresent', from: NOW - 9 * DAY, until: NOW + (27 * 60 + 10) * MINUTE },
          { state: 'unretentive', from: NOW + (27 * 60 + 10) * MINUTE, until: NOW + (28 * 60 + 15) * MINUTE },
          { state: 'hidden', from: NOW + (28 * 60 + 15) * MINUTE, until },
        ],
      },
      {
        record: 'zrrsig',
        spans: [
          { state: 'omnipresent', from: undefined, until: NOW + 125 * MINUTE },
          { state: 'unretentive', from: NOW + 125 * MINUTE, until: NOW + (27 * 60 + 10) * MINUTE },
          { state: 'hidden', from: NOW + (27 * 60 + 10) * MINUTE, until },
        ],
      },
    ]);
  });

  test('begin hidden for a key that is not made yet, and end where asked', () => {
    const next = stateHistory(keys, forecast, NOW, NOW + 130 * MINUTE).at(-1)!;
    expect(next.key.role).toBe('zsk');
    expect(next.records.map(({ spans }) => spans)).toEqual([
      [
        { state: 'hidden', from: undefined, until: NOW },
        { state: 'rumoured', from: NOW, until: NOW + 125 * MINUTE },
        { state: 'omnipresent', from: NOW + 125 * MINUTE, until: NOW + 130 * MINUTE },
      ],
      [
        { state: 'hidden', from: undefined, until: NOW + 125 * MINUTE },
        { state: 'rumoured', from: NOW + 125 * MINUTE, until: NOW + 130 * MINUTE },
      ],
    ]);
  });

  test('of a key at rest are one span', () => {
    expect(stateHistory(keys, forecast, NOW, until)[0]!.records.map(({ spans }) => spans.length)).toEqual([1, 1, 1]);
  });
});
