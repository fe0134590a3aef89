import type { Connection } from "./connection/connection.ts";
import { Abandoned, dial } from "./connection/dial.ts";
import type { ConnectionEvent } from "./connection/events.ts";
import { CredentialsKeeper } from "./credentials.ts";
import { FaultError, messageOf } from "./errors.ts";
import { type Fault, fault } from "./faults/fault.ts";
import { isolate } from "./listeners.ts";
import { askedPauseMs } from "./machine/attempt.ts";
import type { Effect, Event, Lifetime, Machine, TimerName } from "./machine/model.ts";
import { step } from "./machine/step.ts";
import { OpenCalls, type StartOutcome } from "./open-calls.ts";
import type { Clock, CredentialsSource, Investigate, SocketFactory, Tunables } from "./options.ts";
import type { ConnectionState, StopOutcome } from "./state.ts";
import type { Links } from "./subscriptions/links.ts";
import type { TimelineEvent } from "./timeline.ts";

/** An investigation that takes longer than this gives way to the next, milliseconds. */
const LONGEST_INVESTIGATION_MS = 60_000;

/** What the engine works with, and what it tells. */
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
  readonly subscriptions: Links;
  log(event: TimelineEvent): void;
  /** Another state is shown from now on. */
  changed(state: ConnectionState): void;
  /** A link is there, and has its subscriptions. */
  attached(link: Connection): void;
  /** A callback of the user's failed. */
  failed(callback: string, reason: unknown): void;
}

type EffectOf<T extends Effect["type"]> = Extract<Effect, { type: T }>;

/** Runs the machine: feeds it events one by one, and does what it says at this one place. */
export class Engine {
  readonly #parts: EngineParts;
  readonly #keeper: CredentialsKeeper;
  readonly #timers = new Map<TimerName, () => void>();
  readonly #queue: { readonly event: Event; readonly done: () => void }[] = [];
  /** Open links by id: one, or two while handing over. */
  readonly #links = new Map<number, Connection>();
  readonly #dials = new Map<number, AbortController>();
  /** Dials that haven't ended yet, abandoned ones too. */
  readonly #underWay = new Set<Promise<void>>();
  readonly #calls = new OpenCalls();
  #machine: Machine;
  #investigation: { readonly untilMs: number; readonly over: AbortController } | null = null;
  #dialCount = 0;
  /** What the cluster named last, beyond the configured servers. */
  #named: readonly string[] = [];
  #stepping = false;

