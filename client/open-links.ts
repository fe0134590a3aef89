import { leftMs } from "./clock.ts";
import type { Connection } from "./connection/connection.ts";
import { Abandoned, dial } from "./connection/dial.ts";
import type { ConnectionEvent } from "./connection/events.ts";
import { CredentialsKeeper } from "./credentials.ts";
import { FaultError, messageOf } from "./errors.ts";
import { type Fault, fault } from "./faults/fault.ts";
import type { Doing, Effect, EffectOf, Event } from "./machine/model.ts";
import type { Clock, Credentials, CredentialsSource, SocketFactory, Tunables } from "./options.ts";
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

/** Of several links that close, the one that fared worst is told. */
const WORST_FIRST = ["closing", "cut", "drained"] as const;

/** One link, from its dial on. */
interface OpenLink {
  readonly abort: AbortController;
  /** Settles when its dial has ended, also where that was aborted. */
  dialled: Promise<void>;
  /** What it was opened with; null until they are there. */
  credentials: Credentials | null;
  /** Null while it is dialled. */
  connection: Connection | null;
  /** Whether it is replaced, has brought all that it had, and stays for an answer alone. */
  isKept: boolean;
}

/** All links there are: those that are dialled, the live one, two while handing over, and what winds down. */
export class OpenLinks {
  readonly #parts: LinkParts;
  readonly #user: LinkUser;
  readonly #keeper: CredentialsKeeper;
  readonly #links = new Map<number, OpenLink>();
  /** The configured ones, and what the cluster named last beyond them. */
  #servers: readonly string[];

