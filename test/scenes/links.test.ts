/** What links do to a feed by sequence: long breaks, large messages, clocks, handovers with listeners that come late. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publishSteadily } from "../support/clients/pace.ts";
import { accountBySequence } from "../support/ledger/by-sequence.ts";
import { Notebook } from "../support/ledger/notebook.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { until } from "../support/tools/until.ts";
import { whole } from "./support/follower.ts";
import { numbered, publish } from "./support/publish.ts";
import { SOURCES, StreamServer } from "./support/stream-server.ts";

/** nats-server before 2.11 gives stored messages one by one, so a long break there is a shorter one. */
const LONG_BREAK = selectedRelease() === "2.15" ? 30_000 : 3000;

let server: StreamServer;

beforeAll(async () => {
  server = await StreamServer.start();
});
afterAll(() => server.stop());

describe.each(SOURCES)("%s", (source) => {
  test(`a break of ${LONG_BREAK} messages`, async () => {
    const name = `LONG_${source}`;
    const stream = await server.createStream(name, source);
    const follower = await server.follow({ subject: `${name}.>`, stream });
    const first = await publish(server.nats, numbered(`${name}.a`, "m", 0, 5));
    await follower.has(5);
    let missed: typeof first = [];
    await follower.breakWhile(async () => {
      missed = await publish(server.nats, numbered(`${name}.a`, "m", 5, 5 + LONG_BREAK));
    });
    const live = await publish(server.nats, numbered(`${name}.b`, "live", 0, 500));
    const published = [...first, ...missed, ...live];
    await follower.has(published.length);
    expect(follower.account(published)).toMatchObject(whole(published.length));
    await follower.stop();
  });

  test("a hundred messages of 900 kB, live and after a break", async () => {
    const name = `LARGE_${source}`;
    const stream = await server.createStream(name, source);
    const follower = await server.follow({ subject: `${name}.>`, stream });
    const large = "x".repeat(900_000);
    const first = await publish(server.nats, numbered(`${name}.a`, "m", 0, 20, large));
    await follower.has(20);
    let missed: typeof first = [];
    await follower.breakWhile(async () => {
      missed = await publish(server.nats, numbered(`${name}.a`, "m", 20, 100, large));
    });
    await follower.has(100);
    expect(follower.account([...first, ...missed])).toMatchObject(whole(100));
    await follower.stop();
  });

  test("a wall clock that goes back three seconds, during a break and while live", async () => {
    const name = `CLOCK_${source}`;
    const stream = await server.createStream(name, source);
    let backMs = 0;
    const clock = {
      now: () => Date.now() - backMs,
      after: (delayMs: number, callback: () => void) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    };
    const follower = await server.follow({ subject: `${name}.>`, stream }, { clock });
    const first = await publish(server.nats, numbered(`${name}.a`, "m", 0, 5));
    await follower.has(5);
    backMs = 3000;
    const second = await publish(server.nats, numbered(`${name}.a`, "m", 5, 10));
    await follower.has(10);
    let missed: typeof first = [];
    await follower.breakWhile(async () => {
      backMs = 6000;
      missed = await publish(server.nats, numbered(`${name}.a`, "m", 10, 30));
    });
    await follower.has(30);
    expect(follower.account([...first, ...second, ...missed])).toMatchObject(whole(30));
    await follower.stop();
  });

  test("a listener that is added during a handover has all from then on, and takes nothing from the first", async () => {
    const name = `ADDED_${source}`;
    const stream = await server.createStream(name, source);
    const follower = await server.follow({ subject: `${name}.>`, stream });
    const added = new Notebook();
    let before = 0;
    let handover: Promise<void> | undefined;
    const published: string[] = [];
    await publishSteadily(server.nats, { perSecond: 500, seconds: 2 }, (index) => {
      if (index === 300) {
        handover = follower.handsOver();
        // In the midst of it: the new link is dialled, the old one lives.
        setTimeout(() => {
          before = published.length;
          added.follow(follower.client.subscribe(`${name}.>`, added.message, { stream, name: "second" }));
        });
      }
      published.push(`m-${index}`);
      return { subject: `${name}.a`, payload: `m-${index} ` };
    });
    await handover;
    await follower.has(1000);
    await until("the last", () => added.has("m-999"));
    const stored = published.map((id, index) => ({ id, sequence: index + 1, atMs: 0 }));
    expect(follower.account(stored)).toMatchObject(whole(1000));
    const from = published.indexOf(added.ids[0] ?? "");
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThanOrEqual(before);
    expect(accountBySequence(stored.slice(from), added.entries)).toMatchObject(whole(1000 - from));
    await follower.stop();
  });
});
