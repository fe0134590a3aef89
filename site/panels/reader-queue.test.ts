import { encode } from "@msgpack/msgpack";
import { beforeEach, expect, test } from "vitest";
import { loadReader } from "../content/load-reader.ts";
import type { Payload } from "../content/payload.ts";
import { messageOf } from "../testing.ts";
import { dismissMissingPart, Part, partIsMissing } from "../ui/parts.ts";
import { ReaderQueue } from "./reader-queue.ts";

beforeEach(dismissMissingPart);

/** A queue whose part can't be had while it is offline. */
function queueOf(payload: Payload, isOffline = true) {
  const network = { isOffline, asked: 0 };
  const kinds: string[] = [];
  const queue = new ReaderQueue(
    payload,
    (reader, { data }) => kinds.push(reader(data).kind),
    new Part(() => {
      network.asked += 1;
      return network.isOffline ? Promise.reject(new TypeError("no network")) : loadReader(payload);
    }),
  );
  return { queue, network, kinds };
}

const message = messageOf(encode({ id: 1 }));

test.each<Payload>(["auto", "msgpack"])(
  "what comes waits for what reads %s, and without it is shown all the same; it is asked for once, and said",
  async (payload) => {
    const { queue, network, kinds } = queueOf(payload);
    queue.offer(message, 0);
    queue.offer(message, 0);
    expect(kinds).toEqual([]);
    await expect.poll(() => kinds).toEqual(["bytes", "bytes"]);
    queue.offer(message, 0);
    expect([kinds.length, network.asked, partIsMissing.value]).toEqual([3, 1, true]);
  },
);

test.each<Payload>(["auto", "msgpack"])(
  "what reads %s is asked for again where its reader wants to see a message, and then reads what comes too",
  async (payload) => {
    const { queue, network, kinds } = queueOf(payload);
    queue.offer(message, 0);
    await expect.poll(() => kinds).toEqual(["bytes"]);
    network.isOffline = false;
    expect((await queue.readerOf(message))(message.data).kind).toBe("msgpack");
    queue.offer(message, 0);
    expect([kinds, network.asked, partIsMissing.value]).toEqual([["bytes", "msgpack"], 2, false]);
  },
);
