/** One world: what is in it, what happens to it, and what came of it. */
import type { Policy } from '../../src/rollover/policy.ts';
import { isWhollyHidden, type KeyId } from '../../src/rollover/roll-key.ts';
import type { Decision } from '../../src/rollover/step-result.ts';
import type { World as EngineWorld, Sighting } from '../../src/rollover/world.ts';
import { Automation, CRASH_POINTS, type CrashPoint, type Outside, print } from './automation.ts';
import { History } from './history.ts';
import { Judge, type JudgedKey, type Temper } from './judge.ts';
import { NameServers, type Stage, type ZoneVersion } from './name-servers.ts';
import { ParentServers, Registrar } from './parent.ts';
import { actOfPerson } from './person.ts';
import { isInTransit, longestWaits, PERSON_AWAY, Progress } from './progress.ts';
import { EventQueue } from './queue.ts';
import { type Random, seededRandom } from './random.ts';
import { DAY, HOUR, MINUTE, type Setting } from './setting.ts';
import { has } from './sightings.ts';
import { LONGEST_LAG, Weather } from './weather.ts';

/** What the clock shows at the beginning. */
export const EPOCH = 1_800_000_000;

/** What is wrong with a world. */
export interface Complaint {
  readonly at: number;
  readonly kind:
    | 'bogus-any'
    | 'bogus-ds'
    | 'bogus-dnskey'
    | 'insecure'
    | 'stuck'
    | 'restless'
    | 'unannounced'
    | 'sleepless'
    | 'careless';
  readonly text: string;
}

/** What the automation does. */
export type WorldEvent =
  | { readonly kind: 'decision'; readonly decision: Decision }
  | { readonly kind: 'make' | 'purge'; readonly key: KeyId };

const UNSIGNED = { serial: 0, dnskey: [], krrsig: [], zrrsig: [], dnskeyTtl: 0 } as const;

/** A world that goes on by events. */
export class World implements Stage {
  now = 0;
  policy: Policy;
  readonly setting: Setting;
  readonly history: History;
  readonly judge: Judge;
  readonly progress = new Progress();
  readonly complaints: Complaint[] = [];
  readonly automation: Automation;
  readonly parent: ParentServers;
  passes = 0;
  onFirstComplaint: () => void = () => undefined;
  onEvent: (event: WorldEvent) => void = () => undefined;
  readonly #queue = new EventQueue();
  readonly #random: Random;
  readonly #weather: Weather;
  readonly #servers: NameServers;
  readonly #registrar: Registrar;
  #zoneTtl: number;
  /** How far the clock is ahead of the truth. */
  #offset = 0;
  #boot = 0;
  #bootedAt = 0;
  #downUntil = 0;
  #approves = false;
  #clockIsRight = false;
  /** Only the pass that was entered last is made. */
  #passTurn = 0;
  #ttls: { dnskey: number; zone: number; ds: number };
  #fairFrom = 0;
  #judged = 0;

