import { leftMs } from "./clock.ts";
import type { Connection } from "./connection/connection.ts";
import { Abandoned, dial } from "./connection/dial.ts";
import type { ConnectionEvent } from "./connection/events.ts";
import { CredentialsCache } from "./credentials.ts";
import { FaultError, messageOf } from "./errors.ts";
import { type Fault, fault } from "./faults/fault.ts";
import type { Effect, EffectHandlers, EffectOf, Event } from "./machine/model.ts";
import type { Clock, Credentials, CredentialsSource, SocketFactory, Tunables } from "./options.ts";
import type { Links } from "./subscriptions/links.ts";
import type { TimelineEvent } from "./timeline.ts";

export interface LinkParts {
  /** In the order in which they are dialled. */
  readonly servers: readonly string[];
  /** Whether the cluster members that INFO names are dialled too. */
  readonly followCluster: boolean;
  readonly credentials: CredentialsSource;
  readonly name: string | undefined;
  readonly clock: Clock;
  readonly webSocket: SocketFactory;
  readonly subscriptions: Links;
  log(event: TimelineEvent): void;
  /** Called when a link is live and its subscriptions have been sent. */
  attached(link: Connection): void;
}

/** The part of the engine that its links use. */
export interface LinkUser {
  readonly tunables: Tunables;
  /** The live link; null if there is none. */
  readonly link: Connection | null;
  send(event: Event): void;
}

/** When several links close, the worst outcome is reported. */
const WORST_FIRST = ["closing", "cut", "drained"] as const;

/** A link, from its dial to its end. */
interface OpenLink {
  readonly abort: AbortController;
  /** Settles when the dial has ended, even if it was aborted. */
  dialled: Promise<void>;
  /** Null until the credentials source has returned them. */
  credentials: Credentials | null;
  /** Null during the dial. */
  connection: Connection | null;
  /** Whether the link was replaced, has drained, and stays open only for pending requests. */
  isKept: boolean;
}

/** Every link: being dialled, live, the second one of a handover, or closing. */
export class OpenLinks {
  readonly #parts: LinkParts;
  readonly #user: LinkUser;
  readonly #credentials: CredentialsCache;
  readonly #links = new Map<number, OpenLink>();
  /** The configured servers, then the members that the cluster last named. */
  #servers: readonly string[];

  /** Carries out each effect on a link. */
  readonly effects = {
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
      // What silenced the live link has most likely silenced the kept ones too.
      const mayKeep = cause !== null && cause.kind !== "stale";
      for (const [linkId, { isKept }] of this.#links) if (!isKept || !mayKeep) this.#cut(linkId);
    },
    overlap: ({ linkId }) =>
      this.#with(linkId, (link) => {
        const over = () => this.#user.send({ type: "overlapped", linkId });
        // If the link ends first, its "lost" event reports that.
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
  } satisfies Partial<EffectHandlers<Effect["type"]>>;

  constructor(parts: LinkParts, user: LinkUser) {
    this.#parts = parts;
    this.#servers = distinct(parts.servers);
    this.#user = user;
    this.#credentials = new CredentialsCache(parts.credentials, parts.clock);
  }

  /** The connection of an open link; null during the dial and after the end. */
  get(linkId: number): Connection | null {
    return this.#links.get(linkId)?.connection ?? null;
  }

