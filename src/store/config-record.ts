/** Entering zones into the configuration file. */
import { dirname, join, relative } from 'node:path';
import { CONFIG_NAME, type Config, readConfigText } from './config.ts';
import { addZoneToConfig, type NewZone } from './config-edit.ts';
import { writeFileAtomic } from './files.ts';
import { lockPath, withLock } from './lock.ts';
import { removeStaleFiles } from './temporary-files.ts';

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
  const file = config.file ?? join(config.base, CONFIG_NAME);
  const near = relative(dirname(file), zone.file);
  const entry = { ...zone, file: near.startsWith('..') ? zone.file : near };
  return withLock(lockPath(file), { wait: 10 }, async () => {
    removeStaleFiles(file);
    const { text, changed } = addZoneToConfig((await readConfigText(file, false)) ?? '', name, entry);
    if (changed) await writeFileAtomic(file, new TextEncoder().encode(text));
    return { file, changed };
  });
}
