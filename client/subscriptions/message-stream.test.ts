import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { expect, test, vi } from "vitest";
import type { Message } from "../message.ts";
import { MessageStream } from "./message-stream.ts";

const message = (subject: string): Message => ({
  subject,
  data: new Uint8Array(),
  isHistory: false,
  respond: () => false,
});

test("messages are read in order, including those that come while reading", async () => {
  const stream = new MessageStream(10, () => {});
  stream.push(message("1"));
  const read: string[] = [];
  for await (const { subject } of stream) {
    read.push(subject);
    if (subject === "1") queueMicrotask(() => stream.push(message("2")));
    if (subject === "2") stream.end();
  }
  expect(read).toEqual(["1", "2"]);
});

test("a slow reader loses the oldest messages, which are counted", async () => {
  const stream = new MessageStream(2, () => {});
  for (const subject of ["1", "2", "3"]) stream.push(message(subject));
  stream.end();
  const read: string[] = [];
  for await (const { subject } of stream) read.push(subject);
  expect(read).toEqual(["2", "3"]);
  expect(stream.dropped).toBe(1);
});

test("leaving the loop ends the subscription, once", async () => {
  let ends = 0;
  const stream = new MessageStream(2, () => {
    ends += 1;
  });
  stream.push(message("1"));
  for await (const _ of stream) break;
  stream.end();
  expect(ends).toBe(1);
  stream.push(message("2"));
  const read: Message[] = [];
  for await (const one of stream) read.push(one);
  expect(read).toEqual([]);
});

test.each([
  ["before its first message", false],
  ["while it waits for a message", true],
])("a loop can be left %s, by return and by an error", async (_, waits) => {
  for (const way of ["return", "throw"] as const) {
    const ended = vi.fn();
    const loop = new MessageStream(1, ended)[Symbol.asyncIterator]();
    const next = waits ? loop.next() : null;
    const left = loop[way](way === "throw" ? new Error("full") : undefined);
    if (way === "throw") await expect(left).rejects.toThrow("full");
    else expect(await left).toEqual({ done: true, value: undefined });
    expect(ended).toHaveBeenCalledOnce();
    if (next !== null) expect(await next).toEqual({ done: true, value: undefined });
  }
});

test("a Node stream that reads messages ends the subscription when its destination fails", async () => {
  const ended = vi.fn();
  const stream = new MessageStream(1, ended);
  stream.push(message("1"));
  const full = new Writable({
    objectMode: true,
    write: (_chunk, _encoding, done) => done(new Error("full")),
  });
  await expect(pipeline(Readable.from(stream), full)).rejects.toThrow("full");
  expect(ended).toHaveBeenCalledOnce();
});
