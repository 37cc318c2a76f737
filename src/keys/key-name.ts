/** Base names of key files: `K`, the zone's name, `+`, the algorithm, `+`, the key tag. */
import type { Octets } from '../base/octets.ts';
import { canonicalName, nameFromText } from '../dns/name.ts';

/** The three files that a key may have. */
export type KeyFileSuffix = 'key' | 'private' | 'state';

/** What the name of a key file says: `Kexample.com.+013+12345.key`. */
export interface KeyFileName {
  /** Without the suffix. */
  readonly base: string;
  /** Canonical wire form. */
  readonly zone: Octets;
  readonly algorithm: number;
  readonly keyTag: number;
  readonly suffix: KeyFileSuffix;
}

/**
 * A zone's name as a part of file names, the way BIND writes it: lower case, absolute, and every octet but letters,
 * digits, `-` and `_` as `%XX`.
 *
 * @param zone  wire form
 */
export function zoneFileText(zone: Octets): string {
  const name = canonicalName(zone);
  let text = '';
  for (let at = 0; name[at]! !== 0; ) {
    const end = at + 1 + name[at]!;
    for (at++; at < end; at++) {
      const letter = String.fromCharCode(name[at]!);
      text += /[a-z0-9_-]/.test(letter) ? letter : `%${name[at]!.toString(16).toUpperCase().padStart(2, '0')}`;
    }
    text += '.';
  }
  return text === '' ? '.' : text;
}

/** The base name of a key's files: `Kexample.com.+013+12345`. */
export function keyBaseName(zone: Octets, algorithm: number, keyTag: number): string {
  return `K${zoneFileText(zone)}+${String(algorithm).padStart(3, '0')}+${String(keyTag).padStart(5, '0')}`;
}

/**
 * Takes a file name apart, as BIND and others write it.
 *
 * @param name  without directories
 * @returns     undefined for a file that is none of a key's
 */
export function parseKeyFileName(name: string): KeyFileName | undefined {
  const m = /^(K(.{1,1100})\+(\d{3})\+(\d{5}))\.(key|private|state)$/.exec(name);
  if (m === null) return undefined;
  const algorithm = Number(m[3]);
  const keyTag = Number(m[4]);
  const zone = parseZoneFileText(m[2]!);
  if (zone === undefined || algorithm > 255 || keyTag > 0xffff) return undefined;
  return { base: m[1]!, zone, algorithm, keyTag, suffix: m[5] as KeyFileSuffix };
}

function parseZoneFileText(text: string): Octets | undefined {
  const escaped = text.replace(/%([0-9A-Fa-f]{2})|([^A-Za-z0-9_.-])/g, (_, hex: string | undefined, other: string) => {
    const code = hex === undefined ? other.charCodeAt(0) : Number.parseInt(hex, 16);
    return code > 255 ? '..' : `\\${String(code).padStart(3, '0')}`;
  });
  try {
    return canonicalName(nameFromText(escaped));
  } catch {
    return undefined;
  }
}
