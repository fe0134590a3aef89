/** Runs each program of docs/publishing.md literally against a real server. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkOf } from "../../site/content/rules.ts";
import { eventOf } from "../../site/content/testing.ts";
import { DEFAULT_FEEDS } from "../../worker/default-feeds.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream, jetStream } from "../support/servers/stream.ts";
import { CACHE, ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";
import { buildGo } from "../support/tools/go.ts";
import { pythonWith } from "../support/tools/python-packages.ts";

const NATS_PY = "2.16.0";
const NATS_GO = "github.com/nats-io/nats.go@v1.55.0";
/** Time limit that includes the first download and compilation. */
const FIRST_TIME_LIMIT_MS = 300_000;

let broker: Broker;
let docs: string;
let observer: NatsConnection;
beforeAll(async () => {
  broker = await startNatsServer({ jetStream: true });
  docs = await readFile(join(ROOT, "docs/publishing.md"), "utf8");
  observer = await connect({ servers: broker.tcpUrl });
});
afterAll(async () => {
  await observer?.close();
  await broker?.stop();
});

/** The code block in `language` below a heading. */
function program(heading: string, language: string): string {
  const [, section = ""] = docs.split(`\n## ${heading}\n`);
  const found = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(section.split("\n## ")[0] ?? "");
  if (found?.[1] === undefined) throw new Error(`there is no ${language} code block below ${heading}`);
  return found[1];
}

/** Runs a command with the server's address, in a folder that resolves this repository's modules. */
async function run(command: (folder: string) => Promise<readonly [string, ...string[]]>): Promise<string> {
  const folder = await mkdtemp(join(CACHE, "snippet-"));
  try {
    const [name, ...args] = await command(folder);
    const env = { ...process.env, NATS_URL: broker.tcpUrl };
    const { ok, output } = await runCommand(name, args, { cwd: folder, env, timeoutMs: 60_000 });
    if (!ok) throw new Error(output);
    return output;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runPython(source: string): Promise<string> {
  const python = join(await pythonWith("nats-py", NATS_PY), "python");
  return run(async (folder) => {
    await writeFile(join(folder, "snippet.py"), source);
    return [python, "snippet.py"];
  });
}

/** The messages on the feeds' subjects while `publish` runs, each checked by its feed's rules. */
async function published(
  publish: () => Promise<unknown>,
): Promise<readonly [string, Record<string, unknown>][]> {
  const heard: [string, Record<string, unknown>][] = [];
  const subscription = observer.subscribe("egos.>", {
    callback: (error, message) => {
      if (error !== null) throw error;
      heard.push([message.subject, message.json()]);
    },
  });
  await observer.flush();
  await publish();
  // The server has all messages once the program has ended; the flush brings the rest here.
  await observer.flush();
  subscription.unsubscribe();
  for (const [subject, event] of heard) {
    const feed = DEFAULT_FEEDS.find((one) => one.subject === subject);
    if (feed === undefined) throw new Error(`no feed has the subject ${subject}`);
    const check = checkOf(feed.fields, feed.key ?? null);
    expect(check(eventOf(JSON.stringify(event), { subject })), subject).toBeNull();
  }
  return heard;
}

describe("docs/publishing.md", { timeout: FIRST_TIME_LIMIT_MS }, () => {
  test("Python publishes a valid event for each feed, all with one trace", async () => {
    const heard = await published(() => runPython(program("Python", "python")));
    expect(heard.map(([subject, { status }]) => [subject, status])).toEqual([
      ["egos.sparc.tasks", "queued"],
      ["egos.sparc.tasks", "in_progress"],
      ["egos.llm.logs", undefined],
      ["egos.sparc.tasks", "completed"],
      ["egos.propagation.log", "Adopted"],
    ]);
    expect(new Set(heard.map(([, event]) => event.trace_id)).size).toBe(1);
    expect(heard[2]?.[1].user).toBe("cecília");
  });

  test("Go publishes the events of a task", async () => {
    const heard = await published(() =>
      run(async (folder) => [await buildGo(program("Go", "go"), NATS_GO, folder)]),
    );
    expect(heard.map(([subject, { status }]) => [subject, status])).toEqual([
      ["egos.sparc.tasks", "queued"],
      ["egos.sparc.tasks", "in_progress"],
      ["egos.sparc.tasks", "completed"],
    ]);
  });

  test("JavaScript publishes an interaction", async () => {
    const heard = await published(() =>
      run(async (folder) => {
        await writeFile(join(folder, "snippet.mjs"), program("JavaScript", "js"));
        return [process.execPath, "snippet.mjs"];
      }),
    );
    expect(heard.map(([subject, { user }]) => [subject, user])).toEqual([["egos.llm.logs", "ana"]]);
  });

  test("Bash alone publishes an interaction, with non-ASCII letters intact", async () => {
    const heard = await published(() => run(async () => ["bash", "-c", program("Shell", "bash")]));
    expect(heard.map(([subject, { user }]) => [subject, user])).toEqual([["egos.llm.logs", "cecília"]]);
  });

  test("a message with an id is stored once, however often it is sent", async () => {
    await createStream(observer, "ORDERS", ["orders.>"], { allow_direct: false });
    const source = program("What must not be lost", "python");
    expect(await runPython(source)).toBe("stored as 1 of ORDERS\n");
    expect(await runPython(source)).toBe("stored as 1 of ORDERS\n");
    const { state } = await jetStream<{ state: { messages: number } }>(observer, "STREAM.INFO.ORDERS");
    expect(state.messages).toBe(1);
  });

  test("its tables list the feeds' fields and values", () => {
    for (const { subject, fields } of DEFAULT_FEEDS) {
      const row = docs.split("\n").find((line) => line.startsWith(`| \`${subject}\``)) ?? "";
      for (const { name, values = [] } of fields) {
        const inRow = row.includes(`\`${name}\``);
        expect(inRow || docs.includes(`\n| \`${name}\``), `${subject}: ${name}`).toBe(true);
        for (const value of values) expect(row).toContain(`\`${value}\``);
      }
    }
  });
});
