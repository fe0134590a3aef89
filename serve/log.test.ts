import { expect, test } from "vitest";
import { createLog, type LogFormat } from "./log.ts";
import { WorkerLog } from "./worker-log.ts";

function logged(format: LogFormat, secrets: readonly string[] = []) {
  const lines: string[] = [];
  return { log: createLog(format, secrets, (line) => void lines.push(line)), lines };
}

test("writes plain lines as text, and one JSON object per line as json", () => {
  const text = logged("text");
  text.log.write("info", "ready", { port: 1 });
  text.log.write("error", "it ended");
  expect(text.lines).toEqual(["ready\n", "error: it ended\n"]);

  const json = logged("json");
  json.log.write("warn", "two\nlines", { port: 1 });
  expect(json.lines.map((line) => JSON.parse(line))).toEqual([
    { time: expect.stringMatching(/^\d{4}-.*Z$/), level: "warn", message: "two\nlines", port: 1 },
  ]);
  expect(json.lines[0]?.match(/\n/g)).toHaveLength(1);
});

test.each(["text", "json"] as const)("as %s, redacts secrets in messages and in fields", (format) => {
  const { log, lines } = logged(format, ["hush", "hush-hush", "x"]);
  log.write("error", "the key hush-hush, or hush; x stays", { detail: "say hush" });
  expect(lines.join()).not.toContain("hush");
  expect(lines.join()).toContain("the key [secret], or [secret]; x stays");
});

test("writes workerd's output line by line, without errors about aborted connections", () => {
  const { log, lines } = logged("text");
  const output = new WorkerLog(log);
  output.write('{"timestamp":1,"level":"log","message":"hel');
  output.write('lo"}\n{"timestamp":1,"level":"error","message":"bad\\nstack of ours"}\nplain words\n\n');
  output.write(
    `${JSON.stringify({ level: "error", source: "kj/x.c++:1", message: "failed: oops\nstack: /bin/workerd@1 /bin/workerd@2" })}\n`,
  );
  output.write(
    `${JSON.stringify({ level: "error", source: "kj/x.c++:1", message: "Uncaught exception: kj/y.c++:2: disconnected: read: Connection reset by peer\nstack: a" })}\n`,
  );
  output.write("*** Fatal uncaught kj::Exception: oops\nstack: /bin/workerd@1 /bin/workerd@2\n");
  // Lines of the worker itself are never dropped.
  output.write('{"timestamp":1,"level":"error","message":"the client disconnected: Broken pipe"}\n');
  expect(lines).toEqual([
    "hello\n",
    "error: bad\nstack of ours\n",
    "error: plain words\n",
    "error: failed: oops\n",
    "error: *** Fatal uncaught kj::Exception: oops\n",
    "error: the client disconnected: Broken pipe\n",
  ]);
});

test("drops workerd's errors about requests that break HTTP, which any client can send", () => {
  const { log, lines } = logged("text");
  const output = new WorkerLog(log);
  for (const message of [
    "Uncaught exception: kj/compat/url.c++:453: failed: invalid hostname when stringifying URL; host = a b",
    "Uncaught exception: kj/compat/url.c++:165: failed: expected tryParse(url, context, options) != nullptr; invalid URL; url = *",
    "Uncaught exception: kj/compat/http.c++:2398: failed: unknown transfer encoding; te = gzip, chunked",
    "Uncaught exception: kj/compat/http.c++:2414: failed: invalid Content-Length header value; cl = 4, 5",
    "e = kj/compat/http.c++:1669: failed: invalid HTTP chunk size; text = zz",
    "e = kj/compat/http.c++:1673: failed: expected value <= (uint64_t(kj::maxValue) >> 4) [2 <= 1]; HTTP chunk size overflow; text = ff",
    "Uncaught exception: workerd/api/global-scope.c++:265: failed: remote.jsg.Error: Handler does not export a connect() function.",
  ]) {
    output.write(`${JSON.stringify({ level: "error", source: "workerd/x.c++:1", message })}\n`);
  }
  output.write(
    "Received a connect event but we lack a handler. Did you remember to export a connect() function?\n",
  );
  // The worker's own words about a URL stay.
  output.write('{"level":"error","message":"it failed: invalid hostname"}\n');
  expect(lines).toEqual(["error: it failed: invalid hostname\n"]);
});

test("as text, escapes what could control a terminal", () => {
  const { log, lines } = logged("text");
  log.write("error", "host = \x1b[2J\x9b1m\r, é\tand\nmore");
  expect(lines).toEqual(["error: host = \\x1b[2J\\x9b1m\\x0d, é\tand\nmore\n"]);
});
