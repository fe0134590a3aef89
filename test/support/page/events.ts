import { randomUUID } from "node:crypto";
import type { FeedId } from "./dashboard.ts";

const COMMON = { source_subsystem: "tests", event_type: "test" };

/**
 * A valid event of a feed, as JSON; `text` appears in its row and identifies it.
 * @param more additional or replaced fields
 */
export function event(feed: FeedId, text: string, more: Readonly<Record<string, unknown>> = {}): string {
  const common = { ...COMMON, trace_id: randomUUID(), timestamp: new Date().toISOString() };
  const own = {
    sparc: { id: text, type: "sparc_analyze", status: "completed", result: null },
    llm: { user: "tester", model: "m", prompt: text, response: "an answer" },
    propagation: { subsystem: "tests", pattern: text, status: "Adopted" },
  };
  return JSON.stringify({ ...common, ...own[feed], ...more });
}
