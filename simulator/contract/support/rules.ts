import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectLine, Peer } from "./peer.ts";
import { type Server, type ServerConfig, TARGETS, type TargetName } from "./target.ts";

/** One rule of the protocol, as an exchange of bytes over TCP after the INFO. */
export interface Rule {
  /** The rule in words; the test's name. */
  readonly rule: string;
  /** What the client says; several pieces are sent 5 ms apart, so that they arrive apart. */
  readonly says: string | readonly string[];
  /** What the server answers, to the byte. For rules that leave the connection open, without the final PONG. */
  readonly hears: string;
  /** What state the connection is in after that. */
  readonly leaves: "open" | "closed";
  /** The CONNECT before: the usual one with these changes, or none. */
  readonly connect?: object | "none";
  /** Where a release answers otherwise, and that is how it should be. */
  readonly differs?: Partial<Record<TargetName, string>>;
}

/** Between the pieces of one rule's bytes, milliseconds: an own packet for each. */
const APART_MS = 5;

/** Holds every target, started once with this configuration, to every rule. */
export function holdToRules(subject: string, rules: readonly Rule[], config?: ServerConfig): void {
  describeTargets(subject, config, (server, target) => {
    test.each(rules)("$rule", async (rule) => {
      const heard = await converse(server().tcpPort, rule);
      expect(heard).toBe(rule.differs?.[target] ?? rule.hears);
    });
  });
}

/** A `describe` for each target, with a server of this configuration running inside. */
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
      if (server === undefined) throw new Error(`${target.name} did not start`);
      return server;
    }, target.name);
  });
}

async function converse(port: number, { says, leaves, connect = {} }: Rule): Promise<string> {
  const peer = await Peer.dial(port);
  try {
    await peer.info();
    if (connect !== "none") peer.send(connectLine(connect));
    for (const piece of typeof says === "string" ? [says] : says) {
      peer.send(piece);
      if (typeof says !== "string") await new Promise((resolve) => setTimeout(resolve, APART_MS));
    }
    if (leaves === "closed") return await peer.rest();
    // The question after the rule's own bytes shows that nothing else came, and that the server still listens.
    peer.send("PING\r\n");
    const heard = await peer.untilPong(1 + pings(says));
    expect(heard.endsWith("PONG\r\n"), `the connection ended after ${JSON.stringify(heard)}`).toBe(true);
    return heard.slice(0, -"PONG\r\n".length);
  } finally {
    peer.close();
  }
}

function pings(says: string | readonly string[]): number {
  const text = typeof says === "string" ? says : says.join("");
  return text.split(/(?:^|\n)ping/i).length - 1;
}
