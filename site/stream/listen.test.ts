import { expect, test } from "vitest";
import { type Message, MyceliumClient } from "../../client/index.ts";
import { listen } from "./listen.ts";

const FEEDS = [{ subject: "a.>" }, { subject: "c", stream: "S" }, { subject: "c", stream: "S" }];

/** A client that never dials; what is subscribed can be read of it. */
function client() {
  const of = new MyceliumClient({ servers: ["ws://never:1"] });
  for (const [index, { subject }] of FEEDS.entries())
    of.subscribe(subject, () => {}, { name: `feed ${index}` });
  return { of, listeners: () => of.subscriptions.map(({ subject, name }) => `${subject} ${name}`) };
}

const ignore = (_: Message) => {};
const OWN = ["a.> feed 0", "c feed 1", "c feed 2"];

test("without a subject it listens to the subjects of all feeds, once each, beside the feeds", () => {
  const { of, listeners } = client();
  const { stop, subscription } = listen(of, FEEDS, "", ignore);
  expect(subscription).toBeNull();
  expect(listeners()).toEqual([...OWN, "a.> stream", "c stream"]);
  stop();
  expect(listeners()).toEqual(OWN);
});

test("a feed's own subject goes by the feed's stream", () => {
  const { of } = client();
  const { subscription } = listen(of, FEEDS, "c", ignore);
  expect(subscription?.sequence).not.toBeNull();
});

test("any other subject is subscribed to until it stops", () => {
  const { of, listeners } = client();
  const { stop, subscription } = listen(of, FEEDS, "other.*", ignore);
  expect(subscription?.subject).toBe("other.*");
  stop();
  expect(listeners()).toEqual(OWN);
});
