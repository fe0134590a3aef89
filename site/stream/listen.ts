import type { Message, MyceliumClient, Subscription } from "../../client/index.ts";

/** Hears what the feeds receive, with the feed's own subject. */
export type Tap = (feedSubject: string, message: Message) => void;

/** What a stream listens through. */
export interface Ears {
  readonly client: Pick<MyceliumClient, "subscribe">;
  readonly feedSubjects: readonly string[];
  readonly taps: Set<Tap>;
}

/** A stream that is listened to; its subscription is null where the feeds' are used. */
export interface Listening {
  readonly subscription: Subscription | null;
  stop(): void;
}

/**
 * Listens to a subject, or to all feeds where it is empty. A subject that a
 * feed has is heard through that feed: the client keeps one handler for each
 * subject, and the feed's must stay.
 */
export function listen(ears: Ears, subject: string, receive: (message: Message) => void): Listening {
  const { client, feedSubjects, taps } = ears;
  if (subject === "" || feedSubjects.includes(subject)) {
    const tap: Tap = (feedSubject, message) => {
      if (subject === "" || feedSubject === subject) receive(message);
    };
    taps.add(tap);
    return { subscription: null, stop: () => taps.delete(tap) };
  }
  const subscription = client.subscribe(subject, receive);
  return { subscription, stop: () => subscription.unsubscribe() };
}
