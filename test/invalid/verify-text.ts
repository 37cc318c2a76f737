/** Verifies a zone that is at hand as text. */

import { type VerifyOptions, type VerifyReport, verifyZone } from '../../src/verify/verify-zone.ts';
import { buildZone } from '../../src/zone/build.ts';
import { readZone } from '../../src/zone/reader/reader.ts';
import { memoryOpener } from '../../src/zone/reader/source.ts';
import type { Zone } from '../../src/zone/zone.ts';

/** Reads a zone from text. */
export function zoneFromText(text: string | Uint8Array): Zone {
  const octets = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const read = readZone(memoryOpener({ zone: octets }), 'zone');
  return buildZone(read.records, read.origin, read.class).zone;
}

/** Reads and verifies, in this thread. */
export async function verifyText(
  text: string | Uint8Array,
  at: number,
  options: Partial<VerifyOptions> = {},
): Promise<VerifyReport> {
  return verifyZone(zoneFromText(text), { at: [at], threads: 1, ...options });
}
