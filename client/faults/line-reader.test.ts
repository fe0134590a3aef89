import { describe, expect, test } from "vitest";
import { LineReader, MAX_INFO_BYTES } from "./line-reader.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (...frames: string[]) => {
  const reader = new LineReader();
  return frames.flatMap((frame) => reader.read(bytes(frame)));
};

describe("LineReader", () => {
  test("reads lines however they are split over frames", () => {
    const text = "INFO {\"a\":1}\r\nPING\r\n-ERR 'no'\r\nPONG\r\n+OK\r\n";
    const whole = read(text);
    expect(whole.map(({ op }) => op)).toEqual(["info", "ping", "err", "pong", "ok"]);
    expect(read(...text)).toEqual(whole);
  });

  test.each([
    ["not JSON", "INFO <html>\r\n"],
    ["an array", "INFO []\r\n"],
    ["null", "INFO null\r\n"],
  ])("an INFO that is %s is unreadable", (_name, text) => {
    expect(read(text)).toEqual([{ op: "unreadable", excerpt: text.trim() }]);
  });

  test("an INFO gives its nonce, and whether the server is in lame duck mode", () => {
    expect(read('INFO {"nonce":"abc"}\r\n')).toEqual([{ op: "info", nonce: "abc", isLameDuck: false }]);
    expect(read('INFO {"ldm":true}\r\n')).toEqual([{ op: "info", nonce: undefined, isLameDuck: true }]);
  });

  test.each(["SSH-2.0\r\n", "HTTP/1.1 400\r\n", "X", "PUNG\r\n"])("%j is unreadable", (text) => {
    expect(read(text)[0]).toEqual({ op: "unreadable", excerpt: text.trim() });
  });

  test("payloads are skipped, whatever they contain and however they are split", () => {
    const text =
      "MSG egos.llm.logs 1 8\r\nPING\r\n{}\r\nHMSG a.b 2 inbox 12 14\r\nNATS/1.0\r\n\r\nPO\r\nPONG\r\n";
    const ops = (lines: ReturnType<typeof read>) => lines.map(({ op }) => op);
    expect(ops(read(text))).toEqual(["message", "message", "pong"]);
    expect(ops(read(...text))).toEqual(["message", "message", "pong"]);
    expect(ops(read(`MSG a 1 1000000\r\n`, "x".repeat(1_000_000), "\r\nPONG\r\n"))).toEqual([
      "message",
      "pong",
    ]);
  });

  test("an incomplete line gives nothing yet", () => {
    expect(read("INF")).toEqual([]);
  });

  test("an INFO that is too long is unreadable, in one frame or in many", () => {
    const endless = `INFO ${"x".repeat(MAX_INFO_BYTES)}`;
    const excerpt = `INFO ${"x".repeat(59)}`;
    expect(read(endless)).toEqual([{ op: "unreadable", excerpt }]);
    const many = read("INFO ", ...new Array<string>(70).fill("x".repeat(1000)));
    expect(many.at(-1)).toEqual({ op: "unreadable", excerpt });
  });

  test("an unreadable line is quoted, printable and cut to 64 characters", () => {
    expect(read("\u0000\u0001<script>\r\nmore")).toEqual([{ op: "unreadable", excerpt: "··<script>" }]);
    expect(read(`<${"x".repeat(200)}`)).toEqual([{ op: "unreadable", excerpt: `<${"x".repeat(63)}` }]);
  });
});
