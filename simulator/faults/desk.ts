import type { Door } from "../door.ts";
import type { Hub } from "../hub.ts";
import { calm } from "./conditions.ts";
import { LameDuck, type LameDuckTimes } from "./lame-duck.ts";
import type { FaultRule, Scenario } from "./scenario.ts";
import type { Pace } from "./valve.ts";

/** A fault in force. */
export interface ActiveFault {
  /** Resolves when it ends by itself, where it does. */
  readonly over?: Promise<void>;
  /** Ends it; a second call does nothing. */
  clear(): void | Promise<void>;
}

/** How long a killed server stays away when nothing else is said, milliseconds. */
const KILL_DOWN_MS = 3000;

/** Every fault that a test or the demo panel can bring about, at any moment. */
export class FaultDesk {
  readonly #hub: Hub;
  readonly #doors: readonly Door[];
  #lameDuck: LameDuck | undefined;
  #revival: NodeJS.Timeout | undefined;

  constructor(hub: Hub, doors: readonly Door[]) {
    this.#hub = hub;
    this.#doors = doors;
  }

  /** Puts one rule of a script in force; throws with the reason when it makes no sense. */
  add(rule: FaultRule): ActiveFault {
    return this.#withdrawal(this.#hub.rulebook.add(rule, this.#hub.ledger.totals.accepted));
  }

  /** Puts a script in force; its seed starts the dice anew. */
  load(scenario: Scenario): ActiveFault {
    return this.#withdrawal(this.#hub.rulebook.load(scenario, this.#hub.ledger.totals.accepted));
  }

  /** As kill -9 and a restart: every connection is reset, and for `downMs` new ones are refused. */
  kill({ downMs = KILL_DOWN_MS }: { readonly downMs?: number } = {}): ActiveFault {
    this.#note("kill");
    const { clear } = this.refuse();
    for (const door of this.#doors) door.cutAll();
    return { clear, over: this.#reviveAfter(downMs) };
  }

  /** Stops listening: new connections are refused, live ones stay. */
  refuse(): ActiveFault {
    this.#note("refuse");
    for (const door of this.#doors) door.shut();
    return { clear: () => this.#open() };
  }

  /** As SIGSTOP: connections are taken by the kernel, nothing is read or sent. */
  freeze(): ActiveFault {
    this.#note("freeze");
    this.#hub.conditions.motion = "frozen";
    for (const door of this.#doors) door.freeze();
    for (const session of this.#hub.sessions.values()) session.freeze();
    return { clear: () => this.#thaw() };
  }

  /** Every connection, the new ones too: each piece later, and so many bytes a second at most. */
  slow(pace: Pace): ActiveFault {
    this.#note("slow");
    this.#setPace(pace);
    return { clear: () => this.#setPace(undefined) };
  }

  /** Whatever a client says in its CONNECT: `Authorization Violation`. */
  rejectToken(): ActiveFault {
    this.#note("reject-token");
    this.#hub.conditions.credentials = "rejected";
    return {
      clear: () => {
        this.#hub.conditions.credentials = "as-configured";
      },
    };
  }

  /** Every client's credential ends now: `User Authentication Expired`. */
  expireToken(): void {
    this.#note("expire-token");
    for (const session of this.#hub.sessions.values()) session.gate.expire();
  }

  /** Moves the clock by which credentials are judged; a positive skew lets them end early. */
  skewClock(byMs: number): ActiveFault {
    this.#note("skew-clock");
    this.#setSkew(byMs);
    return { clear: () => this.#setSkew(0) };
  }

  /** Lays fields over every INFO, of new connections and, at once, of live ones: `connect_urls`, `ldm`, `max_payload`. */
  announce(info: Readonly<Record<string, unknown>>): ActiveFault {
    this.#note("announce");
    this.#setInfo({ ...this.#hub.conditions.info, ...info });
    return { clear: () => this.#setInfo({}) };
  }

  /**
   * As SIGUSR2: says `ldm` to those who understand it, refuses new connections,
   * and closes the old ones one by one. Resolves when the last is gone, or the fault was cleared.
   */
  async lameDuck(times: LameDuckTimes = {}): Promise<"over" | "cleared"> {
    this.refuse();
    this.#note("lame-duck");
    this.#setInfo({ ...this.#hub.conditions.info, ldm: true });
    this.#lameDuck = new LameDuck(this.#hub, times);
    return this.#lameDuck.run();
  }

  /** Listens again, after a kill or a lame duck. */
  revive(): Promise<void> {
    return this.#open();
  }

  /** Ends every fault. */
  async clear(): Promise<void> {
    this.#hub.rulebook.clear();
    const { motion } = this.#hub.conditions;
    this.#hub.conditions = { ...calm(), motion };
    this.#thaw();
    this.#setPace(undefined);
    this.#setSkew(0);
    await this.#open();
  }

  /** Gives up every timer. */
  stop(): void {
    clearTimeout(this.#revival);
    this.#lameDuck?.clear();
  }

  /** Taking rules back also thaws what they have frozen, unless the whole server is. */
  #withdrawal(remove: () => void): ActiveFault {
    return {
      clear: () => {
        remove();
        if (this.#hub.conditions.motion === "running") this.#thaw();
      },
    };
  }

  #note(fault: string): void {
    this.#hub.ledger.record("fault", 0, fault);
  }

  #reviveAfter(downMs: number): Promise<void> {
    clearTimeout(this.#revival);
    return new Promise((resolve) => {
      this.#revival = setTimeout(() => resolve(this.#open()), downMs);
    });
  }

  async #open(): Promise<void> {
    this.stop();
    const { ldm: _, ...info } = this.#hub.conditions.info;
    this.#hub.conditions.info = info;
    await Promise.all(this.#doors.map((door) => door.open()));
  }

  #thaw(): void {
    this.#hub.conditions.motion = "running";
    for (const session of this.#hub.sessions.values()) session.thaw();
    for (const door of this.#doors) door.thaw();
  }

  #setPace(pace: Pace | undefined): void {
    this.#hub.conditions.pace = pace;
    for (const session of this.#hub.sessions.values()) {
      session.wire.valve.setPace(pace ?? { latencyMs: 0, bytesPerSecond: 0 });
    }
  }

  #setSkew(byMs: number): void {
    this.#hub.conditions.clockSkewMs = byMs;
    for (const session of this.#hub.sessions.values()) session.gate.recheck();
  }

  #setInfo(info: Readonly<Record<string, unknown>>): void {
    this.#hub.conditions.info = info;
    for (const session of this.#hub.sessions.values()) {
      if (session.options.protocol >= 1) session.sendInfo();
    }
  }
}
