import { describe, expect, test } from 'vitest';
import { findEvidence, parentSighting, placeOf } from '../../src/rollover/evidence-gate.ts';
import type { Sighting, World } from '../../src/rollover/world.ts';
import { keyOf, keysOf, moveOf, NOW, sighting, worldOf } from './sample-keys.ts';

const keys = keysOf('csk1 RRRR');
const shown = (record: 'dnskey' | 'krrsig' | 'zrrsig', seen?: Sighting) => ({
  ...{ dnskey: {}, krrsig: {}, zrrsig: {} },
  [record]: seen === undefined ? {} : { csk1: seen },
});

describe.each(['dnskey', 'krrsig', 'zrrsig'] as const)('a %s', (record) => {
  const find = (to: string, file?: Sighting, servers?: Sighting | 'off') => {
    const world = worldOf({ file: shown(record, file), servers: servers === 'off' ? 'off' : shown(record, servers) });
    return findEvidence(moveOf(keys, `csk1 ${record} ${to}`), world);
  };
  const missing = (place: string, ...who: readonly string[]) => ({ isGiven: false, place, who });

  test('is in when the file and all servers show it', () => {
    expect(find('O', sighting('present', NOW), sighting('present', NOW + 5))).toEqual({
      isGiven: true,
      source: NOW,
      servers: NOW + 5,
    });
  });

  test('is out when neither does', () => {
    expect(find('.', sighting('absent', NOW), sighting('absent', NOW + 5))).toEqual({
      isGiven: true,
      source: NOW,
      servers: NOW + 5,
    });
  });

  test('is in or out by the file alone where servers are not asked', () => {
    expect(find('O', sighting('present', NOW), 'off')).toEqual({ isGiven: true, source: NOW, servers: undefined });
    expect(find('O', sighting('absent', NOW, 'x'), 'off')).toEqual(missing('file', 'x'));
    expect(find('.', sighting('present', NOW), 'off')).toEqual(missing('file'));
  });

  test.each(['absent', 'mixed', 'unknown'] as const)('is not in where it is %s', (seen) => {
    const there = sighting('present', NOW);
    expect(find('O', sighting(seen, NOW, 'who'), there)).toEqual(missing('file', 'who'));
    expect(find('O', there, sighting(seen, NOW, '192.0.2.1: no answer'))).toEqual(
      missing('servers', '192.0.2.1: no answer'),
    );
  });

  test.each(['present', 'mixed', 'unknown'] as const)('is not out where it is %s', (seen) => {
    const gone = sighting('absent', NOW);
    expect(find('.', sighting(seen, NOW), gone)).toEqual(missing('file'));
    expect(find('.', gone, sighting(seen, NOW, '192.0.2.1: serial 7'))).toEqual(
      missing('servers', '192.0.2.1: serial 7'),
    );
  });

  test('is neither in nor out where nobody looked', () => {
    const there = sighting('present', NOW);
    expect([find('O'), find('O', there), find('.', sighting('absent', NOW))]).toEqual([
      missing('file'),
      missing('servers'),
      missing('servers'),
    ]);
  });
});

describe('a DS', () => {
  const find = (to: string, parts: Partial<World>) => findEvidence(moveOf(keys, `csk1 ds ${to}`), worldOf(parts));
  const parent = (seen: Sighting['seen'], ...who: readonly string[]) => ({ csk1: sighting(seen, NOW, ...who) });

  test('is in when the parent shows it, whatever the zone does', () => {
    expect(find('O', { parent: parent('present') })).toEqual({ isGiven: true, source: NOW, servers: undefined });
    expect(find('O', { parent: parent('mixed', 'who') })).toEqual({ isGiven: false, place: 'parent', who: ['who'] });
    expect(find('O', { parent: {} })).toEqual({ isGiven: false, place: 'parent', who: [] });
  });

  test('is out when the parent does not show it any more', () => {
    expect(find('.', { parent: parent('absent') })).toEqual({ isGiven: true, source: NOW, servers: undefined });
    expect(find('.', { parent: parent('present') })).toMatchObject({ isGiven: false, place: 'parent' });
    expect(find('.', { parent: parent('mixed') })).toMatchObject({ isGiven: false, place: 'parent' });
  });

  test('is where a person says, if the parent is not asked, was not looked at, or could not be asked', () => {
    const word = { csk1: sighting('present', NOW + 9) };
    const given = { isGiven: true, source: NOW + 9, servers: undefined };
    expect(find('O', { parent: 'off', word })).toEqual(given);
    expect(find('O', { parent: {}, word })).toEqual(given);
    expect(find('O', { parent: parent('unknown'), word })).toEqual(given);
  });

  test('is not where a person said it was before it was told to come or go', () => {
    const [key] = keysOf('csk1 RRRR', { csk1: { changes: { ds: NOW } } }) as [never];
    const said = (since: number) => parentSighting(key, worldOf({ word: { csk1: sighting('present', since) } }));
    expect([said(NOW - 1), said(NOW), said(NOW + 1)?.seen]).toEqual([undefined, undefined, 'present']);
  });

  test('is not where a person says, if the parent says otherwise', () => {
    const word = { csk1: sighting('present', NOW + 9) };
    expect(find('O', { parent: parent('absent'), word })).toMatchObject({ isGiven: false });
    expect(find('O', { parent: parent('mixed'), word })).toMatchObject({ isGiven: false });
  });

  test('that nobody says anything of keeps the names of those who did not answer', () => {
    const world = worldOf({ parent: parent('unknown', '198.51.100.1: no answer') });
    expect(parentSighting(keyOf(keys, 'csk1'), world)?.dissent).toEqual(['198.51.100.1: no answer']);
  });

  test('is looked for at the parent, all else in the zone', () => {
    expect([placeOf('ds'), placeOf('dnskey'), placeOf('krrsig'), placeOf('zrrsig')]).toEqual([
      'parent',
      'zone',
      'zone',
      'zone',
    ]);
  });
});
