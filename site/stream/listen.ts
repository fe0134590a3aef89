import type { Message, MyceliumClient, Subscription } from "../../client/index.ts";

/** A subject of a feed, and the stream behind it if there is one. */
export interface FeedSubject {
  readonly subject: string;
  readonly stream?: string | { readonly name: string } | undefined;
}

/** A stream that is listened to; its subscription is null where it is the feeds' subjects all together. */
export interface Listening {
  readonly subscription: Subscription | null;
  stop(): void;
}

/**
 * Listens to a subject, or to those of all feeds where it is empty, beside the feeds' own
 * listeners: the server is asked for nothing that a feed has already.
 */
export function listen(
  client: Pick<MyceliumClient, "subscribe">,
  feeds: readonly FeedSubject[],
  subject: string,
  receive: (message: Message) => void,
): Listening {
  const streamOf = (wanted: string) => {
    const stream = feeds.find((feed) => feed.subject === wanted)?.stream;
    return typeof stream === "object" ? stream.name : stream;
  };
  const wanted = subject === "" ? [...new Set(feeds.map((feed) => feed.subject))] : [subject];
  const subscriptions = wanted.map((one) => {
    const stream = streamOf(one);
    return client.subscribe(one, receive, { name: "stream", ...(stream === undefined ? {} : { stream }) });
  });
  return {
    subscription: subject === "" ? null : (subscriptions[0] ?? null),
    stop: () => {
      for (const one of subscriptions) one.unsubscribe();
    },
  };
}
