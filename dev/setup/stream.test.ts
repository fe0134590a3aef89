import { describe, expect, test } from "vitest";
import { readStreamOptions } from "./options.ts";
import { streamConfig } from "./stream.ts";

const DAY_NS = 86_400 * 1e9;
const LIVE = { src: ">", dest: "live.>" };
const ANY_NUMBER = { max_bytes: -1, max_age: 0, max_msgs_per_subject: -1 };
const COPIES = { src: "orders.>", dest: "copies.>" };

const given = (...flags: string[]) => readStreamOptions(["ORDERS", "orders.>", ...flags]);

test("a new stream keeps a week and 1 GiB unless flags say otherwise", () => {
  expect(streamConfig(null, given())).toMatchObject({
    name: "ORDERS",
    subjects: ["orders.>"],
    storage: "file",
    retention: "limits",
    discard: "old",
    max_bytes: 2 ** 30,
    max_age: 7 * DAY_NS,
    max_msgs_per_subject: -1,
    num_replicas: 1,
    allow_direct: true,
    republish: LIVE,
  });
  const flags = ["--max-bytes", "2MiB", "--max-age", "0", "--max-per-subject", "5", "--replicas", "3"];
  expect(streamConfig(null, given(...flags))).toMatchObject({
    max_bytes: 2 ** 21,
    max_age: 0,
    max_msgs_per_subject: 5,
    num_replicas: 3,
  });
});

describe("an existing stream", () => {
  const before = {
    name: "ORDERS",
    subjects: ["orders.>"],
    retention: "interest",
    storage: "memory",
    discard: "new",
    description: "Ana's",
    max_bytes: 2 ** 30,
    max_age: 30 * DAY_NS,
    max_msgs_per_subject: 10,
    num_replicas: 3,
  };

  test("keeps all limits without a flag, because a lower one deletes messages", () => {
    expect(streamConfig(before, given())).toEqual({ ...before, allow_direct: true });
  });

  test.each([
    [["--max-age", "12h"], { max_age: DAY_NS / 2 }],
    [["--max-bytes", "2GiB"], { max_bytes: 2 ** 31 }],
    [["--max-per-subject", "1"], { max_msgs_per_subject: 1 }],
    [["--replicas", "1"], { num_replicas: 1 }],
    [["--max-bytes", "0", "--max-age", "0", "--max-per-subject", "0"], ANY_NUMBER],
  ])("changes only the limit of %j", (flags, changed) => {
    const wanted = { ...before, ...changed, allow_direct: true };
    expect(streamConfig(before, given(...flags))).toEqual(wanted);
  });

  test.each([
    [["bills.>"], ["bills.>", "orders.>"]],
    [
      ["orders.eu.*", "bills.>"],
      ["bills.>", "orders.>"],
    ],
    [["*.>"], ["*.>"]],
    [["orders.>"], ["orders.>"]],
    [undefined, ["orders.>"]],
  ])("on %j takes orders.> too, and no two that overlap", (subjects, wanted) => {
    const { subjects: _orders, ...rest } = before;
    const there = subjects === undefined ? rest : { ...rest, subjects };
    expect([...(streamConfig(there, given()).subjects ?? [])].sort()).toEqual(wanted);
  });

  test.each([
    [undefined, [], undefined],
    [COPIES, [], COPIES],
    [LIVE, [], LIVE],
    [LIVE, ["--no-republish"], undefined],
    [undefined, ["--republish"], LIVE],
    [COPIES, ["--republish"], LIVE],
  ])("that republishes %j does from %j: %j", (republish, flags, wanted) => {
    const there = republish === undefined ? before : { ...before, republish };
    expect(streamConfig(there, given(...flags)).republish).toEqual(wanted);
  });

  test.each([[["a.b.*"]], [["a.x.b", "orders.>", "a.b.*"]]])(
    "on %j refuses a.*.c, which overlaps, before JetStream would",
    (subjects) => {
      const options = readStreamOptions(["ORDERS", "a.*.c"]);
      expect(() => streamConfig({ ...before, subjects }, options)).toThrow(
        /subjects a\.b\.\* and a\.\*\.c overlap.*a\.\*\.\*/,
      );
    },
  );
});

test("refuses a KV bucket, which as a stream of ours would forget keys after a week", () => {
  expect(() => readStreamOptions(["KV_devices", "$KV.devices.>"])).toThrow(
    /nats kv add.*npm run setup -- push/,
  );
});

test("refuses --republish with --no-republish", () => {
  expect(() => given("--republish", "--no-republish")).toThrow(/contradict each other: give only one$/);
});
