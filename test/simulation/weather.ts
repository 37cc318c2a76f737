/** The weather of a world: fair, or a storm in which everything fails that may fail. */
import type { Random } from './random.ts';
import { DAY, HOUR, MINUTE, type Setting } from './setting.ts';

/** How long a name server that is looked at may stay behind. */
export const LONGEST_LAG = 6 * DAY;

/** Delays and failures, drawn one after the other. */
export class Weather {
  isStormy = false;
  readonly #setting: Setting;
  readonly #random: Random;

  constructor(setting: Setting, random: Random) {
    this.#setting = setting;
    this.#random = random;
  }

  /** Until each name server has a new version; the hidden one last. */
  zoneDelays(propagation: number): readonly number[] {
    const { servers, serversAreAsked, isExact } = this.#setting;
    const mayLag = this.isStormy && serversAreAsked;
    return Array.from({ length: servers + 1 }, (_, server) => {
      if (isExact) return propagation;
      if (mayLag && server < servers && this.#random.chance(0.25)) return this.#random.between(0, LONGEST_LAG);
      return this.#random.delay(propagation);
    });
  }

  /** Until each server of the parent has a new DS RRset, after the parent took it in. */
  parentDelays(propagation: number): readonly number[] {
    const { parentServers, registrar, isExact } = this.#setting;
    const mayLag = this.isStormy && registrar !== 'person';
    return Array.from({ length: parentServers + 1 }, (_, server) => {
      if (isExact) return 0;
      if (mayLag && server < parentServers && this.#random.chance(0.25)) return this.#random.between(0, 3 * DAY);
      return this.#random.delay(propagation);
    });
  }

  /** What becomes of a request; undefined: it is refused. */
  requestFate(registrationDelay: number): { readonly delay: number; readonly isLost: boolean } | undefined {
    if (this.#setting.isExact) return { delay: registrationDelay, isLost: false };
    const isFollowed = this.#setting.registrar === 'tasks';
    if (!this.isStormy) return { delay: this.#random.delay(registrationDelay), isLost: false };
    if (this.#random.chance(0.3)) return undefined;
    const longest = isFollowed && this.#random.chance(0.4) ? 6 * DAY : registrationDelay;
    return { delay: this.#random.delay(longest), isLost: this.#random.chance(0.25) };
  }

  /** Whether a server, or a registrar, does not answer now. */
  isSilent(): boolean {
    return this.isStormy && this.#random.chance(0.04);
  }

  /** Until the next pass, where the schedule wants it after `wanted` seconds. */
  passDelay(wanted: number): number {
    const random = this.#random;
    if (this.#setting.isExact) return wanted;
    if (!this.isStormy) return this.#setting.schedule === 'wake' ? wanted : wanted + random.between(0, 5 * MINUTE);
    if (random.chance(0.1)) return random.between(0, wanted);
    return wanted + (random.chance(0.2) ? random.between(0, 6 * HOUR) : 0);
  }

  /** How far the clock is set, ahead or back, in seconds. */
  clockJump(): number {
    const most = this.#random.pick([HOUR, 6 * HOUR, 2 * DAY, 40 * DAY, 400 * DAY]);
    const jump = this.#random.between(2 * MINUTE, most);
    return this.#random.chance(0.5) ? jump : -jump;
  }
}
