import { FaultError, messageOf } from "./errors.ts";
import { type Fault, fault } from "./faults/fault.ts";
import { retryAfterMs } from "./machine/attempt.ts";
import type { Lifetime } from "./machine/model.ts";
import { type Clock, type Credentials, type CredentialsSource, checkType } from "./options.ts";
import { checkPublishSubject } from "./subject.ts";

/** Credentials are reused for another dial while more than this share of their lifetime is left. */
const REUSE_ABOVE = 0.25;

/** How long the source rests after a failure, milliseconds; doubled with each further one … */
const FIRST_WAIT_MS = 1000;

/** … up to this, unless the source itself asks for longer. */
const LONGEST_WAIT_MS = 30_000;

/** The string fields of each type of credentials. If one were missing, the login would be anonymous. */
const TEXTS: { readonly [T in Credentials["type"]]: readonly string[] } = {
  none: [],
  userpass: ["user", "pass"],
  token: ["token"],
  jwt: ["jwt"],
};

/** Credentials for one dial, with their lifetime; null if they don't expire. */
export interface TimedCredentials {
  readonly credentials: Credentials;
  readonly lifetime: Lifetime | null;
}

/** Calls the credentials source, one call at a time, and keeps its credentials for reuse. */
export class CredentialsCache {
  readonly #source: CredentialsSource;
  readonly #clock: Clock;
  #kept: TimedCredentials | null = null;
  #failures = 0;
  /** Until when the source rests after a failure, epoch milliseconds: no renewal before that. */
  #notBeforeMs = 0;

  constructor(source: CredentialsSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /**
   * Credentials for a dial to `url`.
   * @param replacedExpiryMs expiry of the credentials that must be replaced, epoch milliseconds; null if none must
   * @param signal aborts when the dial does
   * @throws FaultError if the source fails or is too slow; the signal's reason if it aborts
   */
  async get(
    replacedExpiryMs: number | null,
    url: string,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<TimedCredentials> {
    const lifetime = this.#kept?.lifetime;
    if (lifetime && this.#isFresh(lifetime, replacedExpiryMs))
      return {
        ...(this.#kept as TimedCredentials),
        lifetime: { ...lifetime, notBeforeMs: this.#notBeforeMs },
      };
    const over = new AbortController();
    let cancel = (): void => {};
    const ended = new Promise<never>((_, reject) => {
      const giveUp = () => {
        // Aborts the source before the next dial, which may begin in the same step and call the source again.
        over.abort(signal.reason);
        reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      cancel = this.#clock.after(timeoutMs, () => reject(new Error(`no answer in ${timeoutMs} ms`)));
    });
    try {
      this.#kept = await Promise.race([this.#ask(over.signal), ended]);
      this.#failures = 0;
      this.#notBeforeMs = 0;
      return this.#kept;
    } catch (reason) {
      if (signal.aborted) throw reason;
      this.#failures += 1;
      const detail = messageOf(reason);
      const seen = fault("token-source", { server: url, phase: "credentials", detail });
      const failure = reason instanceof FaultError ? reason : new FaultError(seen, detail);
      this.#notBeforeMs = this.#clock.now() + this.pauseMs(failure.fault);
      throw failure;
    } finally {
      cancel();
      // Tells a source that is still running that its answer is no longer needed.
      over.abort(new Error("abandoned"));
    }
  }

  /**
   * A dial failed or a link ended: forgets the kept credentials if the server refused them.
   * @param used the link's credentials; null if the fault came from the source
   */
  onFault({ kind }: Fault, used: Credentials | null): void {
    const usedKept = used === null || used === this.#kept?.credentials;
    if (usedKept && kind.startsWith("auth-")) this.#kept = null;
  }

  /** How long the source must rest after a fault, milliseconds; 0 unless it failed or asks for a pause. */
  pauseMs(seen: Fault): number {
    const hasFailed = seen.kind === "token-source" && this.#failures > 0;
    const growingMs = hasFailed ? FIRST_WAIT_MS * 2 ** (this.#failures - 1) : 0;
    return Math.max(Math.min(LONGEST_WAIT_MS, growingMs), retryAfterMs(seen));
  }

  #isFresh({ fromMs, untilMs }: Lifetime, replacedExpiryMs: number | null): boolean {
    return untilMs !== replacedExpiryMs && untilMs - this.#clock.now() > REUSE_ABOVE * (untilMs - fromMs);
  }

  async #ask(signal: AbortSignal): Promise<TimedCredentials> {
    const fromMs = this.#clock.now();
    // Inside then(), so that a source that throws counts as one that rejects.
    const credentials = await Promise.resolve().then(() => {
      signal.throwIfAborted();
      return this.#source(signal);
    });
    const given = Object(credentials);
    const texts = TEXTS[given.type as Credentials["type"]];
    if (texts === undefined)
      throw new TypeError(`credentials.type is unknown: use one of ${Object.keys(TEXTS).join(", ")}`);
    for (const name of texts) checkType(`credentials.${name}`, given[name], "string");
    if (given.inboxPrefix !== undefined) checkPublishSubject(given.inboxPrefix, "credentials.inboxPrefix");
    const untilMs: number | null = given.expiresAtMs ?? null;
    // Catches epoch seconds, which are a thousandth of milliseconds, but tolerates a clock that is wrong.
    if (untilMs !== null && !(typeof untilMs === "number" && untilMs > fromMs / 100))
      throw new TypeError(`expiresAtMs is ${untilMs}: use epoch milliseconds`);
    return { credentials, lifetime: untilMs === null ? null : { fromMs, untilMs } };
  }
}
