import { expect, test } from "vitest";
import { HeaderBlock } from "./headers.ts";

const block = (text: string) => new HeaderBlock(new TextEncoder().encode(text));

test("a header's values keep their order, without surrounding spaces", () => {
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

test.each(["\u00a0a\ufeff", "a\v", "\u2028"])(
  "characters that are no spaces in NATS belong to a value: %j",
  (value) => {
    expect(block(`NATS/1.0\r\nNats-Subject: \t${value} \r\n\r\n`).serverHeader("Nats-Subject")).toBe(value);
  },
);

test("the last value is whole even if the publisher's block has no end", () => {
  expect(block("NATS/1.0\r\nA: cut").values("A")).toEqual(["cut"]);
});

test("a message from the server itself has a status", () => {
  expect(block("NATS/1.0 503\r\n\r\n").code).toBe(503);
  const end = block("NATS/1.0 204 EOB\r\nNats-Num-Pending: 7\r\n\r\n");
  expect([end.code, end.get("Nats-Num-Pending"), end.keys()]).toEqual([204, "7", ["Nats-Num-Pending"]]);
});

test("a header whose name begins with a digit isn't a status", () => {
  const headers = block("NATS/1.0\r\n2fa-user: x\r\n\r\n");
  expect([headers.code, headers.keys(), headers.get("2fa-user")]).toEqual([0, ["2fa-user"], "x"]);
  expect(block("NATS/1.0\r\n503: x\r\n\r\n").code).toBe(0);
});

test("headers that the server added are distinguished from the publisher's", () => {
  const own = "NATS/1.0\r\nNats-Stream: A\r\nNats-Sequence: 7\r\nNats-Num-Pending: 3\r\n";
  const headers = block(`${own}Nats-Stream: B\r\nNats-Subject: b\r\nNats-Sequence: 1\r\n\r\n`);
  const serverHeader = (name: string) => headers.serverHeader(name);
  expect(["Nats-Stream", "Nats-Sequence", "Nats-Num-Pending", "None"].map(serverHeader)).toEqual([
    "B",
    "1",
    "",
    "",
  ]);
  expect(headers.get("Nats-Num-Pending")).toBe("3");
  expect(block("NATS/1.0 204 EOB\r\nNats-Num-Pending: 7\r\n\r\n").serverHeader("Nats-Num-Pending")).toBe("7");
});

// nats-server cuts the last two bytes off the publisher's block, and appends its headers.
test.each(["X: abcd", "X: abcd\r\n", "Nats-Subject: Nats-Stream: Z\r\n\r\n\r\n", "\r\n", ""])(
  "headers that the server added are found even if the publisher's block imitates them or has no end: %j",
  (last) => {
    const own =
      "NATS/1.0\r\nNats-Stream: A\r\nNats-Subject: a\r\nNats-Sequence: 7\r\nNats-Num-Pending: 3\r\n";
    const servers = "Nats-Stream: B\r\nNats-Subject: Nats-Stream:\r\nNats-Sequence: 1\r\n\r\n";
    const headers = block(`${own}${last}`.slice(0, -2) + servers);
    const names = ["Nats-Stream", "Nats-Subject", "Nats-Sequence", "Nats-Num-Pending"];
    expect(names.map((name) => headers.serverHeader(name))).toEqual(["B", "Nats-Stream:", "1", ""]);
  },
);

test.each(["", "NATS/1.0", "NATS/1.0\r\n", "NATS/1.0\r\nA: cut", "NATS/1.0\r\nno colon\r\n\r\n", "\xff"])(
  "%j throws nothing",
  (text) => {
    const headers = block(text);
    expect(headers.code).toBe(0);
    expect(headers.values("A").length).toBe(headers.keys().length);
  },
);
