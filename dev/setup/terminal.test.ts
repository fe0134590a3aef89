import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { SetupError } from "./error.ts";
import { askAt } from "./terminal.ts";

/** A terminal that types `keys` at the question. */
function asked(keys: string): Promise<string> {
  const [input, output] = [new PassThrough(), new PassThrough()].map((one) =>
    Object.assign(one, { isTTY: true, setRawMode: () => {} }),
  );
  output?.once("data", () => input?.write(keys));
  return askAt(input as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream)("Where? ");
}

test("trims the answer", async () => {
  expect(await asked(" wss://a \r")).toBe("wss://a");
});

test.each([
  ["Ctrl-C", "\u0003"],
  ["Ctrl-D", "\u0004"],
])("%s at a question cancels with one sentence", async (_name, key) => {
  const answer = asked(key);
  await expect(answer).rejects.toThrow(SetupError);
  await expect(answer).rejects.toThrow("cancelled: nothing was written");
});
