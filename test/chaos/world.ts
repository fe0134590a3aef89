// Loaded before virtual time begins: the client imports it lazily, which would take real time.
import "nats.ws";
import {
  type Credentials,
  DEFAULT_TUNABLES,
  type Gap,
  MyceliumClient,
  type Subscription,
} from "../../client/index.ts";
import { Random } from "./random.ts";
import { type Action, actionInCallback, type Schedule } from "./schedule.ts";
import { settled } from "./settled.ts";
import { CountedClock, VirtualClock } from "./virtual-clock.ts";
import { VirtualServer } from "./virtual-server.ts";
import { VirtualSocket } from "./virtual-socket.ts";

/** What a call may take beyond its own deadline, milliseconds. */
const MARGIN_MS = 50;

/** So long after a link has taken over it is known what the other one kept, at the slowest latency that schedules use, milliseconds. */
const SETTLED_AFTER_MS = 5000;

/** What all messages say that are alike. */
export const ALIKE = "alike";

/** A message that the virtual server was given. */
export interface Published {
  readonly id: string;
  /** Its id, or `ALIKE`. */
  readonly payload: string;
  readonly subject: string;
  readonly atMs: number;
}

const DECODER = new TextDecoder();

/** How many things the callbacks of one life may do: each may bring about the next. */
const DEEDS_IN_CALLBACKS = 6;

/** A listener's time from `subscribe` to `unsubscribe`. */
export interface Episode {
  readonly subject: string;
  readonly name: string;
  readonly subscription: Subscription;
  readonly gaps: Gap[];
  /** The payloads that were delivered. */
  readonly delivered: string[];
  /** How many messages had been published before it, or before the first of those that it joined. */
  readonly fromCount: number;
  /** How many equal messages of those had come to the listeners that it joined before it did. */
  readonly alikeBefore: number;
  /** How many messages had been published when it was first seen active; null before. */
  activeFromCount: number | null;
  endedAtMs: number | null;
  /** When the other link was dialled, where it ended while two of them overlapped, or just after; else null. */
  overlapFromMs: number | null;
}

/** A call of start, stop or reconnect that hasn't settled. */
export interface OpenCall {
  readonly name: string;
  readonly dueAtMs: number;
}

/** A client, its server and the network between them, all in virtual time. */
export class World {
  readonly clock = new VirtualClock();
  readonly clientClock = new CountedClock(this.clock);
  readonly server: VirtualServer;
  readonly sockets: VirtualSocket[] = [];
  readonly published: Published[] = [];
  readonly episodes: Episode[] = [];
  readonly openCalls = new Set<OpenCall>();
  readonly client: MyceliumClient;
  steps = 0;
  /** What the user asked for last. */
  lastWord: "start" | "stop" | null = null;
  #misbehaves: boolean;
  /** When stops that had less time than a connection takes to be established had to cut one that was under way. */
  readonly hurriedCuts = new Set<number>();
  /** The time limit of a closing that is under way. */
  #closingMs = 0;
  /** What was configured last as such; a callback's call takes effect after the callback, and before its next call. */
  #drainMs = DEFAULT_TUNABLES.drainTimeoutMs;
  /** The time limit of the last dial: what is configured while it is under way is for the next. */
  #dialMs = 0;
  readonly #mood: Random;
  #movedAtMs = Number.NEGATIVE_INFINITY;
  #deedsLeft = DEEDS_IN_CALLBACKS;
  #isInCallback = false;
  #tokens: Extract<Action, { do: "tokens" }> = { do: "tokens", how: "given", lifeMs: null };

