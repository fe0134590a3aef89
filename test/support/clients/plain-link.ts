import { createInbox, type NatsConnection } from "nats.ws";
import { asMessage } from "../../../client/connection/native-message.ts";
import { AskError, type LinkPort } from "../../../client/sequence/port.ts";

/** A link for a feed by sequence over plain nats.ws, with request counts. */
export interface PlainLink extends LinkPort {
  readonly requests: readonly { readonly subject: string; readonly payload: string }[];
  /** Total payload bytes of all answers. */
  readonly answeredBytes: number;
  /** Holds requests with a matching payload until they are released. */
  hold(payload: RegExp): Held;
}

/** Requests that are held back. */
interface Held {
  /** Resolves once a request is held. */
  readonly asked: Promise<void>;
  release(): void;
}

/** A minimal link over a plain nats.ws connection. */
export function plainLink(nats: NatsConnection): PlainLink {
  const requests: { subject: string; payload: string }[] = [];
  let answeredBytes = 0;
  type Signal = PromiseWithResolvers<void>;
  let held: { readonly payload: RegExp; readonly asked: Signal; readonly released: Signal } | null = null;
  return {
    requests,
    get answeredBytes() {
      return answeredBytes;
    },
    hold: (payload) => {
      const [asked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      held = { payload, asked, released };
      return { asked: asked.promise, release: released.resolve };
    },
    ask: async (subject, payload, { timeoutMs, signal, onAnswer }) => {
      if (held?.payload.test(payload)) {
        held.asked.resolve();
        await held.released.promise;
      }
      return new Promise<void>((resolve, reject) => {
        if (signal.aborted || nats.isClosed()) return reject(new AskError("ended"));
        requests.push({ subject, payload });
        const inbox = createInbox();
        const settle = (reason?: AskError) => {
          clearTimeout(timer);
          signal.removeEventListener("abort", abandon);
          if (!nats.isClosed()) subscription.unsubscribe();
          if (reason === undefined) resolve();
          else reject(reason);
        };
        const abandon = () => settle(new AskError("ended"));
        const late = () => settle(new AskError("timeout"));
        let timer = setTimeout(late, timeoutMs);
        const subscription = nats.subscribe(inbox, {
          callback: (_error, answer) => {
            clearTimeout(timer);
            timer = setTimeout(late, timeoutMs);
            answeredBytes += answer.data.length;
            if (onAnswer(asMessage(answer)) === "done") settle();
          },
        });
        signal.addEventListener("abort", abandon, { once: true });
        nats.publish(subject, payload, { reply: inbox });
      });
    },
  };
}
