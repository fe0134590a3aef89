import type { Settings } from "../settings.ts";

type HeartbeatSettings = Pick<Settings, "pingIntervalMs" | "maxPingsOut">;

/** Effects of a heartbeat. */
export interface HeartbeatEffects {
  ping(): void;
  /** Called when too many PINGs are unanswered. */
  stale(): void;
}

/** nats-server sends a new client's first PING after 2 s plus up to 20 %, to measure the round trip. */
const FIRST_PING_MS = 2000;
const FIRST_PING_JITTER = 0.2;

/** Sends a connection's PINGs and counts the unanswered ones. */
export class Heartbeat {
  readonly #settings: HeartbeatSettings;
  readonly #effects: HeartbeatEffects;
  #timer: NodeJS.Timeout | undefined;
  #out = 0;
  #sentAtMs = 0;
  /** The last round trip, milliseconds; undefined before the first PONG. */
  roundTripMs: number | undefined;
  #activityAtMs = 0;

  constructor(settings: HeartbeatSettings, effects: HeartbeatEffects) {
    this.#settings = settings;
    this.#effects = effects;
  }

  /** Schedules the early first PING. */
  start(): void {
    this.stop();
    const first = Math.min(FIRST_PING_MS, this.#settings.pingIntervalMs);
    this.#arm(first * (1 + Math.random() * FIRST_PING_JITTER));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Records input from the client, which needs no PING in this interval. */
  sawActivity(): void {
    this.#activityAtMs = performance.now();
  }

  sawPong(): void {
    if (this.#out > 0) this.roundTripMs = performance.now() - this.#sentAtMs;
    this.#out = 0;
  }

  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => this.#onTimer(), delayMs);
    this.#timer.unref();
  }

  #onTimer(): void {
    const now = performance.now();
    const isBusy = this.roundTripMs !== undefined && now - this.#activityAtMs < this.#settings.pingIntervalMs;
    if (isBusy) {
      this.#out = 0;
    } else if (this.#out + 1 > this.#settings.maxPingsOut) {
      this.#effects.stale();
      return;
    } else {
      this.#out++;
      this.#sentAtMs = now;
      this.#effects.ping();
    }
    this.#arm(this.#settings.pingIntervalMs);
  }
}
