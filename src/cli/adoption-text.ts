/** What `dnssec adopt` prints: what was concluded of each key and why, whether the policy fits, and what comes next. */
import type { AdoptedZone, Adoption } from '../automation/adopt-zone.ts';
import { algorithmText } from '../keys/algorithms.ts';
import type { Prospect } from '../rollover/outlook.ts';
import { planDocument } from '../rollover/plan-document.ts';
import { isUnused, isWhollyHidden, OWNED_RECORDS, type RollKey } from '../rollover/roll-key.ts';

/** What was concluded, before anything is written. @param shown  a path as people say it */
export function adoptionLines(adoption: Adoption, dryRun: boolean, shown: (path: string) => string): string[] {
  const { outlook, warnings, parent, served, coming, signedFile, changes } = adoption;
  const fact = (label: string, value: string) => `  ${label.padEnd(8)} ${value}`;
  const head = changes
    ? `${dryRun ? 'would be' : 'is'} taken over with these keys`
    : 'is taken over already, with these keys';
  return [
    `${outlook.zone} ${head}:`,
    fact('parent', parent),
    fact('served', served),
    ...(coming.length === 0 ? [] : [fact('keys', `${dryRun ? 'to be copied' : 'copied'}: ${coming.join(', ')}`)]),
    ...(signedFile === undefined ? [] : [fact('signed', `the served zone becomes ${shown(signedFile)}`)]),
    ...warnings.map((text) => fact('warning', text)),
    ...outlook.keys.flatMap((key) => ['', ...keyLines(key, adoption)]),
    '',
    ...fitLines(adoption),
  ];
}

function keyLines(key: RollKey, { remarks }: Adoption): string[] {
  const own = remarks.filter(({ name, id }) => id === key.id && name === key.name);
  const twins = remarks.filter(({ name, id }) => id === key.id && name !== key.name);
  return [
    `${key.role.toUpperCase()} ${key.keyTag}, ${algorithmText(key.algorithm)}, ${courseOf(key)}   ${key.name}`,
    ...own.map(({ kind, message }) => `  ${kind === 'warning' ? 'warning: ' : ''}${message}`),
    ...twins.map(({ name, message }) => `  warning: ${name}: ${message}`),
  ];
}

function courseOf(key: RollKey): string {
  if (key.goal === 'omnipresent') return 'stays';
  if (isUnused(key)) return 'stands by';
  return isWhollyHidden(key) ? 'is gone' : 'goes';
}

function fitLines({ fit, outlook }: Adoption): string[] {
  const { name } = outlook.policy;
  if (fit.reasons.length === 0) return [`The policy "${name}" fits: no roll begins because of it.`];
  return [
    `The policy "${name}" does not fit: the next signing run would begin to change keys.`,
    ...fit.reasons.map((reason) => `  ${reason}`),
    ...(fit.lines.length === 0
      ? ['No policy leaves these keys as they are.']
      : [
          'To leave the keys as they are, put this into dnssec.yaml before you sign:',
          ...fit.lines.map((line) => `  ${line}`),
        ]),
  ];
}

/** What was done, and what comes next. */
export function adoptedLines({ outlook, config, changes }: AdoptedZone, shown: (path: string) => string): string[] {
  const { zone } = outlook;
  return [
    ...(config?.changed === true ? [`${zone} is entered into ${shown(config.file)}.`] : []),
    ...(changes
      ? ['The states of the keys, and what is remembered of them, are written.']
      : ['Nothing was to be written.']),
    `Next: stop the program that signed ${zone} so far; then "dnssec sign ${zone}", and "dnssec why ${zone}".`,
  ];
}

/** The same as data. */
export function adoptionDocument(
  adopted: AdoptedZone,
  prospect: Prospect,
  dryRun: boolean,
): Readonly<Record<string, unknown>> {
  const { outlook, remarks, warnings, parent, served, fit, coming, signedFile, changes, config } = adopted;
  return {
    zone: outlook.zone,
    dryRun,
    changes,
    parent,
    served,
    warnings,
    keys: outlook.keys.map((key) => ({
      name: key.name,
      id: key.id,
      role: key.role,
      algorithm: key.algorithm,
      keyTag: key.keyTag,
      goal: key.goal,
      states: Object.fromEntries(OWNED_RECORDS[key.role].map((record) => [record, key.states[record]])),
      files: key.files,
      remarks: remarks.filter(({ id }) => id === key.id).map(({ kind, message }) => ({ kind, message })),
    })),
    copied: coming,
    signedFile: signedFile ?? null,
    policy: { name: outlook.policy.name, fits: fit.reasons.length === 0, reasons: fit.reasons, lines: fit.lines },
    config: config?.file ?? null,
    plan: planDocument(prospect),
  };
}
