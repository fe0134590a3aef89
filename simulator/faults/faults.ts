import { setTimeout as pause } from "node:timers/promises";
import type { Listener } from "../listeners/listener.ts";
import type { NatsServer } from "../server.ts";
import type { ActiveFault } from "./active-fault.ts";
import { noConditions } from "./conditions.ts";
import type { FaultRule } from "./scenario.ts";

/** How long a killed server stays away when nothing else is said, milliseconds. */
const KILL_DOWN_MS = 3000;

/** How a lame duck takes its time, milliseconds; the settings' values where left out. */
export interface LameDuckTimes {
  /** Before the first client is closed. */
  readonly graceMs?: number;
  /** Until the last one is, the grace included. */
  readonly durationMs?: number;
}

/** Every fault that a test or the demo panel can bring about, at any moment. */
export class Faults {
  readonly #server: NatsServer;
  readonly #listeners: readonly Listener[];
  #lameDuck = new AbortController();
  #revival: NodeJS.Timeout | undefined;
  readonly #awaitsRevival: (() => void)[] = [];

  constructor(server: NatsServer, listeners: readonly Listener[]) {
    this.#server = server;
    this.#listeners = listeners;
  }

  /** Puts one rule of a script in force; of several for a moment the first counts. */
  add(rule: FaultRule): ActiveFault {
    return { clear: this.#server.rules.add(rule) };
  }

  /** As kill -9 and a restart: every connection is reset, and for `downMs` new ones are refused. */
  kill({ downMs = KILL_DOWN_MS }: { readonly downMs?: number | undefined } = {}): ActiveFault {
    this.#note("kill");
    const { clear } = this.refuse();
    for (const listener of this.#listeners) listener.cutAll();
    return { clear, over: this.#reviveAfter(downMs) };
  }

  /** Stops listening: new connections are refused, live ones stay. */
  refuse(): ActiveFault {
    this.#note("refuse");
    for (const listener of this.#listeners) listener.shut();
    this.#server.events.record("listening", 0, "shut");
    return { clear: () => this.revive() };
  }

  /** As SIGSTOP: connections are taken by the kernel, nothing is read or sent. */
  freeze(): ActiveFault {
    this.#note("freeze");
    for (const listener of this.#listeners) listener.freeze();
    for (const connection of this.#server.connections.values()) connection.freeze();
    return { clear: () => this.#thaw() };
  }

  /** Whatever a client says in its CONNECT: `Authorization Violation`. */
  rejectToken(): ActiveFault {
    this.#note("reject-token");
    this.#server.conditions.credentials = "rejected";
    return {
      clear: () => {
        this.#server.conditions.credentials = "as-configured";
      },
    };
  }

  /** Every client's credential ends now: `User Authentication Expired`. */
  expireToken(): void {
    this.#note("expire-token");
    for (const connection of this.#server.connections.values()) connection.authentication.expire();
  }

  /** Lays fields over every INFO, of new connections and, at once, of live ones: `connect_urls`, `ldm`, `max_payload`. */
  announce(info: Readonly<Record<string, unknown>>): ActiveFault {
    this.#note("announce");
    this.#setInfo({ ...this.#server.conditions.info, ...info });
    return {
      clear: () => {
        const left = Object.entries(this.#server.conditions.info).filter(
          ([name]) => !Object.hasOwn(info, name),
        );
        this.#setInfo(Object.fromEntries(left));
      },
    };
  }

  /**
   * As SIGUSR2: says `ldm` to those who understand it, refuses new connections,
   * and closes the old ones one by one. Resolves when the last is gone, or the fault was cleared.
   */
  async lameDuck(times: LameDuckTimes = {}): Promise<"over" | "cleared"> {
    this.refuse();
    this.#note("lame-duck");
    this.#setInfo({ ...this.#server.conditions.info, ldm: true });
    this.#lameDuck.abort();
    this.#lameDuck = new AbortController();
    return this.#closeOneByOne(times, this.#lameDuck.signal);
  }

  /** Listens again, after a kill or a lame duck. */
  async revive(): Promise<void> {
    this.#giveUp();
    const { ldm: _, ...info } = this.#server.conditions.info;
    this.#server.conditions.info = info;
    await Promise.all(this.#listeners.map((listener) => listener.open()));
    this.#server.events.record("listening", 0, "open");
    for (const resolve of this.#awaitsRevival.splice(0)) resolve();
  }

  /** Ends every fault. */
  async clear(): Promise<void> {
    this.#server.rules.clear();
    const { info } = this.#server.conditions;
    this.#server.conditions = noConditions();
    this.#thaw();
    if (Object.keys(info).length > 0) this.#setInfo({});
    await this.revive();
  }

  /** Gives up every timer; nobody waits any longer for what would have come. */
  stop(): void {
    this.#giveUp();
    for (const resolve of this.#awaitsRevival.splice(0)) resolve();
  }

  /** Spread over their time, so that they don't all dial elsewhere at once. Once aborted it leaves those that are still there alone. */
  async #closeOneByOne(times: LameDuckTimes, signal: AbortSignal): Promise<"over" | "cleared"> {
    const { settings, connections } = this.#server;
    const { graceMs = settings.lameDuckGraceMs, durationMs = settings.lameDuckDurationMs } = times;
    try {
      await pause(graceMs, undefined, { signal });
      const clients = [...connections.values()];
      const stepMs = Math.max(0, durationMs - graceMs) / Math.max(1, clients.length);
      for (const connection of clients) {
        connection.close("serverShutdown");
        await pause(stepMs, undefined, { signal });
      }
      return "over";
    } catch {
      return "cleared";
    }
  }

  #giveUp(): void {
    clearTimeout(this.#revival);
    this.#lameDuck.abort();
  }

  #note(fault: string): void {
    this.#server.events.record("fault", 0, fault);
  }

  #reviveAfter(downMs: number): Promise<void> {
    clearTimeout(this.#revival);
    this.#revival = setTimeout(() => void this.revive(), downMs);
    return new Promise((resolve) => this.#awaitsRevival.push(resolve));
  }

  #thaw(): void {
    for (const connection of this.#server.connections.values()) connection.thaw();
    for (const listener of this.#listeners) listener.thaw();
  }

  #setInfo(info: Readonly<Record<string, unknown>>): void {
    this.#server.conditions.info = info;
    for (const connection of this.#server.connections.values()) {
      if (connection.options.protocol >= 1) connection.sendInfo();
    }
  }
}
