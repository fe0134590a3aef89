/** Timeouts of requests. */
import { afterEach, expect, test } from "vitest";
import { DAY_MS, Life } from "../test/support/clients/virtual-life.ts";

let life: Life;
afterEach(() => life.end());

test("a request's timeout may exceed the longest timer of the runtime", async () => {
  life = await new Life().live();
  const waits = (timeoutMs: number) => {
    const signal = AbortSignal.abort(new Error("enough"));
    return expect(life.client.request("a", "", { timeoutMs, signal })).rejects;
  };
  await waits(30 * DAY_MS).toThrow("enough");
  for (const timeoutMs of [0, -1, Number.NaN])
    await waits(timeoutMs).toThrow("use milliseconds of at least 1");
});
