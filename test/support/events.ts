import { randomUUID } from "node:crypto";
import type { FeedId } from "./dashboard.ts";

const COMMON = { source_subsystem: "tests", event_type: "test" };

/** A valid event of a feed, as JSON; `text` appears in its row and tells it from others. */
export function event(feed: FeedId, text: string): string {
  const common = { ...COMMON, trace_id: randomUUID(), timestamp: new Date().toISOString() };
  switch (feed) {
    case "sparc":
      return JSON.stringify({
        ...common,
        id: text,
        type: "sparc_analyze",
        status: "completed",
        result: null,
      });
    case "llm":
      return JSON.stringify({ ...common, user: "tester", model: "m", prompt: text, response: "an answer" });
    case "propagation":
      return JSON.stringify({ ...common, subsystem: "tests", pattern: text, status: "Adopted" });
  }
}
