import { expect, test } from "vitest";
import { setupCommand } from "../command.ts";
import { readFeeds } from "../feeds.ts";
import { checkRepublished } from "./republished.ts";

const [feed] = readFeeds(
  '[{"subject":"orders.eu.>","stream":{"name":"ORDERS","republished":"live.orders.eu.>"}}]',
).feeds;

const commandOf = (words: string) => setupCommand(words, { folder: "/there" });

test.each([
  [undefined, "republishes nothing, so nothing arrives on live.orders.eu.>"],
  [{ src: ">", dest: "copies.>" }, "republishes to copies.>, not to live.orders.eu.>"],
  [{ src: "orders.us.>", dest: "live.>" }, "republishes only orders.us.>, not all of orders.eu.>"],
  [{ src: ">", dest: "live.>", headers_only: true }, "republishes headers without payloads"],
])("fails a feed whose stream republishes %j", (republish, what) => {
  expect(feed && checkRepublished("ORDERS", republish, feed, commandOf)).toEqual([
    {
      level: "fail",
      what: `the stream ORDERS ${what}`,
      fix: "fix the stream or FEEDS; npm run setup -- stream ORDERS 'orders.eu.>' --republish --folder /there fixes both",
    },
  ]);
});

test.each([
  [{ src: ">", dest: "live.>" }],
  [{ src: "orders.*.>", dest: "live.orders.>" }],
  [{ src: "", dest: "live.>" }],
])("accepts a stream that republishes %j", (republish) => {
  expect(feed && checkRepublished("ORDERS", republish, feed, commandOf)).toEqual([]);
});
