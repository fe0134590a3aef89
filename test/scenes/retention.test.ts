/** Messages that a stream discards during a break: those left are delivered, the others reported as missing. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deleteStream, purgeStream } from "../support/servers/stream.ts";
import { whole } from "./support/follower.ts";
import { numbered, publish } from "./support/publish.ts";
import { SOURCES, StreamServer } from "./support/stream-server.ts";
import { Worker } from "./support/worker.ts";

let server: StreamServer;

beforeAll(async () => {
  server = await StreamServer.start();
});
afterAll(() => server.stop());

describe.concurrent.each(SOURCES)("a %s feed", (source) => {
  test("max_msgs_per_subject 1: the last message of each subject comes, and the gap covers the discarded ones", async () => {
    const name = `LAST_${source}`;
    const stream = await server.createStream(name, source, { max_msgs_per_subject: 1 });
    const all = await server.follow({ subject: `${name}.>`, stream });
    const one = await server.follow({ subject: `${name}.a`, stream });
    const of = (subject: string, from: number, to: number) =>
      numbered(`${name}.${subject}`, subject, from, to);
    const first = await publish(server.nats, [...of("a", 0, 1), ...of("b", 0, 1)]);
    await Promise.all([all.receives(2), one.receives(1)]);
    let missed: typeof first = [];
    await all.breakWhile(() =>
      one.breakWhile(async () => {
        missed = await publish(server.nats, [...of("a", 1, 4), ...of("b", 1, 3), ...of("a", 4, 5)]);
      }),
    );
    await Promise.all([all.receives(4), one.receives(2)]);
    const published = [...first, ...missed];
    expect(all.account(published)).toMatchObject({ ...whole(8), delivered: 4, lostReported: 4 });
    expect(one.account(published.filter(({ id }) => id.startsWith("a")))).toMatchObject({
      ...whole(5),
      delivered: 2,
      lostReported: 3,
    });
    await Promise.all([all.stop(), one.stop()]);
  });

  test("a stream with a single subject: the gap has the exact number of discarded messages", async () => {
    const name = `SHORT_${source}`;
    const stream = await server.createStream(name, source, { subjects: [name], max_msgs: 4 });
    const follower = await server.follow({ subject: name, stream });
    const first = await publish(server.nats, numbered(name, "m", 0, 3));
    await follower.receives(3);
    let missed: typeof first = [];
    await follower.breakWhile(async () => {
      missed = await publish(server.nats, numbered(name, "m", 3, 20));
    });
    await follower.receives(7);
    expect(follower.account([...first, ...missed])).toMatchObject({
      ...whole(20),
      delivered: 7,
      lostReported: 13,
    });
    expect(follower.notebook.gaps.map(({ missing }) => missing)).toContainEqual({ exactly: 13 });
    await follower.stop();
  });

  test("a work queue: messages that a worker took are reported as missing", async () => {
    const name = `WORK_${source}`;
    const stream = await server.createStream(name, source, { retention: "workqueue" });
    const worker = await Worker.start(server.nats, name);
    const follower = await server.follow({ subject: `${name}.>`, stream });
    const first = await publish(server.nats, numbered(`${name}.a`, "m", 0, 5));
    await follower.receives(5);
    let missed: typeof first = [];
    await follower.breakWhile(async () => {
      missed = await publish(server.nats, numbered(`${name}.a`, "m", 5, 15));
      await worker.take(5 + 6);
    });
    await follower.receives(9);
    expect(follower.account([...first, ...missed])).toMatchObject({
      ...whole(15),
      delivered: 9,
      lostReported: 6,
    });
    await follower.stop();
  });

  test("interest retention: messages that all consumers took are reported as missing", async () => {
    const name = `INTEREST_${source}`;
    const stream = await server.createStream(name, source, { retention: "interest" });
    const worker = await Worker.start(server.nats, name);
    const follower = await server.follow({ subject: `${name}.>`, stream });
    const first = await publish(server.nats, numbered(`${name}.a`, "m", 0, 5));
    await follower.receives(5);
    let missed: typeof first = [];
    await follower.breakWhile(async () => {
      missed = await publish(server.nats, numbered(`${name}.a`, "m", 5, 12));
      await worker.take(12);
    });
    const last = await publish(server.nats, numbered(`${name}.a`, "m", 12, 13));
    await follower.receives(6);
    expect(follower.account([...first, ...missed, ...last])).toMatchObject({
      ...whole(13),
      delivered: 6,
      lostReported: 7,
    });
    await follower.stop();
  });

  test("a purge of one subject: its messages are reported as missing, the others come", async () => {
    const name = `PURGE_${source}`;
    const stream = await server.createStream(name, source);
    const followers = await Promise.all(
      [">", "a", "b"].map((subject) => server.follow({ subject: `${name}.${subject}`, stream })),
    );
    const of = (subject: string, from: number, to: number) =>
      numbered(`${name}.${subject}`, subject, from, to);
    const first = await publish(server.nats, [...of("a", 0, 2), ...of("b", 0, 2)]);
    const [all, a, b] = followers;
    await Promise.all([all?.receives(4), a?.receives(2), b?.receives(2)]);
    let missed: typeof first = [];
    const away = followers.reduce(
      (meanwhile, follower) => () => follower.breakWhile(meanwhile),
      async () => {
        missed = await publish(server.nats, [...of("a", 2, 7), ...of("b", 2, 6)]);
        await purgeStream(server.nats, name, `${name}.a`);
        missed.push(...(await publish(server.nats, of("a", 7, 9))));
      },
    );
    await away();
    await Promise.all([all?.receives(10), a?.receives(4), b?.receives(6)]);
    const published = [...first, ...missed];
    const only = (letter: string) => published.filter(({ id }) => id.startsWith(letter));
    expect(all?.account(published)).toMatchObject({ ...whole(15), delivered: 10, lostReported: 5 });
    expect(a?.account(only("a"))).toMatchObject({ ...whole(9), delivered: 4, lostReported: 5 });
    expect(b?.account(only("b"))).toMatchObject(whole(6));
    await Promise.all(followers.map((follower) => follower.stop()));
  });

  test.each([3, 20])(
    "a stream created anew during a break, with %i messages since: they come, and the old ones are reported as missing",
    async (count) => {
      const name = `ANEW_${count}_${source}`;
      const stream = await server.createStream(name, source);
      const follower = await server.follow({ subject: `${name}.>`, stream });
      const old = await publish(server.nats, numbered(`${name}.a`, "old", 0, 5));
      await follower.receives(5);
      let anew: typeof old = [];
      await follower.breakWhile(async () => {
        old.push(...(await publish(server.nats, numbered(`${name}.a`, "old", 5, 8))));
        await deleteStream(server.nats, name);
        await server.createStream(name, source);
        anew = await publish(server.nats, numbered(`${name}.a`, "new", 0, count));
      });
      await follower.receives(5 + count);
      const live = await publish(server.nats, numbered(`${name}.a`, "live", 0, 3));
      await follower.receives(5 + count + 3);
      expect(follower.account([...old, ...anew, ...live])).toMatchObject({
        ...whole(8 + count + 3),
        delivered: 5 + count + 3,
        lostReported: 3,
      });
      await follower.stop();
    },
  );

  test("a stream created anew under a live link: all its messages come", async () => {
    const name = `ANEW_LIVE_${source}`;
    const stream = await server.createStream(name, source);
    const follower = await server.follow({ subject: `${name}.>`, stream });
    const old = await publish(server.nats, numbered(`${name}.a`, "old", 0, 5));
    await follower.receives(5);
    await deleteStream(server.nats, name);
    await server.createStream(name, source);
    const anew = await publish(server.nats, numbered(`${name}.a`, "new", 0, 7));
    await follower.receives(12);
    expect(follower.account([...old, ...anew])).toMatchObject(whole(12));
    await follower.stop();
  });
});
