import { expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { configOf, lines, NATS_URL } from "./testing.ts";

test.each(["on", "TRUE", "no", "orders;iot"])(
  "%s is taken for no subject, here or in EXPLORE, though NATS has such; an object may name it",
  (entry) => {
    const fix = "give NATS subjects: commas between them, * for one token, > for all that follow";
    const problem = `isn't what a subject looks like: ${fix}`;
    const object = ', or {"subject": …} in a JSON array for one like that';
    expect(lines({ NATS_URL, FEEDS: entry })).toEqual([`FEEDS[0] ${problem}${object}`]);
    expect(lines({ NATS_URL, FEEDS: [entry] })).toEqual([`FEEDS[0] ${problem}${object}`]);
    expect(lines({ NATS_URL, EXPLORE: entry })).toEqual([`EXPLORE ${problem}`]);
    expect(lines({ NATS_URL, FEEDS: [{ subject: entry }] })).toEqual([]);
  },
);

const warnings = (environment: object) => {
  const result = readConfig({ NATS_URL, ...environment });
  return result.ok ? result.warnings : result.problems;
};

test.each(["all", "none", "metrics|cpu.>", "orders/#", "orders.+.eu", "#", "channel.#"])(
  "%s is a subject, here and in EXPLORE, and doubtful; not in an object",
  (entry) => {
    const doubt = "is a subject to NATS, and looks like something else: give NATS subjects: ";
    expect(warnings({ FEEDS: entry, EXPLORE: entry })).toEqual([
      expect.stringContaining(`EXPLORE ${doubt}`),
      expect.stringContaining(`FEEDS[0] ${doubt}`),
    ]);
    expect(configOf({ NATS_URL, FEEDS: [entry], EXPLORE: entry })).toMatchObject({
      feeds: [{ subject: entry }],
      explore: [entry],
    });
    expect(warnings({ FEEDS: [{ subject: entry }] })).toEqual([]);
  },
);

test.each(["online", "orders.on", "a#b", "c++.>", "yes.no"])("%s is a subject beyond doubt", (entry) => {
  expect(warnings({ FEEDS: entry, EXPLORE: entry })).toEqual([]);
});
