import { delayBoundMs, delayFloorMs } from "../../client/backoff.ts";
import { type Gap, STATUS_RULES, type Status, type TimelineEntry, TRANSITIONS } from "../../client/index.ts";
import { ALIKE, type Episode, type Published, type World } from "./world.ts";

/** Thrown when something that must always hold doesn't. */
export class Violation extends Error {
  override readonly name = "Violation";
}

function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Violation(what());
}

/** The longest a message may be under way, milliseconds: twice the slowest latency that schedules use. */
const TRAVEL_MS = 1000;

/** Watches a world; each method throws a Violation that says what went wrong. */
export class Watch {
  readonly #world: World;
  #status: Status;
  /** When links were lost. */
  readonly #losses = new Set<number>();
  /** How many of an episode's messages have been looked at. */
  readonly #looked = new Map<Episode, number>();
  /** What the timeline showed to be wrong: a listener of the client's is no place to throw. */
  #seen: Violation | null = null;

  constructor(world: World) {
    this.#world = world;
    this.#status = world.client.state.status;
    world.client.timeline.onEntry((entry) => {
      try {
        this.#entry(entry);
      } catch (violation) {
        this.#seen ??= violation as Violation;
      }
    });
  }

  /** What must hold after every single step. */
  always(): void {
    if (this.#seen !== null) throw this.#seen;
    this.#lastWordHolds();
    this.#fewSockets();
    this.#callsSettle();
    this.#nothingTwice();
    this.#nothingLeft();
  }

  #entry(entry: TimelineEntry): void {
    if (entry.type === "status") {
      const from = this.#status;
      const ways: readonly Status[] = Object.values(TRANSITIONS[from]);
      must(ways.includes(entry.status), () => `illegal transition ${from} -> ${entry.status}`);
      this.#status = entry.status;
    }
    if (entry.type === "link-lost") this.#losses.add(entry.atMs);
    if (entry.type === "dial-failed" || entry.type === "link-lost") this.#waitFits(entry);
  }

