import { describe, expect, test } from "vitest";
import { healthOf } from "../faces/health.ts";
import { metricsOf } from "../faces/metrics.ts";
import { confirm } from "./confirm.ts";
import { NOON_MS, seen } from "./testing.ts";

describe("a failure", () => {
  const [nowhere, here] = [[], ["ws://a"]];

  test("that is the first after a success is a warning that isn't sure, and the second is a failure", () => {
    expect(confirm(seen("fail"), nowhere)).toMatchObject({
      status: "warn",
      isConfirmed: false,
      servers: [{ status: "warn", fault: "timeout", confidence: "possible" }],
    });
    expect(confirm(seen("fail"), here)).toEqual(seen("fail"));
  });

  test("that isn't sure is none in metrics, which say what /readyz says, and no answer either", () => {
    const doubted = confirm(seen("fail"), nowhere);
    expect(metricsOf(doubted)).toContain('\nprobe_success{server="ws://a"} 1\n');
    expect(metricsOf(seen("fail"))).toContain('\nprobe_success{server="ws://a"} 0\n');
    expect(healthOf(doubted, { isVerbose: false }).checks?.["nats:responseTime"]).toEqual([]);
  });

  test("is one at once where nothing answers, and where the first look of all is sure of it", () => {
    const refused = seen("fail", NOON_MS, "refused");
    expect(confirm(refused, nowhere)).toEqual(refused);
    expect(confirm(refused, null)).toEqual(refused);
    expect(confirm(seen("fail"), null)).toMatchObject({ status: "warn", isConfirmed: false });
    const sure = seen("fail");
    const servers = sure.servers.map((server) => ({ ...server, confidence: "certain" as const }));
    const certain = { ...sure, servers };
    expect(confirm(certain, null)).toEqual(certain);
    expect(confirm(certain, nowhere)).toMatchObject({ status: "warn" });
  });

  test.each([
    ["one where nobody is", "refused", []],
    ["one that failed before", "timeout", ["ws://b"]],
  ] as const)("that is new at one server makes no warning of %s", (_name, kind, failedBefore) => {
    const other = seen("fail", NOON_MS, kind).servers.map((server) => ({
      ...server,
      componentId: "ws://b",
    }));
    const both = { ...seen("fail"), servers: [...seen("fail").servers, ...other] };
    expect(confirm(both, failedBefore)).toMatchObject({
      status: "warn",
      isConfirmed: false,
      servers: [{ status: "warn", confidence: "possible" }, other[0]],
    });
  });

  test.each(["pass", "warn"] as const)("is not what %s is", (status) => {
    for (const before of [nowhere, here, null]) expect(confirm(seen(status), before)).toEqual(seen(status));
  });
});
