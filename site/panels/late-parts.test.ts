import { encode } from "@msgpack/msgpack";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

const LATE = ["../content/msgpack.ts", "../content/found-columns.ts"];
let isOffline = true;

// Other tests have already loaded these modules.
beforeAll(() => {
  vi.resetModules();
  for (const part of LATE) {
    vi.doMock(part, (original) => (isOffline ? Promise.reject(new TypeError("no network")) : original()));
  }
});
afterAll(() => {
  for (const part of LATE) vi.doUnmock(part);
  vi.resetModules();
});

test("a part that one panel couldn't load reaches it once another panel loads it, which ends the page's note", async () => {
  const { feedOf, viewOf } = await import("../testing.ts");
  const { partIsMissing } = await import("../ui/parts.ts");
  const payload = encode({ id: 1 });
  const panel = () => {
    const { store, receive, paint } = viewOf({ ...feedOf("t"), payload: "msgpack" });
    const shown = () => {
      paint();
      const { rows, found } = store.snapshot.value;
      return {
        rows: rows.map((row) => row.kind === "event" && row.payload),
        columns: found.map(({ field }) => field),
      };
    };
    return { receive: () => receive(payload), shown };
  };
  const first = panel();
  first.receive();
  await expect.poll(first.shown).toEqual({ rows: ["bytes"], columns: [] });
  await expect.poll(() => partIsMissing.value).toBe(true);
  isOffline = false;
  const other = panel();
  other.receive();
  await expect.poll(other.shown).toEqual({ rows: ["msgpack"], columns: ["id"] });
  expect(partIsMissing.value).toBe(false);
  first.receive();
  expect(first.shown()).toEqual({ rows: ["msgpack", "bytes"], columns: ["$payload", "id"] });
});
