import * as v from "valibot";
import { condition } from "./column.ts";
import type { Immutable } from "./immutable.ts";
import { localText, path, shortText, wholeBetween } from "./text.ts";

const DAY_S = 86_400;
const title = v.exactOptional(localText);

/** When a feed's reader is to be told: it is quiet, says something, passes a threshold, or isn't live. */
export const alertSchema = v.union(
  [
    v.strictObject({ title, quietSeconds: wholeBetween(1, DAY_S) }),
    /** Quiet for as many times as long as is usual between two of its messages. */
    v.strictObject({ title, quietTimes: wholeBetween(2, 1000) }),
    /** A filter, as the page has it: `status:failed`. */
    v.strictObject({ title, match: shortText }),
    v.strictObject({ title, field: path, when: condition }),
    v.strictObject({ title, notLiveSeconds: wholeBetween(1, DAY_S) }),
  ],
  'use one of { "quietSeconds": 30 }, { "quietTimes": 5 }, { "match": "status:failed" }, { "field": "temperature", "when": ">80" } or { "notLiveSeconds": 60 }, each with an optional "title"',
);
export type AlertRule = Immutable<v.InferOutput<typeof alertSchema>>;