  constructor(setting: Setting, keepsHistory: boolean) {
    this.setting = setting;
    this.policy = setting.policy;
    this.history = new History(keepsHistory);
    this.#random = seededRandom(setting.seed ^ 0x5eed);
    this.#weather = new Weather(setting, this.#random);
    this.#zoneTtl = setting.zoneTtl;
    const tempers: Temper[] = setting.staysConservative ? ['any', 'ds', 'dnskey'] : ['any', 'ds'];
    this.judge = new Judge(tempers);
    const unsigned: ZoneVersion = { ...UNSIGNED, zoneTtl: setting.zoneTtl };
    this.#servers = new NameServers(this, this.judge, setting.servers, unsigned);
    this.parent = new ParentServers(this, this.judge, setting.parentServers, setting.dsTtl, setting.negativeDsTtl);
    this.#registrar = new Registrar(this, (keys) => this.#changeParent(keys));
    this.automation = new Automation(unsigned, setting.lapse);
    const { timing } = this.policy;
    this.#ttls = {
      dnskey: timing.dnskeyTtl,
      zone: Math.max(timing.maxZoneTtl, setting.zoneTtl),
      ds: Math.max(timing.dsTtl, setting.dsTtl),
    };
  }

  after(delay: number, act: () => void): void {
    this.#queue.add(this.now + delay, act);
  }

  note(text: string): void {
    this.history.note(this.now, text);
  }

  /** Lives on until a time: by default until the end. */
  live(until = this.setting.length): void {
    if (this.#passTurn === 0) this.#begin();
    while (this.#queue.next !== undefined && this.#queue.next <= until) {
      const { at, act } = this.#queue.take()!;
      this.now = at;
      act();
      this.#hear();
    }
  }

  #begin(): void {
    const { setting } = this;
    this.#schedulePass(0);
    if (!setting.isExact) this.#visit();
    if (setting.temperament !== 'fair') this.after(this.#random.between(0, 40 * DAY), () => this.#interfere());
    if (setting.temperament === 'nasty') this.after(this.#random.between(0, 20 * DAY), () => this.#beginStorm());
  }

  /** What the engine is told of the world now. */
  get view(): EngineWorld {
    return this.automation.worldView(this.#outside());
  }

  /** A pass is made now: a command makes one, or a change of the configuration. */
  wake(): void {
    this.#schedulePass(0);
  }

  get clock(): number {
    return EPOCH + this.now + this.#offset;
  }

  complain(kind: Complaint['kind'], text: string): void {
    this.complaints.push({ at: this.now, kind, text });
    this.note(`!! ${kind}: ${text}`);
    if (this.complaints.length === 1) this.onFirstComplaint();
  }

  /** A person changes what a person may change. */
  change({ text, keys, policy, zoneTtl, make }: NonNullable<ReturnType<typeof actOfPerson>>): void {
    this.note(`a person ${text}`);
    this.progress.excuse(this.now);
    const { automation } = this;
    automation.isTouched = true;
    if (keys !== undefined) automation.saved = { ...automation.saved, keys };
    if (policy !== undefined) this.policy = policy;
    if (zoneTtl !== undefined) this.#zoneTtl = zoneTtl;
    if (make !== undefined) automation.makeKey(make.role, make.algorithm, this.clock);
    if (policy?.keys.kind === 'none') this.judge.forgiveInsecurity();
    const { dnskey, zone, ds } = this.#ttls;
    const { timing } = this.policy;
    this.#ttls = { dnskey: Math.max(dnskey, timing.dnskeyTtl), zone: Math.max(zone, this.#zoneTtl), ds };
  }

  // Passes

  #schedulePass(delay: number): void {
    const turn = ++this.#passTurn;
    this.after(delay, () => {
      if (turn !== this.#passTurn) return;
      this.#pass();
      this.#schedulePass(this.#nextPass());
    });
  }

  /** Something changed that the automation would hear of, where it hears of everything. */
  #alert(): void {
    if (this.setting.schedule === 'eager') this.#schedulePass(0);
  }

  #nextPass(): number {
    const { schedule } = this.setting;
    if (this.now < this.#downUntil) return this.#downUntil - this.now;
    if (schedule === 'hourly') return this.#weather.passDelay(HOUR);
    if (schedule === 'daily') return this.#weather.passDelay(DAY);
    const { wakeAt, lookAt } = this.automation.result ?? {};
    const look = schedule === 'eager' ? Infinity : (lookAt ?? Infinity);
    const due = Math.min(wakeAt ?? Infinity, look, this.clock + DAY) - this.clock;
    return this.#weather.passDelay(Math.max(this.#weather.isStormy ? MINUTE : 1, due));
  }

  #pass(): void {
    if (this.now < this.#downUntil) return;
    const { automation, policy } = this;
    const random = this.#random;
    const isStormy = this.#weather.isStormy;
    const crash: CrashPoint | undefined = isStormy && random.chance(0.2) ? random.pick(CRASH_POINTS) : undefined;
    this.passes++;
    if (!automation.pass(this.#outside(), crash)) {
      this.note('the clock stands before the last pass: nothing is done');
      this.progress.excuse(this.now);
      return;
    }
    this.#approves = false;
    this.#clockIsRight = false;
    if (this.setting.isExact && this.setting.registrar === 'person') this.#tellParent();
    if (isStormy && random.chance(0.1)) automation.pass(this.#outside(), undefined);
    const { keys } = automation.saved;
    const waits = longestWaits(policy, this.setting, this.#ttls);
    const late = this.progress.end(this.now, keys, waits);
    if (this.setting.temperament === 'fair') for (const text of late) this.complain('stuck', text);
    if (isStormy || this.now < this.#fairFrom) this.progress.excuse(this.now);
    const stuck = this.progress.findStuck(this.now, keys, waits);
    if (stuck !== undefined) this.complain('stuck', stuck);
    if (keys.some(isInTransit) || !this.judge.isSettled(this.now)) return;
    this.history.rest(this.now);
    if (policy.keys.kind !== 'none') this.judge.expectSecurity();
  }

  #outside(): Outside {
    const { policy, clock } = this;
    const { serversAreAsked, registrar } = this.setting;
    const weather = this.#weather;
    return {
      ...{ policy, clock, uptime: this.now - this.#bootedAt, boot: this.#boot, zoneTtl: this.#zoneTtl },
      ...{ approved: this.#approves, clockIsRight: this.#clockIsRight, dsTtl: this.parent.ttl },
      servers: serversAreAsked ? this.#servers.visible.map((file) => (weather.isSilent() ? undefined : file)) : 'off',
      parent: registrar === 'person' ? 'off' : this.#parentSeen(),
      submit: (keys) => this.#submit(keys),
      publish: (version) => {
        this.#servers.publish(version, weather.zoneDelays(policy.timing.zonePropagation));
        this.after(policy.timing.zonePropagation, () => this.#alert());
      },
      decided: (decisions, keys) => {
        this.note(`decides: ${print(decisions)}`);
        this.progress.begin(this.now, decisions, keys, policy);
        for (const decision of decisions) this.onEvent({ kind: 'decision', decision });
      },
      made: (key) => {
        this.note(`key ${key} is made`);
        this.onEvent({ kind: 'make', key });
      },
      purged: (key) => {
        this.note(`key ${key} is purged`);
        this.onEvent({ kind: 'purge', key });
      },
      note: (text) => this.note(text),
      complain: (kind, text) => this.complain(kind, text),
    };
  }

  /** While a registrar that can be followed works on a request, nothing that the parent shows is taken for lasting. */
  #parentSeen(): readonly (readonly JudgedKey[] | undefined)[] {
    const { registrar, isExact, lapse } = this.setting;
    const isFollowed = registrar === 'tasks' && !isExact && lapse !== 'tasks';
    const isBusy = isFollowed && this.#registrar.outstanding > 0;
    const isSilent = this.#weather.isSilent();
    return this.parent.visible.map((set) => (isBusy || isSilent || this.#weather.isSilent() ? undefined : set));
  }

  // The parent

  #submit(keys: readonly JudgedKey[]): void {
    if (this.setting.registrar === 'tasks' && this.#registrar.outstanding > 0) return;
    const fate = this.#weather.requestFate(this.policy.timing.registrationDelay);
    this.note(
      `asks for DS ${keys.map(({ name }) => name).join('+') || 'none'}${fate === undefined ? ': refused' : ''}`,
    );
    if (fate !== undefined) this.#registrar.submit(keys, fate);
  }

  #changeParent(keys: readonly JudgedKey[]): void {
    const delays = this.#weather.parentDelays(this.policy.timing.parentPropagation);
    this.parent.publish(keys, delays);
    this.after(0, () => {
      if (this.setting.isExact && this.setting.registrar === 'person') this.#sayWord();
      this.#alert();
    });
  }

  // The person

  #visit(): void {
    const away = this.#weather.isStormy ? 12 * DAY : PERSON_AWAY;
    this.after(this.#random.between(MINUTE, away), () => {
      this.#lookAfter();
      this.#visit();
    });
  }

  /** What a person does who looks after things: says yes, sets the clock right, tells the parent, says what it shows. */
  #lookAfter(): void {
    const { automation } = this;
    if (this.policy.rollover.mode === 'manual' && automation.result?.blocked.some(({ gate }) => gate === 'manual')) {
      this.note('a person lets the roll go on');
      this.#approves = true;
      this.#schedulePass(MINUTE);
    }
    if (this.#offset === 0 && automation.saved.lastPass.clock > this.clock) {
      this.note('a person says that the clock is right');
      this.#clockIsRight = true;
    }
    if (this.setting.registrar === 'person') this.#tellParent();
  }

  #tellParent(): void {
    const ds = this.automation.result?.ds;
    const [first, ...rest] = this.parent.visible;
    const agree = rest.every((set) => set.length === first!.length && set.every(({ name }) => has(first!, name)));
    if (ds === undefined || this.#registrar.outstanding > 0 || !agree) return;
    const isThere = ds.keys.length === first!.length && ds.keys.every((id) => has(first!, id));
    if (!isThere && (ds.keys.length > 0 || ds.remove)) {
      const { keys } = this.automation.saved;
      this.#submit(ds.keys.map((id) => ({ name: id, algorithm: keys.find((key) => key.id === id)!.algorithm })));
    } else this.#sayWord();
  }

  /** Says of each DS that is on its way what the parent shows, unless that was said since it was told to come or go. */
  #sayWord(): void {
    const { saved } = this.automation;
    const shown = this.parent.visible[0]!;
    const word: Record<KeyId, Sighting> = { ...saved.word };
    for (const { id, states, changes } of saved.keys) {
      if (states.ds !== 'rumoured' && states.ds !== 'unretentive') continue;
      const seen = has(shown, id) ? 'present' : 'absent';
      if (word[id]?.seen === seen && word[id].since > (changes.ds ?? 0)) continue;
      this.note(`a person says that the DS of ${id} is ${seen}`);
      word[id] = { seen, since: this.clock, dissent: [] };
      this.automation.isTouched = true;
    }
    this.automation.saved = { ...saved, word };
  }

  #interfere(): void {
    const random = this.#random;
    const { keys } = this.automation.saved;
    const { setting, policy, clock } = this;
    const changed = actOfPerson({ setting, random, policy, keys, clock, zoneTtl: this.#zoneTtl });
    if (changed !== undefined) this.change(changed);
    else if (this.setting.registrar !== 'person' && !this.#weather.isStormy && random.chance(0.2)) this.#changeDsTtl();
    const isHasty = random.chance(0.4);
    this.after(isHasty ? random.between(0, 2 * DAY) : random.between(0, 60 * DAY), () => this.#interfere());
    // A person's command makes a pass of its own, now and then.
    if (changed !== undefined && random.chance(0.5)) this.#schedulePass(random.between(0, HOUR));
  }

  #changeDsTtl(): void {
    const { dsTtl } = this.policy.timing;
    const ttl = this.#random.chance(0.4) ? dsTtl * this.#random.between(2, 3) : this.#random.between(MINUTE, dsTtl);
    this.note(`the parent gives DS a TTL of ${ttl}`);
    this.parent.changeTtl(ttl);
    this.#ttls = { ...this.#ttls, ds: Math.max(this.#ttls.ds, ttl) };
  }

  // Storms

  #beginStorm(): void {
    const random = this.#random;
    this.#weather.isStormy = true;
    this.note('a storm begins');
    const length = random.between(2 * DAY, 30 * DAY);
    for (let i = random.between(0, 4); i > 0; i--) this.after(random.between(0, length - DAY), () => this.#strike());
    this.after(length, () => this.#endStorm());
  }

  #strike(): void {
    const random = this.#random;
    const { directory, saved } = this.automation;
    const kind = random.pick(['clock', 'down', 'files'] as const);
    if (kind === 'clock') {
      const jump = this.#weather.clockJump();
      this.#offset += jump;
      this.note(`the clock jumps by ${jump}`);
    } else if (kind === 'down') {
      this.#downUntil = this.now + random.between(HOUR, 6 * DAY);
      this.#boot++;
      this.#bootedAt = this.#downUntil;
      this.note(`the machine is down until ${this.#downUntil}`);
    } else {
      const used = saved.keys.filter((key) => !isWhollyHidden(key) && directory.has(key.id)).map(({ id }) => id);
      if (used.length === 0) return;
      const id = random.pick(used);
      directory.set(id, { ...directory.get(id)!, isMissing: true });
      this.note(`the file of ${id} is missing`);
    }
  }

  #endStorm(): void {
    const random = this.#random;
    this.#weather.isStormy = false;
    this.#offset = 0;
    this.#downUntil = Math.min(this.#downUntil, this.now);
    this.#bootedAt = Math.min(this.#bootedAt, this.now);
    const { directory } = this.automation;
    for (const [id, file] of directory) if (file.isMissing) directory.set(id, { ...file, isMissing: false });
    this.automation.isTouched = true;
    this.note('the storm is over');
    this.#fairFrom = this.now + LONGEST_LAG + PERSON_AWAY;
    this.after(random.between(5 * DAY, 60 * DAY), () => this.#beginStorm());
    this.#schedulePass(random.between(0, DAY));
  }

  /** Takes over what the judge found. */
  #hear(): void {
    const { faults } = this.judge;
    for (; this.#judged < faults.length; this.#judged++) {
      const { kind, text } = faults[this.#judged]!;
      this.complain(kind, text);
    }
  }
}
