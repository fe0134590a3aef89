import { expect, test } from "vitest";
import type { HealthCheck } from "../../contract/health.ts";
import { edgeWordOf } from "./edge-view.ts";

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
  expect(edgeWordOf(health(check("ws://a:1"), check("ws://b:1", refused)), "ws://b:1/")).toEqual({
    status: "fail",
    kind: "refused",
    detail: "Nothing listens.",
    observedAtMs: Date.parse(TIME),
  });
});

test("hands on how sure it is, and what explains it where that isn't the kind", () => {
  const seen = { status: "warn", fault: "upgrade-rejected", confidence: "certain" } as const;
  const view = (explanation: string) =>
    edgeWordOf(health(check("ws://a:1", { ...seen, explanation })), "ws://a:1");
  expect(view("origin-refused")).toMatchObject({ confidence: "certain", explanation: "origin-refused" });
  expect(view("upgrade-rejected")).not.toHaveProperty("explanation");
});

test.each([
  ["one other server", health(check("ws://x:1"))],
  ["two others", health(check("ws://x:1"), check("ws://y:1"))],
  ["another port", health(check("ws://a:2"))],
  ["the same without TLS", health(check("wss://a:1"))],
])("what was seen of %s is no evidence", (_what, body) => {
  expect(edgeWordOf(body, "ws://a:1")).toBe("unlisted");
});

test("says nothing where nothing could be observed, or nothing was dialled", () => {
  expect(edgeWordOf({}, "ws://a:1")).toBeNull();
  expect(edgeWordOf(health(check("ws://a:1")), undefined)).toBeNull();
});
