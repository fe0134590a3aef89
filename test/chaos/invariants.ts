import { delayBoundMs, delayFloorMs } from "../../client/backoff.ts";
import { type Gap, STATUS_RULES, type Status, type TimelineEntry, TRANSITIONS } from "../../client/index.ts";
import { ALIKE, type Episode, type Published, type World } from "./world.ts";

/** Thrown when an invariant doesn't hold. */
export class Violation extends Error {
  override readonly name = "Violation";
}

function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Violation(what());
}

/** The longest time that a message may be in transit, milliseconds: the schedules' highest latency, and a margin. */
const TRAVEL_MS = 1000;

/** Checks the invariants of a world; each method throws a Violation that says what went wrong. */
export class InvariantChecker {
  readonly #world: World;
  #status: Status;
  /** Times at which links were lost. */
  readonly #losses = new Set<number>();
  /** How many delivered messages of each episode have been checked. */
  readonly #checkedCounts = new Map<Episode, number>();
  /** First violation in the timeline, thrown later: the client would catch it in its listener. */
  #firstViolation: Violation | null = null;

  constructor(world: World) {
    this.#world = world;
    this.#status = world.client.state.status;
    world.client.timeline.onEntry((entry) => {
      try {
        this.#checkEntry(entry);
      } catch (violation) {
        this.#firstViolation ??= violation as Violation;
      }
    });
  }

  /** Checks what must hold after every step. */
  checkStep(): void {
    if (this.#firstViolation !== null) throw this.#firstViolation;
    this.#checkStatus();
    this.#checkSockets();
    this.#checkCalls();
    this.#checkDuplicates();
    this.#checkLeftovers();
  }

  #checkEntry(entry: TimelineEntry): void {
    if (entry.type === "status") {
      const from = this.#status;
      const transitions: readonly Status[] = Object.values(TRANSITIONS[from]);
      must(transitions.includes(entry.status), () => `illegal transition ${from} -> ${entry.status}`);
      this.#status = entry.status;
    }
    if (entry.type === "link-lost") this.#losses.add(entry.atMs);
    if (entry.type === "dial-failed" || entry.type === "link-lost") this.#checkDelay(entry);
  }

