/** Entering zones into the configuration file. */
import { dirname, join, relative } from 'node:path';
import { CONFIG_NAME, type Config, readConfigText } from './config.ts';
import { addZoneToConfig, type NewZone } from './config-edit.ts';
import { writeFileAtomic } from './files.ts';
import { lockPath, withLock } from './lock.ts';
import { removeStaleFiles } from './temporary-files.ts';

/**
 * Makes sure that a zone could be entered, and changes nothing.
 *
 * @throws DnssecError LOCKED, FILE_UNREADABLE, FILE_UNWRITABLE, DISK_FULL, as `recordZone` would
 */
export async function requireRecordable(config: Config, name: string, zone: NewZone): Promise<void> {
  const file = configFile(config);
  const { changed } = addZoneToConfig((await readConfigText(file, false)) ?? '', name, zone);
  // Whoever can make the lock can make the file.
  if (changed) await withLock(lockPath(file), { wait: 10 }, async () => {});
}

/**
 * Enters a zone into the configuration file, or into a new `dnssec.yaml` if there is none, atomically and under its
 * lock. Paths below the file's directory are written relative to it.
 *
 * @param name  lower case, without the trailing dot
 * @param zone  `file` absolute
 * @returns     the configuration file, and whether it changed: a zone that is there already stays as it is
 * @throws DnssecError LOCKED, FILE_UNREADABLE, FILE_UNWRITABLE, DISK_FULL
 */
export async function recordZone(
  config: Config,
  name: string,
  zone: NewZone,
): Promise<{ readonly file: string; readonly changed: boolean }> {
  const file = configFile(config);
  const near = relative(dirname(file), zone.file);
  const entry = { ...zone, file: near.startsWith('..') ? zone.file : near };
  return withLock(lockPath(file), { wait: 10 }, async () => {
    removeStaleFiles(file);
    const { text, changed } = addZoneToConfig((await readConfigText(file, false)) ?? '', name, entry);
    if (changed) await writeFileAtomic(file, new TextEncoder().encode(text));
    return { file, changed };
  });
}

function configFile({ file, base }: Config): string {
  return file ?? join(base, CONFIG_NAME);
}
