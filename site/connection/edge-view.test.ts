import { expect, test } from "vitest";
import type { HealthCheck } from "../../contract/health.ts";
import { edgeAnswerOf } from "./edge-view.ts";

const check = (componentId: string, more: Partial<HealthCheck> = {}): HealthCheck => ({
  componentId,
  componentType: "component",
  observedValue: "reached",
  status: "pass",
  time: "2026-11-24T12:00:00.000Z",
  ...more,
});
const health = (...checks: HealthCheck[]) => ({
  checks: { "nats:reachability": checks, "nats:responseTime": [] },
});

test("finds the check of the server that was dialled", () => {
  const refused = check("ws://b:1", { status: "fail", fault: "refused", output: "Nothing listens." });
  expect(edgeAnswerOf(health(check("ws://a:1"), refused), "ws://b:1/")).toBe(refused);
});

test.each([
  ["one other server", health(check("ws://x:1"))],
  ["two others", health(check("ws://x:1"), check("ws://y:1"))],
  ["another port", health(check("ws://a:2"))],
  ["the same without TLS", health(check("wss://a:1"))],
])("a check of %s isn't used", (_what, body) => {
  expect(edgeAnswerOf(body, "ws://a:1")).toBe("unlisted");
});

test("returns null if nothing was observed, or no server was dialled", () => {
  expect(edgeAnswerOf({}, "ws://a:1")).toBeNull();
  expect(edgeAnswerOf(health(check("ws://a:1")), undefined)).toBeNull();
});
