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
