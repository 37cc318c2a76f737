/** The worker thread of `zone-thread.ts`. */
import { parentPort } from 'node:worker_threads';
import type { DnssecError } from '../base/errors.ts';
import type { AtomicFile } from '../store/files.ts';
import { type FileFaults, flushFiles } from '../store/group-commit.ts';
import { encodeFile, encodeOutcome, type FromThread, type ToThread } from './thread-messages.ts';
import { BatchSigner, type ZoneTask } from './zone-batch.ts';
import { decodeError } from './zone-outcome.ts';

const port = parentPort;
if (port === null) throw new TypeError('this module runs as a worker thread only');
const post = (message: FromThread) => port.postMessage(message);

/** Those who wait for the main thread to put a batch's files in their places. */
const placing = new Map<number, (faults: FileFaults) => void>();
const signer = new BatchSigner();
/** Batches are signed one after another, while the files of the one before are on their way to the disk. */
let turn: Promise<void> = Promise.resolve();

port.on('message', (message: ToThread) => {
  if (message.kind === 'sign') turn = turn.then(() => signBatch(message.batch, message.tasks));
  else placing.get(message.batch)?.(message.faults.map((fault) => fault && (decodeError(fault) as DnssecError)));
});

async function signBatch(batch: number, tasks: readonly ZoneTask[]): Promise<void> {
  const { outcomes } = await signer.sign(tasks, (files) => commitThere(batch, files));
  outcomes.then((all) => post({ kind: 'signed', batch, outcomes: all.map(encodeOutcome) }));
}

/** Brings files to the disk and has the main thread put them in their places. */
async function commitThere(batch: number, files: readonly AtomicFile[]): Promise<FileFaults> {
  const flushed = await flushFiles(files);
  return new Promise((resolve) => {
    placing.set(batch, (faults) => {
      placing.delete(batch);
      resolve(faults);
    });
    post({ kind: 'place', batch, files: flushed.map(encodeFile) });
  });
}
