import { expect, test } from "vitest";
import { edgeViewOf } from "./edge-view.ts";

const TIME = "2026-11-24T12:00:00.000Z";
const check = (componentId: string, more: object = {}) => ({
  componentId,
  status: "pass",
  time: TIME,
  ...more,
});
const health = (...checks: object[]) => ({ status: "fail", checks: { "nats:reachability": checks } });

test("finds the server that was dialled, with its fault and its sentence", () => {
  const refused = { status: "fail", fault: "refused", output: "Nothing listens." };
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

test("a fault that the page doesn't know is no kind", () => {
  expect(edgeViewOf(health(check("ws://a:1", { status: "fail", fault: "new" })), "ws://a:1")).toEqual({
    status: "fail",
    observedAtMs: Date.parse(TIME),
  });
});

test.each([
  ["nothing", null],
  ["a string", "fail"],
  ["no checks", { status: "fail" }],
  ["checks that are no list", { checks: { "nats:reachability": {} } }],
  ["a check without a time", health({ componentId: "ws://a:1", status: "pass" })],
  ["a time that is none", health(check("ws://a:1", { time: "noon" }))],
  ["two servers, neither the one", health(check("ws://x:1"), check("ws://y:1"))],
])("says nothing where there is %s", (_what, body) => {
  expect(edgeViewOf(body, "ws://a:1")).toBeNull();
});