  /** Every wait is within the bounds of the backoff; after a failure that can't be retried, between 30 and 60 s. */
  #checkDelay(entry: Extract<TimelineEntry, { type: "dial-failed" | "link-lost" }>): void {
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
    // The pauses after a failure of the credentials source are longer than the backoff.
    const pauses = entry.fault.kind === "token-source" ? 30_000 : 0;
    const bound = Math.max(pauses, Math.ceil(delayBoundMs(attempt, downMs, reconnect)));
    must(
      retryInMs >= floor && retryInMs <= bound,
      () => `waits ${retryInMs} ms, which isn't between ${floor} and ${bound}`,
    );
  }

  #checkStatus(): void {
    const { client, lastCall } = this.#world;
    const { status } = client.state;
    const resting = status === "idle" || status === "stopping" || status === "stopped";
    must(
      resting === (lastCall !== "start"),
      () => `is ${status}, though the user's last call was ${lastCall}`,
    );
  }

  #checkSockets(): void {
    const open = this.#world.sockets.filter((socket) => socket.readyState < 2);
    must(open.length <= 2, () => `${open.length} sockets are open at once`);
    // A second link's dial is abandoned at once when the live link is lost: the error it logs doesn't matter then.
    const noisy = this.#world.sockets.some(
      ({ closedTooSoonAtMs: atMs }) =>
        atMs !== null && !this.#losses.has(atMs) && !this.#world.hurriedCuts.has(atMs),
    );
    must(!noisy, () => "a socket was closed before its connection was established");
    const late = this.#world.sockets.some(({ sentTooLate }) => sentTooLate);
    must(!late, () => "something was sent over a socket that was closing or closed");
  }

  #checkCalls(): void {
    const now = this.#world.clock.now();
    for (const call of this.#world.openCalls) {
      must(call.dueAtMs >= now, () => `${call.name}() has not settled by its deadline`);
    }
  }

  #checkDuplicates(): void {
    const { episodes, published } = this.#world;
    for (const episode of episodes) {
      const { subject, delivered, fromCount, alikeBefore } = episode;
      if (delivered.length === (this.#checkedCounts.get(episode) ?? 0)) continue;
      this.#checkedCounts.set(episode, delivered.length);
      const others = delivered.filter((payload) => payload !== ALIKE);
      must(new Set(others).size === others.length, () => `a message on ${subject} came twice`);
      const alike = delivered.length - others.length;
      if (alike === 0) continue;
      const existing = published.slice(fromCount).filter((one) => isAlike(one) && one.subject === subject);
      must(alike + alikeBefore <= existing.length, () => `an equal message on ${subject} came twice`);
    }
  }

  #checkLeftovers(): void {
    const { client, clientClock, sockets } = this.#world;
    if (!STATUS_RULES[client.state.status].terminal) return;
    must(clientClock.pending === 0, () => `${clientClock.pending} timers are left in ${client.state.status}`);
    must(
      sockets.every((socket) => socket.readyState >= 2),
      () => `a socket is open in ${client.state.status}`,
    );
  }

  /** Checks, long after every fault ended, that the client has recovered without any call of the user. */
  checkRecovered(): void {
    const { client, lastCall } = this.#world;
    const { status } = client.state;
    if (lastCall !== "start") return;
    must(status === "live", () => `is ${status} long after every fault ended`);
    must(this.#world.server.isLeft, () => "the client is still connected to a lame duck server");
    this.#checkAllActive("long after every fault ended");
    this.#checkServerSubscriptions();
  }

  /** Checks what must hold after a restart of the client without any faults. */
  checkRestarted(): void {
    const { client, episodes, sockets } = this.#world;
    must(client.state.status === "live", () => `is ${client.state.status}, though there is no fault`);
    this.#checkServerSubscriptions();
    this.#checkAllActive("at rest");
    const listening = sockets.filter((socket) => socket.readyState === 3 && socket.listenerCount > 0);
    must(listening.length === 0, () => `${listening.length} closed sockets still have listeners`);
    for (const episode of episodes) {
      this.#checkLosses(episode);
      this.#checkOrder(episode);
    }
    const inboxes = this.#world.server.inboxes.flat().length;
    must(inboxes <= 1, () => `${inboxes} inboxes are left`);
  }

  #checkAllActive(when: string): void {
    for (const { subject, subscription, endedAtMs } of this.#world.episodes) {
      const { status } = subscription;
      must(endedAtMs !== null || status === "active", () => `${subject} is ${status} ${when}`);
    }
  }

  /** The server has each wanted subscription exactly once, and no other. */
  #checkServerSubscriptions(): void {
    const { server, episodes } = this.#world;
    const wanted = episodes.filter(
      ({ endedAtMs, subscription }) => endedAtMs === null && subscription.status !== "denied",
    );
    const subjects = [...new Set(wanted.map((episode) => episode.subject))].sort();
    const there = JSON.stringify(server.subscribed);
    must(there === JSON.stringify([subjects]), () => `wanted ${subjects}, but the server has ${there}`);
  }

  /** One link delivers in the order of publication; two links of a handover may overtake each other. */
  #checkOrder({ subject, delivered }: Episode): void {
    if (this.#world.client.timeline.entries.some(({ type }) => type === "handover")) return;
    const places = delivered.filter((id) => id !== ALIKE).map((id) => Number(id.slice(1)));
    const wrong = places.find((place, index) => place < (places[index - 1] ?? -1));
    must(wrong === undefined, () => `m${wrong} on ${subject} came after one that was published later`);
  }

  #checkLosses(episode: Episode): void {
    const { subject, gaps, delivered } = episode;
    const came = new Set(delivered);
    const since = owedMessages(episode, this.#world.published);
    const lost = since.filter((message) => !isAlike(message) && !came.has(message.id));
    // A gap in which nothing is missing doesn't excuse a loss.
    const open = gaps.filter((gap) => !isWhole(gap));
    const uncounted = gaps.filter(({ missing }) => missing === "unknown");
    for (const message of lost) {
      const isReported = isWithin(message, open);
      must(isReported, () => `${message.id} on ${subject} was lost at ${message.atMs} without a gap`);
    }

    const alike = since.filter(isAlike);
    const lostAlike = alike.length - delivered.filter((payload) => payload === ALIKE).length;
    const perhaps = alike.filter((message) => isWithin(message, open)).length;
    must(
      lostAlike <= perhaps,
      () => `${lostAlike} equal messages on ${subject} were lost, ${perhaps} in gaps`,
    );

    // Gaps with a known bound must cover the losses outside of gaps with an unknown one.
    const toCover =
      lost.filter((message) => !isWithin(message, uncounted)).length +
      Math.max(0, lostAlike - alike.filter((message) => isWithin(message, uncounted)).length);
    const atMost = gaps.reduce(
      (sum, { missing }) => sum + (missing !== "unknown" && "atMost" in missing ? missing.atMost : 0),
      0,
    );
    must(
      toCover <= atMost,
      () => `${toCover} messages on ${subject} were lost, but gaps report at most ${atMost}`,
    );
  }
}

function isAlike({ payload }: Published): boolean {
  return payload === ALIKE;
}

/** Whether a message was published during one of the gaps, or may have been in transit then. */
function isWithin({ atMs }: Published, gaps: readonly Gap[]): boolean {
  return gaps.some(({ fromMs, toMs }) => fromMs <= atMs + TRAVEL_MS && toMs >= atMs);
}

function isWhole({ missing }: Gap): boolean {
  return missing !== "unknown" && "exactly" in missing && missing.exactly === 0;
}

/**
 * The messages that an episode must deliver or report as missing: those from its first confirmation on. After an
 * unsubscribe, only those before the last delivery: a break that wasn't noticed yet can't be reported any more. Deliveries
 * while two links overlap don't count for this, because the old link may be broken.
 */
function owedMessages(episode: Episode, published: readonly Published[]): readonly Published[] {
  const { activeFromCount, endedAtMs, overlapFromMs, subject, delivered } = episode;
  if (activeFromCount === null) return [];
  const since = published.slice(activeFromCount).filter((message) => message.subject === subject);
  if (endedAtMs === null) return since;
  const overlapMs = overlapFromMs ?? Number.POSITIVE_INFINITY;
  const last = since.findLastIndex(({ id, atMs }) => atMs < overlapMs && delivered.includes(id));
  return since.slice(0, last + 1);
}
