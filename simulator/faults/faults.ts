import { setTimeout as pause } from "node:timers/promises";
import type { Listener } from "../listeners/listener.ts";
import type { NatsServer } from "../server.ts";
import type { ActiveFault } from "./active-fault.ts";
import { noConditions } from "./conditions.ts";
import type { FaultRule } from "./scenario.ts";

/** Default milliseconds until a killed server listens again. */
const KILL_DOWN_MS = 3000;

/** Times of a lame duck, milliseconds; default to the settings. */
export interface LameDuckTimes {
  /** Time before the first client is closed. */
  readonly graceMs?: number;
  /** Time until the last client is closed, including the grace. */
  readonly durationMs?: number;
}

/** The faults that a test or the demo panel can inject. */
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

  /** Adds a rule; of several rules for the same moment, the first applies. */
  add(rule: FaultRule): ActiveFault {
    return { clear: this.#server.rules.add(rule) };
  }

  /** Like kill -9 and a restart: resets every connection, and refuses new ones for `downMs`. */
  kill({ downMs = KILL_DOWN_MS }: { readonly downMs?: number | undefined } = {}): ActiveFault {
    this.#note("kill");
    const { clear } = this.refuse();
    for (const listener of this.#listeners) listener.cutAll();
    return { clear, over: this.#reviveAfter(downMs) };
  }

  /** Stops listening: new connections are refused, open ones stay. */
  refuse(): ActiveFault {
    this.#note("refuse");
    for (const listener of this.#listeners) listener.shut();
    this.#server.events.record("listening", 0, "shut");
    return { clear: () => this.revive() };
  }

  /** Like SIGSTOP: the kernel accepts connections, but nothing is read or sent. */
  freeze(): ActiveFault {
    this.#note("freeze");
    for (const listener of this.#listeners) listener.freeze();
    for (const connection of this.#server.connections.values()) connection.freeze();
    return { clear: () => this.#thaw() };
  }

  /** Answers every CONNECT with `Authorization Violation`. */
  rejectToken(): ActiveFault {
    this.#note("reject-token");
    this.#server.conditions.credentials = "rejected";
    return {
      clear: () => {
        this.#server.conditions.credentials = "as-configured";
      },
    };
  }

  /** Expires every client's credential now: `User Authentication Expired`. */
  expireToken(): void {
    this.#note("expire-token");
    for (const connection of this.#server.connections.values()) connection.authentication.expire();
  }

  /** Overrides fields of INFO, such as `connect_urls`, `ldm` or `max_payload`; clients of protocol 1 get a new INFO at once. */
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
   * Like SIGUSR2: announces `ldm` to clients of protocol 1, refuses new connections, and closes the open
   * ones one by one. Resolves when the last is closed, or when the fault is cleared.
   */
  async lameDuck(times: LameDuckTimes = {}): Promise<"over" | "cleared"> {
    this.refuse();
    this.#note("lame-duck");
    this.#setInfo({ ...this.#server.conditions.info, ldm: true });
    this.#lameDuck.abort();
    this.#lameDuck = new AbortController();
    return this.#closeOneByOne(times, this.#lameDuck.signal);
  }

  /** Listens again, after `kill`, `refuse` or `lameDuck`. */
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

  /** Cancels every timer, and resolves what waits for one. */
  stop(): void {
    this.#giveUp();
    for (const resolve of this.#awaitsRevival.splice(0)) resolve();
  }

  /** Closes clients evenly over the duration, so that they don't all reconnect elsewhere at once. An abort keeps the rest open. */
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
