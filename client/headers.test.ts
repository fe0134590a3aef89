import { expect, test } from "vitest";
import { HeaderBlock } from "./headers.ts";

const block = (text: string) => new HeaderBlock(new TextEncoder().encode(text));

test("a header has its values in their order, without the blanks around them", () => {
  const headers = block("NATS/1.0\r\nA: 1\r\nab:2 \r\nA:  ü: 3\r\nEmpty:\r\n\r\n");
  expect(headers.keys()).toEqual(["A", "ab", "Empty"]);
  expect(["A", "ab", "Empty", "B"].map((name) => headers.values(name))).toEqual([
    ["1", "ü: 3"],
    ["2"],
    [""],
    [],
  ]);
  expect(["A", "ab", "B"].map((name) => headers.get(name))).toEqual(["1", "2", ""]);
  expect(["A", "a", "ab", "b", "Empty"].map((name) => headers.has(name))).toEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
  expect(headers.code).toBe(0);
});

test("what the server says instead of a message is its status", () => {
  expect(block("NATS/1.0 503\r\n\r\n").code).toBe(503);
  const end = block("NATS/1.0 204 EOB\r\nNats-Num-Pending: 7\r\n\r\n");
  expect([end.code, end.get("Nats-Num-Pending"), end.keys()]).toEqual([204, "7", ["Nats-Num-Pending"]]);
});

test.each(["", "NATS/1.0", "NATS/1.0\r\n", "NATS/1.0\r\nA: cut", "NATS/1.0\r\nno colon\r\n\r\n", "\xff"])(
  "%j throws nothing",
  (text) => {
    const headers = block(text);
    expect(headers.code).toBe(0);
    expect(headers.values("A").length).toBe(headers.keys().length);
  },
);
