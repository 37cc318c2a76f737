/** What is done around the signing of many zones: for a whole batch at the same time, since it mostly waits for the disk. */
import { NO_ESCORT, type SigningEscort } from './signing-run.ts';
import type { ZoneTask } from './zone-batch.ts';
import type { ZoneOutcome } from './zone-outcome.ts';
import type { PlannedZone } from './zone-queue.ts';

/** The zones of a batch, after what goes before. */
export interface EscortedBatch {
  /** Those that can be signed. */
  readonly ready: readonly ZoneTask[];
  readonly failed: readonly ZoneOutcome[];
}

/** The escorts of the zones of a run. */
export class ZoneEscorts {
  readonly #zones: readonly PlannedZone[];
  /** Escorts under way, by the zone's place. */
  readonly #active = new Map<number, SigningEscort>();

  constructor(zones: readonly PlannedZone[]) {
    this.#zones = zones;
  }

  /** Does what goes before, for zones whose locks are held. */
  async before(tasks: readonly ZoneTask[]): Promise<EscortedBatch> {
    const failed: ZoneOutcome[] = [];
    const go = async ({ index, request }: ZoneTask) => {
      try {
        const escort = this.#zones[index]!.escort?.(request) ?? NO_ESCORT;
        this.#active.set(index, escort);
        await escort.before();
      } catch (error) {
        failed.push({ index, seconds: {}, error });
      }
    };
    await eachOf(tasks, go);
    return { ready: tasks.filter(({ index }) => failed.every((one) => one.index !== index)), failed };
  }

  /** Does what comes after, for zones that were signed. @returns the outcomes, with what went wrong here */
  async after(outcomes: Promise<readonly ZoneOutcome[]>): Promise<readonly ZoneOutcome[]> {
    const finish = async (outcome: ZoneOutcome): Promise<ZoneOutcome> => {
      const { index, seconds } = outcome;
      const escort = this.#active.get(index);
      this.#active.delete(index);
      if (escort === undefined || 'error' in outcome) return outcome;
      try {
        await escort.after(outcome.result);
        return outcome;
      } catch (error) {
        return { index, seconds, error };
      }
    };
    return eachOf(await outcomes, finish);
  }
}

/** How many zones are seen to at the same time: enough for the disk to have work, few enough to be in memory. */
const AT_ONCE = 16;

/** Does the work for each item, for some at the same time. @returns the results, in the order of the items */
async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}
