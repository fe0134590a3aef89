import { expect, test } from "vitest";
import type { Message, MessageHandler, Subscription } from "../../client/index.ts";
import { listen, type Tap } from "./listen.ts";

const MESSAGE: Message = { subject: "a.b", data: new Uint8Array(), respond: () => false };

function ears() {
  const subscribed = new Map<string, MessageHandler>();
  const taps = new Set<Tap>();
  const client = {
    subscribe(subject: string, handler: MessageHandler): Subscription {
      subscribed.set(subject, handler);
      return {
        subject,
        status: "active",
        fault: null,
        counts: { received: 0, delivered: 0, failed: 0, recovered: 0 },
        unrecoverable: "no-stream",
        unsubscribe: () => subscribed.delete(subject),
        onGap: () => () => {},
      };
    },
  };
  const tell = (feedSubject: string) => {
    for (const tap of taps) tap(feedSubject, MESSAGE);
  };
  return { subscribed, taps, tell, client, feedSubjects: ["a.>", "c"] };
}

test("without a subject it hears all feeds, and asks the server for nothing more", () => {
  const parts = ears();
  const heard: Message[] = [];
  const { stop, subscription } = listen(parts, "", (message) => heard.push(message));
  parts.tell("a.>");
  parts.tell("c");
  stop();
  parts.tell("c");
  expect(heard).toHaveLength(2);
  expect(subscription).toBeNull();
  expect(parts.subscribed.size).toBe(0);
});

test("a feed's own subject is heard through that feed, whose handler stays", () => {
  const parts = ears();
  const heard: Message[] = [];
  listen(parts, "c", (message) => heard.push(message));
  parts.tell("a.>");
  parts.tell("c");
  expect(heard).toHaveLength(1);
  expect(parts.subscribed.size).toBe(0);
});

test("any other subject is subscribed to until it stops", () => {
  const parts = ears();
  const heard: Message[] = [];
  const { stop } = listen(parts, "other.*", (message) => heard.push(message));
  parts.subscribed.get("other.*")?.(MESSAGE);
  parts.tell("c");
  expect(heard).toHaveLength(1);
  stop();
  expect(parts.subscribed.size).toBe(0);
});
