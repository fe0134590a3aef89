/**
 * The fault matrix: every kind of fault in every phase of a link, on the simulator, and on a real
 * nats-server where it can be brought to show it. The table is `client-faults/matrix.ts`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FAULT_KINDS } from "../../client/index.ts";
import { startSimulator } from "../../dev/simulator/index.ts";
import { startNatsServer } from "../support/nats-server.ts";
import { CELLS } from "./client-faults/matrix.ts";
import { play } from "./client-faults/run.ts";

const scenes = CELLS.flatMap(({ kind, phase, cell }) => ("never" in cell ? [] : [{ kind, phase, ...cell }]));
const titled = <T extends { kind: string; phase: string }>(list: readonly T[]) =>
  list.map((scene) => [`${scene.kind} while ${scene.phase}`, scene] as const);
describe("on the simulator", () => {
  test.each(titled(scenes))("%s", async (_, { simulator, ...expected }) => {
    const server = await startSimulator(simulator.options);
    try {
      await play(server, simulator, expected);
      // A draining link shows nothing of a fault: that it was struck by one, only the server knows.
      const struck = server.ledger.entries.some(({ event }) => event === "fault");
      if (expected.phase === "draining" && expected.kind !== "offline") expect(struck).toBe(true);
    } finally {
      await server.stop();
    }
  });
});

describe("on nats-server", () => {
  const shown = scenes.flatMap((scene) => (scene.real === undefined ? [] : [{ ...scene, real: scene.real }]));

  test.each(titled(shown))("%s", async (_, { real, ...expected }) => {
    const server = await startNatsServer(real.options);
    try {
      await play(server, real, expected);
    } finally {
      await server.stop();
    }
  });
});

test("every kind has a scene, or its row names the file that shows it", () => {
  for (const kind of FAULT_KINDS) {
    if (scenes.some((scene) => scene.kind === kind)) continue;
    const named = CELLS.filter((one) => one.kind === kind).map(
      ({ cell }) => "never" in cell && /client-[\w-]+\.test\.ts/.exec(cell.never)?.[0],
    );
    for (const file of named) expect(existsSync(join(import.meta.dirname, String(file))), kind).toBe(true);
  }
});
