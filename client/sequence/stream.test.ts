import { expect, test } from "vitest";
import { HeaderBlock } from "../headers.ts";
import { AskError, type LinkPort } from "./port.ts";
import { Stream } from "./stream.ts";

const NOT_FOUND = new HeaderBlock(new TextEncoder().encode("NATS/1.0 404 Message Not Found\r\n\r\n"));

test("a leader that may not be asked is no reason to ask Direct Get no more, which may be on again", async () => {
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
  const stream = new Stream({ name: "S" }, "s", link, new AbortController().signal, () => {});
  await stream.readOneByOne(true);
  await expect(stream.get({ seq: 1 })).rejects.toMatchObject({ failure: "nobody" });
  expect(await stream.get({ seq: 1 })).toBeNull();
  expect(asked).toEqual(["$JS.API.STREAM.MSG.GET.S", "$JS.API.DIRECT.GET.S"]);
});
