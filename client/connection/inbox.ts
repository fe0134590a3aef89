import type { PermissionViolation } from "../faults/classify.ts";
import type { Message } from "../message.ts";
import type { Clock, PublishOptions } from "../options.ts";
import { AskError, type LinkPort } from "../sequence/port.ts";

/** What the inbox needs of its connection. */
interface InboxLink {
  subscribe(subject: string, queue: null, callback: (message: Message) => void): void;
  publish(subject: string, payload: Uint8Array | string, options: PublishOptions): void;
}

/** Options of a request; `headers` are sent with it. */
export interface AskOptions extends AnswerOptions, Pick<PublishOptions, "headers"> {
  /** Settles once an answer that the server has sent by now can't come any more; at once unless given. */
  readonly untilRead?: () => Promise<void>;
}

type AnswerOptions = Parameters<LinkPort["ask"]>[2];

interface PendingRequest {
  readonly subject: string;
  onReply(message: Message): void;
  fail(error: AskError): void;
}

/** The pending requests of one connection; one wildcard subscription receives all replies. */
export class Inbox {
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #link: InboxLink;
  readonly #pending = new Map<string, PendingRequest>();
  readonly #idleListeners = new Set<() => void>();
  #lastToken = 0;
  #isSubscribed = false;
  #hasEnded = false;

  /** @param prefix of the reply subjects; must be impossible to guess */
  constructor(clock: Clock, prefix: string, link: InboxLink) {
    this.#clock = clock;
    this.#prefix = prefix;
    this.#link = link;
  }

  /**
   * Sends a request; every reply goes to `onAnswer` until that returns `done`.
   * @throws AskError `timeout`, `denied` or `ended`
   */
  async ask(
    subject: string,
    payload: Uint8Array | string,
    { timeoutMs, signal, onAnswer, headers, untilRead }: AskOptions,
  ): Promise<void> {
    if (this.#hasEnded || signal.aborted) throw new AskError("ended");
    const token = String(++this.#lastToken);
    let cleanUp = (): void => {};
    const answered = new Promise<void>((resolve, reject) => {
      let answers = 0;
      const fail = () => reject(new AskError("timeout"));
      const onTimeout = () => {
        if (untilRead === undefined) return fail();
        const answersBefore = answers;
        const failUnanswered = () => {
          if (answers === answersBefore) fail();
        };
        untilRead().then(failUnanswered, failUnanswered);
      };
      const onAbort = () => reject(new AskError("ended"));
      let cancelTimeout = this.#clock.after(timeoutMs, onTimeout);
      signal.addEventListener("abort", onAbort, { once: true });
      cleanUp = () => {
        cancelTimeout();
        signal.removeEventListener("abort", onAbort);
        this.#pending.delete(token);
        if (this.#pending.size === 0) for (const onIdle of this.#idleListeners) onIdle();
      };
      this.#pending.set(token, {
        subject,
        fail: reject,
        onReply: (message) => {
          answers += 1;
          cancelTimeout();
          try {
            if (onAnswer(message) === "done") return resolve();
          } catch (reason) {
            return reject(reason);
          }
          cancelTimeout = this.#clock.after(timeoutMs, onTimeout);
        },
      });
    });
    try {
      this.#subscribe();
      this.#link.publish(subject, payload, { reply: `${this.#prefix}.${token}`, headers });
      await answered;
    } finally {
      cleanUp();
      // If publish() threw, nothing else handles a rejection of this promise.
      answered.catch(() => {});
    }
  }

  /** Settles when no request is pending. */
  async idle(): Promise<void> {
    if (this.#pending.size === 0) return;
    await new Promise<void>((settle) => this.#idleListeners.add(settle));
  }

  /** Fails the requests that the server's permission violation affects. Returns whether it was about a request. */
  onDenied({ use, subject }: PermissionViolation, errText: string): boolean {
    const isPublish = use === "publish";
    const isInbox = !isPublish && subject === `${this.#prefix}.*`;
    if (isInbox) this.#isSubscribed = false;
    const affected = [...this.#pending.values()].filter((request) =>
      isPublish ? request.subject === subject : isInbox,
    );
    for (const request of affected) {
      const error = new AskError("denied");
      error.message = errText;
      request.fail(error);
    }
    return isInbox || affected.length > 0;
  }

  /** Fails all pending requests: the connection has ended. */
  end(): void {
    this.#hasEnded = true;
    for (const request of [...this.#pending.values()]) request.fail(new AskError("ended"));
  }

  #subscribe(): void {
    if (this.#isSubscribed) return;
    this.#isSubscribed = true;
    this.#link.subscribe(`${this.#prefix}.*`, null, (message) => {
      this.#pending.get(message.subject.slice(this.#prefix.length + 1))?.onReply(message);
    });
  }
}
