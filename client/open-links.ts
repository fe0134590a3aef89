import type { Connection } from "./connection/connection.ts";
import { Abandoned, dial } from "./connection/dial.ts";
import type { ConnectionEvent } from "./connection/events.ts";
import { CredentialsKeeper } from "./credentials.ts";
import { FaultError, messageOf } from "./errors.ts";
import { type Fault, fault } from "./faults/fault.ts";
import type { Doing, Effect, EffectOf, Event } from "./machine/model.ts";
import type { Clock, CredentialsSource, SocketFactory, Tunables } from "./options.ts";
import type { Links } from "./subscriptions/links.ts";
import type { TimelineEvent } from "./timeline.ts";

/** What links are made with, and what they tell. */
export interface LinkParts {
  /** In the order in which they are tried. */
  readonly servers: readonly string[];
  /** Whether the servers that a cluster names are tried too. */
  readonly followCluster: boolean;
  readonly credentials: CredentialsSource;
  readonly name: string | undefined;
  readonly clock: Clock;
  readonly webSocket: SocketFactory;
  readonly subscriptions: Links;
  log(event: TimelineEvent): void;
  /** A link is there, and has its subscriptions. */
  attached(link: Connection): void;
}

/** Whoever decides what links there are to be. */
export interface LinkUser {
  readonly tunables: Tunables;
  /** The live link, if there is one. */
  readonly link: Connection | null;
  send(event: Event): void;
}

/** All links there are: those that are dialled, the live one, two while handing over, and what winds down. */
export class OpenLinks {
  readonly #parts: LinkParts;
  readonly #user: LinkUser;
  readonly #keeper: CredentialsKeeper;
  readonly #open = new Map<number, Connection>();
  /** Dials that haven't ended yet, abandoned ones too. */
  readonly #dials = new Map<number, { readonly abort: AbortController; readonly ended: Promise<void> }>();
  /** What the cluster named last, beyond the configured servers. */
  #named: readonly string[] = [];

