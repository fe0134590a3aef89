import { describe, expect, test } from "vitest";
import { Running } from "./command.ts";

describe("Running", () => {
  test("stops in the opposite order, once", async () => {
    const running = new Running();
    const stopped: string[] = [];
    await running.add(async () => void stopped.push("first"));
    await running.add(async () => void stopped.push("second"));
    await Promise.all([running.stopAll(), running.stopAll()]);
    expect(stopped).toEqual(["second", "first"]);
  });

  test("what is started while everything is being stopped is stopped at once", async () => {
    const running = new Running();
    await running.stopAll();
    let isStopped = false;
    await running.add(async () => {
      isStopped = true;
    });
    expect(isStopped).toBe(true);
  });
});
