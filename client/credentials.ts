import { FaultError, messageOf } from "./errors.ts";
import { type Fault, fault } from "./faults/fault.ts";
import { askedPauseMs } from "./machine/attempt.ts";
import type { Lifetime } from "./machine/model.ts";
import { type Clock, type Credentials, type CredentialsSource, checkType } from "./options.ts";
import { checkPublishSubject } from "./subject.ts";

/** Credentials are used again for another dial while more than this share of their life is left. */
const REUSE_ABOVE = 0.25;

/** The source is left alone after a failure for so long, milliseconds; twice as long after each further one … */
const FIRST_WAIT_MS = 1000;

/** … and never longer than this, unless it says so itself, milliseconds. */
const LONGEST_WAIT_MS = 30_000;

/** What each type of credentials must have as text: without it a server would be dialled as by anybody. */
const TEXTS: { readonly [T in Credentials["type"]]: readonly string[] } = {
  none: [],
  userpass: ["user", "pass"],
  token: ["token"],
  jwt: ["jwt"],
};

/** Credentials for one dial, and how long they live; null when they don't end. */
export interface Given {
  readonly credentials: Credentials;
  readonly lifetime: Lifetime | null;
}

/** Asks the source for credentials: one question at a time, for a dial that is given up takes its own with it, and no more often than needed. */
export class CredentialsKeeper {
  readonly #source: CredentialsSource;
  readonly #clock: Clock;
  #kept: Given | null = null;
  #failures = 0;
  /** Until when what is used again isn't renewed, epoch milliseconds: the source has just failed. */
  #restsUntilMs = 0;

  constructor(source: CredentialsSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /**
   * Credentials for a dial to `url`.
   * @param replacedMs when those end that are to be replaced, epoch milliseconds; null if none are
   * @param signal ends the wait; it is one dial's, and goes with it
   * @throws FaultError when the source fails or gives none in time; the signal's reason
   */
  async get(replacedMs: number | null, url: string, timeoutMs: number, signal: AbortSignal): Promise<Given> {
    const lifetime = this.#kept?.lifetime;
    if (lifetime && this.#isFresh(lifetime, replacedMs))
      return { ...(this.#kept as Given), lifetime: { ...lifetime, restsUntilMs: this.#restsUntilMs } };
    const over = new AbortController();
    let cancel = (): void => {};
    const ended = new Promise<never>((_, reject) => {
      const giveUp = () => {
        // At once: the next dial may begin in the same step, and asks too.
        over.abort(signal.reason);
        reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      cancel = this.#clock.after(timeoutMs, () => reject(new Error(`no answer in ${timeoutMs} ms`)));
    });
    try {
      this.#kept = await Promise.race([this.#ask(over.signal), ended]);
      this.#failures = 0;
      this.#restsUntilMs = 0;
      return this.#kept;
    } catch (reason) {
      if (signal.aborted) throw reason;
      this.#failures += 1;
      const failure = reason instanceof FaultError ? reason : failed(url, messageOf(reason));
      this.#restsUntilMs = this.#clock.now() + this.pauseMs(failure.fault);
      throw failure;
    } finally {
      cancel();
      // Nobody waits for the answer any more.
      over.abort(new Error("abandoned"));
    }
  }

  /**
   * What ended a dial, or a link: credentials that were refused aren't used again.
   * @param used what it was opened with, which others may have replaced; null where the source gave none, and it speaks
   */
  heed({ kind }: Fault, used: Credentials | null): void {
    const isOfKept = used === null || used === this.#kept?.credentials;
    if (isOfKept && kind.startsWith("auth-")) this.#kept = null;
  }

  /** How long after `seen` the source is to be left alone, milliseconds; 0 unless it failed, or asks for it. */
  pauseMs(seen: Fault): number {
    const hasFailed = seen.kind === "token-source" && this.#failures > 0;
    const growingMs = hasFailed ? FIRST_WAIT_MS * 2 ** (this.#failures - 1) : 0;
    return Math.max(Math.min(LONGEST_WAIT_MS, growingMs), askedPauseMs(seen));
  }

  #isFresh({ fromMs, untilMs }: Lifetime, replacedMs: number | null): boolean {
    return untilMs !== replacedMs && untilMs - this.#clock.now() > REUSE_ABOVE * (untilMs - fromMs);
  }

  async #ask(signal: AbortSignal): Promise<Given> {
    const fromMs = this.#clock.now();
    // A source that throws at once fails no differently from one that rejects.
    const credentials = await Promise.resolve().then(() => {
      signal.throwIfAborted();
      return this.#source(signal);
    });
    const given = Object(credentials);
    const texts = TEXTS[given.type as Credentials["type"]];
    if (texts === undefined)
      throw new TypeError(`credentials.type is wrong: give one of ${Object.keys(TEXTS).join(", ")}`);
    for (const name of texts) checkType(`credentials.${name}`, given[name], "string");
    if (given.inboxPrefix !== undefined) checkPublishSubject(given.inboxPrefix, "credentials.inboxPrefix");
    const untilMs: number | null = given.expiresAtMs ?? null;
    // Epoch seconds are a thousandth of that; what a clock that is wrong makes of milliseconds is not.
    if (untilMs !== null && !(typeof untilMs === "number" && untilMs > fromMs / 100))
      throw new TypeError(`expiresAtMs is ${untilMs}: give epoch milliseconds`);
    return { credentials, lifetime: untilMs === null ? null : { fromMs, untilMs } };
  }
}

function failed(server: string, detail: string): FaultError {
  return new FaultError(fault("token-source", { server, phase: "credentials", detail }), detail);
}
