// Loaded ahead: the client imports it lazily, which takes real time, and virtual time doesn't wait.
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

/** Tolerance for calls beyond their deadline, milliseconds. */
const MARGIN_MS = 50;

/** Time after a handover until the old link has delivered everything, at the schedules' highest latency, milliseconds. */
const HANDOVER_SETTLED_MS = 5000;

/** Payload of the messages that can't be told apart. */
export const ALIKE = "alike";

/** A message that was published to the virtual server. */
export interface Published {
  readonly id: string;
  /** Its id, or `ALIKE`. */
  readonly payload: string;
  readonly subject: string;
  readonly atMs: number;
}

const DECODER = new TextDecoder();

/** Limit of the actions by callbacks in one life, since each can cause the next callback. */
const DEEDS_IN_CALLBACKS = 6;

/** A listener's time from `subscribe` to `unsubscribe`. */
export interface Episode {
  readonly subject: string;
  readonly name: string;
  readonly subscription: Subscription;
  readonly gaps: Gap[];
  /** The delivered payloads. */
  readonly delivered: string[];
  /** Messages published before the episode, or before the oldest one that it joined. */
  readonly fromCount: number;
  /** Equal messages that had been delivered to the episodes that it joined. */
  readonly alikeBefore: number;
  /** Messages published when the subscription was first seen active; null before that. */
  activeFromCount: number | null;
  endedAtMs: number | null;
  /** When the second link was dialled, if the episode ended during a handover or just after one; else null. */
  overlapFromMs: number | null;
}

/** A pending call of start, stop or reconnect. */
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
  /** The user's last call. */
  lastCall: "start" | "stop" | null = null;
  #misbehaves: boolean;
  /** Times at which stops with too short a deadline had to cut a dial before its socket could open. */
  readonly hurriedCuts = new Set<number>();
  /** Deadline of the stop in progress, milliseconds; 0 if there is none. */
  #closingMs = 0;
  /** The last configured drain timeout, which `tunables` shows only after the callback that configured it. */
  #drainMs = DEFAULT_TUNABLES.drainTimeoutMs;
  /** Time limit of the last dial; settings made during a dial apply to the next one. */
  #dialMs = 0;
  readonly #mood: Random;
  #handoverAtMs = Number.NEGATIVE_INFINITY;
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
      // A stop after a start during a stop waits for the closing that is already in progress.
      this.#closingMs = Math.max(this.#closingMs, limitMs);
      const isHurried = limitMs < 2 * this.server.latencyMs + MARGIN_MS;
      if (isHurried) this.hurriedCuts.add(this.clock.now() + limitMs);
    });
    this.client.onState(() => this.#callback());
    this.client.timeline.onEntry(({ type }) => {
      if (type === "dial") this.#dialMs = this.client.tunables.connectTimeoutMs;
      if (type === "closed") this.#closingMs = 0;
      if (type === "handover") this.#handoverAtMs = this.clock.now();
    });
    this.client.timeline.onEntry(() => this.#callback());
  }

  /** Body of the user's callbacks: mostly does nothing, sometimes misbehaves. */
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

  /** Performs an action; its consequences follow as the clock moves. */
  act(action: Action): void {
    const { client, server } = this;
    switch (action.do) {
      case "start":
      case "reconnect":
        this.lastCall = "start";
        this.#call(action.do, client[action.do](), this.#startLimitMs());
        break;
      case "stop": {
        this.lastCall = "stop";
        // A stop in progress keeps the deadline with which it began; listeners may have changed the setting since.
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

  /** Deadline of a start: for the links that are closing, the dial in progress, and the dial after it. */
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
    // A listener that joins others also gets the messages in transit to them.
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
    const isSettling = open.length === 1 && this.clock.now() - this.#handoverAtMs < HANDOVER_SETTLED_MS;
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

  /** Runs everything that is due by `untilMs`, and calls `check` after each event. */
  async run(untilMs: number, check: () => void): Promise<void> {
    await this.#settle(check);
    while (this.clock.ringNext(untilMs)) await this.#settle(check);
    this.clock.moveTo(untilMs);
  }

  async #settle(check: () => void): Promise<void> {
    await settled();
    this.steps += 1;
    for (const episode of this.episodes) {
      if (episode.subscription.status === "active") episode.activeFromCount ??= this.published.length;
    }
    check();
  }
}
