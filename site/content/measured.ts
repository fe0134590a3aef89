import type { FeedColumn } from "../../contract/column.ts";

/** Whether a column's texts are numbers; without a numeric format or unit they may be ids, versions or postcodes. */
export function isMeasured({ format = "text", unit, digits }: FeedColumn): boolean {
  return ["number", "bytes", "duration"].includes(format) || unit !== undefined || digits !== undefined;
}
