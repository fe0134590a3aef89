import { encode } from "@msgpack/msgpack";
import { beforeEach, expect, test } from "vitest";
import { loadReader } from "../content/load-reader.ts";
import type { Payload } from "../content/payload.ts";
import { messageOf } from "../testing.ts";
import { dismissMissingPart, Part, partIsMissing } from "../ui/parts.ts";
import { ReaderQueue } from "./reader-queue.ts";

beforeEach(dismissMissingPart);

/** A queue whose reader can't be loaded while `isOffline`. */
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
  "messages wait for the reader of %s; if it can't be loaded, that is reported and they are shown as bytes",
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
  "the reader of %s is loaded again for a message that is opened, and then reads new messages too",
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
