import { expect, test } from "vitest";
import { readFeeds } from "../feeds.ts";
import { overexposed } from "./exposure.ts";

const STREAM = { name: "ORDERS", republished: "live.orders.>" };
const readable = readFeeds(
  JSON.stringify(["bills.eu.*", "bills.*.paid", { subject: "orders.>", stream: STREAM }]),
  "iot.>",
);

test.each([
  [["orders.>", "orders.eu.*"], null],
  [["bills.eu.*", "bills.*.paid"], null],
  [["iot.a.>"], null],
  [["live.orders.eu"], null],
  [["orders.>", "salaries.>"], "salaries.>"],
  [["bills.*.*", "iot.>", ">"], "bills.*.*, >"],
])("viewers of a stream on %j read %j beyond the feeds and EXPLORE", (subjects, beyond) => {
  expect(overexposed("ORDERS", subjects, readable)).toEqual(
    beyond === null
      ? []
      : [
          {
            level: "warn",
            what: `viewers can read all of ${beyond} from the stream ORDERS, which is more than FEEDS and EXPLORE name`,
            fix: "keep what they must not read in another stream",
          },
        ],
  );
});