  constructor(schedule: Schedule) {
    this.#misbehaves = schedule.misbehaves;
    this.#mood = new Random(schedule.seed ^ 0xcafe);
    this.server = new VirtualServer(this.clock);
    const random = new Random(schedule.seed ^ 0x5eed);
    this.client = new MyceliumClient({
      servers: ["ws://virtual"],
      clock: this.clientClock,
      random: random.next,
      credentials: () => this.#credentials(),
      webSocket: () => {
        const socket = new VirtualSocket(this.server, schedule.runtime);
        this.sockets.push(socket);
        return socket;
      },
      investigate: async () => {
        await this.#callback();
        return null;
      },
    });
    this.client.onState(({ status }) => {
      if (status !== "stopping") return;
      const limitMs = this.client.tunables.drainTimeoutMs;
      // A start while something closes waits for it, and a stop after that finds the same closing under way.
      this.#closingMs = Math.max(this.#closingMs, limitMs);
      const isHurried = limitMs < 2 * this.server.latencyMs + MARGIN_MS;
      if (isHurried) this.hurriedCuts.add(this.clock.now() + limitMs);
    });
    this.client.onState(() => this.#callback());
    this.client.timeline.onEntry(({ type }) => {
      if (type === "dial") this.#dialMs = this.client.tunables.connectTimeoutMs;
      if (type === "closed") this.#closingMs = 0;
      if (type === "handover") this.#movedAtMs = this.clock.now();
    });
    this.client.timeline.onEntry(() => this.#callback());
  }

  /** What a user's callback does: mostly nothing. */
  #callback(): unknown {
    if (!this.#misbehaves) return undefined;
    const mood = this.#mood.next();
    if (mood < 0.1) throw new Error("a callback may throw");
    if (mood < 0.2) return Promise.reject(new Error("a callback may reject"));
    if (mood < 0.3 && this.#deedsLeft > 0 && !this.#isInCallback) {
      this.#deedsLeft -= 1;
      this.#isInCallback = true;
      this.act(actionInCallback(this.#mood));
      this.#isInCallback = false;
    }
    return undefined;
  }

  #credentials(): Promise<Credentials> {
    const { how, lifeMs } = this.#tokens;
    if (how === "never") return new Promise(() => {});
    if (how === "throws") throw new Error("no token today, at once");
    if (how === "refused") return Promise.reject(new Error("no token today"));
    if (lifeMs === null) return Promise.resolve({ type: "none" });
    return Promise.resolve({ type: "token", token: "t", expiresAtMs: this.clock.now() + lifeMs });
  }

  /** Does one thing; what follows from it follows as the clock moves. */
  act(action: Action): void {
    const { client, server } = this;
    switch (action.do) {
      case "start":
      case "reconnect":
        this.lastWord = "start";
        this.#call(action.do, client[action.do](), this.#startLimitMs());
        break;
      case "stop": {
        this.lastWord = "stop";
        // What is in force now, and for a closing that is under way what was when it began: listeners may change it.
        this.#call(action.do, client.stop(), Math.max(this.#closingMs, this.#drainMs) + MARGIN_MS);
        break;
      }
      case "calm":
        this.#misbehaves = false;
        break;
      case "wake":
        client.notifyWake();
        break;
      case "network":
        client.notifyNetwork(action.online);
        break;
      case "subscribe":
        this.#subscribe(action.subject, action.name);
        break;
      case "unsubscribe":
        this.#unsubscribe(action.subject, action.name);
        break;
      case "publish":
        this.#publish(action);
        break;
      case "configure":
        this.#drainMs = action.changes.drainTimeoutMs ?? this.#drainMs;
        client.configure(action.changes);
        break;
      case "tokens":
        this.#tokens = action;
        break;
      case "reach":
        server.reachability = action.how;
        break;
      case "latency":
        server.latencyMs = action.ms;
        break;
      case "reject":
        server.rejection = action.errText;
        break;
      case "deny":
        server.denied.add(action.subject);
        break;
      case "allow":
        server.denied.delete(action.subject);
        break;
      case "evict":
        server.dropAll(action.errText, action.closeCode);
        break;
      case "babble":
        server.babble(action.text);
        break;
      case "kill":
        server.dropAll();
        break;
      case "freeze":
        server.frozen = true;
        break;
      case "thaw":
        server.thaw();
        break;
      case "partition":
        server.partition();
        break;
      case "lame-duck":
        server.announceLameDuck();
        break;
    }
  }

  /** What closes, the dial that is under way, and the one that follows it. */
  #startLimitMs(): number {
    const { connectTimeoutMs } = this.client.tunables;
    const dialMs = Math.max(this.#dialMs, connectTimeoutMs);
    return Math.max(this.#closingMs, this.#drainMs) + dialMs + connectTimeoutMs + MARGIN_MS;
  }

  #call(name: string, promise: Promise<unknown>, limitMs: number): void {
    const call = { name, dueAtMs: this.clock.now() + limitMs };
    this.openCalls.add(call);
    void promise.then(() => this.openCalls.delete(call));
  }

  #episodeOf(subject: string, name: string): Episode | undefined {
    return this.episodes.find(
      (episode) => episode.subject === subject && episode.name === name && episode.endedAtMs === null,
    );
  }

  #subscribe(subject: string, name: string): void {
    if (this.#episodeOf(subject, name) !== undefined) return;
    const gaps: Gap[] = [];
    const delivered: string[] = [];
    // Who joins others gets what was under way to them.
    const joined = this.episodes.find((one) => one.subject === subject && one.endedAtMs === null);
    const alikeBefore =
      joined === undefined
        ? 0
        : joined.alikeBefore + joined.delivered.filter((payload) => payload === ALIKE).length;
    const subscription = this.client.subscribe(
      subject,
      (message) => {
        delivered.push(DECODER.decode(message.data));
        if (delivered.length % 5 === 0) throw new Error("a handler may throw");
        return this.#callback();
      },
      { name },
    );
    subscription.onGap((gap) => {
      gaps.push(gap);
      return this.#callback();
    });
    subscription.onStatus(() => this.#callback());
    this.episodes.push({
      subject,
      name,
      subscription,
      gaps,
      delivered,
      fromCount: joined?.fromCount ?? this.published.length,
      alikeBefore,
      activeFromCount: null,
      endedAtMs: null,
      overlapFromMs: null,
    });
  }

  #unsubscribe(subject: string, name: string): void {
    const episode = this.#episodeOf(subject, name);
    if (episode === undefined) return;
    episode.endedAtMs = this.clock.now();
    const open = this.sockets.filter(({ readyState }) => readyState < 2);
    const isSettling = open.length === 1 && this.clock.now() - this.#movedAtMs < SETTLED_AFTER_MS;
    if (open.length > 1 || isSettling)
      episode.overlapFromMs = Math.max(...open.map(({ madeAtMs }) => madeAtMs));
    episode.subscription.unsubscribe();
  }

  #publish(action: Extract<Action, { do: "publish" }>): void {
    const { subject, count, everyMs, alike } = action;
    if (count > 1) this.clock.after(everyMs, () => this.#publish({ ...action, count: count - 1 }));
    const id = `m${this.published.length}`;
    const payload = alike ? ALIKE : id;
    if (this.server.publish(subject, payload))
      this.published.push({ id, payload, subject, atMs: this.clock.now() });
  }

  /** Lets everything happen that is due by `untilMs`, looking at the world after each event. */
  async run(untilMs: number, look: () => void): Promise<void> {
    await this.#settle(look);
    while (this.clock.ringNext(untilMs)) await this.#settle(look);
    this.clock.moveTo(untilMs);
  }

  async #settle(look: () => void): Promise<void> {
    await settled();
    this.steps += 1;
    for (const episode of this.episodes) {
      if (episode.subscription.status === "active") episode.activeFromCount ??= this.published.length;
    }
    look();
  }
}
