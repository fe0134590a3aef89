import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { queryObjects } from "node:v8";
import { describe, expect, test } from "vitest";
import { Connection } from "../../client/connection/connection.ts";
import { Wire } from "../../client/connection/wire.ts";
import { MyceliumClient } from "../../client/index.ts";
import { play } from "./play.ts";
import { makeSchedule } from "./schedule.ts";
import { playTogether } from "./threads.ts";
import { World } from "./world.ts";

/** As many as leave the whole suite quick; `npm run chaos -- --schedules 100000 --seed 1` plays more. */
const LIVES = 5000;

describe("the client's life in virtual time", () => {
  test(`${LIVES} schedules violate nothing`, async () => {
    const played = await playTogether(LIVES, 1, availableParallelism());
    expect(played.firstViolation).toBeNull();
    expect(played).toMatchObject({ schedules: LIVES, violations: 0 });
    expect(played.steps).toBeGreaterThan(10 * LIVES);
  });

  // What they violated once hardly any other life does.
  test.each([805_729])("the life of seed %i violates nothing any more", async (seed) => {
    expect((await play(makeSchedule(seed))).violation).toBeNull();
  });

  test("the same seed is the same life, step by step", async () => {
    const schedule = makeSchedule(42);
    expect(makeSchedule(42)).toEqual(schedule);
    expect(await play(schedule)).toEqual(await play(schedule));
  });

  test("a life that is over leaves nothing in memory", async () => {
    for (let seed = 1; seed <= 300; seed++) await play(makeSchedule(seed));
    await new Promise((settle) => setImmediate(settle));
    const left = [MyceliumClient, Connection, Wire, World].map((kind) =>
      queryObjects(kind, { format: "count" }),
    );
    // The engine may still hold the very last lives; of a leak there would be hundreds.
    expect(Math.max(...left)).toBeLessThan(10);
  });

  test("npm run chaos ends with its one line of JSON", async () => {
    const args = ["test/chaos/main.ts", "--schedules", "50", "--seed", "7"];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const last = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    expect(last).toEqual({ schedules: 50, steps: expect.any(Number), violations: 0, seed: 7 });
  });
});
