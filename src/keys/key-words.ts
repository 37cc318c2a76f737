/** What is to be said of a key: in words for people, and as plain data. Neither holds private text. */
import type { UnixSeconds } from '../base/time.ts';
import { friendlyName } from '../dns/name.ts';
import { algorithmText } from './algorithms.ts';
import { isRevoked, type KeyRole, type ZoneKey } from './key.ts';
import { isPublished } from './key-plan.ts';
import type { KeyState } from './state-file.ts';

/** A time for people: `2026-11-21 01:22 UTC`. */
export function dateText(time: UnixSeconds): string {
  return `${new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Where a key stands, and what happens to it next by its own times: `active since …, inactive from …`. */
export function describeKey(key: ZoneKey, now: UnixSeconds): string {
  const states = key.state === undefined ? '' : statesText(key.state);
  if (states !== '') return states;
  const { timing } = key;
  const times = Object.entries(timing);
  if (times.length === 0) return 'published and active (its files name no times)';
  const past = (time: UnixSeconds | undefined) => time !== undefined && time <= now;
  if (past(timing.delete)) return `deleted since ${dateText(timing.delete!)}`;
  const next = nextText(key, now);
  if (isRevoked(key.flags) || (past(timing.revoke) && isPublished(key, now))) {
    return `revoked${timing.revoke === undefined ? '' : ` since ${dateText(timing.revoke)}`}${next}`;
  }
  if (past(timing.activate)) {
    if (past(timing.inactive)) return `inactive since ${dateText(timing.inactive!)}${next}`;
    return `active since ${dateText(timing.activate!)}${next}`;
  }
  if (!isPublished(key, now)) return `not published${next}`;
  const standby = timing.activate === undefined ? ', not active' : '';
  return `published${timing.publish === undefined ? '' : ` since ${dateText(timing.publish)}`}${standby}${next}`;
}

const EVENTS = [
  ['publish', 'published from'],
  ['activate', 'active from'],
  ['revoke', 'revoked from'],
  ['inactive', 'inactive from'],
  ['delete', 'deleted from'],
] as const;

function nextText(key: ZoneKey, now: UnixSeconds): string {
  const coming = EVENTS.map(([field, words]) => ({ time: key.timing[field] ?? 0, words })).filter((e) => e.time > now);
  coming.sort((a, b) => a.time - b.time);
  return coming.map(({ time, words }) => `, ${words} ${dateText(time)}`).join('');
}

const STATE_WORDS = [
  ['dnskey', 'DNSKEY'],
  ['krrsig', 'KRRSIG'],
  ['zrrsig', 'ZRRSIG'],
  ['ds', 'DS'],
] as const;

function statesText({ states }: KeyState): string {
  const words = STATE_WORDS.flatMap(([record, name]) =>
    states[record] === undefined ? [] : `${name} ${states[record]}`,
  );
  if (words.length === 0) return '';
  return words.join(', ') + (states.goal === undefined ? '' : `; goal ${states.goal}`);
}

/** A key as JSON tells it. */
export function keyDocument(key: ZoneKey, role: KeyRole): Readonly<Record<string, unknown>> {
  const times = Object.entries(key.timing).map(([name, time]) => [name, new Date(time * 1000).toISOString()]);
  return {
    name: key.name,
    zone: friendlyName(key.zone),
    role,
    algorithm: key.algorithm,
    mnemonic: algorithmText(key.algorithm),
    bits: key.bits,
    keyTag: key.keyTag,
    flags: key.flags,
    publicKey: Buffer.from(key.dnskeyRdata.subarray(4)).toString('base64'),
    ...(key.ttl === undefined ? {} : { ttl: key.ttl }),
    timing: Object.fromEntries(times),
    ...(key.state === undefined ? {} : { states: key.state.states }),
  };
}
