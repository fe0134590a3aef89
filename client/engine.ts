import { FaultError } from "./errors.ts";
import { type Fault, fault } from "./faults.ts";
import { Link } from "./link.ts";
import { step } from "./machine.ts";
import type { Effect, Event, Machine, TimerName } from "./model.ts";
import type { Clock, Credentials, CredentialsSource, Investigate, SocketFactory } from "./options.ts";
import { project } from "./project.ts";
import type { TimelineEvent } from "./timeline.ts";

/** What the engine works with. */
export interface EngineParts {
  /** In the order in which they are tried. */
  readonly servers: readonly string[];
  readonly credentials: CredentialsSource;
  readonly investigate: Investigate;
  readonly name: string | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly webSocket: SocketFactory;
}

/** What the engine tells its client. */
export interface EngineObserver {
  /** A step was taken; called once its effects are under way. */
  stepped(): void;
  log(event: TimelineEvent): void;
  attach(link: Link): void;
  detach(cause: Fault | null): void;
  denied(subject: string, fault: Fault): void;
}

/** Runs the machine: feeds it events one by one, and does what it says at this one place. */
export class Engine {
  readonly #parts: EngineParts;
  readonly #observer: EngineObserver;
  readonly #timers = new Map<TimerName, () => void>();
  readonly #queue: Event[] = [];
  #machine: Machine;
  #link: { readonly id: number; readonly link: Link } | null = null;
  #dial: AbortController | null = null;
  #investigation: AbortController | null = null;
  #dials = 0;
  #rttMs: number | null = null;
  #stepping = false;

  constructor(machine: Machine, parts: EngineParts, observer: EngineObserver) {
    this.#machine = machine;
    this.#parts = parts;
    this.#observer = observer;
  }

  get machine(): Machine {
    return this.#machine;
  }

  /** The live link, if there is one. */
  get link(): Link | null {
    return this.#link?.link.isLive ? this.#link.link : null;
  }

  /** Round trip of the last answered ping, milliseconds. */
  get rttMs(): number | null {
    return this.#rttMs;
  }

