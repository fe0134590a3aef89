import { expect, test } from "vitest";
import { Outbox } from "./outbox.ts";

const message = (payload: string) => ({ subject: "a", payload, options: undefined });

test("what waits is handed over once, in order", () => {
  const outbox = new Outbox(3);
  outbox.put(message("1"));
  outbox.put(message("2"));
  expect(outbox.counts).toEqual({ waiting: 2, dropped: 0 });
  expect(outbox.take()).toEqual([message("1"), message("2")]);
  expect(outbox.take()).toEqual([]);
});

test("beyond the limit the oldest give way, and each is counted", () => {
  const outbox = new Outbox(2);
  for (const payload of ["1", "2", "3", "4"]) outbox.put(message(payload));
  expect(outbox.counts).toEqual({ waiting: 2, dropped: 2 });
  expect(outbox.take()).toEqual([message("3"), message("4")]);
});

test("what is given up is counted too", () => {
  const outbox = new Outbox(5);
  outbox.put(message("1"));
  outbox.giveUp();
  expect(outbox.counts).toEqual({ waiting: 0, dropped: 1 });
});

test("what waits is what was published, whatever its buffer and its options are used for next", () => {
  const outbox = new Outbox(1);
  const payload = Uint8Array.of(1);
  const headers = { a: ["1"] };
  outbox.put({ subject: "a", payload, options: { headers } });
  payload[0] = 2;
  headers.a[0] = "2\r\nb: 2";
  expect(outbox.take()).toEqual([
    { subject: "a", payload: Uint8Array.of(1), options: { headers: { a: ["1"] } } },
  ]);
});

test("takes all options that a link takes", () => {
  const outbox = new Outbox(1);
  const watched = <T extends object>(target: T) => new Proxy(target, {});
  const options = watched({ reply: "b", headers: watched({ a: watched(["1", "2"]), b: "3" }) });
  outbox.put({ subject: "a", payload: "", options });
  expect(outbox.take()).toEqual([
    { subject: "a", payload: "", options: { reply: "b", headers: { a: ["1", "2"], b: ["3"] } } },
  ]);
});

test("takes those too that an object has of its class", () => {
  class Answered {
    get reply() {
      return "b";
    }
  }
  const outbox = new Outbox(1);
  outbox.put({ subject: "a", payload: "", options: new Answered() });
  expect(outbox.take()).toEqual([{ subject: "a", payload: "", options: { reply: "b" } }]);
});