  /** What each effect does. */
  readonly #does: { readonly [T in Effect["type"]]: (effect: EffectOf<T>) => void } = {
    dial: (effect) => this.#startDial(effect),
    "close-link": ({ linkId }) => this.#close(linkId),
    attach: ({ linkId }) =>
      this.#withLink(linkId, (link) => {
        this.#parts.subscriptions.attach(link);
        this.#parts.attached(link);
      }),
    detach: ({ cause }) => {
      this.#parts.subscriptions.detach(cause);
      for (const link of this.#links.values()) link.cut();
      this.#links.clear();
    },
    overlap: ({ linkId }) => this.#overlap(linkId),
    promote: ({ retiringId }) => this.#promote(retiringId),
    "take-over": ({ lostId, cause }) => {
      this.#links.delete(lostId);
      this.#parts.subscriptions.takeOver(cause);
    },
    abandon: ({ linkId, how }) => this.#abandon(linkId, how),
    ping: ({ linkId, timeoutMs }) => this.#ping(linkId, timeoutMs),
    "give-up": ({ linkId, waitedMs }) => this.#withLink(linkId, (link) => link.giveUp(waitedMs)),
    investigate: (effect) => this.#startInvestigation(effect.fault),
    "end-investigation": () => this.#endInvestigation(),
    "set-timer": ({ timer, delayMs }) => this.#setTimer(timer, delayMs),
    "clear-timer": ({ timer }) => this.#clearTimer(timer),
    log: ({ event }) => this.#parts.log(event),
  };

  constructor(machine: Machine, parts: EngineParts) {
    this.#machine = machine;
    this.#parts = parts;
    this.#keeper = new CredentialsKeeper(parts.credentials, parts.clock);
  }

  get state(): ConnectionState {
    return this.#machine.phase.shown;
  }

  get tunables(): Tunables {
    return this.#machine.tunables;
  }

  /** The live link, if there is one. */
  get link(): Connection | null {
    const { phase } = this.#machine;
    const link = phase.shown.status === "live" && "handover" in phase ? this.#links.get(phase.linkId) : null;
    return link?.isLive ? link : null;
  }

  /** Settles once it is known how the attempt that follows went. */
  start(how: "start" | "reconnect"): Promise<StartOutcome> {
    return new Promise((settle) => this.send({ type: how }, () => this.#calls.started(settle)));
  }

  /** Settles once nothing is left open. */
  stop(): Promise<StopOutcome> {
    return new Promise((settle) =>
      this.send({ type: "stop" }, () => this.#calls.stopped(this.state, settle)),
    );
  }

  /** Takes an event, and the events that its effects bring about at once. @param done called when it has been taken */
  send(event: Event, done: () => void = () => {}): void {
    this.#queue.push({ event, done });
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        this.#step(next.event);
        next.done();
        this.#settleCalls(next.event);
      }
    } finally {
      this.#stepping = false;
    }
  }

  #step(event: Event): void {
    const { clock, random } = this.#parts;
    const before = this.state;
    const { machine, effects } = step(this.#machine, event, { nowMs: clock.now(), random: random() });
    this.#machine = machine;
    for (const effect of effects) (this.#does[effect.type] as (effect: Effect) => void)(effect);
    if (this.state !== before) this.#parts.changed(this.state);
  }

  #settleCalls(event: Event): void {
    const { phase } = this.#machine;
    this.#calls.settleStarts(phase.shown);
    const isClosing = phase.shown.status === "stopping" || ("now" in phase && phase.now.name === "clearing");
    if (event.type === "closed" && !isClosing) this.#calls.settleStops(event.outcome);
  }

  #withLink(linkId: number, use: (link: Connection) => void): void {
    const link = this.#links.get(linkId);
    if (link !== undefined) use(link);
  }

  // --- dialling ---

  #startDial({ linkId, attempt, renews }: EffectOf<"dial">): void {
    const servers = [...this.#parts.servers, ...this.#named];
    const url = servers[this.#dialCount++ % servers.length] as string;
    const abort = new AbortController();
    this.#dials.set(linkId, abort);
    this.#parts.log({ type: "dial", attempt, server: url });
    // A link can be lost between its first PONG and the moment it is taken up here.
    let lostEarly: Fault | null = null;
    const onEvent = (event: ConnectionEvent): void => {
      if (event.type === "lost" && !this.#links.has(linkId)) lostEarly = event.fault;
      else this.#heard(linkId, event);
    };
    const opened = ({ link, lifetime }: { link: Connection; lifetime: Lifetime | null }) => {
      this.#dials.delete(linkId);
      if (abort.signal.aborted) {
        link.cut();
        this.send({ type: "closed", linkId, outcome: "nothing-open" });
      } else if (lostEarly !== null) {
        this.#failed(linkId, lostEarly);
      } else {
        this.#links.set(linkId, link);
        this.send({ type: "opened", linkId, server: link.server, lifetime });
        this.#ping(linkId, this.tunables.pongTimeoutMs);
      }
    };
    const failed = (reason: unknown) => {
      this.#dials.delete(linkId);
      if (abort.signal.aborted) this.send({ type: "closed", linkId, outcome: "nothing-open" });
      else this.#failed(linkId, faultFrom(reason, url));
    };
    const { state } = this;
    const replacedMs = renews && state.status === "live" ? state.credentialsExpireAtMs : null;
    const dialled = this.#open(url, replacedMs, abort.signal, onEvent).then(opened, failed);
    this.#underWay.add(dialled);
    void dialled.then(() => this.#underWay.delete(dialled));
  }

  /** The time limit is for all of it: who waits for a connection doesn't care what it waits for. */
  async #open(
    url: string,
    replacedMs: number | null,
    signal: AbortSignal,
    onEvent: (event: ConnectionEvent) => void,
  ) {
    const { clock, name, webSocket } = this.#parts;
    const { connectTimeoutMs } = this.tunables;
    const startedAtMs = clock.now();
    const { credentials, lifetime } = await this.#keeper.get(replacedMs, url, connectTimeoutMs, signal);
    const timeoutMs = Math.max(0, connectTimeoutMs - (clock.now() - startedAtMs));
    const link = await dial({ url, name, credentials, timeoutMs, clock, webSocket, onEvent }, signal);
    return { link, lifetime };
  }

  #failed(linkId: number, seen: Fault): void {
    if (seen.kind.startsWith("auth-")) this.#keeper.forget();
    const pauseMs = seen.kind === "token-source" ? this.#keeper.pauseMs : 0;
    this.send({ type: "dial-failed", linkId, fault: seen, atLeastMs: Math.max(pauseMs, askedPauseMs(seen)) });
  }

  // --- what a connection tells ---

  #heard(linkId: number, event: ConnectionEvent): void {
    const { subscriptions } = this.#parts;
    switch (event.type) {
      case "lost":
        if (event.fault.kind.startsWith("auth-")) this.#keeper.forget();
        this.send({ type: "lost", linkId, fault: event.fault });
        break;
      case "lame-duck":
      case "quiet":
        this.send({ type: event.type, linkId });
        break;
      case "no-room":
        this.#withLink(linkId, (link) => subscriptions.denyLast(link, event.fault));
        break;
      case "cluster":
        if (this.#parts.followCluster)
          this.#named = event.urls.filter((url) => !this.#parts.servers.includes(url));
        break;
      case "denied": {
        const { use, subject, queue } = event.denied;
        if (use === "subscription") {
          this.#withLink(linkId, (link) => subscriptions.deny(link, subject, queue, event.fault));
        } else if (!event.isQuestion) {
          // A question that isn't allowed is told to whoever asked.
          const message = event.fault.evidence.errText ?? "";
          this.#parts.log({ type: "publish-failed", subject, message });
        }
      }
    }
  }

  #ping(linkId: number, timeoutMs: number): void {
    this.#withLink(linkId, (link) => {
      const { completeUntilMs } = link;
      void link.ping(timeoutMs).then((result) => {
        if (result.found === "nothing") {
          return this.send({ type: "silent", linkId, waitedMs: result.waitedMs, timeoutMs });
        }
        if (result.found === "pong" && result.slow && link === this.link) {
          const cause = fault("stale", { server: link.server.url, phase: "live", waitedMs: result.rttMs });
          this.#parts.subscriptions.slow(completeUntilMs, cause);
        }
        this.send({ type: "alive", linkId });
      });
    });
  }

  // --- handing over and closing ---

  #overlap(linkId: number): void {
    this.#withLink(linkId, (link) => {
      // A link that ends before it has everything is told as lost.
      void this.#parts.subscriptions.overlap(link).then(
        () => this.send({ type: "overlapped", linkId }),
        () => {},
      );
    });
  }

  /** The old link brings what it has, waits for the answers that it was asked for, and closes. */
  #promote(retiringId: number): void {
    const { drainTimeoutMs } = this.tunables;
    const drained = this.#parts.subscriptions.promote(drainTimeoutMs);
    this.#withLink(retiringId, (link) => {
      const retire = async () => {
        if (!(await drained)) link.cut();
        await link.answered();
        await link.close(drainTimeoutMs);
        // It may be gone already, with everything else.
        if (this.#links.get(retiringId) !== link) return;
        this.#links.delete(retiringId);
        this.send({ type: "retired", linkId: retiringId });
      };
      void retire();
    });
  }

  #abandon(linkId: number, how: "properly" | "at-once"): void {
    const withinMs = how === "at-once" ? 0 : this.tunables.drainTimeoutMs;
    this.#dials.get(linkId)?.abort(new Abandoned(withinMs));
    this.#withLink(linkId, (link) => {
      this.#links.delete(linkId);
      link.cut();
      this.#parts.subscriptions.abandon();
    });
  }

  /** Closes every link, and waits for all that winds down: each has its own deadline, so a stop leaves nothing behind. */
  #close(linkId: number): void {
    const { drainTimeoutMs } = this.tunables;
    const closing = new Map([...this.#links].map(([id, link]) => [id, link.close(drainTimeoutMs)]));
    const own = closing.get(linkId) ?? Promise.resolve("nothing-open" as const);
    void Promise.all([own, ...closing.values(), ...this.#underWay]).then(([outcome]) =>
      this.send({ type: "closed", linkId, outcome }),
    );
  }

  // --- elsewhere, and timers ---

  /** What looks at a fault already is let finish: attempts, servers and how they fail change more often than it can. */
  #startInvestigation(seen: Fault): void {
    const { clock, investigate } = this.#parts;
    const nowMs = clock.now();
    if (nowMs < (this.#investigation?.untilMs ?? 0)) return;
    this.#endInvestigation();
    const over = new AbortController();
    const investigation = { untilMs: nowMs + LONGEST_INVESTIGATION_MS, over };
    this.#investigation = investigation;
    const isOver = () => {
      if (this.#investigation === investigation) this.#investigation = null;
      return over.signal.aborted;
    };
    const found = (better: Fault | "mended" | null) => {
      if (isOver() || better === null) return;
      if (better === "mended") this.send({ type: "mended", seen });
      else this.send({ type: "refined", seen, fault: better });
    };
    // An investigation that fails has found nothing; the fault stays as it was seen.
    const failed = (reason: unknown) => {
      if (!isOver()) this.#parts.failed("investigate", reason);
    };
    isolate(() => investigate(seen, over.signal).then(found), failed);
  }

  #endInvestigation(): void {
    this.#investigation?.over.abort();
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
