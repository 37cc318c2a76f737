/**
 * What has to go when the process ends, by a signal too. Whoever may leave something on disk says so when it is loaded:
 * a run that writes nothing need not load it to be sure.
 */

const tasks: (() => void)[] = [];

/** Has a task done at the end, after those that came before. @param task  synchronous, throws nothing */
export function atEnd(task: () => void): void {
  tasks.push(task);
}

/** Has a task done before all others at the end: to stop what may yet be writing. @param task  as above */
export function atEndFirst(task: () => void): void {
  tasks.unshift(task);
}

/** Does everything that is to be done at the end. */
export function cleanUp(): void {
  for (const task of tasks) task();
}
