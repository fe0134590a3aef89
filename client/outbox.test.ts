import { expect, test } from "vitest";
import { Outbox, type Outgoing } from "./outbox.ts";

const message = (payload: string) => ({ subject: "a", payload, options: undefined });

/** Flushes an outbox. @returns what it published */
function flushed(outbox: Outbox): Outgoing[] {
  const published: Outgoing[] = [];
  outbox.flush(
    (one) => published.push(one),
    (_, reason) => expect.fail(String(reason)),
  );
  return published;
}

test("waiting messages are published once, in order", () => {
  const outbox = new Outbox(3);
  outbox.put(message("1"));
  outbox.put(message("2"));
  expect(outbox.counts).toEqual({ waiting: 2, dropped: 0 });
  expect(flushed(outbox)).toEqual([message("1"), message("2")]);
  expect(flushed(outbox)).toEqual([]);
});

test("beyond the limit the oldest messages are dropped and counted", () => {
  const outbox = new Outbox(2);
  for (const payload of ["1", "2", "3", "4"]) outbox.put(message(payload));
  expect(outbox.counts).toEqual({ waiting: 2, dropped: 2 });
  expect(flushed(outbox)).toEqual([message("3"), message("4")]);
});

test("a message that can't be published is dropped, counted and reported, and the others are published", () => {
  const outbox = new Outbox(3);
  for (const payload of ["1", "2", "3"]) outbox.put(message(payload));
  const [published, failed]: [unknown[], unknown[]] = [[], []];
  outbox.flush(
    ({ payload }) => {
      if (payload === "2") throw new Error("too large");
      published.push(payload);
    },
    ({ payload }, reason) => failed.push([payload, String(reason)]),
  );
  expect([published, failed]).toEqual([["1", "3"], [["2", "Error: too large"]]]);
  expect(outbox.counts).toEqual({ waiting: 0, dropped: 1 });
});

test("messages that a stop drops are counted too", () => {
  const outbox = new Outbox(5);
  outbox.put(message("1"));
  outbox.giveUp();
  expect(outbox.counts).toEqual({ waiting: 0, dropped: 1 });
});

test("a waiting message doesn't change when the publisher reuses its buffer and options", () => {
  const outbox = new Outbox(1);
  const payload = Uint8Array.of(1);
  const headers = { a: ["1"] };
  outbox.put({ subject: "a", payload, options: { headers } });
  payload[0] = 2;
  headers.a[0] = "2\r\nb: 2";
  expect(flushed(outbox)).toEqual([
    { subject: "a", payload: Uint8Array.of(1), options: { headers: { a: ["1"] } } },
  ]);
});

test("accepts every option that a link accepts", () => {
  const outbox = new Outbox(1);
  const watched = <T extends object>(target: T) => new Proxy(target, {});
  const options = watched({ reply: "b", headers: watched({ a: watched(["1", "2"]), b: "3" }) });
  outbox.put({ subject: "a", payload: "", options });
  expect(flushed(outbox)).toEqual([
    { subject: "a", payload: "", options: { reply: "b", headers: { a: ["1", "2"], b: ["3"] } } },
  ]);
});

test("accepts options that an object inherits from its class", () => {
  class Answered {
    get reply() {
      return "b";
    }
  }
  const outbox = new Outbox(1);
  outbox.put({ subject: "a", payload: "", options: new Answered() });
  expect(flushed(outbox)).toEqual([{ subject: "a", payload: "", options: { reply: "b" } }]);
});
