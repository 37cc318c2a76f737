/** What the network says, in words. */

/** Why a server gave no answer, as a phrase that goes behind its address. */
export interface Failure {
  readonly kind: 'failure';
  readonly reason: string;
}

/** Makes a failure. */
export function failure(reason: string): Failure {
  return { kind: 'failure', reason };
}

const TROUBLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection broken off',
  EPIPE: 'connection broken off',
  EHOSTUNREACH: 'no way to it',
  ENETUNREACH: 'no way to it',
  EADDRNOTAVAIL: 'no way to it',
  EAFNOSUPPORT: 'no way to it: this machine has no addresses of its kind',
  EINVAL: 'no way to it',
  EACCES: 'this machine does not let packets out to it',
  EPERM: 'this machine does not let packets out to it',
  EMFILE: 'too many open files here',
  ENFILE: 'too many open files here',
  ETIMEDOUT: 'no answer',
};

/** The words for an error of a socket. */
export function socketTrouble(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return TROUBLE[code ?? ''] ?? code ?? String(error);
}
