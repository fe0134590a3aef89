import { expect, test } from "vitest";
import { findTypos } from "./typos.ts";

const KNOWN = ["NATS_URL", "AUTH_MODE", "PASSPHRASE", "PASSPHRASE_FILE", "HOST", "FEEDS", "DATA", "ABOUT"];

test.each([
  ["NATSURL", "NATS_URL"],
  ["nats_url", "NATS_URL"],
  ["NATS-URL", "NATS_URL"],
  ["NATS_URLS", "NATS_URL"],
  ["NAT_URL", "NATS_URL"],
  ["NATS_ULR", "NATS_URL"],
  ["NATS_URI", "NATS_URL"],
  ["PASS_PHRASE", "PASSPHRASE"],
  ["PASPHRASE", "PASSPHRASE"],
  ["PASSPHRASEFILE", "PASSPHRASE_FILE"],
  ["AUTHMODE", "AUTH_MODE"],
  ["FEED", "FEEDS"],
  ["FEDS", "FEEDS"],
  ["ABOUTS", "ABOUT"],
  // Variables that many machines set aren't typos.
  ["HOSTNAME", null],
  ["POST", null],
  ["NATS_SERVER", null],
  ["NATS_SERVICE_HOST", null],
  ["NEEDS", null],
  ["HOSTS", null],
  ["DATE", null],
  ["PATH", null],
])("%s is taken as a typo of %s", (given, meant) => {
  expect(findTypos([given], KNOWN)).toEqual(meant === null ? [] : [{ given, meant }]);
});

test("a name isn't a typo if the right setting is set too", () => {
  expect(findTypos(["NATS_URL", "NATS_URLS"], KNOWN)).toEqual([]);
});
