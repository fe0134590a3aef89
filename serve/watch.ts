import { request } from "node:http";
import { Looks } from "./looks.ts";

const MINUTE_MS = 60_000;
const LOOK_EVERY_MS = 5000;
/**
 * How long an answer may take. workerd takes every new connection before it reads from those that it has: a flood of
 * requests that are broken off makes others wait for seconds, on a busy machine for many, and is no reason to end it.
 */
const ANSWER_LIMIT_MS = 20_000;
/** So many looks in a row without an answer mean that it never will. */
const SILENT_LOOKS = 3;

/** Where one workerd listens. */
export interface Listening {
  /** The address that everybody uses. */
  readonly host: string;
  readonly port: number;
  /** The socket that only its supervisor knows, on loopback. */
  readonly minutePort: number;
  /** Shows that the question there is the supervisor's. */
  readonly key: string;
}

/** Watches one workerd: asks each minute for the cron trigger, and between whether it answers. */
export class Watch {
  readonly #at: Listening;
  readonly #looks: Looks;
  #minute: NodeJS.Timeout | undefined;

  /** @param onSilent called once, when it answers nobody any more */
  constructor(at: Listening, onSilent: () => void) {
    this.#at = at;
    this.#looks = new Looks(() => this.answers(), LOOK_EVERY_MS, SILENT_LOOKS, onSilent);
  }

  /** Settles when it answers. @throws Error when it doesn't */
  answers(): Promise<void> {
    const { host, port } = this.#at;
    return ask({ host: watchedHost(host), port, path: "/livez" }, ANSWER_LIMIT_MS);
  }

  start(): void {
    this.#minute = setInterval(() => this.#askForCron(), MINUTE_MS);
    this.#looks.start();
  }

  stop(): void {
    clearInterval(this.#minute);
    this.#looks.stop();
  }

  #askForCron(): void {
    const { minutePort, key } = this.#at;
    const headers = { Authorization: `Bearer ${key}` };
    const asked = ask({ host: "127.0.0.1", port: minutePort, path: "/scheduled", headers }, MINUTE_MS);
    // The next minute asks again; a workerd that is gone is noticed elsewhere.
    asked.catch(() => {});
  }
}

/** Where a listener on all addresses is found. */
export function watchedHost(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
}

/** `host:port` as URLs and workerd have it: an IPv6 address in brackets. */
export function authority(host: string, port: number | string): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** What `ask` asks. */
export interface Question {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Any answer will do, a connection that ends without one won't. @throws Error when none comes in time */
export function ask(question: Question, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { ...question, agent: false, signal: AbortSignal.timeout(limitMs) },
      (response) => void response.resume().once("end", resolve).once("error", reject),
    );
    asked.once("error", reject);
    asked.end();
  });
}