  #with(linkId: number, use: (link: Connection) => void): void {
    const link = this.get(linkId);
    if (link !== null) use(link);
  }

  /** Cuts an open link. @returns false if the link isn't open */
  #cut(linkId: number): boolean {
    const link = this.get(linkId);
    if (link === null) return false;
    this.#links.delete(linkId);
    link.cut();
    return true;
  }

  // --- dialling ---

  async #dial({ linkId, attempt, replacedExpiryMs }: EffectOf<"dial">, link: OpenLink): Promise<void> {
    const url = this.#servers[(linkId - 1) % this.#servers.length] as string;
    this.#parts.log({ type: "dial", attempt, server: url });
    // The link may be lost between its first PONG and the continuation of this function.
    let lostEarly = null as Fault | null;
    const onEvent = (event: ConnectionEvent): void => {
      if (event.type === "lost" && link.connection === null) lostEarly = event.fault;
      else this.#onEvent(linkId, event);
    };
    const opened = await this.#connect(url, replacedExpiryMs, link, onEvent).catch((reason: unknown) =>
      faultFrom(reason, url),
    );
    if (link.abort.signal.aborted) {
      this.#links.delete(linkId);
      if ("connection" in opened) opened.connection.cut();
    } else if (lostEarly !== null || "kind" in opened) {
      this.#links.delete(linkId);
      const seen = lostEarly ?? (opened as Fault);
      this.#credentials.onFault(seen, link.credentials);
      const minDelayMs = this.#credentials.pauseMs(seen);
      this.#user.send({ type: "dial-failed", linkId, fault: seen, minDelayMs });
    } else {
      const { connection, lifetime } = opened;
      link.connection = connection;
      this.#user.send({ type: "opened", linkId, server: connection.server, lifetime });
      // The server may have announced lame duck mode together with its first PONG.
      if (connection.isLameDuck) this.#user.send({ type: "lame-duck", linkId });
      this.#ping(linkId, this.#user.tunables.pongTimeoutMs);
    }
  }

  /** `connectTimeoutMs` covers both the credentials and the dial. */
  async #connect(
    url: string,
    replacedExpiryMs: number | null,
    link: OpenLink,
    onEvent: (event: ConnectionEvent) => void,
  ) {
    const { clock, name, webSocket } = this.#parts;
    const { connectTimeoutMs } = this.#user.tunables;
    const { signal } = link.abort;
    const startedAtMs = clock.now();
    const { credentials, lifetime } = await this.#credentials.get(
      replacedExpiryMs,
      url,
      connectTimeoutMs,
      signal,
    );
    link.credentials = credentials;
    const timeoutMs = leftMs(clock, startedAtMs, connectTimeoutMs);
    const connection = await dial({ url, name, credentials, timeoutMs, clock, webSocket, onEvent }, signal);
    return { connection, lifetime };
  }

  // --- events of a connection ---

  #onEvent(linkId: number, event: ConnectionEvent): void {
    const { subscriptions } = this.#parts;
    switch (event.type) {
      case "lost":
        this.#credentials.onFault(event.fault, this.#links.get(linkId)?.credentials ?? null);
        this.#user.send({ type: "lost", linkId, fault: event.fault });
        break;
      case "lame-duck":
      case "quiet":
        this.#user.send({ type: event.type, linkId });
        break;
      case "too-many-subscriptions":
        this.#with(linkId, (link) => subscriptions.denyLast(link, event.fault));
        break;
      case "cluster":
        if (this.#parts.followCluster) this.#servers = distinct([...this.#parts.servers, ...event.urls]);
        break;
      case "denied": {
        const { use, subject, queue } = event.denied;
        if (use === "subscription") {
          this.#with(linkId, (link) => subscriptions.deny(link, subject, queue, event.fault));
        } else if (!event.isRequest) {
          // A request that isn't permitted rejects its own promise instead.
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
        // A handover needs the new link's PONG: the traffic may have been the link's last.
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

  /** Drains the old link, waits for answers to its pending requests, and closes it. Cuts it if it is lost or late. */
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
    // A pending request keeps this link open, but mustn't delay the next move: credentials may expire first.
    const cancel = clock.after(leftMs(clock, startedAtMs, drainTimeoutMs), retired);
    await link.untilAnswered();
    cancel();
    await link.close(drainTimeoutMs);
    // A stop may have deleted the link. If the timer has sent "retired" already, the machine ignores this one.
    if (this.#links.delete(retiringId)) retired();
  }

  /** Closes every link and waits for all of them; each close has its own deadline. */
  #close(): void {
    const { drainTimeoutMs } = this.#user.tunables;
    const all = [...this.#links.values()].map(
      ({ connection, dialled }) => connection?.close(drainTimeoutMs) ?? dialled,
    );
    void Promise.all(all).then((outcomes) => {
      const outcome = WORST_FIRST.find((worst) => outcomes.includes(worst)) ?? "nothing-open";
      this.#user.send({ type: "closed", outcome });
    });
  }
}

function faultFrom(reason: unknown, server: string): Fault {
  if (reason instanceof FaultError) return reason.fault;
  return fault("unknown", { server, detail: messageOf(reason) }, "possible");
}

/** Removes duplicates, whatever their spelling: `ws://h`, `ws://h:80` and `ws://h/` are one server. */
function distinct(servers: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return servers.filter((server) => seen.size < seen.add(new URL(server).href).size);
}
