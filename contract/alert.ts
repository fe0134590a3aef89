import * as v from "valibot";
import { condition } from "./column.ts";
import type { Immutable } from "./immutable.ts";
import { localText, path, shortText, wholeBetween } from "./text.ts";

const DAY_S = 86_400;
const title = v.exactOptional(localText);

/** When a feed alerts its reader: it is quiet, a message matches, a value passes a threshold, or the feed isn't live. */
export const alertSchema = v.union(
  [
    v.strictObject({ title, quietSeconds: wholeBetween(1, DAY_S) }),
    /** Quiet for this many times the usual interval between two messages. */
    v.strictObject({ title, quietTimes: wholeBetween(2, 1000) }),
    /** A filter in the page's syntax: `status:failed`. */
    v.strictObject({ title, match: shortText }),
    v.strictObject({ title, field: path, when: condition }),
    v.strictObject({ title, notLiveSeconds: wholeBetween(1, DAY_S) }),
  ],
  'use one of { "quietSeconds": 30 }, { "quietTimes": 5 }, { "match": "status:failed" }, { "field": "temperature", "when": ">80" } or { "notLiveSeconds": 60 }, each with an optional "title"',
);
export type AlertRule = Immutable<v.InferOutput<typeof alertSchema>>;
