/** What is wrong with the keys of a zone, as far as its next signing is concerned. */
import type { DnssecError } from '../base/errors.ts';
import { absentSigners } from '../keys/absent-signers.ts';
import type { KeyProblem, ZoneKey } from '../keys/key.ts';
import type { KeyPlan } from '../keys/key-plan.ts';
import type { SignerName } from '../zone/signed-facts.ts';

/** The keys of a zone as their files tell. */
export interface KeysOnDisk {
  readonly keys: readonly ZoneKey[];
  /** What is to be said of their files. */
  readonly problems: readonly KeyProblem[];
  /** What is done with them now; undefined where the key directory can't be read. */
  readonly plan: KeyPlan | undefined;
  /** Why the key directory can't be read. */
  readonly fault?: DnssecError;
}

/** A sentence about keys, and what to do. */
export interface KeyRemark {
  readonly message: string;
  readonly hint?: string;
}

/**
 * Says what would keep the zone from being signed.
 *
 * @param zone     its name
 * @param signers  the keys that sign the present signed file
 */
export function judgeKeys(
  { keys, problems, plan, fault }: KeysOnDisk,
  zone: string,
  signers: readonly SignerName[],
): KeyRemark[] {
  if (fault !== undefined || plan === undefined) return fault === undefined ? [] : [remark(fault)];
  const offline = new Set(plan.offline.map((key) => key.name));
  const errors = [...problems, ...plan.problems].filter(
    ({ severity, code, subject }) => severity === 'error' && (code !== 'KEY_MISSING' || offline.has(subject)),
  );
  const absent = absentSigners(signers, keys)
    .filter(({ algorithm, keyTag }) => !errors.some(({ subject }) => names(subject, algorithm, keyTag)))
    .map(({ algorithm, keyTag }) => ({
      message: `key ${keyTag} (algorithm ${algorithm}) signs the present signed file, but its files are gone`,
      hint: 'Restore them from a backup. No new key is made in their place.',
    }));
  const remarks = [...errors.map(remark), ...absent];
  if (remarks.length === 0 && plan.keySigners.length === 0) {
    const message = keys.length === 0 ? 'there are no keys' : 'no key is active';
    const hint =
      keys.length === 0
        ? `Create them with "dnssec keygen ${zone}", or restore them from a backup.`
        : `"dnssec keys ${zone}" shows the keys and their times.`;
    remarks.push({ message, hint });
  }
  return remarks;
}

/** Whether the base name of a key's files is that of this key. */
function names(base: string, algorithm: number, keyTag: number): boolean {
  return base.endsWith(`+${String(algorithm).padStart(3, '0')}+${String(keyTag).padStart(5, '0')}`);
}

function remark({ message, hint }: { readonly message: string; readonly hint?: string | undefined }): KeyRemark {
  return { message, ...(hint === undefined ? {} : { hint }) };
}
