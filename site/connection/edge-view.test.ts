import { expect, test } from "vitest";
import type { HealthCheck } from "../../contract/health.ts";
import { edgeViewOf } from "./edge-view.ts";

const TIME = "2026-11-24T12:00:00.000Z";
const check = (componentId: string, more: Partial<HealthCheck> = {}): HealthCheck => ({
  componentId,
  componentType: "component",
  observedValue: "reached",
  status: "pass",
  time: TIME,
  ...more,
});
const health = (...checks: HealthCheck[]) => ({
  checks: { "nats:reachability": checks, "nats:responseTime": [] },
});

test("finds the server that was dialled, with its fault and its sentence", () => {
  const refused = { status: "fail", fault: "refused", output: "Nothing listens." } as const;
  expect(edgeViewOf(health(check("ws://a:1"), check("ws://b:1", refused)), "ws://b:1/")).toEqual({
    status: "fail",
    kind: "refused",
    detail: "Nothing listens.",
    observedAtMs: Date.parse(TIME),
  });
});

test("a single server is the one, whatever it was called", () => {
  expect(edgeViewOf(health(check("ws://a:1")), undefined)).toMatchObject({ status: "pass" });
});

test.each([
  ["no checks, because the configuration is wrong", {}],
  ["two servers, neither the one", health(check("ws://x:1"), check("ws://y:1"))],
])("says nothing where there is %s", (_what, body) => {
  expect(edgeViewOf(body, "ws://a:1")).toBeNull();
});
