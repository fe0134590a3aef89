import { expect, test } from "vitest";
import { DEFAULT_TUNABLES, type PartialTunables, type Tunables } from "../../client/index.ts";
import { stubMemory } from "../testing.ts";
import { Settings } from "./settings.ts";
import type { Chosen } from "./tunables.ts";

function opened(remembered: Chosen = {}) {
  const changes: PartialTunables[] = [];
  const memory = stubMemory({ tunables: JSON.stringify(remembered) });
  const client = {
    tunables: DEFAULT_TUNABLES,
    configure(change: PartialTunables) {
      changes.push(change);
      const reconnect = { ...client.tunables.reconnect, ...change.reconnect };
      client.tunables = { ...client.tunables, ...change, reconnect } as Tunables;
    },
  };
  const settings = new Settings(client);
  const kept = () => memory.get("mycelium.tunables");
  return { settings, changes, memory, kept };
}

test("remembered settings take effect at once", () => {
  const { settings, changes } = opened({ drainTimeoutMs: 500 });
  expect(changes).toEqual([{ drainTimeoutMs: 500, reconnect: {} }]);
  expect(settings.values.drainTimeoutMs).toBe(500);
  expect(settings.values.connectTimeoutMs).toBe(DEFAULT_TUNABLES.connectTimeoutMs);
});

test("a number takes effect and is remembered when it is set", () => {
  const { settings, changes, kept } = opened();
  expect(settings.set("reconnect.baseDelayMs", 250)).toBe(true);
  expect(changes.at(-1)).toEqual({ reconnect: { baseDelayMs: 250 } });
  expect(kept()).toBe('{"reconnect.baseDelayMs":250}');
  expect(settings.values["reconnect.baseDelayMs"]).toBe(250);
});

test("a number set in another tab stays remembered, and doesn't take effect in this tab", () => {
  const { settings, memory, kept } = opened({ drainTimeoutMs: 500 });
  memory.set("mycelium.tunables", '{"drainTimeoutMs":700,"reconnect.factor":3}');
  settings.set("reconnect.baseDelayMs", 250);
  expect(JSON.parse(kept() ?? "")).toEqual({
    drainTimeoutMs: 700,
    "reconnect.factor": 3,
    "reconnect.baseDelayMs": 250,
  });
  expect(settings.values.drainTimeoutMs).toBe(500);
});

test("a number out of range changes nothing", () => {
  const { settings, changes, kept } = opened();
  expect(settings.set("reconnect.factor", 99)).toBe(false);
  expect(settings.values["reconnect.factor"]).toBe(DEFAULT_TUNABLES.reconnect.factor);
  expect([changes.length, kept()]).toEqual([1, "{}"]);
});

test("a reset restores the deployment's settings and forgets the reader's", () => {
  const { settings, changes, kept } = opened({ "reconnect.factor": 3 });
  settings.reset();
  expect(changes.at(-1)).toEqual(DEFAULT_TUNABLES);
  expect(settings.values["reconnect.factor"]).toBe(DEFAULT_TUNABLES.reconnect.factor);
  expect(kept()).toBeUndefined();
});