  /** What each effect on a link does. */
  readonly does = {
    dial: (effect) => {
      const abort = new AbortController();
      this.#dials.set(effect.linkId, { abort, ended: this.#dial(effect, abort.signal) });
    },
    "close-link": ({ linkId }) => this.#close(linkId),
    attach: ({ linkId }) =>
      this.#with(linkId, (link) => {
        this.#parts.subscriptions.attach(link);
        this.#parts.attached(link);
      }),
    detach: ({ cause }) => {
      this.#parts.subscriptions.detach(cause);
      for (const link of this.#open.values()) link.cut();
      this.#open.clear();
    },
    overlap: ({ linkId }) =>
      this.#with(linkId, (link) => {
        const over = () => this.#user.send({ type: "overlapped", linkId });
        // A link that ends before it has everything is told as lost.
        void this.#parts.subscriptions.overlap(link).then(over, () => {});
      }),
    promote: ({ retiringId }) => this.#promote(retiringId),
    "take-over": ({ lostId, cause }) => {
      this.#open.delete(lostId);
      this.#parts.subscriptions.takeOver(cause);
    },
    abandon: ({ linkId, how }) => {
      const withinMs = how === "at-once" ? 0 : this.#user.tunables.drainTimeoutMs;
      this.#dials.get(linkId)?.abort.abort(new Abandoned(withinMs));
      this.#with(linkId, (link) => {
        this.#open.delete(linkId);
        link.cut();
        this.#parts.subscriptions.abandon();
      });
    },
    ping: ({ linkId, timeoutMs }) => this.#ping(linkId, timeoutMs),
    "give-up": ({ linkId, waitedMs }) => this.#with(linkId, (link) => link.giveUp(waitedMs)),
  } satisfies Partial<Doing<Effect["type"]>>;

  constructor(parts: LinkParts, user: LinkUser) {
    this.#parts = parts;
    this.#user = user;
    this.#keeper = new CredentialsKeeper(parts.credentials, parts.clock);
  }

  get(linkId: number): Connection | undefined {
    return this.#open.get(linkId);
  }

  #with(linkId: number, use: (link: Connection) => void): void {
    const link = this.#open.get(linkId);
    if (link !== undefined) use(link);
  }

  // --- dialling ---

  async #dial({ linkId, attempt, replacedMs }: EffectOf<"dial">, signal: AbortSignal): Promise<void> {
    const servers = [...this.#parts.servers, ...this.#named];
    const url = servers[(linkId - 1) % servers.length] as string;
    this.#parts.log({ type: "dial", attempt, server: url });
    // A link can be lost between its first PONG and the moment it is taken up here.
    let lostEarly = null as Fault | null;
    const onEvent = (event: ConnectionEvent): void => {
      if (event.type === "lost" && !this.#open.has(linkId)) lostEarly = event.fault;
      else this.#heard(linkId, event);
    };
    const opened = await this.#connect(url, replacedMs, signal, onEvent).catch((reason: unknown) =>
      faultFrom(reason, url),
    );
    this.#dials.delete(linkId);
    if (signal.aborted) {
      if ("link" in opened) opened.link.cut();
      this.#user.send({ type: "closed", linkId, outcome: "nothing-open" });
    } else if (lostEarly !== null) {
      this.#failed(linkId, lostEarly);
    } else if ("kind" in opened) {
      this.#failed(linkId, opened);
    } else {
      const { link, lifetime } = opened;
      this.#open.set(linkId, link);
      this.#user.send({ type: "opened", linkId, server: link.server, lifetime });
      this.#ping(linkId, this.#user.tunables.pongTimeoutMs);
    }
  }

  /** The time limit is for all of it: who waits for a connection doesn't care what it waits for. */
  async #connect(
    url: string,
    replacedMs: number | null,
    signal: AbortSignal,
    onEvent: (event: ConnectionEvent) => void,
  ) {
    const { clock, name, webSocket } = this.#parts;
    const { connectTimeoutMs } = this.#user.tunables;
    const startedAtMs = clock.now();
    const { credentials, lifetime } = await this.#keeper.get(replacedMs, url, connectTimeoutMs, signal);
    const timeoutMs = Math.max(0, connectTimeoutMs - (clock.now() - startedAtMs));
    const link = await dial({ url, name, credentials, timeoutMs, clock, webSocket, onEvent }, signal);
    return { link, lifetime };
  }

  #failed(linkId: number, seen: Fault): void {
    this.#keeper.heed(seen);
    this.#user.send({ type: "dial-failed", linkId, fault: seen, atLeastMs: this.#keeper.pauseMs(seen) });
  }

  // --- what a connection tells ---

  #heard(linkId: number, event: ConnectionEvent): void {
    const { subscriptions } = this.#parts;
    switch (event.type) {
      case "lost":
        this.#keeper.heed(event.fault);
        this.#user.send({ type: "lost", linkId, fault: event.fault });
        break;
      case "lame-duck":
      case "quiet":
        this.#user.send({ type: event.type, linkId });
        break;
      case "no-room":
        this.#with(linkId, (link) => subscriptions.denyLast(link, event.fault));
        break;
      case "cluster":
        if (this.#parts.followCluster)
          this.#named = event.urls.filter((url) => !this.#parts.servers.includes(url));
        break;
      case "denied": {
        const { use, subject, queue } = event.denied;
        if (use === "subscription") {
          this.#with(linkId, (link) => subscriptions.deny(link, subject, queue, event.fault));
        } else if (!event.isQuestion) {
          // A question that isn't allowed is told to whoever asked.
          const message = event.fault.evidence.errText ?? "";
          this.#parts.log({ type: "publish-failed", subject, message });
        }
      }
    }
  }

  #ping(linkId: number, timeoutMs: number): void {
    this.#with(linkId, (link) => {
      const { completeUntilMs } = link;
      void link.ping(timeoutMs).then((result) => {
        if (result.found === "nothing") {
          return this.#user.send({ type: "silent", linkId, waitedMs: result.waitedMs, timeoutMs });
        }
        // A move waits for its PONG: what came may have been the last.
        if (result.found === "traffic" && link !== this.#user.link && link.isLive)
          return this.#ping(linkId, timeoutMs);
        if (result.found === "pong" && result.slow && link === this.#user.link) {
          const cause = fault("stale", { server: link.server.url, phase: "live", waitedMs: result.rttMs });
          this.#parts.subscriptions.slow(completeUntilMs, cause);
        }
        this.#user.send({ type: "alive", linkId });
      });
    });
  }

  // --- handing over and closing ---

  /** The old link brings what it has, waits for the answers that it was asked for, and closes. */
  #promote(retiringId: number): void {
    const { drainTimeoutMs } = this.#user.tunables;
    const drained = this.#parts.subscriptions.promote(drainTimeoutMs);
    const retired = () => this.#user.send({ type: "retired", linkId: retiringId });
    this.#with(retiringId, (link) => {
      const retire = async () => {
        if (!(await drained)) link.cut();
        // A long request keeps this link, and no other move waiting: the credentials may end before its answer comes.
        const cancel = this.#parts.clock.after(drainTimeoutMs, retired);
        await link.answered();
        cancel();
        await link.close(drainTimeoutMs);
        // It may be gone already, with everything else.
        if (this.#open.get(retiringId) !== link) return;
        this.#open.delete(retiringId);
        // Once more where the answer was late, which is no news any more.
        retired();
      };
      void retire();
    });
  }

  /** Closes every link, and waits for all that winds down: each has its own deadline, so a stop leaves nothing behind. */
  #close(linkId: number): void {
    const { drainTimeoutMs } = this.#user.tunables;
    const closing = new Map([...this.#open].map(([id, link]) => [id, link.close(drainTimeoutMs)]));
    const own = closing.get(linkId) ?? Promise.resolve("nothing-open" as const);
    const dials = [...this.#dials.values()].map(({ ended }) => ended);
    void Promise.all([own, ...closing.values(), ...dials]).then(([outcome]) =>
      this.#user.send({ type: "closed", linkId, outcome }),
    );
  }
}

function faultFrom(reason: unknown, server: string): Fault {
  if (reason instanceof FaultError) return reason.fault;
  return fault("unknown", { server, detail: messageOf(reason) }, "possible");
}
