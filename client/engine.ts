import type { Denied } from "./classify.ts";
import { FaultError, messageOf } from "./errors.ts";
import { type Fault, fault } from "./faults.ts";
import { AT_ONCE, Link } from "./link.ts";
import { step } from "./machine.ts";
import type { Effect, Event, Machine, TimerName } from "./model.ts";
import type { Clock, Credentials, CredentialsSource, Investigate, SocketFactory } from "./options.ts";
import { project } from "./project.ts";
import type { TimelineEvent } from "./timeline.ts";

/** What the engine works with. */
export interface EngineParts {
  /** In the order in which they are tried. */
  readonly servers: readonly string[];
  /** Whether the servers that a cluster names are tried too. */
  readonly followCluster: boolean;
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
  /** Subscribes everything on a second link too; settles once its server has it all. */
  overlap(link: Link): Promise<void>;
  /** The second link is the first from now on. */
  promote(): void;
  /** The second link, or the one it replaced, is gone; `whole` if it had drained. */
  endOverlap(whole: boolean): void;
  denied(denied: Denied, fault: Fault): void;
  refusedOne(fault: Fault): void;
}

/** Runs the machine: feeds it events one by one, and does what it says at this one place. */
export class Engine {
  readonly #parts: EngineParts;
  readonly #observer: EngineObserver;
  readonly #timers = new Map<TimerName, () => void>();
  readonly #queue: Event[] = [];
  /** Open links by id: one, or two while handing over. */
  readonly #links = new Map<number, Link>();
  readonly #dials = new Map<number, AbortController>();
  /** Dials that haven't ended yet, abandoned ones too. */
  readonly #underWay = new Set<Promise<void>>();
  /** Settles when the link that was replaced last is gone. */
  #retirement: Promise<void> = Promise.resolve();
  #machine: Machine;
  #investigation: AbortController | null = null;
  #dialCount = 0;
  /** What the cluster named last, beyond the configured servers. */
  #named: readonly string[] = [];
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
    const { phase } = this.#machine;
    const link = phase.name === "live" ? this.#links.get(phase.linkId) : undefined;
    return link?.isLive ? link : null;
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
        this.#dials.get(effect.linkId)?.abort(new Error("stopped"));
        break;
      case "close-link":
        this.#close(effect.linkId, effect.drainTimeoutMs);
        break;
      case "attach":
        this.#withLink(effect.linkId, (link) => this.#observer.attach(link));
        break;
      case "detach":
        this.#observer.detach(effect.cause);
        for (const link of this.#links.values()) link.cut();
        this.#links.clear();
        this.#rttMs = null;
        break;
      case "overlap":
        this.#overlap(effect.linkId);
        break;
      case "promote":
        this.#observer.promote();
        this.#retire(effect.retiringId, effect.drainTimeoutMs);
        break;
      case "abandon":
        this.#abandon(effect.linkId, effect.how);
        break;
      case "ping":
        this.#ping(effect.linkId, effect.timeoutMs);
        break;
      case "give-up":
        this.#withLink(effect.linkId, (link) => link.giveUp(effect.waitedMs));
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

  #withLink(linkId: number, use: (link: Link) => void): void {
    const link = this.#links.get(linkId);
    if (link !== undefined) use(link);
  }

