import type { FeedColumn } from "../../contract/column.ts";

/** Whether a column's texts are numbers: where it says nothing of the kind they may be ids, versions, postcodes or hashes. */
export function isMeasured({ format = "text", unit, digits }: FeedColumn): boolean {
  return ["number", "bytes", "duration"].includes(format) || unit !== undefined || digits !== undefined;
}