  /** No wait is shorter or longer than the backoff says; where only somebody else can mend it, half a minute to a minute. */
  #waitFits(entry: Extract<TimelineEntry, { type: "dial-failed" | "link-lost" }>): void {
    const { client } = this.#world;
    const { state } = client;
    const { retryInMs } = entry;
    if (retryInMs === null) return;
    if (state.status === "failed") {
      must(retryInMs >= 30_000 && retryInMs <= 60_000, () => `waits ${retryInMs} ms though it failed`);
      return;
    }
    const { reconnect } = client.tunables;
    const downMs = entry.atMs - state.sinceMs;
    const attempt = "attempt" in state ? state.attempt : 1;
    const floor = Math.floor(delayFloorMs(attempt, downMs, reconnect));
    // A token source that fails is left alone for a while.
    const pauses = entry.fault.kind === "token-source" ? 30_000 : 0;
    const bound = Math.max(pauses, Math.ceil(delayBoundMs(attempt, downMs, reconnect)));
    must(
      retryInMs >= floor && retryInMs <= bound,
      () => `waits ${retryInMs} ms, which isn't between ${floor} and ${bound}`,
    );
  }

  #lastWordHolds(): void {
    const { client, lastWord } = this.#world;
    const { status } = client.state;
    const resting = status === "idle" || status === "stopping" || status === "stopped";
    must(
      resting === (lastWord !== "start"),
      () => `is ${status}, though the user's last word was ${lastWord}`,
    );
  }

  #fewSockets(): void {
    const open = this.#world.sockets.filter((socket) => socket.readyState < 2);
    must(open.length <= 2, () => `${open.length} sockets are open at once`);
    // A dial that was to replace a link goes down with it; nobody minds one error more at such a time.
    const noisy = this.#world.sockets.some(
      ({ closedTooSoonAtMs: atMs }) =>
        atMs !== null && !this.#losses.has(atMs) && !this.#world.hurriedCuts.has(atMs),
    );
    must(!noisy, () => "a socket was closed before its connection was established");
    const late = this.#world.sockets.some(({ sentTooLate }) => sentTooLate);
    must(!late, () => "something was sent over a socket that was closing or closed");
  }

  #callsSettle(): void {
    const now = this.#world.clock.now();
    for (const call of this.#world.openCalls) {
      must(call.dueAtMs >= now, () => `${call.name}() has not settled by its deadline`);
    }
  }

  #nothingTwice(): void {
    const { episodes, published } = this.#world;
    for (const episode of episodes) {
      const { subject, delivered, fromCount, alikeBefore } = episode;
      if (delivered.length === (this.#looked.get(episode) ?? 0)) continue;
      this.#looked.set(episode, delivered.length);
      const others = delivered.filter((payload) => payload !== ALIKE);
      must(new Set(others).size === others.length, () => `a message on ${subject} came twice`);
      const alike = delivered.length - others.length;
      if (alike === 0) continue;
      const existing = published.slice(fromCount).filter((one) => isAlike(one) && one.subject === subject);
      must(alike + alikeBefore <= existing.length, () => `an equal message on ${subject} came twice`);
    }
  }

  #nothingLeft(): void {
    const { client, clientClock, sockets } = this.#world;
    if (!STATUS_RULES[client.state.status].terminal) return;
    must(clientClock.pending === 0, () => `${clientClock.pending} timers are left in ${client.state.status}`);
    must(
      sockets.every((socket) => socket.readyState >= 2),
      () => `a socket is open in ${client.state.status}`,
    );
  }

  /** What must hold once all has been well for a while, without anybody's help: it is live again, whatever had failed. */
  recovered(): void {
    const { client, lastWord } = this.#world;
    const { status } = client.state;
    if (lastWord !== "start") return;
    must(status === "live", () => `is ${status}, though everything has been well for long`);
    must(this.#world.server.isLeft, () => "a server that announced that it is going wasn't left");
    this.#allIsActive("long after all was well");
    this.#serverHasTheWanted();
  }

  /** What must hold once the client was restarted in a world where all is well. */
  atRest(): void {
    const { client, episodes, sockets } = this.#world;
    must(client.state.status === "live", () => `is ${client.state.status}, though everything is well`);
    this.#serverHasTheWanted();
    this.#allIsActive("at rest");
    const listening = sockets.filter((socket) => socket.readyState === 3 && socket.listenerCount > 0);
    must(listening.length === 0, () => `${listening.length} closed sockets still have listeners`);
    for (const episode of episodes) {
      this.#lossesHaveGaps(episode);
      this.#orderHolds(episode);
    }
    const inboxes = this.#world.server.inboxes.flat().length;
    must(inboxes <= 1, () => `${inboxes} inboxes are left`);
  }

  #allIsActive(when: string): void {
    for (const { subject, subscription, endedAtMs } of this.#world.episodes) {
      const { status } = subscription;
      must(endedAtMs !== null || status === "active", () => `${subject} is ${status} ${when}`);
    }
  }

  /** Exactly what is wanted, once, and nothing that was refused. */
  #serverHasTheWanted(): void {
    const { server, episodes } = this.#world;
    const wanted = episodes.filter(
      ({ endedAtMs, subscription }) => endedAtMs === null && subscription.status !== "denied",
    );
    const subjects = [...new Set(wanted.map((episode) => episode.subject))].sort();
    const there = JSON.stringify(server.subscribed);
    must(there === JSON.stringify([subjects]), () => `wanted ${subjects}, but the server has ${there}`);
  }

  /** What one link brings comes in the order in which it was published; two links may overtake each other. */
  #orderHolds({ subject, delivered }: Episode): void {
    if (this.#world.client.timeline.entries.some(({ type }) => type === "handover")) return;
    const places = delivered.filter((id) => id !== ALIKE).map((id) => Number(id.slice(1)));
    const wrong = places.find((place, index) => place < (places[index - 1] ?? -1));
    must(wrong === undefined, () => `m${wrong} on ${subject} came after one that was published later`);
  }

  #lossesHaveGaps(episode: Episode): void {
    const { subject, gaps, delivered } = episode;
    const came = new Set(delivered);
    const since = promised(episode, this.#world.published);
    const lost = since.filter((message) => !isAlike(message) && !came.has(message.id));
    // Of what a gap calls recovered nothing may be missing.
    const open = gaps.filter((gap) => !isWhole(gap));
    const uncounted = gaps.filter(({ missing }) => missing === "unknown");
    for (const message of lost) {
      const isTold = isWithin(message, open);
      must(isTold, () => `${message.id} on ${subject} was lost at ${message.atMs} without a gap`);
    }

    const alike = since.filter(isAlike);
    const lostAlike = alike.length - delivered.filter((payload) => payload === ALIKE).length;
    const perhaps = alike.filter((message) => isWithin(message, open)).length;
    must(
      lostAlike <= perhaps,
      () => `${lostAlike} equal messages on ${subject} were lost, ${perhaps} in gaps`,
    );

    // But for those in a gap that doesn't say how many are missing.
    const owed =
      lost.filter((message) => !isWithin(message, uncounted)).length +
      Math.max(0, lostAlike - alike.filter((message) => isWithin(message, uncounted)).length);
    const atMost = gaps.reduce(
      (sum, { missing }) => sum + (missing !== "unknown" && "atMost" in missing ? missing.atMost : 0),
      0,
    );
    must(
      owed <= atMost,
      () => `${owed} messages on ${subject} were lost, where gaps tell of ${atMost} at most`,
    );
  }
}

function isAlike({ payload }: Published): boolean {
  return payload === ALIKE;
}

/** Whether a message was published in one of the gaps, or may have been under way then. */
function isWithin({ atMs }: Published, gaps: readonly Gap[]): boolean {
  return gaps.some(({ fromMs, toMs }) => fromMs <= atMs + TRAVEL_MS && toMs >= atMs);
}

function isWhole({ missing }: Gap): boolean {
  return missing !== "unknown" && "exactly" in missing && missing.exactly === 0;
}

/**
 * The messages that an episode promised: from its first confirmation on. Of one
 * that was ended, only those before its last delivery: whoever unsubscribes
 * while a break isn't noticed yet can't be told of it any more. While two links
 * overlap, that the other delivers says nothing of the old one, which may be broken.
 */
function promised(episode: Episode, published: readonly Published[]): readonly Published[] {
  const { activeFromCount, endedAtMs, overlapFromMs, subject, delivered } = episode;
  if (activeFromCount === null) return [];
  const since = published.slice(activeFromCount).filter((message) => message.subject === subject);
  if (endedAtMs === null) return since;
  const overlapMs = overlapFromMs ?? Number.POSITIVE_INFINITY;
  const last = since.findLastIndex(({ id, atMs }) => atMs < overlapMs && delivered.includes(id));
  return since.slice(0, last + 1);
}
