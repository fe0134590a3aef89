import type { Connection } from "./connection/connection.ts";
import { RequestError } from "./errors.ts";
import { type Message, statusOf } from "./message.ts";
import type { RequestOptions } from "./options.ts";
import { AskError } from "./sequence/port.ts";

/** How long a request waits for its answer unless told otherwise, milliseconds. */
const REQUEST_TIMEOUT_MS = 5000;

/**
 * Asks on a link and waits for one answer.
 * @param isStopping whether the user has stopped, when the link ends
 * @throws RequestError when there is none; FaultError when the request is too large; the signal's reason
 */
export async function requestOn(
  link: Connection,
  subject: string,
  payload: Uint8Array | string,
  { headers, timeoutMs = REQUEST_TIMEOUT_MS, signal = new AbortController().signal }: RequestOptions,
  isStopping: () => boolean,
): Promise<Message> {
  let answer: Message | undefined;
  const onAnswer = (message: Message) => {
    answer = message;
    return "done" as const;
  };
  try {
    await link.ask(subject, payload, { timeoutMs, signal, onAnswer, headers });
  } catch (reason) {
    signal.throwIfAborted();
    if (reason instanceof AskError) throw failure(reason, subject, timeoutMs, isStopping());
    throw reason;
  }
  if (answer === undefined || (answer.data.length === 0 && statusOf(answer) === 503))
    throw new RequestError("no-responders", `no responders: nobody listens on ${subject}`);
  return answer;
}

function failure(
  { failure, message }: AskError,
  subject: string,
  timeoutMs: number,
  isStopping: boolean,
): RequestError {
  if (failure === "silence") return new RequestError("timeout", `no answer on ${subject} in ${timeoutMs} ms`);
  if (failure === "denied") return new RequestError("denied", message);
  if (isStopping) return new RequestError("stopped", `stopped before ${subject} had answered`);
  return new RequestError("lost", `the link was lost before ${subject} had answered`);
}
