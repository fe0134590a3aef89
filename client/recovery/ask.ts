import type { ConnectionOptions, NatsConnection } from "nats.ws";
import type { Message } from "../message.ts";
import { asMessage } from "../native-message.ts";
import type { Clock } from "../options.ts";
import type { NotRecoveredReason } from "../recovered.ts";
import { RecoveryFailure } from "./failure.ts";

/** The part of a link that asking needs. */
export interface AskingLink {
  /** False while draining: such a link takes no question, and will soon be gone. */
  readonly isLive: boolean;
  readonly nats: NatsConnection;
}

/** What waits for this waits until it is forgotten. */
const NEVER = new Promise<never>(() => {});

/** What a question is asked with. */
export interface Asking {
  readonly link: AskingLink;
  readonly clock: Clock;
  /** How long the answer may take, milliseconds; with several, from one to the next. */
  readonly timeoutMs: number;
  /** Ends the wait, as the end of the link must; the question then never settles. */
  readonly signal: AbortSignal;
}

/**
 * Asks, all at once, on an inbox that lives as long as the questions. Not nats.ws's
 * own requests: those keep an inbox for good, take one answer, run on timers that
 * no clock of ours holds, and don't hear that the server refuses them.
 * @param take is given each answer and the place of its question; returns whether it was the last of all
 * @throws RecoveryFailure `denied`, `timeout`, or `no-jetstream` when nobody answers there
 */
export async function ask(
  { link, clock, timeoutMs, signal }: Asking,
  subject: string,
  bodies: readonly (object | null)[],
  take: (answer: Message, index: number) => boolean,
): Promise<void> {
  const { createInbox } = await import("nats.ws");
  if (signal.aborted || !link.isLive) return NEVER;
  const { nats } = link;
  const inbox = createInbox(inboxPrefixOf(nats));
  let tidyUp = (): void => {};
  const answered = new Promise<void>((resolve, reject) => {
    const fail = (reason: NotRecoveredReason) => reject(new RecoveryFailure(reason));
    let cancelTimer = clock.after(timeoutMs, () => fail("timeout"));
    const heard = (answer: Message): void => {
      cancelTimer();
      cancelTimer = clock.after(timeoutMs, () => fail("timeout"));
      try {
        if (statusOf(answer) === 503) fail("no-jetstream");
        else if (take(answer, Number(answer.subject.slice(inbox.length + 1)))) resolve();
      } catch (reason) {
        reject(reason instanceof RecoveryFailure ? reason : new RecoveryFailure("refused"));
      }
    };
    const subscription = nats.subscribe(`${inbox}.*`, {
      callback: (error, answer) => {
        if (error === null) heard(asMessage(answer));
      },
    });
    const stopListening = onRefused(nats, (refused) => {
      if (refused === subject || refused === `${inbox}.*`) fail("denied");
    });
    tidyUp = () => {
      cancelTimer();
      stopListening();
      signal.removeEventListener("abort", tidyUp);
      subscription.unsubscribe();
    };
    signal.addEventListener("abort", tidyUp, { once: true });
  });
  try {
    for (const [index, body] of bodies.entries()) {
      nats.publish(subject, body === null ? "" : JSON.stringify(body), { reply: `${inbox}.${index}` });
    }
    await answered;
  } finally {
    tidyUp();
  }
}

/** Who hears of refusals on a connection: nats.ws never lets go of an iterator, so there is one for each connection. */
const listeners = new WeakMap<NatsConnection, Set<(subject: string) => void>>();

/** Calls `listener` with each subject that the server refuses to let be published or subscribed to. */
function onRefused(nats: NatsConnection, listener: (subject: string) => void): () => void {
  const set = listeners.get(nats) ?? listenTo(nats);
  set.add(listener);
  return () => set.delete(listener);
}

function listenTo(nats: NatsConnection): Set<(subject: string) => void> {
  const set = new Set<(subject: string) => void>();
  listeners.set(nats, set);
  const hear = async () => {
    for await (const { permissionContext } of nats.status()) {
      if (permissionContext !== undefined) for (const one of [...set]) one(permissionContext.subject);
    }
  };
  void hear();
  return set;
}

/** nats.ws 1.30.3 keeps its options, and tells nobody where answers are to be expected. */
function inboxPrefixOf(nats: NatsConnection): string {
  return (nats as unknown as { options: ConnectionOptions }).options.inboxPrefix ?? "_INBOX";
}

/** The status of an answer without a message (NATS ADR-4); 0 when it has none. */
export function statusOf(answer: Message): number {
  return (answer.headers as { code?: number } | undefined)?.code ?? 0;
}