  /** What each effect on a link does. */
  readonly does = {
    dial: (effect) => {
      const abort = new AbortController();
      const dialled = Promise.resolve();
      const link: OpenLink = { abort, dialled, credentials: null, connection: null, isKept: false };
      this.#links.set(effect.linkId, link);
      link.dialled = this.#dial(effect, link);
    },
    "close-links": () => this.#close(),
    attach: ({ linkId }) =>
      this.#with(linkId, (link) => {
        this.#parts.subscriptions.attach(link);
        this.#parts.attached(link);
      }),
    detach: ({ cause }) => {
      this.#parts.subscriptions.detach(cause);
      // What silenced the live link has mostly silenced the others too.
      const mayKeep = cause !== null && cause.kind !== "stale";
      for (const [linkId, { isKept }] of this.#links) if (!isKept || !mayKeep) this.#cut(linkId);
    },
    overlap: ({ linkId }) =>
      this.#with(linkId, (link) => {
        const over = () => this.#user.send({ type: "overlapped", linkId });
        // A link that ends before it has everything is told as lost.
        void this.#parts.subscriptions.overlap(link).then(over, () => {});
      }),
    promote: ({ retiringId, cause = null }) => void this.#promote(retiringId, cause),
    abandon: ({ linkId, how }) => {
      const withinMs = how === "at-once" ? 0 : this.#user.tunables.drainTimeoutMs;
      if (this.#cut(linkId)) this.#parts.subscriptions.abandon();
      else this.#links.get(linkId)?.abort.abort(new Abandoned(withinMs));
    },
    ping: ({ linkId, timeoutMs }) => this.#ping(linkId, timeoutMs),
    "give-up": ({ linkId, waitedMs }) => this.#with(linkId, (link) => link.giveUp(waitedMs)),
  } satisfies Partial<Doing<Effect["type"]>>;

  constructor(parts: LinkParts, user: LinkUser) {
    this.#parts = parts;
    this.#servers = distinct(parts.servers);
    this.#user = user;
    this.#keeper = new CredentialsKeeper(parts.credentials, parts.clock);
  }

  /** The connection, once it is open; null for a link that is dialled, or gone. */
  get(linkId: number): Connection | null {
    return this.#links.get(linkId)?.connection ?? null;
  }

  #with(linkId: number, use: (link: Connection) => void): void {
    const link = this.get(linkId);
    if (link !== null) use(link);
  }

  /** Cuts a link that is open; false where there is none. One that is dialled goes when its dial ends. */
  #cut(linkId: number): boolean {
    const link = this.get(linkId);
    if (link === null) return false;
    this.#links.delete(linkId);
    link.cut();
    return true;
  }

  // --- dialling ---

  async #dial({ linkId, attempt, replacedMs }: EffectOf<"dial">, link: OpenLink): Promise<void> {
    const url = this.#servers[(linkId - 1) % this.#servers.length] as string;
    this.#parts.log({ type: "dial", attempt, server: url });
    // A link can be lost between its first PONG and the moment it is taken up here.
    let lostEarly = null as Fault | null;
    const onEvent = (event: ConnectionEvent): void => {
      if (event.type === "lost" && link.connection === null) lostEarly = event.fault;
      else this.#heard(linkId, event);
    };
    const opened = await this.#connect(url, replacedMs, link, onEvent).catch((reason: unknown) =>
      faultFrom(reason, url),
    );
    if (link.abort.signal.aborted) {
      this.#links.delete(linkId);
      if ("connection" in opened) opened.connection.cut();
    } else if (lostEarly !== null || "kind" in opened) {
      this.#links.delete(linkId);
      const seen = lostEarly ?? (opened as Fault);
      this.#keeper.heed(seen, link.credentials);
      this.#user.send({ type: "dial-failed", linkId, fault: seen, atLeastMs: this.#keeper.pauseMs(seen) });
    } else {
      const { connection, lifetime } = opened;
      link.connection = connection;
      this.#user.send({ type: "opened", linkId, server: connection.server, lifetime });
      // It may have said so together with its first PONG, too.
      if (connection.isGoing) this.#user.send({ type: "lame-duck", linkId });
      this.#ping(linkId, this.#user.tunables.pongTimeoutMs);
    }
  }

  /** The time limit is for all of it: who waits for a connection doesn't care what it waits for. */
  async #connect(
    url: string,
    replacedMs: number | null,
    link: OpenLink,
    onEvent: (event: ConnectionEvent) => void,
  ) {
    const { clock, name, webSocket } = this.#parts;
    const { connectTimeoutMs } = this.#user.tunables;
    const { signal } = link.abort;
    const startedAtMs = clock.now();
    const { credentials, lifetime } = await this.#keeper.get(replacedMs, url, connectTimeoutMs, signal);
    link.credentials = credentials;
    const timeoutMs = leftMs(clock, startedAtMs, connectTimeoutMs);
    const connection = await dial({ url, name, credentials, timeoutMs, clock, webSocket, onEvent }, signal);
    return { connection, lifetime };
  }

  // --- what a connection tells ---

  #heard(linkId: number, event: ConnectionEvent): void {
    const { subscriptions } = this.#parts;
    switch (event.type) {
      case "lost":
        this.#keeper.heed(event.fault, this.#links.get(linkId)?.credentials ?? null);
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
        if (this.#parts.followCluster) this.#servers = distinct([...this.#parts.servers, ...event.urls]);
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
          this.#parts.subscriptions.reportSlow(completeUntilMs, cause);
        }
        this.#user.send({ type: "alive", linkId });
      });
    });
  }

  // --- handing over and closing ---

  /** The old link brings what it has, waits for the answers that it was asked for, and closes; one that was lost is gone. */
  async #promote(retiringId: number, cause: Fault | null): Promise<void> {
    const { clock, subscriptions } = this.#parts;
    const { drainTimeoutMs } = this.#user.tunables;
    const startedAtMs = clock.now();
    const drained = subscriptions.promote(drainTimeoutMs, cause);
    const retired = () => this.#user.send({ type: "retired", linkId: retiringId });
    if (cause !== null) this.#cut(retiringId);
    const link = this.get(retiringId);
    if (link === null) return;
    const retiring = this.#links.get(retiringId) as OpenLink;
    if (await drained) retiring.isKept = true;
    else link.cut();
    // A long request keeps this link, and no other move waiting: the credentials may end before its answer comes.
    const cancel = clock.after(leftMs(clock, startedAtMs, drainTimeoutMs), retired);
    await link.answered();
    cancel();
    await link.close(drainTimeoutMs);
    // It may be gone already, with everything else. Told once more where the answer was late, which is no news any more.
    if (this.#links.delete(retiringId)) retired();
  }

  /** Closes every link, and waits for all that winds down: each has its own deadline, so a stop leaves nothing behind. */
  #close(): void {
    const { drainTimeoutMs } = this.#user.tunables;
    const all = [...this.#links.values()].map(
      ({ connection, dialled }) => connection?.close(drainTimeoutMs) ?? dialled,
    );
    void Promise.all(all).then((outcomes) => {
      const outcome = WORST_FIRST.find((one) => outcomes.includes(one)) ?? "nothing-open";
      this.#user.send({ type: "closed", outcome });
    });
  }
}

function faultFrom(reason: unknown, server: string): Fault {
  if (reason instanceof FaultError) return reason.fault;
  return fault("unknown", { server, detail: messageOf(reason) }, "possible");
}

/** Each once, as it is spelt first: `ws://h`, `ws://h:80` and `ws://h/` are one server. */
function distinct(servers: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return servers.filter((server) => seen.size < seen.add(new URL(server).href).size);
}
