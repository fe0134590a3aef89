import { expect, test, vi } from "vitest";
import { type KnownOrigin, knownOrigin, originKnownAfter } from "./origin.ts";
import { NOON_MS, seen } from "./testing.ts";

const PAGE = "https://page.example";
const HOUR_MS = 3_600_000;
const known = (origin: string, hoursAgo = 0): KnownOrigin => ({
  origin,
  atMs: NOON_MS - hoursAgo * HOUR_MS,
});

/** What is known at noon after a look that was asked for under an origin, and saw so much of each server. */
function after(
  askedAt: string | null,
  before: KnownOrigin | null,
  ...refused: readonly (readonly string[] | "down")[]
): KnownOrigin | null {
  vi.spyOn(Date, "now").mockReturnValue(NOON_MS);
  const servers = refused.map((refusedOrigins) => ({
    ...seen("pass").servers[0],
    ...(refusedOrigins === "down" ? { httpStatus: null } : { httpStatus: 101, refusedOrigins }),
  }));
  const found = originKnownAfter(
    { servers } as unknown as Parameters<typeof originKnownAfter>[0],
    { publicUrl: null, ...(askedAt === null ? {} : { askedAt }) },
    before,
  );
  vi.restoreAllMocks();
  return found;
}

test("the page is where was asked and let in, by all servers", () => {
  expect(after(PAGE, null, [])).toEqual(known(PAGE));
  expect(after(PAGE, known("https://old.example"), [])).toEqual(known(PAGE));
  expect(after(PAGE, known("https://old.example"), [], [PAGE])).toEqual(known("https://old.example"));
});

test("whoever asks elsewhere changes nothing, nor does the cron, nor a look that came nowhere", () => {
  expect(after("https://evil.example", known(PAGE, 5), ["https://evil.example"])).toEqual(known(PAGE, 5));
  expect(after(null, known(PAGE, 5), [])).toEqual(known(PAGE, 5));
  expect(after("https://evil.example", known(PAGE), "down")).toEqual(known(PAGE));
  expect(after(null, null, [])).toBeNull();
});

test("while none is let in, what was asked last stands in, so that the next look says the same", () => {
  expect(after(PAGE, null, [PAGE])).toEqual(known(PAGE));
  expect(after(PAGE, known("https://old.example"), [PAGE, "https://old.example"])).toEqual(known(PAGE));
});

test("a page where nobody has asked for a day has moved", () => {
  expect(after(PAGE, known(PAGE, 0.5), [])).toEqual(known(PAGE, 0.5));
  expect(after(PAGE, known(PAGE, 2), [])).toEqual(known(PAGE));
  vi.spyOn(Date, "now").mockReturnValue(NOON_MS);
  expect(knownOrigin(known(PAGE, 23))).toEqual(known(PAGE, 23));
  expect(knownOrigin(known(PAGE, 25))).toBeNull();
  vi.restoreAllMocks();
});
