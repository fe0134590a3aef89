/**
 * The fault matrix: every kind of fault in every phase of a link, on the simulator and, where possible, on
 * a real nats-server behind a fault proxy. The table is `client-faults/matrix.ts`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FAULT_KINDS } from "../../client/index.ts";
import { FaultProxy } from "../../dev/fault-proxy/index.ts";
import { startSimulator } from "../../simulator/index.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { freePort } from "../support/tools/ports.ts";
import { PHASES, type RealCauses } from "./client-faults/cell.ts";
import { CELLS } from "./client-faults/matrix.ts";
import { play } from "./client-faults/run.ts";

const scenes = CELLS.flatMap(({ kind, phase, cell }) => ("never" in cell ? [] : [{ kind, phase, ...cell }]));

/** The simulator's scenes are skipped in a run with another release of nats-server, which can't affect them. */
const onSimulator = selectedRelease() === "2.15" ? scenes : [];

test.each(onSimulator.map((scene) => [`${scene.kind} while ${scene.phase}`, scene] as const))(
  "on the simulator: %s",
  async (_, { simulator, kind, phase, evidence }) => {
    const server = await startSimulator(simulator.options);
    try {
      await play({
        kind,
        phase,
        url: server.webSocketUrl,
        server,
        scene: simulator,
        ...(evidence && { evidence }),
      });
      // A draining link reports no fault: only the server's event log shows that it happened.
      const struck = server.events.entries.some(({ event }) => event === "fault");
      if (phase === "draining" && kind !== "offline") expect(struck).toBe(true);
    } finally {
      await server.stop();
    }
  },
);

describe("on nats-server", () => {
  const shown = scenes.flatMap(({ kind, phase, evidence, ...scene }) =>
    Object.entries<RealCauses[string]>("real" in scene ? scene.real : {}).map(
      ([how, real]) => [`${kind} while ${phase}: ${how}`, { kind, phase, evidence, real }] as const,
    ),
  );

  test.each(shown)("%s", async (_, { kind, phase, evidence, real }) => {
    const scene = typeof real === "function" ? await real() : real;
    const broker = await startNatsServer(scene.options);
    const proxy = await FaultProxy.start({
      port: await freePort(),
      target: Number(new URL(broker.webSocketUrl).port),
    });
    const server = { broker, proxy };
    try {
      await play({
        kind: scene.seenAs ?? kind,
        phase,
        url: scene.url?.(server) ?? proxy.webSocketUrl,
        server,
        scene,
        evidence: scene.evidence ?? evidence ?? {},
        ...(scene.socketOptions && { socketOptions: scene.socketOptions }),
      });
    } finally {
      proxy.close();
      await broker.stop();
    }
  });
});

test("every kind has a cell per phase: a scene, on a real server or with a reason why not, or a reason why there is none", () => {
  expect(CELLS.length).toBe(FAULT_KINDS.length * PHASES.length);
  for (const { kind, phase, cell } of CELLS) {
    const where = `${kind} while ${phase}`;
    const reason = "never" in cell ? cell.never : "onlySimulated" in cell ? cell.onlySimulated : null;
    if (reason === null) expect(Object.keys("real" in cell ? cell.real : {}), where).not.toEqual([]);
    else expect(reason, where).toMatch(/\w+ \w+/);
    // A reason that names another test file must name an existing one.
    for (const [file] of reason?.matchAll(/client-[\w-]+\.test\.ts/g) ?? []) {
      expect(existsSync(join(import.meta.dirname, file)), where).toBe(true);
    }
  }
  const played = new Set(scenes.map(({ kind }) => kind));
  const elsewhere = CELLS.filter(({ kind }) => !played.has(kind));
  for (const { kind, cell } of elsewhere) {
    expect("never" in cell && cell.never, kind).toMatch(/client-[\w-]+\.test\.ts/);
  }
});
