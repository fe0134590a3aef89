import { afterEach, expect, test, vi } from "vitest";
import { Shared } from "./shared.ts";

const NOON_MS = Date.UTC(2026, 10, 24, 12);
const setClock = (nowMs: number) => vi.spyOn(Date, "now").mockReturnValue(nowMs);
const [always, never] = [() => true, () => false];

afterEach(() => vi.restoreAllMocks());

test("requests made while a value is loading get that value", async () => {
  const shared = new Shared<string>();
  let answer = (_value: string): void => {};
  const late = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const asked = [shared.get(never, () => late), shared.get(never, async () => "another")];
  answer("late");
  expect(await Promise.all(asked)).toEqual(["late", "late"]);
  expect(await shared.get(never, async () => "later")).toBe("later");
});

test("a clock that is set back makes no value fresher and no failure longer", async () => {
  setClock(NOON_MS);
  const [kept, failed] = [new Shared<string>(), new Shared<string>()];
  await kept.get(always, async () => "old");
  await expect(failed.get(always, () => Promise.reject(new Error("down")))).rejects.toThrow("down");
  await expect(failed.get(always, async () => "too soon")).rejects.toThrow("a moment ago");
  setClock(NOON_MS - 600_000);
  expect(await kept.get(never, async () => "new")).toBe("new");
  expect(await failed.get(always, async () => "new")).toBe("new");
});
