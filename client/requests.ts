import type { Connection } from "./connection/connection.ts";
import { RequestError } from "./errors.ts";
import { type Message, statusOf } from "./message.ts";
import type { RequestOptions } from "./options.ts";
import { AskError } from "./sequence/port.ts";

/** Default timeout, milliseconds. */
const REQUEST_TIMEOUT_MS = 5000;

/**
 * Sends a request on a link and resolves with the first answer.
 * @param isStopping whether the link ended because of a stop
 * @throws RequestError if no answer comes; FaultError if the request is too large; the signal's reason
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
    await link.ask(subject, payload, { timeoutMs, signal, onAnswer, headers }, true);
  } catch (reason) {
    signal.throwIfAborted();
    if (reason instanceof AskError) throw failure(reason, subject, timeoutMs, isStopping());
    throw reason;
  }
  if (answer === undefined || (answer.data.length === 0 && statusOf(answer) === 503))
    throw new RequestError("no-responders", `no responders: nobody subscribes to ${subject}`);
  return answer;
}

function failure(
  { failure, message }: AskError,
  subject: string,
  timeoutMs: number,
  isStopping: boolean,
): RequestError {
  if (failure === "timeout") return new RequestError("timeout", `no answer on ${subject} in ${timeoutMs} ms`);
  if (failure === "denied") return new RequestError("denied", message);
  if (isStopping) return new RequestError("stopped", `the client was stopped before ${subject} answered`);
  return new RequestError("lost", `the link was lost before ${subject} answered`);
}
