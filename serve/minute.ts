import { request } from "node:http";

const MINUTE_MS = 60_000;
/** How often it is looked at whether workerd still answers. */
const LOOK_EVERY_MS = 5000;
/** How long an answer may take: a machine that is busy answers late, and must not lose its page for it. */
const ANSWER_LIMIT_MS = 10_000;
/** So many unanswered looks in a row mean that it never will. */
const SILENT_LOOKS = 3;

/** Asks one workerd on the socket that only its supervisor knows: each minute for the cron trigger, and between whether it lives. */
export class Minute {
  readonly #port: number;
  readonly #key: string;
  readonly #onSilent: () => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #silentLooks = 0;

  constructor(port: number, key: string, onSilent: () => void) {
    this.#port = port;
    this.#key = key;
    this.#onSilent = onSilent;
  }

  start(): void {
    this.#timers.push(
      setInterval(() => void this.#ask("/scheduled", MINUTE_MS).catch(() => {}), MINUTE_MS),
      setInterval(() => void this.#look(), LOOK_EVERY_MS),
    );
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** @throws Error when it doesn't */
  answers(): Promise<void> {
    return this.#ask("/", ANSWER_LIMIT_MS);
  }

  async #look(): Promise<void> {
    this.#silentLooks = await this.answers().then(
      () => 0,
      () => this.#silentLooks + 1,
    );
    if (this.#silentLooks === SILENT_LOOKS) this.#onSilent();
  }

  #ask(path: string, limitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          host: "127.0.0.1",
          port: this.#port,
          path,
          headers: { Authorization: `Bearer ${this.#key}` },
          agent: false,
          signal: AbortSignal.timeout(limitMs),
        },
        (response) => {
          response.resume().once("end", resolve);
        },
      );
      asked.once("error", reject);
      asked.end();
    });
  }
}