  /** Takes an event, and the events that its effects bring about at once. */
  send(event: Event): void {
    this.#queue.push(event);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#stepping = false;
    }
  }

  #step(event: Event): void {
    const { clock, random } = this.#parts;
    const before = project(this.#machine).status;
    const { machine, effects } = step(this.#machine, event, { nowMs: clock.now(), random: random() });
    this.#machine = machine;
    for (const effect of effects) this.#run(effect);
    const after = project(machine);
    if (after.status !== before) {
      const told = "fault" in after && after.fault !== null ? { fault: after.fault } : {};
      this.#observer.log({ type: "status", status: after.status, ...told });
    }
    if (!("outage" in machine.phase)) this.#endInvestigation();
    this.#observer.stepped();
  }

  #run(effect: Effect): void {
    switch (effect.type) {
      case "dial":
        this.#startDial(effect.linkId, effect.attempt);
        break;
      case "abort-dial":
        this.#dial?.abort(new Error("stopped"));
        break;
      case "close-link":
        this.#close(effect.linkId, effect.drainTimeoutMs);
        break;
      case "attach":
        if (this.#link !== null) this.#observer.attach(this.#link.link);
        break;
      case "detach":
        this.#observer.detach(effect.cause);
        this.#link?.link.cut();
        this.#link = null;
        this.#rttMs = null;
        break;
      case "ping":
        this.#ping(effect.linkId, effect.timeoutMs);
        break;
      case "give-up":
        this.#linkOf(effect.linkId)?.giveUp(effect.waitedMs);
        break;
      case "investigate":
        this.#startInvestigation(effect.fault);
        break;
      case "set-timer":
        this.#setTimer(effect.timer, effect.delayMs);
        break;
      case "clear-timer":
        this.#clearTimer(effect.timer);
        break;
      case "log":
        this.#observer.log(effect.event);
        break;
    }
  }

  #linkOf(linkId: number): Link | undefined {
    return this.#link?.id === linkId ? this.#link.link : undefined;
  }

  #startDial(linkId: number, attempt: number): void {
    const { servers, clock, name, webSocket } = this.#parts;
    const url = servers[this.#dials++ % servers.length] as string;
    const dial = new AbortController();
    this.#dial = dial;
    this.#observer.log({ type: "dial", attempt, server: url });
    // A link can be lost between its first PONG and the moment it is taken up here.
    let lostEarly: Fault | null = null;
    const observer = {
      lost: (reason: Fault) => {
        if (this.#linkOf(linkId) === undefined) lostEarly = reason;
        else this.send({ type: "lost", linkId, fault: reason });
      },
      denied: (subject: string, reason: Fault) => this.#observer.denied(subject, reason),
    };
    const opening = this.#credentials(dial.signal, url).then((credentials) => {
      const { connectTimeoutMs } = this.#machine.tunables;
      const options = { url, credentials, connectTimeoutMs, clock, webSocket };
      return Link.open(name === undefined ? options : { ...options, name }, observer, dial.signal);
    });
    const opened = (link: Link) => {
      if (dial.signal.aborted) {
        link.cut();
        this.send({ type: "closed", linkId, outcome: "nothing-open" });
      } else if (lostEarly !== null) {
        this.send({ type: "dial-failed", linkId, fault: lostEarly });
      } else {
        this.#link = { id: linkId, link };
        this.send({ type: "opened", linkId, server: link.server });
        this.#ping(linkId, this.#machine.tunables.pongTimeoutMs);
      }
    };
    const failed = (reason: unknown) => {
      if (dial.signal.aborted) this.send({ type: "closed", linkId, outcome: "nothing-open" });
      else this.send({ type: "dial-failed", linkId, fault: faultFrom(reason, url) });
    };
    void opening.then(opened, failed);
  }

  /** Asks the token source, for as long as a dial may take. */
  async #credentials(signal: AbortSignal, url: string): Promise<Credentials> {
    const { clock, credentials } = this.#parts;
    const tooSlow = new AbortController();
    const waitMs = this.#machine.tunables.connectTimeoutMs;
    const cancel = clock.after(waitMs, () => tooSlow.abort(new Error(`no answer in ${waitMs} ms`)));
    const both = AbortSignal.any([signal, tooSlow.signal]);
    const ended = new Promise<never>((_, reject) => {
      both.addEventListener("abort", () => reject(both.reason), { once: true });
    });
    try {
      return await Promise.race([credentials(both), ended]);
    } catch (reason) {
      if (reason instanceof FaultError) throw reason;
      const detail = reason instanceof Error ? reason.message : String(reason);
      throw new FaultError(fault("token-source", { server: url, phase: "credentials", detail }), detail);
    } finally {
      cancel();
    }
  }

  #close(linkId: number, drainTimeoutMs: number): void {
    const link = this.#linkOf(linkId);
    const closing =
      link === undefined ? Promise.resolve("nothing-open" as const) : link.close(drainTimeoutMs);
    void closing.then((outcome) => this.send({ type: "closed", linkId, outcome }));
  }

  #ping(linkId: number, timeoutMs: number): void {
    const link = this.#linkOf(linkId);
    if (link === undefined) return;
    void link.ping(timeoutMs).then((result) => {
      if (result.found === "pong" && this.#linkOf(linkId) !== undefined) this.#rttMs = result.rttMs;
      if (result.found === "nothing")
        this.send({ type: "silent", linkId, waitedMs: result.waitedMs, timeoutMs });
      else this.send({ type: "alive", linkId });
    });
  }

  #startInvestigation(seen: Fault): void {
    this.#endInvestigation();
    const investigation = new AbortController();
    this.#investigation = investigation;
    const found = (better: Fault | null) => {
      if (better !== null && !investigation.signal.aborted)
        this.send({ type: "refined", seen, fault: better });
    };
    // An investigation that fails has found nothing; the fault stays as it was seen.
    void this.#parts.investigate(seen, investigation.signal).then(found, () => {});
  }

  #endInvestigation(): void {
    this.#investigation?.abort();
    this.#investigation = null;
  }

  #setTimer(timer: TimerName, delayMs: number): void {
    this.#clearTimer(timer);
    const cancel = this.#parts.clock.after(delayMs, () => {
      this.#timers.delete(timer);
      this.send({ type: "timer", timer });
    });
    this.#timers.set(timer, cancel);
  }

  #clearTimer(timer: TimerName): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }
}

function faultFrom(reason: unknown, server: string): Fault {
  if (reason instanceof FaultError) return reason.fault;
  return fault(
    "unknown",
    { server, detail: reason instanceof Error ? reason.message : String(reason) },
    "possible",
  );
}
