import type { Denied } from "../faults/classify.ts";
import type { Message } from "../message.ts";
import type { Clock, PublishOptions } from "../options.ts";
import { AskError, type LinkPort } from "../sequence/port.ts";

/** What the inbox needs of its connection. */
interface AskingLink {
  subscribe(subject: string, queue: null, callback: (message: Message) => void): void;
  publish(subject: string, payload: Uint8Array | string, options: PublishOptions): void;
}

/** How a question is asked; `headers` go with it. */
export type AskOptions = Parameters<LinkPort["ask"]>[2] & Pick<PublishOptions, "headers">;

interface Question {
  readonly subject: string;
  answered(message: Message): void;
  fail(error: AskError): void;
}

/** The questions under way on one connection, on one subscription: requests, and the reading of streams. */
export class Inbox {
  readonly #clock: Clock;
  readonly #subject: string;
  readonly #link: AskingLink;
  readonly #open = new Map<string, Question>();
  readonly #waiting = new Set<() => void>();
  #asked = 0;
  #isSubscribed = false;
  #hasEnded = false;

  /** @param subject below it answers are expected; nobody else may be able to guess it */
  constructor(clock: Clock, subject: string, link: AskingLink) {
    this.#clock = clock;
    this.#subject = subject;
    this.#link = link;
  }

  /**
   * Asks; every answer goes to `onAnswer` until that returns `done`.
   * @throws AskError `silence`, `denied` or `ended`
   */
  async ask(
    subject: string,
    payload: Uint8Array | string,
    { timeoutMs, signal, onAnswer, headers }: AskOptions,
  ): Promise<void> {
    if (this.#hasEnded || signal.aborted) throw new AskError("ended");
    const token = String(++this.#asked);
    let tidyUp = (): void => {};
    const answered = new Promise<void>((resolve, reject) => {
      const late = () => reject(new AskError("silence"));
      const aborted = () => reject(new AskError("ended"));
      let cancel = this.#clock.after(timeoutMs, late);
      signal.addEventListener("abort", aborted, { once: true });
      tidyUp = () => {
        cancel();
        signal.removeEventListener("abort", aborted);
        this.#open.delete(token);
        if (this.#open.size === 0) for (const settle of this.#waiting) settle();
      };
      this.#open.set(token, {
        subject,
        fail: reject,
        answered: (message) => {
          cancel();
          try {
            if (onAnswer(message) === "done") return resolve();
          } catch (reason) {
            return reject(reason);
          }
          cancel = this.#clock.after(timeoutMs, late);
        },
      });
    });
    try {
      this.#subscribe();
      this.#link.publish(subject, payload, { reply: `${this.#subject}.${token}`, headers });
      await answered;
    } finally {
      tidyUp();
      // What threw may have left the promise behind.
      answered.catch(() => {});
    }
  }

  /** Settles when no question is under way. */
  async idle(): Promise<void> {
    if (this.#open.size === 0) return;
    await new Promise<void>((settle) => this.#waiting.add(settle));
  }

  /** The server refuses a use of a subject: the questions that need it won't be answered. Returns whether there are any. */
  denied({ use, subject }: Denied, errText: string): boolean {
    const isAsking = use === "publish";
    const isInbox = !isAsking && subject === `${this.#subject}.*`;
    if (isInbox) this.#isSubscribed = false;
    const concerned = [...this.#open.values()].filter((one) =>
      isAsking ? one.subject === subject : isInbox,
    );
    for (const question of concerned) {
      const error = new AskError("denied");
      error.message = errText;
      question.fail(error);
    }
    return isInbox || concerned.length > 0;
  }

  /** The connection has ended, and every question with it. */
  end(): void {
    this.#hasEnded = true;
    for (const question of [...this.#open.values()]) question.fail(new AskError("ended"));
  }

  #subscribe(): void {
    if (this.#isSubscribed) return;
    this.#isSubscribed = true;
    this.#link.subscribe(`${this.#subject}.*`, null, (message) => {
      this.#open.get(message.subject.slice(this.#subject.length + 1))?.answered(message);
    });
  }
}
