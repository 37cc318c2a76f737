/** Changing the times in key files, and not one octet of the keys in them. */
import { printTimestamp } from '../base/time.ts';
import type { KeyTiming } from './key.ts';
import { printTimeWithWords, TIMING_TAGS } from './key-times.ts';

const TAGS = TIMING_TAGS.map(([, tag]) => tag).join('|');
const KEY_LINE = new RegExp(`^;\\s*(?:${TAGS})\\s*:`, 'i');
const PRIVATE_LINE = new RegExp(`^(?:${TAGS})\\s*:`, 'i');

/** A `.key` file with other times in its comments: they stand before the record, as BIND writes them. */
export function withKeyFileTiming(text: string, timing: KeyTiming): string {
  const lines = text.split('\n').filter((line) => !KEY_LINE.test(line));
  const times = TIMING_TAGS.flatMap(([field, tag]) => {
    const time = timing[field];
    return time === undefined || field === 'dsPublish' ? [] : [`; ${tag}: ${printTimeWithWords(time)}`];
  });
  const first = lines.findIndex((line) => !line.startsWith(';'));
  const at = first < 0 ? lines.length : first;
  return [...lines.slice(0, at), ...times, ...lines.slice(at)].join('\n');
}

/** A `.private` file with other times, in the format that has times (1.3). The text is secret. */
export function withPrivateFileTiming(text: string, timing: KeyTiming): string {
  const lines = text
    .replace(/^Private-key-format: v1\.2$/m, 'Private-key-format: v1.3')
    .split('\n')
    .filter((line) => line !== '' && !PRIVATE_LINE.test(line));
  const times = TIMING_TAGS.flatMap(([field, tag]) => {
    const time = timing[field];
    return time === undefined ? [] : [`${tag}: ${printTimestamp(time)}`];
  });
  return `${[...lines, ...times].join('\n')}\n`;
}
