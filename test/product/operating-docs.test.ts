import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importsOf } from "../../dev/setup/accounts.ts";
import { readFeeds } from "../../dev/setup/feeds.ts";
import { setUp } from "../support/servers/deployment.ts";
import { freePorts } from "../support/servers/nats-server.ts";
import { createStream } from "../support/servers/stream.ts";
import { ROOT } from "../support/tools/cache.ts";
import { ManagedProcess } from "../support/tools/managed-process.ts";
import { findNatsServer } from "../support/tools/nats-server.ts";

const READY_LIMIT_MS = 60_000;

let folder: string;
let docs: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mycelium-operating-"));
  docs = await readFile(join(ROOT, "docs/operating.md"), "utf8");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The text of the first code block after `heading` that contains `mark`. */
function block(heading: string, mark: string): string {
  const section = docs.slice(docs.indexOf(`## ${heading}`));
  const found = [...section.matchAll(/```\w*\n([\s\S]*?)```/g)].find(([, text = ""]) => text.includes(mark));
  if (found?.[1] === undefined) throw new Error(`no code block under ${heading} contains ${mark}`);
  return found[1];
}

describe("docs/operating.md", () => {
  test("its configuration file and settings make a deployment that passes setup check", async () => {
    const ports = await freePorts();
    const text = block("Use a configuration file", "accounts {")
      .replace("port: 4222", `host: 127.0.0.1\nport: ${ports.tcp}`)
      .replace("port: 443", `host: 127.0.0.1\nport: ${ports.webSocket}`)
      // The test has neither a certificate nor a page.
      .replace(/ *tls \{.*\}\n/, "  no_tls: true\n")
      .replace(/ *allowed_origins.*\n/, "")
      .replace("/var/lib/nats", folder);
    const config = join(folder, "nats-server.conf");
    await writeFile(config, text);
    const passwords = { PUBLISHER_PASSWORD: "pub-1-lisher", VIEWER_PASSWORD: "view-2-er" };
    const { path } = await findNatsServer();
    const server = new ManagedProcess(path, ["-c", config], { env: { ...process.env, ...passwords } });
    try {
      await server.printed(/Server is ready/, READY_LIMIT_MS);
      const publisher = await connect({
        servers: `127.0.0.1:${ports.tcp}`,
        user: "publisher",
        pass: passwords.PUBLISHER_PASSWORD,
      });
      const republish = { src: ">", dest: "live.>" };
      await createStream(publisher, "ORDERS", ["orders.>"], { allow_direct: true, republish });
      await publisher.close();
      const settings = {
        ...(parseEnv(block("Use a configuration file", "NATS_USER")) as Record<string, string>),
        NATS_URL: `ws://127.0.0.1:${ports.webSocket}`,
        NATS_PASSWORD: passwords.VIEWER_PASSWORD,
        PASSPHRASE: "long enough, it is",
      };
      const { output } = await setUp(["check", "--folder", folder], undefined, settings);
      expect(output).toContain("ok    viewers can read the stream ORDERS through history.ORDERS\n");
      expect(output).toMatch(/nothing is wrong\n$/);
      // NATS allows the subscription even without an import.
      expect(output).toContain(
        "warn  only a published message can show whether the viewers' account imports what viewers",
      );
    } finally {
      await server.stop();
    }
  });

  test("its nsc commands name the exports, imports and permissions of npm run setup", () => {
    const feeds = parseEnv(block("Use a configuration file", "NATS_USER")).FEEDS ?? "";
    const { subjects, services } = importsOf(readFeeds(feeds));
    const lines = block("Use an existing operator (nsc)", "nsc add").replaceAll("'", "").trim().split("\n");
    const wanted = [
      ...subjects.flatMap((subject) => [
        `nsc add export --account PUBLISHERS --subject ${subject}`,
        `nsc add import --account VIEWERS --src-account PUBLISHERS_KEY --remote-subject ${subject} --local-subject ${subject}`,
      ]),
      ...services.flatMap(({ remote, local }) => [
        `nsc add export --account PUBLISHERS --service --subject ${remote} --response-type Stream`,
        `nsc add import --account VIEWERS --service --src-account PUBLISHERS_KEY --remote-subject ${remote} --local-subject ${local}`,
      ]),
    ];
    expect(lines.filter((line) => /^nsc add (?:ex|im)port/.test(line)).sort()).toEqual(wanted.sort());
    const role = lines.find((line) => line.includes("signing-key"));
    expect(role).toContain(`--allow-sub ${[...subjects, "_INBOX.{{subject()}}.>"].join(",")} `);
    expect(role).toContain(`--allow-pub ${services.map(({ local }) => local).join(",")} `);
  });

  test("its commands and flags exist in setup", async () => {
    const { output } = await setUp(["--help"]);
    const commands = [...docs.matchAll(/npm run setup -- (\w+)/g)].map(([, name = ""]) => name);
    expect(commands.length).toBeGreaterThan(4);
    for (const name of commands) expect(output).toContain(`npm run setup -- ${name}`);
    const flags = [...docs.matchAll(/`(--[a-z-]+)/g)].map(([, flag = ""]) => flag);
    const others = ["--allow-pub", "--deny-pub"];
    for (const flag of flags) if (!others.includes(flag)) expect(output).toContain(flag);
  });
});
