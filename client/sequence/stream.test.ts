import { expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { HeaderBlock } from "../headers.ts";
import { AskError, type LinkPort } from "./port.ts";
import { Stream } from "./stream.ts";

const NOT_FOUND = new HeaderBlock(new TextEncoder().encode("NATS/1.0 404 Message Not Found\r\n\r\n"));

/** A stream that answers with these header blocks. */
function answering(...blocks: readonly string[]): Stream {
  const link: LinkPort = {
    ask: async (subject, _, { onAnswer }) => {
      for (const block of blocks) {
        const headers = new HeaderBlock(new TextEncoder().encode(`NATS/1.0${block}\r\n`));
        const answer = { subject, data: new Uint8Array(), headers, isHistory: false, respond: () => false };
        if (onAnswer(answer) === "done") return;
      }
      throw new AskError("timeout");
    },
  };
  return new Stream({ name: "S" }, "s", link, systemClock, () => {});
}

/** The header block of a message in a batch. */
const one = (sequence: number, pending: number, last: number): string =>
  `\r\nNats-Stream: S\r\nNats-Subject: s\r\nNats-Sequence: ${sequence}\r\nNats-Num-Pending: ${pending}\r\nNats-Last-Sequence: ${last}\r\n`;

const end = (last: number): string => ` 204 EOB\r\nNats-Num-Pending: 0\r\nNats-Last-Sequence: ${last}\r\n`;

test.each<[string, string[], number[]]>([
  ["first", [one(2, 0, 1), end(2)], []],
  ["next", [one(1, 2, 0), one(3, 0, 2), end(3)], [1]],
  ["last", [one(1, 1, 0), end(2)], [1]],
  ["only", [end(1)], []],
])("an answer whose %s message was lost counts as unanswered", async (_, blocks, expected) => {
  const read: number[] = [];
  const reading = answering(...blocks).read(1, 10, ({ sequence }) => read.push(sequence));
  await expect(reading).rejects.toMatchObject({ failure: "timeout" });
  expect(read).toEqual(expected);
});

test("an answer of which nothing was lost is read whole", async () => {
  const read: number[] = [];
  const stream = answering(one(1, 1, 0), one(4, 0, 1), end(4));
  expect(await stream.read(1, 10, ({ sequence }) => read.push(sequence))).toBe(false);
  expect(read).toEqual([1, 4]);
});

test("a request that the server doesn't understand is refused, unless there is another way to ask", async () => {
  const refused = { failure: "refused" };
  const stream = () => answering(" 408 Bad Request\r\n");
  await expect(stream().read(1, 10, () => {})).rejects.toMatchObject(refused);
  await expect(stream().readSince(0, () => {})).rejects.toMatchObject(refused);
  await expect(stream().find(1)).rejects.toMatchObject(refused);
  await expect(stream().get({ seq: 1 })).rejects.toMatchObject(refused);
  expect(await stream().readLastPerSubject(() => {})).toBeNull();
});

test("if the leader denies a request, the next one goes to Direct Get, which may be on again", async () => {
  const asked: string[] = [];
  const link: LinkPort = {
    ask: async (subject, _, { onAnswer }) => {
      asked.push(subject);
      if (subject.includes("MSG.GET")) throw new AskError("denied");
      onAnswer({
        subject,
        data: new Uint8Array(),
        headers: NOT_FOUND,
        isHistory: false,
        respond: () => false,
      });
    },
  };
  const stream = new Stream({ name: "S" }, "s", link, systemClock, () => {});
  await stream.switchToOneByOne(true);
  await expect(stream.get({ seq: 1 })).rejects.toMatchObject({ failure: "no-responders" });
  expect(await stream.get({ seq: 1 })).toBeNull();
  expect(asked).toEqual(["$JS.API.STREAM.MSG.GET.S", "$JS.API.DIRECT.GET.S"]);
});
