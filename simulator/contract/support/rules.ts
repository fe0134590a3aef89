import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectLine, Peer } from "./peer.ts";
import { type Server, type ServerConfig, TARGETS, type TargetName } from "./target.ts";

/** One rule of the protocol, as an exchange of bytes over TCP after the INFO. */
export interface Rule {
  /** Description of the rule: the test's name. */
  readonly rule: string;
  /** The client's bytes; several pieces are sent 5 ms apart, so that they arrive separately. */
  readonly sends: string | readonly string[];
  /** The server's exact answer; if the connection stays open, without the PONG to the test's own last PING. */
  readonly receives: string;
  /** State of the connection after the answer. */
  readonly leaves: "open" | "closed";
  /** Changes to the CONNECT that is sent first; "none" sends no CONNECT. */
  readonly connect?: object | "none";
  /** Answers of targets that correctly differ from `receives`. */
  readonly differs?: Partial<Record<TargetName, string>>;
}

/** Milliseconds between the pieces of one rule's bytes, so that each gets its own packet. */
const APART_MS = 5;

/** Tests every rule on every target; each target is started once with the configuration. */
export function holdToRules(subject: string, rules: readonly Rule[], config?: ServerConfig): void {
  describeTargets(subject, config, (server, target) => {
    test.each(rules)("$rule", async (rule) => {
      const received = await converse(server().tcpPort, rule);
      expect(received).toBe(rule.differs?.[target] ?? rule.receives);
    });
  });
}

/** Declares a `describe` for each target, during which a server with this configuration runs. */
export function describeTargets(
  subject: string,
  config: ServerConfig | undefined,
  body: (server: () => Server, target: TargetName) => void,
): void {
  describe.each(TARGETS)(`$name: ${subject}`, (target) => {
    let server: Server | undefined;
    beforeAll(async () => {
      server = await target.start(config);
    });
    afterAll(() => server?.stop());
    body(() => {
      if (server === undefined) throw new Error(`${target.name} didn't start`);
      return server;
    }, target.name);
  });
}

async function converse(port: number, { sends, leaves, connect = {} }: Rule): Promise<string> {
  const peer = await Peer.dial(port);
  try {
    await peer.info();
    if (connect !== "none") peer.send(connectLine(connect));
    for (const piece of typeof sends === "string" ? [sends] : sends) {
      peer.send(piece);
      if (typeof sends !== "string") await new Promise((resolve) => setTimeout(resolve, APART_MS));
    }
    if (leaves === "closed") return await peer.rest();
    // This PING's PONG shows that the rule's answer is complete, and that the connection is still open.
    peer.send("PING\r\n");
    const received = await peer.untilPong(1 + pingsIn(sends));
    expect(received.endsWith("PONG\r\n"), `the connection ended after ${JSON.stringify(received)}`).toBe(
      true,
    );
    return received.slice(0, -"PONG\r\n".length);
  } finally {
    peer.close();
  }
}

function pingsIn(sends: Rule["sends"]): number {
  const text = typeof sends === "string" ? sends : sends.join("");
  return text.split(/(?:^|\n)ping/i).length - 1;
}
