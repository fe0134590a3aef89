import type { Bucket, Observation, ServerCheck } from "../../../contract/status.ts";
import { statusOf } from "../../../worker/faces/status.ts";
import { besiege } from "../../support/faults/hostile.ts";
import { type Figure, single } from "../figure.ts";

/** Effect of hostile servers on `/readyz`, `/livez` and the memory of the served product. */
export async function hostile(): Promise<readonly Figure[]> {
  const sieges = await besiege();
  const most = (of: (siege: (typeof sieges)[number]) => number): number =>
    Math.round(Math.max(...sieges.map(of)));
  return [
    single(
      "probe-hostile",
      most(({ readyzMs }) => readyzMs),
      "ms",
    ),
    single(
      "probe-hostile-livez",
      most(({ livezMs }) => livezMs),
      "ms",
    ),
    single(
      "probe-hostile-rss",
      most(({ memoryBytes }) => memoryBytes),
      "bytes",
    ),
    single(
      "probe-hostile-growth",
      most(({ grownBytes }) => grownBytes),
      "bytes",
    ),
  ];
}

const DAY_MS = 86_400_000;

/** The largest response of `/api/status`: 90 complete days, six failing servers. */
export function statusBytes(): Figure {
  const bucket = (startMs: number): Bucket => ({
    startMs,
    pass: 99_999,
    warn: 99_999,
    fail: 99_999,
  });
  const nowMs = Date.UTC(2026, 10, 25);
  const buckets = (count: number, stepMs: number) =>
    Array.from({ length: count }, (_, index) => bucket(nowMs - index * stepMs));
  const server: ServerCheck = {
    componentId: `wss://${"n".repeat(63)}.example.com`,
    componentType: "component",
    status: "fail",
    time: new Date(nowMs).toISOString(),
    observedValue: "upgrade-rejected",
    output: "s".repeat(200),
    fix: "f".repeat(200),
    fault: "upgrade-rejected",
    confidence: "certain",
    explanation: "headers-stripped",
    httpStatus: 400,
    durationMs: 3800,
    phases: [],
  };
  const observation: Observation = {
    id: crypto.randomUUID(),
    observedAtMs: nowMs,
    durationMs: 3800,
    status: "fail",
    isConfirmed: true,
    servers: Array(6).fill(server),
  };
  const history = { day: buckets(145, DAY_MS / 144), quarter: buckets(91, DAY_MS), isHistoryComplete: true };
  return single("status-bytes", JSON.stringify(statusOf(observation, history)).length, "bytes");
}
