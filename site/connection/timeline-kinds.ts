import type { TimelineEntry } from "../../client/index.ts";

/** The kinds that a reader tells a timeline's entries apart by. */
export const TIMELINE_KINDS = ["attempts", "links", "faults", "gaps", "surroundings"] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

const KIND_OF: { readonly [T in TimelineEntry["type"]]: TimelineKind } = {
  dial: "attempts",
  "dial-failed": "attempts",
  live: "links",
  "link-lost": "links",
  handover: "links",
  "handover-failed": "links",
  closed: "links",
  status: "links",
  "fault-refined": "faults",
  "subscription-denied": "faults",
  "publish-failed": "faults",
  "handler-failed": "faults",
  "callback-failed": "faults",
  gap: "gaps",
  network: "surroundings",
};

/** Whether an entry is of a kind; whatever carries a fault is also one of the faults. */
export function isOfKind(entry: TimelineEntry, kind: TimelineKind | "all"): boolean {
  if (kind === "all" || KIND_OF[entry.type] === kind) return true;
  return kind === "faults" && "fault" in entry && entry.fault !== undefined;
}
