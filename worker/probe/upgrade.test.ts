import { afterEach, expect, test, vi } from "vitest";
import { openWebSocket } from "./upgrade.ts";

afterEach(() => vi.restoreAllMocks());

test.each([
  [200, ""],
  [302, ""],
  [403, "no"],
])("an endless body of an answer %i is cancelled, and its connection closed", async (status, body) => {
  let isCancelled = false;
  const endless = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("no")),
    cancel: () => {
      isCancelled = true;
    },
  });
  vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(endless, { status }));
  const { evidence, socket } = await openWebSocket("ws://a.example", null, 2000);
  expect(evidence).toEqual({ outcome: "answered", httpStatus: status, body });
  expect(socket).toBeNull();
  expect(isCancelled).toBe(true);
});
