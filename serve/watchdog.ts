import { request } from "node:http";
import { LivenessPoll } from "./liveness-poll.ts";

const MINUTE_MS = 60_000;
const POLL_EVERY_MS = 5000;
/**
 * Time limit of one check. workerd accepts all new connections before it reads from open ones, so a flood of aborted
 * requests can delay an answer by many seconds on a busy machine; that is no reason to kill it.
 */
const ANSWER_LIMIT_MS = 20_000;
/** Failed checks in a row after which workerd is considered hung. */
const MAX_MISSED = 3;

/** Where a workerd listens. */
export interface Listening {
  /** The public address. */
  readonly host: string;
  readonly port: number;
  /** Loopback port of the supervisor's socket. */
  readonly minutePort: number;
  /** Authenticates the supervisor on that socket. */
  readonly key: string;
}

/** Runs a workerd's cron trigger every minute, and polls whether it answers. */
export class Watchdog {
  readonly #at: Listening;
  readonly #poll: LivenessPoll;
  #minute: NodeJS.Timeout | undefined;

  /** @param onSilent called once, when workerd has stopped answering */
  constructor(at: Listening, onSilent: () => void) {
    this.#at = at;
    this.#poll = new LivenessPoll(() => this.answers(), POLL_EVERY_MS, MAX_MISSED, onSilent);
  }

  /** Resolves when workerd answers. @throws Error when it doesn't */
  answers(): Promise<void> {
    const { host, port } = this.#at;
    return ask({ host: watchedHost(host), port, path: "/livez" }, ANSWER_LIMIT_MS);
  }

  start(): void {
    this.#minute = setInterval(() => this.#askForCron(), MINUTE_MS);
    this.#poll.start();
  }

  stop(): void {
    clearInterval(this.#minute);
    this.#poll.stop();
  }

  #askForCron(): void {
    const { minutePort, key } = this.#at;
    const headers = { Authorization: `Bearer ${key}` };
    const asked = ask({ host: "127.0.0.1", port: minutePort, path: "/scheduled", headers }, MINUTE_MS);
    // A failure is ignored: the next minute tries again, and the poll notices a hung workerd.
    asked.catch(() => {});
  }
}

/** An address that reaches a listener on `host`: loopback when it listens on all addresses. */
export function watchedHost(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
}

/** `host:port` for URLs and workerd, with an IPv6 address in brackets. */
export function authority(host: string, port: number | string): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** An HTTP request for `ask`. */
export interface AskOptions {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request and resolves at any response. @throws Error when the connection fails or `limitMs` passes */
export function ask(options: AskOptions, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { ...options, agent: false, signal: AbortSignal.timeout(limitMs) },
      (response) => void response.resume().once("end", resolve).once("error", reject),
    );
    asked.once("error", reject);
    asked.end();
  });
}
