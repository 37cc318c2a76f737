import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ended, printed, scratchDirectory, startScript } from './processes.ts';

/** Takes the lock again and again, and adds one to a number that would not survive two at a time. */
const COUNTER = `
  import fs from 'node:fs';
  import { acquireLock } from '$DIST/store/lock.js';
  const [directory, rounds] = process.argv.slice(1);
  console.log('ready');
  for (let round = 0; round < Number(rounds); round++) {
    const lock = await acquireLock(directory + '/lock', { wait: 60 });
    const inside = fs.openSync(directory + '/inside', 'wx');
    const count = Number(fs.readFileSync(directory + '/count', 'utf8'));
    await new Promise((wake) => setTimeout(wake, Math.random() * 3));
    fs.writeFileSync(directory + '/count', String(count + 1));
    fs.closeSync(inside);
    fs.unlinkSync(directory + '/inside');
    lock.release();
  }
`;

/** Holds the lock until it is killed. */
const HOLDER = `
  import { acquireLock } from '$DIST/store/lock.js';
  await acquireLock(process.argv[1] + '/lock', { wait: 60 });
  console.log('held');
  setInterval(() => {}, 1000);
`;

describe('a lock between processes', () => {
  it('is held by one of them at a time', async () => {
    const directory = scratchDirectory();
    writeFileSync(join(directory, 'count'), '0');
    const all = Array.from({ length: 4 }, () => ended(startScript(COUNTER, [directory, '8'])));
    for (const end of await Promise.all(all)) expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(directory, 'count'), 'utf8')).toBe('32');
    expect(readdirSync(directory)).toEqual(['count']);
  });

  it('is refused with exit code 5 while another process holds it', async () => {
    const directory = scratchDirectory();
    const holder = startScript(HOLDER, [directory]);
    const end = ended(holder);
    await printed(holder, 'held');
    const second = await ended(
      startScript(
        `import { acquireLock } from '$DIST/store/lock.js';
         await acquireLock(process.argv[1] + '/lock').catch((error) => {
           console.log(error.message);
           process.exit(error.exitCode);
         });`,
        [directory],
      ),
    );
    expect(second.code).toBe(5);
    expect(second.stdout).toContain(`process ${holder.pid} holds the lock`);
    holder.kill('SIGKILL');
    await end;
  });

  it('of a process that was killed goes to one of the many that wait for it', async () => {
    const directory = scratchDirectory();
    writeFileSync(join(directory, 'count'), '0');
    const holder = startScript(HOLDER, [directory]);
    const end = ended(holder);
    await printed(holder, 'held');
    const waiting = Array.from({ length: 4 }, () => startScript(COUNTER, [directory, '2']));
    const ends = waiting.map(ended);
    await Promise.all(waiting.map((child) => printed(child, 'ready')));
    holder.kill('SIGKILL');
    for (const done of await Promise.all(ends)) expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(directory, 'count'), 'utf8')).toBe('8');
    expect(readdirSync(directory)).toEqual(['count']);
    await end;
  });

  it('survives takers that are killed at any moment', async () => {
    const directory = scratchDirectory();
    const taker = `
      import { acquireLock } from '$DIST/store/lock.js';
      console.log('ready');
      for (;;) {
        const lock = await acquireLock(process.argv[1] + '/lock', { wait: 60 });
        if (Math.random() < 0.9) lock.release();
        else process.kill(process.pid, 'SIGKILL');
      }
    `;
    for (let round = 0; round < 3; round++) {
      const takers = Array.from({ length: 4 }, () => startScript(taker, [directory]));
      const ends = takers.map(ended);
      await Promise.all(takers.map((child) => printed(child, 'ready')));
      for (const child of takers) {
        await new Promise((wake) => setTimeout(wake, Math.random() * 20));
        child.kill('SIGKILL');
      }
      await Promise.all(ends);
    }
    writeFileSync(join(directory, 'count'), '0');
    expect(await ended(startScript(COUNTER, [directory, '1']))).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(directory)).not.toContain('lock');
  });
});
