/** The command lines that people are told to run, in one place. */

/** Prints what the parent needs. */
export function showDs(zone: string): string {
  return `"dnssec ds ${zone}"`;
}

/** Tells the program that the parent shows a key's DS. */
export function tellDsSeen(zone: string, key: string): string {
  return `"dnssec roll ${zone} --ds-seen ${key}"`;
}

/** Tells the program that the parent shows a key's DS no longer. */
export function tellDsGone(zone: string, key: string): string {
  return `"dnssec roll ${zone} --ds-gone ${key}"`;
}

/** Lets a step pass under a policy whose rollovers are manual. */
export function letPass(zone: string): string {
  return `"dnssec roll ${zone} --approve"`;
}

/** Puts files of keys back that are missing or damaged. */
export function restoreFiles(zone: string): string {
  return `"dnssec keys restore ${zone} FILE"`;
}

/** Gives up a key whose private half is lost, for a new one. */
export function replaceLost(zone: string): string {
  return `"dnssec roll ${zone} --replace KEYTAG"`;
}

/** Signs the zone. */
export function signNow(zone: string): string {
  return `"dnssec sign ${zone}"`;
}
