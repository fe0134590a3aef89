/** Feeds by sequence over difficult links: long breaks, large messages, clocks set back, late listeners. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publishSteadily } from "../support/clients/pace.ts";
import { accountBySequence } from "../support/ledger/by-sequence.ts";
import { Notebook } from "../support/ledger/notebook.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { until } from "../support/tools/until.ts";
import { whole } from "./support/follower.ts";
import { numbered, publish } from "./support/publish.ts";
import { SOURCES, StreamServer } from "./support/stream-server.ts";

/** Messages missed in a long break; fewer on nats-server before 2.11, which returns stored messages one by one. */
const LONG_BREAK = selectedRelease() === "2.15" ? 30_000 : 3000;

let server: StreamServer;

beforeAll(async () => {
  server = await StreamServer.start();
});
afterAll(() => server.stop());

describe.each(SOURCES)("a %s feed", (source) => {
  test(`every message comes after a break of ${LONG_BREAK} messages`, async () => {
    const name = `LONG_${source}`;
    const stream = await server.createStream(name, source);
    const follower = await server.follow({ subject: `${name}.>`, stream });
    const first = await publish(server.nats, numbered(`${name}.a`, "m", 0, 5));
    await follower.receives(5);
    let missed: typeof first = [];
    await follower.breakWhile(async () => {
      missed = await publish(server.nats, numbered(`${name}.a`, "m", 5, 5 + LONG_BREAK));
    });
    const live = await publish(server.nats, numbered(`${name}.b`, "live", 0, 500));
    const published = [...first, ...missed, ...live];
    await follower.receives(published.length);
    expect(follower.account(published)).toMatchObject(whole(published.length));
    await follower.stop();
  });

  test("a hundred messages of 900 kB come, live and after a break", async () => {
    const name = `LARGE_${source}`;
    const stream = await server.createStream(name, source);
    const follower = await server.follow({ subject: `${name}.>`, stream });
    const large = "x".repeat(900_000);
    const first = await publish(server.nats, numbered(`${name}.a`, "m", 0, 20, large));
    await follower.receives(20);
    let missed: typeof first = [];
    await follower.breakWhile(async () => {
      missed = await publish(server.nats, numbered(`${name}.a`, "m", 20, 100, large));
    });
    await follower.receives(100);
    expect(follower.account([...first, ...missed])).toMatchObject(whole(100));
    await follower.stop();
  });

  test("every message comes though the wall clock is set back by 3 s, while live and during a break", async () => {
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
    await follower.receives(5);
    backMs = 3000;
    const second = await publish(server.nats, numbered(`${name}.a`, "m", 5, 10));
    await follower.receives(10);
    let missed: typeof first = [];
    await follower.breakWhile(async () => {
      backMs = 6000;
      missed = await publish(server.nats, numbered(`${name}.a`, "m", 10, 30));
    });
    await follower.receives(30);
    expect(follower.account([...first, ...second, ...missed])).toMatchObject(whole(30));
    await follower.stop();
  });

  test("a listener added during a handover gets every message from then on, and the first listener loses none", async () => {
    const name = `ADDED_${source}`;
    const stream = await server.createStream(name, source);
    const follower = await server.follow({ subject: `${name}.>`, stream });
    const added = new Notebook();
    let before = 0;
    let handover: Promise<void> | undefined;
    const published: string[] = [];
    await publishSteadily(server.nats, { perSecond: 500, seconds: 2 }, (index) => {
      if (index === 300) {
        handover = follower.handOver();
        // During the handover: the second link is being dialled.
        setTimeout(() => {
          before = published.length;
          added.follow(follower.client.subscribe(`${name}.>`, added.message, { stream, name: "second" }));
        });
      }
      published.push(`m-${index}`);
      return { subject: `${name}.a`, payload: `m-${index} ` };
    });
    await handover;
    await follower.receives(1000);
    await until("the last message", () => added.has("m-999"));
    const stored = published.map((id, index) => ({ id, sequence: index + 1, atMs: 0 }));
    expect(follower.account(stored)).toMatchObject(whole(1000));
    const from = published.indexOf(added.ids[0] ?? "");
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThanOrEqual(before);
    expect(accountBySequence(stored.slice(from), added.entries)).toMatchObject(whole(1000 - from));
    await follower.stop();
  });
});
