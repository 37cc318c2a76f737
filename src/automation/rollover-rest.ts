/** Whether a zone's rollovers are at rest: nothing is due, and nothing that a pass would read has changed. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nameFromText } from '../dns/name.ts';
import type { Rest } from '../rollover/zone-memory.ts';
import { stampForReading, stampOf } from '../store/file-stamp.ts';
import { type KeyListing, listKeysSoon, readKeyListing } from '../store/key-listing.ts';
import { readZoneMemory } from '../store/zone-state.ts';
import type { RolloverRequest } from './rollover-pass.ts';

/** Whether a pass has nothing to do. A pass at rest reads one file and looks at the times of a few. */
export function isAtRest(request: RolloverRequest): boolean {
  const { stateDirectory, keyDirectory, zone, now, lister } = request;
  const memory = readZoneMemory(stateDirectory, zone);
  if (memory === undefined || memory.rest === null || memory.intent.length > 0) return false;
  if (now < memory.lastPass || isDue(memory.wakeAt, now) || isDue(memory.lookAt, now)) return false;
  const { policy: fixed, files, keyFiles } = memory.rest;
  if (fixed !== policyText(request)) return false;
  if (files.some(({ path, stamp }) => stampOf(path)?.text !== stamp)) return false;
  const listing = lister?.list() ?? readKeyListing(keyDirectory);
  return keyFileNames(listing, zone).join() === keyFiles.join();
}

function isDue(at: number | null, now: number): boolean {
  return at !== null && at <= now;
}

/** What is remembered of a pass; null where a file changed so shortly before that it could change again unnoticed. */
export async function restOf(request: RolloverRequest): Promise<Rest | null> {
  if (!existsSync(request.keyDirectory)) return null;
  const keyFiles = keyFileNames(await listKeysSoon(request.keyDirectory), request.zone);
  const paths = [request.output, ...keyFiles.map((name) => join(request.keyDirectory, name))];
  const files: { readonly path: string; readonly stamp: string }[] = [];
  for (const path of paths) {
    const stamp = stampForReading(path, request.now);
    if (stamp === undefined) return null;
    files.push({ path, stamp });
  }
  return { policy: policyText(request), files, keyFiles };
}

/** Everything of the configuration that a pass depends on, as a digest. */
function policyText({ observe, policy }: RolloverRequest): string {
  const { keys, rollover, timing } = policy;
  return createHash('sha256').update(JSON.stringify({ observe, keys, rollover, timing })).digest('hex');
}

function keyFileNames(listing: KeyListing, zone: string): readonly string[] {
  return listing
    .keys(nameFromText(zone))
    .flatMap(({ files }) => Object.values(files))
    .sort();
}