  #startDial(linkId: number, attempt: number): void {
    const { clock, name, webSocket } = this.#parts;
    const servers = [...this.#parts.servers, ...this.#named];
    const url = servers[this.#dialCount++ % servers.length] as string;
    const dial = new AbortController();
    this.#dials.set(linkId, dial);
    this.#observer.log({ type: "dial", attempt, server: url });
    // A link can be lost between its first PONG and the moment it is taken up here.
    let lostEarly: Fault | null = null;
    const observer = {
      lost: (reason: Fault) => {
        if (this.#links.has(linkId)) this.send({ type: "lost", linkId, fault: reason });
        else lostEarly = reason;
      },
      denied: (denied: Denied, reason: Fault) => this.#observer.denied(denied, reason),
      refusedOne: (reason: Fault) => this.#observer.refusedOne(reason),
      lameDuck: () => this.send({ type: "lame-duck", linkId }),
      clusterNamed: (urls: readonly string[]) => {
        if (!this.#parts.followCluster) return;
        this.#named = urls.filter((named) => !this.#parts.servers.includes(named));
      },
    };
    const open = async () => {
      const credentials = await this.#credentials(dial.signal, url);
      const { connectTimeoutMs } = this.#machine.tunables;
      const options = { url, credentials, connectTimeoutMs, clock, webSocket };
      const link = await Link.open(
        name === undefined ? options : { ...options, name },
        observer,
        dial.signal,
      );
      return { link, expiresAtMs: ("expiresAtMs" in credentials && credentials.expiresAtMs) || null };
    };
    const opened = ({ link, expiresAtMs }: Awaited<ReturnType<typeof open>>) => {
      this.#dials.delete(linkId);
      if (dial.signal.aborted) {
        link.cut();
        this.send({ type: "closed", linkId, outcome: "nothing-open" });
      } else if (lostEarly !== null) {
        this.send({ type: "dial-failed", linkId, fault: lostEarly });
      } else {
        this.#links.set(linkId, link);
        this.send({ type: "opened", linkId, server: link.server, expiresAtMs });
        this.#ping(linkId, this.#machine.tunables.pongTimeoutMs);
      }
    };
    const failed = (reason: unknown) => {
      this.#dials.delete(linkId);
      if (dial.signal.aborted) this.send({ type: "closed", linkId, outcome: "nothing-open" });
      else this.send({ type: "dial-failed", linkId, fault: faultFrom(reason, url) });
    };
    const dialled = open().then(opened, failed);
    this.#underWay.add(dialled);
    void dialled.then(() => this.#underWay.delete(dialled));
  }

  /** Asks the token source, for as long as a dial may take. */
  async #credentials(signal: AbortSignal, url: string): Promise<Credentials> {
    const { clock, credentials } = this.#parts;
    // Not AbortSignal.any(): Node keeps such a signal for ever once something listens to it.
    const over = new AbortController();
    const stopped = () => over.abort(signal.reason);
    signal.addEventListener("abort", stopped, { once: true });
    const waitMs = this.#machine.tunables.connectTimeoutMs;
    const cancel = clock.after(waitMs, () => over.abort(new Error(`no answer in ${waitMs} ms`)));
    const ended = new Promise<never>((_, reject) => {
      over.signal.addEventListener("abort", () => reject(over.signal.reason), { once: true });
    });
    try {
      return await Promise.race([credentials(over.signal), ended]);
    } catch (reason) {
      if (reason instanceof FaultError) throw reason;
      const detail = messageOf(reason);
      throw new FaultError(fault("token-source", { server: url, phase: "credentials", detail }), detail);
    } finally {
      cancel();
      signal.removeEventListener("abort", stopped);
    }
  }

  /** Closes the live link, and waits for all that still retires or winds down: a stop leaves nothing behind. */
  #close(linkId: number, drainTimeoutMs: number): void {
    const closing =
      this.#links.get(linkId)?.close(drainTimeoutMs) ?? Promise.resolve("nothing-open" as const);
    void Promise.all([closing, this.#retirement, ...this.#underWay]).then(([outcome]) =>
      this.send({ type: "closed", linkId, outcome }),
    );
  }

  #overlap(linkId: number): void {
    this.#withLink(linkId, (link) => {
      // A link that ends before it has everything is told as lost.
      void this.#observer.overlap(link).then(
        () => this.send({ type: "overlapped", linkId }),
        () => {},
      );
    });
  }

  #retire(linkId: number, drainTimeoutMs: number): void {
    this.#withLink(linkId, (link) => {
      const closed = link.answered(drainTimeoutMs).then(() => link.close(drainTimeoutMs));
      this.#retirement = closed.then((outcome) => {
        // It may be gone already, with everything else.
        if (this.#links.get(linkId) !== link) return;
        this.#links.delete(linkId);
        this.#observer.endOverlap(outcome === "drained");
        this.send({ type: "retired", linkId });
      });
    });
  }

  #abandon(linkId: number, how: "properly" | "at-once"): void {
    this.#dials.get(linkId)?.abort(how === "at-once" ? AT_ONCE : new Error("abandoned"));
    this.#withLink(linkId, (link) => {
      this.#links.delete(linkId);
      link.cut();
      this.#observer.endOverlap(true);
    });
  }

  #ping(linkId: number, timeoutMs: number): void {
    this.#withLink(linkId, (link) => {
      void link.ping(timeoutMs).then((result) => {
        if (result.found === "pong" && link === this.link) this.#rttMs = result.rttMs;
        if (result.found === "nothing") {
          this.send({ type: "silent", linkId, waitedMs: result.waitedMs, timeoutMs });
        } else {
          this.send({ type: "alive", linkId });
        }
      });
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
  return fault("unknown", { server, detail: messageOf(reason) }, "possible");
}
