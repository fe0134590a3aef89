import { encode } from "@msgpack/msgpack";
import { beforeEach, expect, test } from "vitest";
import { loadReader } from "../content/load-reader.ts";
import type { Payload } from "../content/payload.ts";
import { messageOf } from "../testing.ts";
import { AGAIN_AFTER_MS } from "../ui/lazy-part.ts";
import { dismissMissingPart, partIsMissing } from "../ui/parts.ts";
import { ReaderQueue } from "./reader-queue.ts";

beforeEach(dismissMissingPart);

test.each<Payload>(["auto", "msgpack"])(
  "what reads %s is asked for again, and said once",
  async (payload) => {
    let [atMs, asked, isOffline] = [0, 0, true];
    const kinds: string[] = [];
    const queue = new ReaderQueue(
      payload,
      () => atMs,
      (reader, { data }) => kinds.push(reader(data).kind),
      (wanted) => {
        asked += 1;
        return isOffline ? Promise.reject(new TypeError("no network")) : loadReader(wanted);
      },
    );
    const message = messageOf(encode({ id: 1 }));
    const kindNow = async () => (await queue.readerOf(message))(message.data).kind;
    const offer = async () => {
      queue.offer(message, 0);
      await kindNow();
      // What is asked for again fails without anybody waiting for it.
      await new Promise((resolve) => setTimeout(resolve));
    };
    await offer();
    expect([kinds, asked, partIsMissing.value]).toEqual([["bytes"], 1, true]);
    dismissMissingPart();
    atMs = AGAIN_AFTER_MS - 1;
    await offer();
    expect([kinds, asked]).toEqual([["bytes", "bytes"], 1]);
    atMs = AGAIN_AFTER_MS;
    await offer();
    expect([kinds, asked, partIsMissing.value]).toEqual([["bytes", "bytes", "bytes"], 2, false]);
    isOffline = false;
    atMs = 2 * AGAIN_AFTER_MS;
    queue.offer(message, 0);
    expect(await kindNow()).toBe("bytes");
    await expect.poll(kindNow).toBe("msgpack");
    await offer();
    expect(kinds).toEqual(["bytes", "bytes", "bytes", "bytes", "msgpack"]);
    const before = asked;
    atMs = 9 * AGAIN_AFTER_MS;
    await offer();
    expect([kinds.at(-1), asked]).toEqual(["msgpack", before]);
  },
);

test("what couldn't be loaded isn't missing any more once any panel has it", async () => {
  let [atMs, isOffline] = [0, true];
  const queueOf = () =>
    new ReaderQueue(
      "cbor",
      () => atMs,
      () => {},
      (wanted) => (isOffline ? Promise.reject(new TypeError("no network")) : loadReader(wanted)),
    );
  const queue = queueOf();
  await queueOf().readerOf(messageOf("a"));
  await queue.readerOf(messageOf("a"));
  expect(partIsMissing.value).toBe(true);
  isOffline = false;
  atMs = AGAIN_AFTER_MS;
  await queue.readerOf(messageOf("a"));
  await expect.poll(() => partIsMissing.value).toBe(false);
});
