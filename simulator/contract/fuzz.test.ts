import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../test/support/tools/until.ts";
import { startSimulator } from "../index.ts";
import { Parser, type ParserLimits, type Verdict } from "../protocol/parser.ts";
import { cut, cuts, stream } from "./support/arbitrary.ts";
import { connectLine, Peer } from "./support/peer.ts";
import { type Server, TARGETS, type Target } from "./support/target.ts";

/** Parses a stream in pieces, and returns the parser's calls. */
function parse(pieces: readonly Buffer[]): string[] {
  const calls: string[] = [];
  const note = (call: string): Verdict => {
    calls.push(call);
    return "continue";
  };
  const limits: ParserLimits = {
    maxControlLineBytes: 64,
    maxPayloadBytes: 1000,
    admission: "open",
    headers: "supported",
  };
  const parser = new Parser(
    {
      onConnect: (json) => note(`connect ${json}`),
      onPing: () => note("ping"),
      onPong: () => note("pong"),
      onSub: (subject, queue, sid) => note(`sub ${subject} ${queue} ${sid}`),
      onUnsub: (sid, max) => note(`unsub ${sid} ${max}`),
      onPublicationLine: () => {},
      onPublication: ({ subject, reply, headerSize, size, bytes, bodyStart, end }) =>
        note(`pub ${subject} ${reply} ${headerSize} ${size} ${bytes.toString("latin1", bodyStart, end)}`),
      onPeerError: () => note("error"),
      onFault: ({ error, reason }) => void note(`fault ${error} ${reason}`),
    },
    limits,
  );
  for (const piece of pieces) parser.parse(piece);
  return calls;
}

test("100,000 streams: the parser makes the same calls however a stream is split, and never throws", () => {
  fc.assert(
    fc.property(stream, cuts, (text, shares) => {
      const bytes = Buffer.from(text, "latin1");
      const [split, whole] = [parse(cut(bytes, shares)), parse([Buffer.from(bytes)])];
      // Comparing by `expect` each time takes longer than parsing.
      if (!isDeepStrictEqual(split, whole)) expect(split).toEqual(whole);
    }),
    { numRuns: 100_000, seed: 3 },
  );
});

test("a stream of any bytes parses the same one byte at a time and as a whole", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (any) => {
      const bytes = Buffer.from(any);
      const single = Array.from(bytes, (byte) => Buffer.from([byte]));
      expect(parse(single)).toEqual(parse([Buffer.from(bytes)]));
    }),
    { numRuns: 10_000, seed: 4 },
  );
});

/** A server's answer to a stream so far: its lines, sorted, and whether it ended the connection. */
interface Answer {
  readonly lines: readonly string[];
  readonly ended: boolean;
}

/** Sends a stream after a CONNECT, and two PINGs after it; `look` returns the answer so far. */
async function replay(port: number, lane: number, text: string): Promise<{ look(): Answer; close(): void }> {
  const peer = await Peer.dial(port);
  await peer.info();
  // The releases differ only in the answer to a request without responders.
  peer.send(connectLine({ no_responders: false, user: `lane${lane}`, pass: "p" }));
  peer.send(`${text}PING\r\nPING\r\n`);
  // A stream that ends inside a payload swallows the PINGs, so there may be no PONG to wait for.
  await peer.endOr(PATIENCE_MS);
  return {
    // The server may deliver a message to several subscriptions in any order.
    look: () => ({ lines: peer.received.toString("latin1").split("\r\n").sort(), ended: peer.isEnded }),
    close: () => peer.close(),
  };
}

const UNKNOWN = "-ERR 'Unknown Protocol Operation'";

/** Streams replayed at the same time, each in its own account, so that they don't receive each other's messages. */
const LANES = 20;
const ACCOUNTS = Array.from(
  { length: LANES },
  (_, lane) => `LANE${lane} { users: [ { user: lane${lane}, password: p } ] }`,
);

/** Milliseconds to wait for a server before the answers are compared for the first time. */
const PATIENCE_MS = 60;

describe.each(TARGETS.filter(({ name }) => name !== "simulator"))(
  "the simulator answers as $name",
  (real: Target) => {
    let servers: { simulated: Server; real: Server } | undefined;
    beforeAll(async () => {
      const [simulator] = TARGETS;
      if (simulator === undefined) throw new Error("no simulator among the targets");
      const config = { top: `accounts { ${ACCOUNTS.join("\n")} }` };
      servers = { simulated: await simulator.start(config), real: await real.start(config) };
    });
    afterAll(async () => {
      await servers?.simulated.stop();
      await servers?.real.stop();
    });

    test("on a sample of 500 streams", async () => {
      if (servers === undefined) throw new Error("not started");
      const { simulated, real: actual } = servers;
      const sample = fc.sample(stream, { numRuns: 500, seed: 5 });
      const compare = async (text: string, lane: number): Promise<"telling" | "trivial"> => {
        const ports = [simulated.tcpPort, actual.tcpPort];
        const replays = await Promise.all(ports.map((port) => replay(port, lane, text)));
        const [ours, theirs] = replays.map(({ look }) => look);
        if (ours === undefined || theirs === undefined) throw new Error("two servers are compared");
        // On a busy machine one answer may come later: they must agree in the end.
        await until(`the same answer to ${JSON.stringify(text)}`, () =>
          isDeepStrictEqual(ours(), theirs()),
        ).catch(() => expect(ours(), JSON.stringify(text)).toEqual(theirs()));
        const kind = ours().lines.join("") === UNKNOWN ? "trivial" : "telling";
        for (const { close } of replays) close();
        return kind;
      };
      const kinds: string[] = [];
      for (let at = 0; at < sample.length; at += LANES) {
        kinds.push(...(await Promise.all(sample.slice(at, at + LANES).map(compare))));
      }
      // A sample whose streams all fail at their first command would prove nothing.
      expect(kinds.filter((kind) => kind === "telling").length).toBeGreaterThan(250);
    });
  },
);

test("1,000 streams over sockets leave no connection and no subscription behind", async () => {
  const simulator = await startSimulator();
  const port = Number(new URL(simulator.tcpUrl).port);
  const streams = fc.sample(fc.tuple(stream, cuts), { numRuns: 1000, seed: 6 });
  const say = async ([text, shares]: [string, number[]]): Promise<void> => {
    const peer = await Peer.dial(port);
    for (const piece of cut(Buffer.from(text, "latin1"), shares)) peer.send(piece);
    peer.close();
  };
  for (let at = 0; at < streams.length; at += 50) await Promise.all(streams.slice(at, at + 50).map(say));
  const count = async (path: string, field: string): Promise<unknown> =>
    ((await (await fetch(`${simulator.monitorUrl}${path}`)).json()) as Record<string, unknown>)[field];
  await until("no connection is left", async () => (await count("/connz", "num_connections")) === 0);
  expect(await count("/varz", "subscriptions")).toBe(0);
  expect(simulator.events.totals).toMatchObject({ accepted: 1000, closed: 1000 });
  await simulator.stop();
});
