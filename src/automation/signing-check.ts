/** Whether a zone can be signed, as far as that can be told before it is decided which keys sign it. */
import { loadKeysIfAny, requireSoundKeys } from '../store/key-store.ts';
import { zoneFileOpener } from '../store/zone-files.ts';
import { requireSignersAtHand } from './signing-keys.ts';
import type { SignFileRequest } from './signing-run.ts';
import { buildChecked, readPrevious, readUnsigned } from './zone-preparation.ts';

/**
 * Reads the zone file, the previous signed file and the keys, and finds what would be in the way of signing, whichever
 * keys are to sign. So nothing is made, and nothing is noted, for a zone that will be refused anyway.
 *
 * @throws DnssecError ZONE_INVALID, FILE_UNREADABLE, KEY_…
 */
export async function requireSignable(request: SignFileRequest): Promise<void> {
  const opener = zoneFileOpener(request.directory);
  const { file } = readUnsigned(opener, request);
  buildChecked(file, opener);
  const published = readPrevious(request, opener, file.origin)?.zone;
  const { keys, problems } = await loadKeysIfAny(request.keyDirectory, file.origin);
  // Whether a key can do without its private half depends on what is decided.
  requireSoundKeys(problems.filter(({ code }) => code !== 'KEY_MISSING'));
  if (published !== undefined) requireSignersAtHand(published, keys, request, file.origin);
}
