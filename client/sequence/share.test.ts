import { expect, test } from "vitest";
import { VirtualClock } from "../../test/chaos/virtual-clock.ts";
import { settled } from "../../test/support/clients/fake-link.ts";
import { AskError, type LinkPort } from "./port.ts";
import { LinkShare, shareOf } from "./share.ts";
import { pause } from "./wait.ts";

const { signal } = new AbortController();

/** Requests over one link whose answers take `answerMs` each, or as long as their bytes take. */
function requestsOver(answerMs: number | { readonly bytesPerMs: number }) {
  const clock = new VirtualClock();
  const share = new LinkShare();
  const seen = { atOnce: 0, mostAtOnce: 0, sizes: [] as number[], bytes: 0, mostBytes: 0 };
  const ask = async (maxBytes: number) => {
    seen.sizes.push(maxBytes);
    seen.atOnce += 1;
    seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.atOnce);
    seen.bytes += maxBytes;
    seen.mostBytes = Math.max(seen.mostBytes, seen.bytes);
    await pause(clock, typeof answerMs === "number" ? answerMs : seen.bytes / answerMs.bytesPerMs, signal);
    seen.atOnce -= 1;
    seen.bytes -= maxBytes;
  };
  const send = async (count: number) => {
    const all = Array.from({ length: count }, () => share.take(clock, signal, ask));
    let isOver = false;
    const over = Promise.all(all).then(() => {
      isOver = true;
    });
    while (!isOver) {
      await settled();
      clock.ringNext(Number.POSITIVE_INFINITY);
    }
    await over;
  };
  return { clock, share, seen, send };
}

test("over a quick link, requests grow, and up to 32 are sent at once", async () => {
  const { seen, send } = requestsOver(50);
  await send(400);
  expect(seen.mostAtOnce).toBe(32);
  expect(seen.sizes.at(-1)).toBe(1_000_000);
});

test("over a slow link, requests shrink until one is sent at a time", async () => {
  const { seen, send } = requestsOver(2000);
  await send(30);
  seen.mostAtOnce = 0;
  await send(5);
  expect(seen.mostAtOnce).toBe(1);
  expect(seen.sizes.at(-1)).toBe(4000);
});

test("a link of 100 kB/s never has more than four seconds' worth to carry", async () => {
  const { seen, send } = requestsOver({ bytesPerMs: 100 });
  await send(200);
  expect(seen.mostBytes).toBeLessThan(400_000);
});

test("a request that fails, or whose feed ends before its turn, makes way for the next", async () => {
  const { clock, share, seen, send } = requestsOver(50);
  const failing = () => Promise.reject(new AskError("timeout"));
  for (let turn = 0; turn < 20; turn += 1)
    await expect(share.take(clock, signal, failing)).rejects.toMatchObject({ failure: "timeout" });
  await expect(share.take(clock, AbortSignal.abort(), failing)).rejects.toMatchObject({ failure: "ended" });
  await send(10);
  expect(seen.sizes).toHaveLength(10);
});

test("all feeds of a link have one share", () => {
  const link: LinkPort = { ask: async () => {} };
  expect(shareOf(link)).toBe(shareOf(link));
  expect(shareOf({ ...link })).not.toBe(shareOf(link));
});
