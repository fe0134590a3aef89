import type { Settings } from "../settings.ts";

type HeartbeatSettings = Pick<Settings, "pingIntervalMs" | "maxPingsOut">;

/** What a heartbeat makes happen. */
export interface HeartbeatEffects {
  ping(): void;
  /** Too many PINGs stayed unanswered. */
  stale(): void;
}

/** nats-server asks a new client once after two seconds and up to a fifth more, to measure its round trip. */
const FIRST_PING_MS = 2000;
const FIRST_PING_JITTER = 0.2;

/** Sends a connection its PINGs and counts those that came back. */
export class Heartbeat {
  readonly #settings: HeartbeatSettings;
  readonly #effects: HeartbeatEffects;
  #timer: NodeJS.Timeout | undefined;
  #out = 0;
  #sentAtMs = 0;
  /** The last round trip, milliseconds; undefined until a PONG came. */
  roundTripMs: number | undefined;
  #activityAtMs = 0;

  constructor(settings: HeartbeatSettings, effects: HeartbeatEffects) {
    this.#settings = settings;
    this.#effects = effects;
  }

  /** Begins with the early first PING. */
  start(): void {
    this.stop();
    const first = Math.min(FIRST_PING_MS, this.#settings.pingIntervalMs);
    this.#arm(first * (1 + Math.random() * FIRST_PING_JITTER));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The client sent something: it needs no PING in this interval. */
  sawActivity(): void {
    this.#activityAtMs = performance.now();
  }

  sawPong(): void {
    if (this.#out > 0) this.roundTripMs = performance.now() - this.#sentAtMs;
    this.#out = 0;
  }

  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => this.#ring(), delayMs);
    this.#timer.unref();
  }

  #ring(): void {
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
