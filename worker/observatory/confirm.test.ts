import { describe, expect, test } from "vitest";
import { healthOf } from "../faces/health.ts";
import { metricsOf } from "../faces/metrics.ts";
import { confirm } from "./confirm.ts";
import { NOON_MS, observationOf } from "./testing.ts";

describe("a failure", () => {
  const [nowhere, here] = [[], ["ws://a"]];

  test("right after a success is an unconfirmed warning; a second one in a row is a failure", () => {
    expect(confirm(observationOf("fail"), nowhere)).toMatchObject({
      status: "warn",
      isConfirmed: false,
      servers: [{ status: "warn", fault: "timeout", confidence: "possible" }],
    });
    expect(confirm(observationOf("fail"), here)).toEqual(observationOf("fail"));
  });

  test("that is unconfirmed is a success in metrics as in /readyz, but has no response time", () => {
    const doubted = confirm(observationOf("fail"), nowhere);
    expect(metricsOf(doubted)).toContain('\nprobe_success{server="ws://a"} 1\n');
    expect(metricsOf(observationOf("fail"))).toContain('\nprobe_success{server="ws://a"} 0\n');
    expect(healthOf(doubted, { isVerbose: false }).checks?.["nats:responseTime"]).toEqual([]);
  });

  test("is confirmed at once if nothing answers, or if the very first observation is certain", () => {
    const refused = observationOf("fail", NOON_MS, "refused");
    expect(confirm(refused, nowhere)).toEqual(refused);
    expect(confirm(refused, null)).toEqual(refused);
    expect(confirm(observationOf("fail"), null)).toMatchObject({ status: "warn", isConfirmed: false });
    const sure = observationOf("fail");
    const servers = sure.servers.map((server) => ({ ...server, confidence: "certain" as const }));
    const certain = { ...sure, servers };
    expect(confirm(certain, null)).toEqual(certain);
    expect(confirm(certain, nowhere)).toMatchObject({ status: "warn" });
  });

  test.each([
    ["one where nobody is", "refused", []],
    ["one that failed before", "timeout", ["ws://b"]],
  ] as const)("that is new at one server doesn't turn %s into a warning", (_name, kind, failedBefore) => {
    const other = observationOf("fail", NOON_MS, kind).servers.map((server) => ({
      ...server,
      componentId: "ws://b",
    }));
    const both = { ...observationOf("fail"), servers: [...observationOf("fail").servers, ...other] };
    expect(confirm(both, failedBefore)).toMatchObject({
      status: "warn",
      isConfirmed: false,
      servers: [{ status: "warn", confidence: "possible" }, other[0]],
    });
  });

  test.each(["pass", "warn"] as const)("leaves the status %s unchanged", (status) => {
    for (const before of [nowhere, here, null])
      expect(confirm(observationOf(status), before)).toEqual(observationOf(status));
  });
});
